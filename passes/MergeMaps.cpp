// Merges neighbours over one index space.
//
//   y = map (i < n) { f(x[i]) };  z = map (i < n) { g(x[i], y[i]) }   =>   y, z = map (i < n) { f, g(x[i], f)
//   }
#include "passes/MergeMaps.h"

#include "passes/ArrayNests.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace costate {
namespace {

ValueRange sizesOf(Operation *op) {
  auto map = dyn_cast<MapOp>(op);
  return map ? ValueRange(map.getSizes()) : ValueRange(cast<ReduceOp>(op).getSizes());
}

Block &bodyOf(Operation *op) { return op->getRegion(0).front(); }

bool hasLoops(Operation *op) {
  return bodyOf(op)
      .walk([](Operation *inner) {
        return isa<MapOp, ReduceOp, ScanOp, IterateOp, UnwindOp>(inner) ? WalkResult::interrupt()
                                                                        : WalkResult::advance();
      })
      .wasInterrupted();
}

unsigned numOperations(Operation *op) {
  unsigned count = 0;
  op->walk([&](Operation *) { ++count; });
  return count;
}

/// What may be merged with another at all.
bool isCandidate(Operation *op, unsigned maxBody) {
  auto map = dyn_cast<MapOp>(op);
  auto reduce = dyn_cast<ReduceOp>(op);
  return ((map && map.getInits().empty()) || (reduce && !reduce.isPosition())) && !accumulatesOutside(op) &&
         numOperations(op) <= maxBody;
}

/// Two candidates of one block, the first before the second.
class Pair {
public:
  Pair(Operation *first, Operation *second) : first(first), second(second) {
    getUsedValuesDefinedAbove(second->getRegions(), captured);
  }

  bool canMerge() {
    if (!isOneSpace() || !findForwarded())
      return false;
    if (forwarded.empty() && (hasLoops(first) != hasLoops(second) || !shareArrays()))
      return false;
    isAtSecond = !isUsedBetween();
    return isAtSecond || isSecondKnownAtFirst();
  }

  void merge() {
    OpBuilder b(isAtSecond ? second : first);
    IRMapping mapping;
    Operation *merged = open(b, mapping);
    auto body = OpBuilder::atBlockEnd(&bodyOf(merged));
    SmallVector<Value> yielded;
    for (Operation *op : {first, second}) {
      mapping.map(bodyOf(op).getArguments(), bodyOf(merged).getArguments());
      for (Operation &inner : bodyOf(op).without_terminator())
        body.clone(inner, mapping);
      for (Value value : bodyOf(op).getTerminator()->getOperands())
        yielded.push_back(mapping.lookupOrDefault(value));
    }
    body.create<YieldOp>(first->getLoc(), yielded);
    forward(merged, yielded);
    first->replaceAllUsesWith(merged->getResults().take_front(first->getNumResults()));
    second->replaceAllUsesWith(merged->getResults().drop_front(first->getNumResults()));
    second->erase();
    first->erase();
  }

private:
  bool isOneSpace() {
    auto a = dyn_cast<ReduceOp>(first), b = dyn_cast<ReduceOp>(second);
    if (bool(a) != bool(b) || (a && a.getKind() != b.getKind()))
      return false;
    ValueRange left = sizesOf(first), right = sizesOf(second);
    return left.size() == right.size() && llvm::all_of(llvm::zip_equal(left, right), [](auto sizes) {
             return areEqualSizes(std::get<0>(sizes), std::get<1>(sizes));
           });
  }

  /// Loads in the second of what the first makes at the same indices; false if there are other uses.
  bool findForwarded() {
    auto own = bodyOf(second).getArguments();
    for (Value result : first->getResults())
      for (Operation *user : result.getUsers()) {
        if (!second->isAncestor(user))
          continue;
        auto at = dyn_cast<AtOp>(user);
        if (!at || isa<ReduceOp>(first) || !llvm::equal(at.getIndices().take_front(own.size()), own))
          return false;
        forwarded.push_back(at);
      }
    return true;
  }

  static llvm::SmallSetVector<Value, 8> arraysReadIn(Operation *op) {
    llvm::SmallSetVector<Value, 8> arrays;
    op->walk([&](AtOp at) {
      if (!op->isAncestor(at.getArray().getParentRegion()->getParentOp()))
        arrays.insert(at.getArray());
    });
    return arrays;
  }

  bool shareArrays() {
    auto left = arraysReadIn(first), right = arraysReadIn(second);
    return llvm::any_of(left, [&](Value array) { return right.contains(array); });
  }

  bool isUsedBetween() {
    for (Operation *user : first->getUsers()) {
      Operation *here = first->getBlock()->findAncestorOpInBlock(*user);
      if (here && here->isBeforeInBlock(second))
        return true;
    }
    return false;
  }

  bool isSecondKnownAtFirst() {
    auto isKnown = [&](Value value) {
      Operation *op = value.getDefiningOp();
      return !op || op == first || op->getBlock() != first->getBlock() || op->isBeforeInBlock(first);
    };
    return llvm::all_of(captured, isKnown) && llvm::all_of(second->getOperands(), isKnown);
  }

  Operation *open(OpBuilder &b, IRMapping &mapping) {
    SmallVector<Type> types(first->getResultTypes());
    llvm::append_range(types, second->getResultTypes());
    if (auto reduce = dyn_cast<ReduceOp>(first))
      return b.create<ReduceOp>(first->getLoc(), reduce.getKind(), reduce.getSizes(), types);
    SmallVector<Value> inner(cast<MapOp>(first).getInner());
    llvm::append_range(inner, cast<MapOp>(second).getInner());
    return b.create<MapOp>(first->getLoc(), sizesOf(first), ValueRange{}, types, inner);
  }

  /// The second reads what the first yields in the same instance.
  void forward(Operation *merged, ArrayRef<Value> yielded) {
    SmallVector<AtOp> loads;
    bodyOf(merged).walk([&](AtOp at) {
      if (at.getArray().getDefiningOp() == first)
        loads.push_back(at);
    });
    for (AtOp at : loads) {
      Value value = yielded[cast<OpResult>(at.getArray()).getResultNumber()];
      auto rest = at.getIndices().drop_front(bodyOf(first).getNumArguments());
      if (!rest.empty())
        value = OpBuilder(at).create<AtOp>(at.getLoc(), at.getType(), value, rest);
      at.replaceAllUsesWith(value);
      at.erase();
    }
  }

  Operation *first, *second;
  llvm::SetVector<Value> captured; // by the second
  SmallVector<AtOp> forwarded;
  bool isAtSecond = true;
};

} // namespace

bool mergeInBlock(Block &block, unsigned maxBody) {
  SmallVector<Operation *> candidates;
  for (Operation &op : block)
    if (isCandidate(&op, maxBody))
      candidates.push_back(&op);
  for (size_t second = 1; second < candidates.size(); ++second)
    for (size_t first = second; first-- > 0;)
      if (Pair pair(candidates[first], candidates[second]); pair.canMerge()) {
        pair.merge();
        return true;
      }
  return false;
}

} // namespace costate
