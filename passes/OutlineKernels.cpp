// Maps of a program => kernel functions and calls.
#include "passes/Passes.h"

#include "ir/CostateOps.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_OUTLINEKERNELS
#include "passes/Passes.h.inc"

namespace {

struct OutlineKernels : impl::OutlineKernelsBase<OutlineKernels> {
  using OutlineKernelsBase::OutlineKernelsBase;

  void runOnOperation() override {
    SmallVector<MapOp> maps;
    getOperation().walk([&](MapOp map) {
      if (isa<ProgramOp>(map->getParentOp()))
        maps.push_back(map);
    });
    unsigned number = 0;
    for (MapOp map : maps)
      outline(map, ("data." + Twine(number++)).str());
  }

  void outline(MapOp map, const std::string &name) {
    Location loc = map.getLoc();
    llvm::SetVector<Value> captured;
    getUsedValuesDefinedAbove(map.getRegion(), captured);
    SmallVector<Value> inputs, scalars;
    for (Value value : captured)
      (isa<RankedTensorType>(value.getType()) ? inputs : scalars).push_back(value);
    OpBuilder builder = OpBuilder::atBlockEnd(getOperation().getBody());
    SmallVector<Type> types{builder.getIndexType()};
    for (Value value : inputs)
      types.push_back(value.getType());
    for (Value value : map.getInits())
      types.push_back(value.getType());
    auto function = builder.create<func::FuncOp>(loc, name, builder.getFunctionType(types, map.getResultTypes()));
    function->setAttr("costate.kernel", builder.getUnitAttr());
    Block *entry = function.addEntryBlock();
    OpBuilder inside = OpBuilder::atBlockEnd(entry);
    IRMapping mapping;
    for (Value value : scalars) // constants
      inside.clone(*value.getDefiningOp(), mapping);
    mapping.map(map.getSizes()[0], entry->getArgument(0));
    unsigned next = 1;
    for (Value value : inputs)
      mapping.map(value, entry->getArgument(next++));
    SmallVector<Value> inits(map.getInits());
    Operation *copy = inside.clone(*map, mapping);
    for (unsigned k = 0; k < inits.size(); ++k)
      copy->setOperand(1 + k, entry->getArgument(next++));
    inside.create<func::ReturnOp>(loc, copy->getResults());
    OpBuilder here(map);
    Value over;
    if (auto length = map.getSizes()[0].getDefiningOp<LengthOp>())
      over = length.getColumn();
    auto call = here.create<KernelOp>(loc, map.getResultTypes(), FlatSymbolRefAttr::get(function.getNameAttr()), inputs, inits, over);
    if (auto given = map->getAttr("costate.name"))
      call->setAttr("costate.name", given);
    map.replaceAllUsesWith(call.getResults());
    map.erase();
  }
};

} // namespace
} // namespace costate
