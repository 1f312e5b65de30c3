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

/// Whether the loop only adds to the value.
static bool isTotal(Value carried, Value yielded) {
  auto add = yielded.getDefiningOp<arith::AddFOp>();
  bool isAnyOrder = add && arith::bitEnumContainsAll(add.getFastmath(), arith::FastMathFlags::reassoc) &&
                    carried.hasOneUse();
  return isAnyOrder && llvm::is_contained(add->getOperands(), carried);
}

/// Whether every load of memory that is stored to is from the place of the store.
static bool isInPlace(scf::ForOp loop) {
  DenseMap<Value, memref::StoreOp> stores;
  for (auto store : loop.getBody()->getOps<memref::StoreOp>())
    if (!stores.insert({memoryOf(store.getMemRef()), store}).second)
      return false;
  return llvm::all_of(loop.getBody()->getOps<memref::LoadOp>(), [&](memref::LoadOp load) {
    memref::StoreOp store = stores.lookup(memoryOf(load.getMemRef()));
    return !store || (store.getMemRef() == load.getMemRef() && store.getIndices() == load.getIndices() &&
                      load->isBeforeInBlock(store));
  });
}

bool isSum(scf::ForOp loop) {
  Operation *yield = loop.getBody()->getTerminator();
  for (auto [carried, yielded] : llvm::zip_equal(loop.getRegionIterArgs(), yield->getOperands()))
    if (!isTotal(carried, yielded))
      return false;
  return isInPlace(loop) && llvm::all_of(loop.getBody()->without_terminator(), [](Operation &op) {
           return isa<memref::LoadOp, memref::StoreOp>(op) ||
                  (op.getNumRegions() == 0 && isMemoryEffectFree(&op));
         });
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
