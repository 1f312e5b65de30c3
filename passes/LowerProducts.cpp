// Sums that are products of matrices => calls of the runtime. A map that does more with them has some of its
// rows multiplied, and goes on with these while they are in the cache:
//
//   y[i,j] = f(sum(k) A[i,k]*B[k,j])    =>    for rows i of a part { P = A[rows,:] B;  y[i,j] = f(P[i,j]) }
#include "passes/FunctionLowering.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace costate {
namespace {

constexpr int64_t entriesAtOnce = 32768; // of products, which stay in the cache
constexpr int64_t leastRows = 64;        // of a matrix: the other one is read again for every part

/// The products that a map yields, one after the other; none if it computes anything else.
SmallVector<const MatrixProduct *> yieldedAlone(MapOp map, ArrayRef<MatrixProduct> found) {
  SmallVector<const MatrixProduct *> yielded;
  for (Value value : map.getBody()->getTerminator()->getOperands())
    for (const MatrixProduct &product : found)
      if (product.result == value)
        yielded.push_back(&product);
  bool isAlone = yielded.size() == map.numYielded() &&
                 llvm::all_of(map.getBody()->without_terminator(), [&](Operation &op) {
                   return isa<arith::ConstantOp>(op) || llvm::any_of(found, [&](auto &product) {
                            return product.result.getOwner() == &op;
                          });
                 });
  return isAlone ? yielded : SmallVector<const MatrixProduct *>();
}

/// Does the map's first index alone count the rows of a product, or its columns?
bool hasRowsByFirst(MapOp map, const MatrixProduct &product) {
  unsigned rows = 0, columns = 0;
  for (Value index : map.getBody()->getArguments().take_front(map.rank())) {
    bool isLeft = product.readsLeft(index), isRight = product.readsRight(index);
    rows += isLeft && !isRight;
    columns += isRight && !isLeft;
  }
  Value first = map.getBody()->getArgument(0);
  bool isLeft = product.readsLeft(first), isRight = product.readsRight(first);
  return isLeft != isRight && (isLeft ? rows : columns) == 1;
}

} // namespace

LogicalResult FunctionLowering::mapOfProducts(MapOp map, ValueRange sizes, Buffers &results,
                                              ArrayRef<MatrixProduct> found) {
  SmallVector<const MatrixProduct *> alone = yieldedAlone(map, found);
  for (auto [product, whole] : llvm::zip(alone, results)) {
    whole.sizes = Values(sizes); // those of a function's result are not known
    multiply(*product, map, index(0), whole);
  }
  if (!alone.empty())
    return success();
  auto [rows, partSizes] = sizesOfParts(map, sizes, found);
  Operation *around = b.getInsertionBlock()->getParentOp();
  Buffers parts;
  for (const MatrixProduct &product : found)
    parts.push_back({allocate(product.result.getType(), partSizes), {}, partSizes});
  {
    OpBuilder::InsertionGuard guard(b);
    auto loop = b.create<scf::ForOp>(loc, index(0), sizes[0], rows);
    b.setInsertionPointToStart(loop.getBody());
    Value begin = loop.getInductionVar();
    Value end = b.create<arith::AddIOp>(loc, begin, rows, arith::IntegerOverflowFlags::nsw);
    Values ends(sizes);
    ends[0] = b.createOrFold<arith::MinSIOp>(loc, end, sizes[0]);
    for (auto [product, part] : llvm::zip(found, parts)) {
      part.sizes[0] = b.createOrFold<arith::SubIOp>(loc, ends[0], begin);
      multiply(product, map, begin, part);
      products[product.result] = {map, part, begin};
    }
    if (failed(mapBody(map, begin, ends, results)))
      return mlir::failure();
  }
  for (const Buffer &part : parts)
    if (auto made = part.memory.getDefiningOp<memref::AllocOp>(); made && made->getParentOp() == around)
      b.create<memref::DeallocOp>(loc, part.memory);
  return success();
}

/// How many rows a part has, and the sizes of its array: made before the loops in which they do not change,
/// so that its memory is, too.
std::pair<Value, FunctionLowering::Values> FunctionLowering::sizesOfParts(MapOp map, ValueRange sizes,
                                                                          ArrayRef<MatrixProduct> found) {
  OpBuilder::InsertionGuard guard(b);
  if (Operation *around = outermost(sizes))
    b.setInsertionPoint(around);
  Values partSizes = here(sizes);
  Value rows = rowsAtOnce(map, partSizes, found);
  partSizes[0] = b.createOrFold<arith::MinSIOp>(loc, rows, partSizes[0]);
  return {rows, partSizes};
}

