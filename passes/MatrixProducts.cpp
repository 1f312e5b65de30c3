#include "passes/MatrixProducts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace costate {
namespace {

/// Is it an entry at these two indices, in this order or turned?
bool isEntryAt(AtOp at, Value first, Value second, bool &isTurned) {
  auto indices = at.getIndices();
  if (indices.size() != 2)
    return false;
  isTurned = indices[0] == second && indices[1] == first;
  return isTurned || (indices[0] == first && indices[1] == second);
}

bool isFromOutside(AtOp at, MapOp map) {
  return !map->isAncestor(at.getArray().getParentBlock()->getParentOp()) &&
         isa<FloatType>(at.getValue().getType());
}

bool isRight(AtOp at, MapOp map, Value k, bool &isTurned) {
  if (map.rank() == 2)
    return isEntryAt(at, k, map.getBody()->getArgument(1), isTurned);
  isTurned = false;
  return at.getIndices().size() == 1 && at.getIndices()[0] == k;
}

/// Few entries are multiplied faster where they are.
bool isSmall(Value size) {
  constexpr int64_t most = 16;
  APInt known;
  return matchPattern(size, m_ConstantInt(&known)) && known.getSExtValue() <= most;
}

std::optional<MatrixProduct> asProduct(ReduceOp sum, MapOp map) {
  if (sum.getKind() != "add" || sum.rank() != 1 || sum.getNumResults() != 1 || isSmall(sum.getSizes()[0]) ||
      map->isAncestor(sum.getSizes()[0].getParentBlock()->getParentOp()))
    return std::nullopt;
  auto times = sum.getBody()->getTerminator()->getOperand(0).getDefiningOp<arith::MulFOp>();
  if (!times || times->getBlock() != sum.getBody())
    return std::nullopt;
  AtOp factors[] = {times.getLhs().getDefiningOp<AtOp>(), times.getRhs().getDefiningOp<AtOp>()};
  if (!factors[0] || !factors[1] || !isFromOutside(factors[0], map) || !isFromOutside(factors[1], map))
    return std::nullopt;
  Value i = map.getBody()->getArgument(0), k = sum.getBody()->getArgument(0);
  for (unsigned first : {0u, 1u}) {
    MatrixProduct product{sum, factors[first], factors[1 - first]};
    if (isEntryAt(product.left, i, k, product.isLeftTurned) &&
        isRight(product.right, map, k, product.isRightTurned))
      return product;
  }
  return std::nullopt;
}

} // namespace

SmallVector<MatrixProduct> matrixProducts(MapOp map) {
  SmallVector<MatrixProduct> products;
  if (map.rank() != 1 && map.rank() != 2)
    return products;
  for (auto sum : map.getBody()->getOps<ReduceOp>())
    if (auto product = asProduct(sum, map))
      products.push_back(*product);
  return products;
}

} // namespace costate
