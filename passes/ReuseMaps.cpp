// Finds entries of maps that are computed again, as adjoints do with what they need.
//
//   y = map (i < n) { tanh(reduce add (k < m) { A[i,k] * x[k] }) }
//   map (i < n) { .. tanh(reduce add (k < m) { A[i,k] * x[k] }) .. }   =>   map (i < n) { .. y[i] .. }
#include "passes/ReuseMaps.h"

#include "mlir/IR/Dominance.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace costate {
namespace {

/// Compares an expression with what a map yields.
class EntryMatcher {
public:
  explicit EntryMatcher(MapOp map) : map(map), indices(map.rank()) {}

  bool matches(Value own, Value other) {
    if (own.getType() != other.getType())
      return false;
    if (auto known = pairs.find(own); known != pairs.end())
      return known->second == other;
    auto arg = dyn_cast<BlockArgument>(own);
    if (arg && arg.getOwner() == map.getBody())
      return bind(indices[arg.getArgNumber()], other);
    Attribute left, right;
    if (matchPattern(own, m_Constant(&left)) && matchPattern(other, m_Constant(&right)))
      return left == right;
    if (arg || !map.getRegion().isAncestor(own.getParentRegion()))
      return own == other;
    Operation *x = own.getDefiningOp(), *y = other.getDefiningOp();
    return y && cast<OpResult>(own).getResultNumber() == cast<OpResult>(other).getResultNumber() &&
           OperationEquivalence::isEquivalentTo(
               x, y, [&](Value l, Value r) { return success(matches(l, r)); },
               [&](Value l, Value r) { pairs[l] = r; }, OperationEquivalence::IgnoreLocations);
  }

  /// The indices of the entry; empty unless they are surely in range.
  ArrayRef<Value> entry(Value array) {
    for (auto [d, index] : llvm::enumerate(indices))
      if (!index || !coversDimension(index, array, int64_t(d)))
        return {};
    return indices;
  }

private:
  static bool bind(Value &index, Value other) {
    if (!index)
      index = other;
    return index == other;
  }

  MapOp map;
  SmallVector<Value> indices;         // of the entry, where known
  llvm::DenseMap<Value, Value> pairs; // of values in the map and in the expression
};

/// What a result's entry costs: the part of the body that it is made of.
Work workOfEntry(MapOp map, Value yielded) {
  llvm::DenseSet<Operation *> needed;
  SmallVector<Value> stack{yielded};
  Work work;
  while (!stack.empty()) {
    Operation *op = stack.pop_back_val().getDefiningOp();
    if (!op || op->getBlock() != map.getBody() || !needed.insert(op).second)
      continue;
    work += workOf(op);
    llvm::append_range(stack, op->getOperands());
  }
  return work;
}

} // namespace

unsigned reuseMaps(func::FuncOp function, llvm::function_ref<bool(const Work &)> isExpensive) {
  DominanceInfo dominance(function);
  unsigned replaced = 0;
  function.walk([&](MapOp map) {
    for (auto [k, given] : llvm::enumerate(map.getBody()->getTerminator()->getOperands())) {
      Value yielded = given;
      Operation *root = yielded.getDefiningOp();
      if (map.rank() == 0 || isa<RankedTensorType>(yielded.getType()) || !root ||
          root->getBlock() != map.getBody() || !isExpensive(workOfEntry(map, yielded)))
        continue;
      function.walk([&](Operation *op) {
        if (op->getName() != root->getName() || op->getResultTypes() != root->getResultTypes() ||
            op->use_empty() || map->isAncestor(op) || !dominance.properlyDominates(map, op))
          return;
        EntryMatcher matcher(map);
        Value other = op->getResult(cast<OpResult>(yielded).getResultNumber());
        if (!matcher.matches(yielded, other))
          return;
        ArrayRef<Value> indices = matcher.entry(map.getResult(unsigned(k)));
        if (indices.empty())
          return;
        OpBuilder b(op);
        other.replaceAllUsesWith(
            b.create<AtOp>(op->getLoc(), other.getType(), map.getResult(unsigned(k)), indices));
        ++replaced;
      });
    }
  });
  return replaced;
}

} // namespace costate