/// Of the map's first index.
Value FunctionLowering::rowsAtOnce(MapOp map, ValueRange sizes, ArrayRef<MatrixProduct> found) {
  bool areRows =
      llvm::any_of(found, [&](const MatrixProduct &product) { return hasRowsByFirst(map, product); });
  Value row = b.createOrFold<arith::MaxSIOp>(loc, count(sizes.drop_front()), index(1));
  Value rows = b.createOrFold<arith::DivUIOp>(loc, index(entriesAtOnce), row);
  return b.createOrFold<arith::MaxSIOp>(loc, rows, index(areRows ? leastRows : 1));
}

/// Of neighbours in each dimension.
FunctionLowering::Values FunctionLowering::distances(const Buffer &buffer) {
  Values all(buffer.sizes.size());
  Value distance = index(1);
  for (size_t d = all.size(); d-- > 0;) {
    all[d] = distance;
    distance = b.createOrFold<arith::MulIOp>(loc, distance, buffer.sizes[d]);
  }
  return all;
}

/// The product for the rows of a part: its indices with their distances in all three arrays, which the
/// runtime makes something of.
void FunctionLowering::multiply(const MatrixProduct &product, MapOp map, Value begin, const Buffer &place) {
  ValueRange own = map.getBody()->getArguments().take_front(map.rank());
  Values indices(own), sizes(place.sizes), apart = distances(place);
  llvm::append_range(indices, product.sums);
  llvm::append_range(sizes, lookup(product.sum().getSizes()));
  apart.resize(indices.size(), index(0));
  auto [left, leftApart] = factor(product.left, product.leftPositions, indices, begin);
  auto [right, rightApart] = factor(product.right, product.rightPositions, indices, begin);
  Values numbers;
  for (size_t n = 0; n < indices.size(); ++n)
    for (Value number : {sizes[n], leftApart[n], rightApart[n], apart[n]})
      numbers.push_back(toI64(number));
  Value total = toI64(index(int64_t(indices.size())));
  std::string name = product.isMasked ? "costate_masked_product" : "costate_product";
  call(product.result.getType().isF32() ? name + "_single" : name,
       {left, right, address(place), list(numbers), total}, false);
}

/// The address of a factor's first entry, and how far entries lie apart that each index counts.
std::pair<Value, FunctionLowering::Values>
FunctionLowering::factor(AtOp at, ArrayRef<LinearPosition> positions, ValueRange indices, Value begin) {
  Buffer buffer = buffers.lookup(at.getArray());
  Values steps = distances(buffer), apart(indices.size(), index(0));
  auto times = [&](Value x, Value y) { return b.createOrFold<arith::MulIOp>(loc, x, y); };
  auto plus = [&](Value x, Value y) { return b.createOrFold<arith::AddIOp>(loc, x, y); };
  Value first = buffer.offset ? buffer.offset : index(0);
  for (auto [position, step] : llvm::zip_equal(positions, steps)) {
    first = plus(first, times(step, index(position.constant)));
    for (auto [value, factor] : position.terms) {
      Value scaled = times(step, index(factor));
      auto known = llvm::find(indices, value);
      if (known != indices.end()) {
        Value &distance = apart[size_t(known - indices.begin())];
        distance = plus(distance, scaled);
        continue;
      }
      Value outside = scalars.lookup(value);
      if (!outside.getType().isIndex())
        outside = b.create<arith::IndexCastOp>(loc, b.getIndexType(), outside);
      first = plus(first, times(scaled, outside));
    }
  }
  first = plus(first, times(apart[0], begin));
  return {address(Buffer{buffer.memory, first, {}}), apart};
}

/// What a part has for the present instance of its map.
Value FunctionLowering::entryOfProduct(Value sum) {
  ProductPart known = products.lookup(sum);
  Values instance = lookup(known.map.getBody()->getArguments().take_front(known.map.rank()));
  instance[0] = b.createOrFold<arith::SubIOp>(loc, instance[0], known.begin);
  return b.create<memref::LoadOp>(loc, known.part.memory, entry(known.part, instance));
}

} // namespace costate
