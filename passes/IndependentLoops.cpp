// What a loop reads and writes, through views.
#include "passes/IndependentLoops.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;

namespace costate {

Value memoryOf(Value reference) {
  while (auto view = reference.getDefiningOp<ViewLikeOpInterface>())
    reference = view.getViewSource();
  return reference;
}

bool isIndependent(scf::ForOp loop) {
  if (llvm::any_of(loop.getInitArgs().getTypes(), llvm::IsaPred<MemRefType>))
    return false; // memory changes its place: a step may read what the one before it wrote
  SmallPtrSet<Value, 8> read, written;
  for (Operation &op : loop.getBody()->without_terminator()) {
    if (auto load = dyn_cast<memref::LoadOp>(op))
      read.insert(memoryOf(load.getMemRef()));
    else if (auto store = dyn_cast<memref::StoreOp>(op))
      written.insert(memoryOf(store.getMemRef()));
    else if (op.getNumRegions() != 0 || !isMemoryEffectFree(&op))
      return false;
  }
  return llvm::none_of(written, [&](Value v) { return read.contains(v); });
}

bool isIndependentNest(scf::ForOp nest) {
  SmallPtrSet<Value, 8> read, written;
  WalkResult walked = nest.walk([&](Operation *op) {
    auto loop = dyn_cast<scf::ForOp>(op);
    if (auto load = dyn_cast<memref::LoadOp>(op))
      read.insert(memoryOf(load.getMemRef()));
    else if (auto store = dyn_cast<memref::StoreOp>(op))
      written.insert(memoryOf(store.getMemRef()));
    else if (loop ? !loop.getInitArgs().empty() : op->getNumRegions() != 0 || !isMemoryEffectFree(op))
      return WalkResult::interrupt();
    return WalkResult::advance();
  });
  return !walked.wasInterrupted() && llvm::none_of(written, [&](Value v) { return read.contains(v); });
}

} // namespace costate
