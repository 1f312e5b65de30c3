// Variables and defining constraints that SplitSums adds to a problem.
#include "passes/HiddenVariables.h"

#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace costate {

void HiddenVariables::forget() {
  for (Known &entry : known)
    entry.reduction->erase();
  known.clear();
}

Value HiddenVariables::oneRow() {
  if (!single) {
    auto type = RankedTensorType::get({1}, outside.getI32Type());
    single = outside.create<LiteralOp>(problem.getLoc(), columnOf(outside.getI32Type()),
                                       DenseElementsAttr::get(type, int32_t(0)));
  }
  return single;
}

HiddenVariables::Declared HiddenVariables::equalTo(Operation *reduction, Value around) const {
  for (const Known &entry : known)
    if (entry.around == around && OperationEquivalence::isEquivalentTo(entry.reduction, reduction,
                                                                       OperationEquivalence::IgnoreLocations))
      return entry.declared;
  return {};
}

Value HiddenVariables::number(Location loc, double value) {
  auto type = RankedTensorType::get({1}, outside.getF64Type());
  return outside.create<LiteralOp>(loc, columnOf(outside.getF64Type()), DenseElementsAttr::get(type, value));
}

Value HiddenVariables::declare(Location loc, Value like, Name name, double start) {
  Block &block = problem.getRegion().front();
  auto variables = llvm::to_vector(block.getOps<VariableOp>());
  OpBuilder builder = OpBuilder::atBlockBegin(&block);
  if (!variables.empty())
    builder.setInsertionPointAfter(variables.back());
  ArrayAttr roots = name.roots ? name.roots : builder.getI32ArrayAttr({});
  auto variable = builder.create<VariableOp>(
      loc, columnOf(builder.getF64Type()), like, name.index, Value(), Value(),
      start != 0 ? number(loc, start) : Value(), builder.getStringAttr(name.family), roots,
      builder.getStringAttr("real"), StringAttr(), builder.getUnitAttr());
  Value zero = number(loc, 0);
  builder.setInsertionPointToEnd(&block);
  builder.create<ConstraintOp>(loc, like, name.index, zero, zero, builder.getStringAttr(name.family), roots,
                               StringAttr(), builder.getI32IntegerAttr(int32_t(variables.size())));
  return variable.getValues();
}

void HiddenVariables::remember(Operation *reduction, Value around, Declared declared) {
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(reduction->getRegions(), captured);
  if (llvm::all_of(captured, [](Value v) { return isa<RankedTensorType>(v.getType()); }))
    known.push_back({reduction->clone(), around, declared});
}

} // namespace costate
