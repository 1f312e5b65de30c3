#include "passes/MatrixProducts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace costate {
namespace {

constexpr size_t mostIndices = 12; // of costate_product

// ---- positions -----------------------------------------------------------------------------------------

class PositionReader {
public:
  explicit PositionReader(MapOp map) : map(map) {}

  std::optional<LinearPosition> read(Value index) {
    position = {};
    if (!add(index, 1))
      return std::nullopt;
    return position;
  }

private:
  bool add(Value value, int64_t factor) {
    APInt number;
    if (matchPattern(value, m_ConstantInt(&number))) {
      position.constant += factor * number.getSExtValue();
      return true;
    }
    Operation *op = value.getDefiningOp();
    if (!op || !map->isAncestor(op)) {
      addTerm(value, factor);
      return true;
    }
    if (isa<arith::IndexCastOp>(op))
      return add(op->getOperand(0), factor);
    if (isa<arith::AddIOp>(op))
      return add(op->getOperand(0), factor) && add(op->getOperand(1), factor);
    if (isa<arith::SubIOp>(op))
      return add(op->getOperand(0), factor) && add(op->getOperand(1), -factor);
    for (unsigned k : {0u, 1u})
      if (isa<arith::MulIOp>(op) && matchPattern(op->getOperand(k), m_ConstantInt(&number)))
        return add(op->getOperand(1 - k), factor * number.getSExtValue());
    return false;
  }

  void addTerm(Value value, int64_t factor) {
    for (auto &[known, times] : position.terms)
      if (known == value) {
        times += factor;
        return;
      }
    position.terms.emplace_back(value, factor);
  }

  MapOp map;
  LinearPosition position;
};

} // namespace

std::optional<LinearPosition> linearPosition(Value index, MapOp map) {
  return PositionReader(map).read(index);
}

std::optional<SmallVector<LinearPosition>> linearPositions(AtOp at, MapOp map) {
  SmallVector<LinearPosition> all;
  for (Value index : at.getIndices()) {
    auto position = linearPosition(index, map);
    if (!position)
      return std::nullopt;
    all.push_back(*position);
  }
  return all;
}

bool moves(Value index, ArrayRef<LinearPosition> positions) {
  return llvm::any_of(positions, [&](const LinearPosition &position) {
    return llvm::any_of(position.terms, [&](auto &term) { return term.first == index && term.second != 0; });
  });
}

namespace {

bool isFromOutside(AtOp at, MapOp map) {
  return !map->isAncestor(at.getArray().getParentBlock()->getParentOp()) &&
         isa<FloatType>(at.getValue().getType());
}

// ---- worth ---------------------------------------------------------------------------------------------

/// The number of instances, where it is known.
std::optional<int64_t> known(ValueRange sizes) {
  int64_t product = 1;
  for (Value size : sizes) {
    APInt number;
    if (!matchPattern(size, m_ConstantInt(&number)))
      return std::nullopt;
    product *= number.getSExtValue();
  }
  return product;
}

/// Few entries are multiplied faster where they are.
bool isSmall(ReduceOp sum, MapOp map) {
  constexpr int64_t leastSums = 4, leastProducts = 1024;
  auto summed = known(sum.getSizes()), results = known(map.getSizes());
  return summed && (*summed < leastSums || (results && *summed * *results < leastProducts));
}

/// Entries that follow each other are those of the next instance of the sum, or one alone.
bool isAlongSums(const MatrixProduct &product, ArrayRef<LinearPosition> positions) {
  if (positions.empty())
    return true;
  return llvm::any_of(product.sums, [&](Value index) { return moves(index, positions.back()); });
}

/// Rows and columns, or a matrix and a vector: the only map of the latter, or one whose sum steps from row to
/// row.
bool isProduct(const MatrixProduct &product, MapOp map) {
  bool hasRows = false, hasColumns = false;
  for (Value index : map.getBody()->getArguments().take_front(map.rank())) {
    bool isLeft = product.readsLeft(index), isRight = product.readsRight(index);
    hasRows |= isLeft && !isRight;
    hasColumns |= isRight && !isLeft;
  }
  if (hasRows && hasColumns)
    return true;
  bool isStepping = !isAlongSums(product, hasRows ? product.leftPositions : product.rightPositions);
  return (hasRows || hasColumns) && (map.rank() == 1 || isStepping);
}

bool mayBeProducts(ReduceOp sum, MapOp map) {
  bool areKnown = llvm::none_of(
      sum.getSizes(), [&](Value size) { return map->isAncestor(size.getParentBlock()->getParentOp()); });
  return sum.getKind() == "add" && sum.rank() > 0 && sum.rank() + map.rank() <= mostIndices && areKnown &&
         !isSmall(sum, map);
}

/// factor != 0 ? ... : 0
bool isMask(arith::SelectOp choice, Value factor) {
  auto compared = choice.getCondition().getDefiningOp<arith::CmpFOp>();
  return matchPattern(choice.getFalseValue(), m_AnyZeroFloat()) && compared &&
         compared.getPredicate() == arith::CmpFPredicate::UNE && compared.getLhs() == factor &&
         matchPattern(compared.getRhs(), m_AnyZeroFloat());
}

std::optional<MatrixProduct> asProduct(OpResult result, MapOp map) {
  auto sum = cast<ReduceOp>(result.getOwner());
  Value summed = sum.getBody()->getTerminator()->getOperand(result.getResultNumber());
  auto mask = summed.getDefiningOp<arith::SelectOp>();
  auto times = (mask ? mask.getTrueValue() : summed).getDefiningOp<arith::MulFOp>();
  if (!times || times->getBlock() != sum.getBody() || (mask && !isMask(mask, times.getLhs())))
    return std::nullopt;
  auto left = times.getLhs().getDefiningOp<AtOp>(), right = times.getRhs().getDefiningOp<AtOp>();
  if (!left || !right || !isFromOutside(left, map) || !isFromOutside(right, map))
    return std::nullopt;
  auto leftPositions = linearPositions(left, map), rightPositions = linearPositions(right, map);
  if (!leftPositions || !rightPositions)
    return std::nullopt;
  SmallVector<Value> sums(ValueRange(sum.getBody()->getArguments()));
  MatrixProduct product{result, left, right, *leftPositions, *rightPositions, sums, bool(mask)};
  return isProduct(product, map) ? std::optional(product) : std::nullopt;
}

} // namespace

bool MatrixProduct::readsLeft(Value index) const { return moves(index, leftPositions); }
bool MatrixProduct::readsRight(Value index) const { return moves(index, rightPositions); }

SmallVector<MatrixProduct> matrixProducts(MapOp map) {
  SmallVector<MatrixProduct> all;
  for (auto sum : map.getBody()->getOps<ReduceOp>()) {
    if (!mayBeProducts(sum, map))
      continue;
    SmallVector<MatrixProduct> products;
    for (OpResult result : sum->getResults())
      if (auto product = asProduct(result, map))
        products.push_back(*product);
    if (products.size() == sum.getNumResults())
      llvm::append_range(all, products);
  }
  return all;
}

} // namespace costate
