// Sums of products whose factors part into those of rows and those of columns => products of two matrices.
//
//   y[i,j] = sum(k) f(i,k) * g(k,j)    =>    F[k,i] = f(i,k);  G[k,j] = g(k,j);  y[i,j] = sum(k) F[k,i] *
//   G[k,j]
#include "passes/Passes.h"

#include "ir/CostateOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_SEPARATEPRODUCTS
#include "passes/Passes.h.inc"

namespace {

class Separation {
public:
  explicit Separation(MapOp map, ReduceOp sum) : map(map), sum(sum), b(map), loc(sum.getLoc()) {}

  /// True if the sum is one of entries of two matrices now that it was not before.
  bool run() {
    if (!isSum() || !part() || (isMatrix(rows) && isMatrix(columns)))
      return false;
    Value left = isMatrix(rows) ? Value() : matrixOf(rows, 0);
    Value right = isMatrix(columns) ? Value() : matrixOf(columns, 1);
    OpBuilder inside(sum.getBody()->getTerminator());
    Value row = entryOf(inside, left, rows, 0), column = entryOf(inside, right, columns, 1);
    Value product = inside.create<arith::MulFOp>(loc, row, column);
    sum.getBody()->getTerminator()->setOperand(0, product);
    return true;
  }

private:
  Value index(unsigned d) { return map.getBody()->getArgument(d); }

  bool isSum() {
    return map.rank() == 2 && sum.getKind() == "add" && sum.rank() == 1 && sum.getNumResults() == 1 &&
           sum.getResult(0).getType().isF64() &&
           !map->isAncestor(sum.getSizes()[0].getParentBlock()->getParentOp());
  }

  /// Factors by the index that they depend on; false where one depends on both, or a side has none.
  bool part() {
    SmallVector<Value> open{sum.getBody()->getTerminator()->getOperand(0)};
    while (!open.empty()) {
      Value factor = open.pop_back_val();
      auto times = factor.getDefiningOp<arith::MulFOp>();
      if (times && times->getBlock() == sum.getBody()) {
        open.push_back(times.getRhs());
        open.push_back(times.getLhs());
        continue;
      }
      llvm::SetVector<Operation *> made;
      SmallPtrSet<Value, 4> needed;
      if (!collect(factor, made, needed))
        return false;
      bool hasRow = needed.contains(index(0)), hasColumn = needed.contains(index(1));
      if (hasRow && hasColumn)
        return false;
      (hasColumn ? columns : rows).push_back(factor);
    }
    return dependsOn(rows, 0) && dependsOn(columns, 1);
  }

  bool dependsOn(ArrayRef<Value> factors, unsigned d) {
    bool isNeeded = false, isSummed = false;
    for (Value factor : factors) {
      llvm::SetVector<Operation *> made;
      SmallPtrSet<Value, 4> needed;
      collect(factor, made, needed);
      isNeeded |= needed.contains(index(d));
      isSummed |= needed.contains(sum.getBody()->getArgument(0));
    }
    return isNeeded && isSummed;
  }

  /// The operations inside of the map that make a value, operands first, and the indices it needs.
  bool collect(Value value, llvm::SetVector<Operation *> &made, SmallPtrSet<Value, 4> &needed) {
    if (!map->isAncestor(value.getParentBlock()->getParentOp()))
      return true;
    Operation *op = value.getDefiningOp();
    if (!op) {
      needed.insert(value);
      return true;
    }
    if (op->getNumRegions())
      return false;
    for (Value operand : op->getOperands())
      if (!collect(operand, made, needed))
        return false;
    made.insert(op);
    return true;
  }

  /// One entry of a matrix from outside at the map's index and that of the sum.
  bool isMatrix(ArrayRef<Value> factors) {
    auto at = factors.size() == 1 ? factors[0].getDefiningOp<AtOp>() : AtOp();
    return at && at.getIndices().size() == 2 &&
           llvm::all_of(at.getIndices(), [](Value v) { return isa<BlockArgument>(v); }) &&
           !map->isAncestor(at.getArray().getParentBlock()->getParentOp());
  }

  /// The product of the factors for every k and row (d 0) or column (d 1).
  Value matrixOf(ArrayRef<Value> factors, unsigned d) {
    SmallVector<Value> sizes{sum.getSizes()[0], map.getSizes()[d]};
    auto type = RankedTensorType::get({ShapedType::kDynamic, ShapedType::kDynamic}, b.getF64Type());
    auto matrix = b.create<MapOp>(loc, sizes, ValueRange(), TypeRange{type});
    OpBuilder body = OpBuilder::atBlockEnd(matrix.getBody());
    IRMapping mapping;
    mapping.map(sum.getBody()->getArgument(0), matrix.getBody()->getArgument(0));
    mapping.map(index(d), matrix.getBody()->getArgument(1));
    Value product;
    for (Value factor : factors) {
      llvm::SetVector<Operation *> made;
      SmallPtrSet<Value, 4> needed;
      collect(factor, made, needed);
      for (Operation *op : made)
        if (!mapping.contains(op->getResult(0)))
          body.clone(*op, mapping);
      Value copy = mapping.lookupOrDefault(factor);
      product = product ? body.create<arith::MulFOp>(loc, product, copy).getResult() : copy;
    }
    body.create<YieldOp>(loc, product);
    return matrix.getResult(0);
  }

  Value entryOf(OpBuilder &inside, Value matrix, ArrayRef<Value> factors, unsigned d) {
    if (!matrix)
      return factors[0];
    return inside.create<AtOp>(loc, b.getF64Type(), matrix,
                               ValueRange{sum.getBody()->getArgument(0), index(d)});
  }

  MapOp map;
  ReduceOp sum;
  OpBuilder b; // before the map
  Location loc;
  SmallVector<Value> rows, columns;
};

struct SeparateProducts : impl::SeparateProductsBase<SeparateProducts> {
  using SeparateProductsBase::SeparateProductsBase;
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (!function->hasAttr("costate.function"))
        continue;
      SmallVector<ReduceOp> sums;
      function.walk([&](ReduceOp sum) {
        if (isa_and_nonnull<MapOp>(sum->getParentOp()))
          sums.push_back(sum);
      });
      for (ReduceOp sum : sums)
        if (Separation(cast<MapOp>(sum->getParentOp()), sum).run())
          ++numSeparated;
    }
  }
};

} // namespace
} // namespace costate
