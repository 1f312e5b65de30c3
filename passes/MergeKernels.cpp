// Equal kernel functions => one; those nobody calls go.
#include "passes/Passes.h"

#include "ir/CostateOps.h"

#include <map>

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_MERGEKERNELS
#include "passes/Passes.h.inc"

namespace {

/// What two equal functions certainly share; within a bucket they are compared operation by operation.
using Bucket = std::pair<const void *, size_t>;

Bucket bucketOf(func::FuncOp function) {
  size_t operations = 0;
  function.walk([&](Operation *) { ++operations; });
  return {function.getFunctionType().getAsOpaquePointer(), operations};
}

struct MergeKernels : impl::MergeKernelsBase<MergeKernels> {
  using MergeKernelsBase::MergeKernelsBase;

  void runOnOperation() override {
    std::map<Bucket, SmallVector<func::FuncOp>> buckets;
    DenseMap<StringAttr, StringAttr> representative;
    SmallVector<func::FuncOp> kernels;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr("costate.kernel"))
        kernels.push_back(function);
    for (func::FuncOp function : kernels) {
      auto &known = buckets[bucketOf(function)];
      auto same = llvm::find_if(known, [&](func::FuncOp other) {
        return OperationEquivalence::isRegionEquivalentTo(&function.getBody(), &other.getBody(),
                                                          OperationEquivalence::IgnoreLocations);
      });
      if (same == known.end())
        known.push_back(function);
      else
        representative[function.getSymNameAttr()] = same->getSymNameAttr();
    }
    DenseSet<StringAttr> used = rename(representative);
    for (func::FuncOp function : kernels)
      if (!used.contains(function.getSymNameAttr())) {
        function.erase();
        ++numErased;
      }
  }

  /// Calls the representatives; gives the names that are called.
  DenseSet<StringAttr> rename(const DenseMap<StringAttr, StringAttr> &representative) {
    DenseSet<StringAttr> used;
    auto chosen = [&](FlatSymbolRefAttr name) {
      StringAttr target = representative.lookup(name.getAttr());
      if (!target)
        target = name.getAttr();
      used.insert(target);
      return FlatSymbolRefAttr::get(target);
    };
    getOperation().walk([&](Operation *op) {
      if (auto call = dyn_cast<KernelOp>(op))
        call.setCalleeAttr(chosen(call.getCalleeAttr()));
      if (isa<PatternOp, SharedOp>(op))
        for (NamedAttribute entry : op->getAttrs())
          if (auto kernel = dyn_cast<FlatSymbolRefAttr>(entry.getValue()))
            op->setAttr(entry.getName(), chosen(kernel));
    });
    return used;
  }
};

} // namespace
} // namespace costate
