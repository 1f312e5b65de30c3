// Variables and defining constraints that SplitSums adds to a problem.
#include "passes/HiddenVariables.h"

#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace costate {

HiddenVariables::~HiddenVariables() {
  for (Known &entry : known)
    entry.sum->erase();
}

Value HiddenVariables::oneRow() {
  if (!single) {
    auto type = RankedTensorType::get({1}, outside.getI32Type());
    single = outside.create<LiteralOp>(problem.getLoc(), columnOf(outside.getI32Type()),
                                       DenseElementsAttr::get(type, int32_t(0)));
  }
  return single;
}

Value HiddenVariables::equalTo(SumOp sum, Value like) {
  for (Known &entry : known)
    if (entry.like == like &&
        OperationEquivalence::isEquivalentTo(entry.sum, sum, OperationEquivalence::IgnoreLocations))
      return entry.variable;
  return {};
}

Value HiddenVariables::declare(SumOp sum, Value like, StringRef name) {
  Location loc = sum.getLoc();
  Block &block = problem.getRegion().front();
  auto variables = llvm::to_vector(block.getOps<VariableOp>());
  OpBuilder builder = OpBuilder::atBlockBegin(&block);
  if (!variables.empty())
    builder.setInsertionPointAfter(variables.back());
  ArrayAttr noRoots = builder.getI32ArrayAttr({});
  auto variable =
      builder.create<VariableOp>(loc, columnOf(builder.getF64Type()), like, ValueRange{}, Value(), Value(),
                                 Value(), builder.getStringAttr(name), noRoots, builder.getStringAttr("real"),
                                 StringAttr(), builder.getUnitAttr());
  auto zeroType = RankedTensorType::get({1}, builder.getF64Type());
  Value zero =
      outside.create<LiteralOp>(loc, columnOf(builder.getF64Type()), DenseElementsAttr::get(zeroType, 0.0));
  builder.setInsertionPointToEnd(&block);
  builder.create<ConstraintOp>(loc, like, ValueRange{}, zero, zero, builder.getStringAttr(name), noRoots,
                               StringAttr(), builder.getI32IntegerAttr(int32_t(variables.size())));
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(sum.getRegion(), captured);
  if (llvm::all_of(captured, [](Value v) { return isa<RankedTensorType>(v.getType()); }))
    known.push_back({sum->clone(), like, variable.getValues()});
  return variable.getValues();
}

} // namespace costate
