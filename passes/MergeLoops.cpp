// Loops side by side over the same entries => one loop.
//
//   for i { y[i] = f(x[i]) };  s = for i (s) { s + g(x[i]) }    =>   s = for i (s) { s + g(x[i]); y[i] =
//   f(x[i]) }
//
// Maps merge with maps and sums with sums as operations already (MergeMaps.cpp); here a sum joins the map
// beside it, so that what both read is loaded once.
#include "passes/IndependentLoops.h"
#include "passes/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_MERGELOOPS
#include "passes/Passes.h.inc"

namespace {

constexpr size_t mostOperations = 120; // of the loop that comes out

using Roots = SmallPtrSet<Value, 8>;

bool areDisjoint(const Roots &a, const Roots &b) {
  return llvm::none_of(a, [&](Value root) { return b.contains(root); });
}

bool areEqual(Value a, Value b) {
  APInt x, y;
  return a == b || (matchPattern(a, m_ConstantInt(&x)) && matchPattern(b, m_ConstantInt(&y)) && x == y);
}

/// A loop of straight lines and branches that stores nothing in these nor what it reads, and its memory.
struct Candidate {
  scf::ForOp loop;
  Roots read, written;
  size_t operations = 0;
};

/// Functions that become arithmetic in a map stay calls in a sum: such loops stay apart.
bool isApart(Operation *op) { return isa<math::SinOp, math::CosOp>(op); }

std::optional<Candidate> candidate(scf::ForOp loop) {
  Candidate found{loop};
  if (llvm::any_of(loop.getInitArgs().getTypes(), llvm::IsaPred<MemRefType>))
    return std::nullopt;
  WalkResult walked = loop.getBody()->walk([&](Operation *op) {
    ++found.operations;
    auto store = dyn_cast<memref::StoreOp>(op);
    bool isStored = store && store->getBlock() == loop.getBody();
    if (auto load = dyn_cast<memref::LoadOp>(op))
      found.read.insert(memoryOf(load.getMemRef()));
    else if (isStored)
      found.written.insert(memoryOf(store.getMemRef()));
    else if (isApart(op) || (!isa<scf::IfOp>(op) && (op->getNumRegions() != 0 || !isMemoryEffectFree(op))))
      return WalkResult::interrupt();
    return WalkResult::advance();
  });
  bool isIndependent = !walked.wasInterrupted() && areDisjoint(found.read, found.written);
  return isIndependent ? std::optional(found) : std::nullopt;
}

/// Two loops of one block with nothing but arithmetic between them.
class LoopPair {
public:
  LoopPair(const Candidate &first, const Candidate &second)
      : first(first.loop), second(second.loop), a(first), c(second) {}

  bool canMerge() {
    bool isOneSpace = areEqual(first.getLowerBound(), second.getLowerBound()) &&
                      areEqual(first.getUpperBound(), second.getUpperBound()) &&
                      areEqual(first.getStep(), second.getStep());
    return isOneSpace && a.operations + c.operations <= mostOperations && !areDisjoint(a.read, c.read) &&
           areDisjoint(a.written, c.read) && areDisjoint(a.written, c.written) &&
           areDisjoint(a.read, c.written) && canMoveBetween();
  }

  void merge() {
    for (Operation *op : between)
      op->moveBefore(first);
    OpBuilder b(first);
    SmallVector<Value> starts(first.getInitArgs());
    llvm::append_range(starts, second.getInitArgs());
    auto merged = b.create<scf::ForOp>(first.getLoc(), first.getLowerBound(), first.getUpperBound(),
                                       first.getStep(), starts);
    Block *body = merged.getBody();
    if (!body->empty())
      body->back().erase();
    b.setInsertionPointToEnd(body);
    SmallVector<Value> yielded;
    IRMapping values;
    size_t position = 0;
    for (scf::ForOp loop : {first, second}) {
      values.map(loop.getInductionVar(), merged.getInductionVar());
      for (Value carried : loop.getRegionIterArgs())
        values.map(carried, merged.getRegionIterArg(unsigned(position++)));
      copy(loop, b, values, /*isStoring=*/false);
    }
    for (scf::ForOp loop : {first, second}) {
      copy(loop, b, values, /*isStoring=*/true);
      for (Value value : loop.getBody()->getTerminator()->getOperands())
        yielded.push_back(values.lookupOrDefault(value));
    }
    b.create<scf::YieldOp>(first.getLoc(), yielded);
    first->replaceAllUsesWith(merged.getResults().take_front(first.getNumResults()));
    second->replaceAllUsesWith(merged.getResults().take_back(second.getNumResults()));
    second.erase();
    first.erase();
  }

private:
  static void copy(scf::ForOp loop, OpBuilder &b, IRMapping &values, bool isStoring) {
    for (Operation &op : loop.getBody()->without_terminator())
      if (isa<memref::StoreOp>(op) == isStoring)
        b.clone(op, values);
  }

  /// What stands between the loops goes before them; it does not need the first, nor does the second.
  bool canMoveBetween() {
    for (Operation *op = first->getNextNode(); op != second; op = op->getNextNode()) {
      if (op->getNumRegions() != 0 || !(isMemoryEffectFree(op) || isa<memref::AllocOp>(op)))
        return false;
      between.push_back(op);
    }
    between.push_back(second);
    bool needsFirst = llvm::any_of(first->getUsers(), [&](Operation *user) {
      return llvm::any_of(between, [&](Operation *op) { return op->isAncestor(user); });
    });
    between.pop_back();
    return !needsFirst;
  }

  scf::ForOp first, second;
  const Candidate &a, &c;
  SmallVector<Operation *> between;
};

/// Merges the first pair of neighbours in a block that can be.
bool mergeNeighbours(Block &block) {
  std::optional<Candidate> before;
  for (auto loop : block.getOps<scf::ForOp>()) {
    auto here = candidate(loop);
    if (before && here) {
      LoopPair pair(*before, *here);
      if (pair.canMerge())
        return pair.merge(), true;
    }
    before = std::move(here);
  }
  return false;
}

struct MergeLoops : impl::MergeLoopsBase<MergeLoops> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr("costate.function"))
        function.walk([&](Block *block) {
          while (mergeNeighbours(*block))
            ++numMerged;
        });
  }
};

} // namespace
} // namespace costate
