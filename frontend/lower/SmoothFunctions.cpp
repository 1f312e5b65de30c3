#include "frontend/lower/SmoothFunctions.h"

using namespace mlir;

namespace costate::lower {

SmallVector<int32_t> variableInputs(ArrayRef<Value> inputs) {
  SmallVector<int32_t> variables;
  for (auto [k, input] : llvm::enumerate(inputs))
    if (isa_and_nonnull<VariableOp>(input.getDefiningOp()))
      variables.push_back(int32_t(k));
  return variables;
}

func::FuncOp SmoothFunctions::makeFunction(const std::string &suffix, size_t more) {
  OpBuilder b(value);
  b.setInsertionPointAfter(value);
  SmallVector<Type> types(value.getArgumentTypes());
  types.append(more, columnOf(b.getF64Type()));
  auto function = b.create<func::FuncOp>(value.getLoc(), (value.getSymName() + suffix).str(),
                                         b.getFunctionType(types, {}));
  function->setAttr("costate.function", b.getUnitAttr());
  if (value->hasAttr("costate.single"))
    function->setAttr("costate.single", b.getUnitAttr());
  function.addEntryBlock();
  return function;
}

void SmoothFunctions::finish(func::FuncOp function, OpBuilder &b, ValueRange results) {
  b.create<func::ReturnOp>(value.getLoc(), results);
  function.setType(b.getFunctionType(function.getArgumentTypes(), results.getTypes()));
}

SmoothFunctions::Values SmoothFunctions::variablesOf(ValueRange arguments) {
  Values at;
  for (int32_t k : variables)
    at.push_back(arguments[size_t(k)]);
  return at;
}

void SmoothFunctions::fill(Block *block, ValueRange arguments) {
  IRMapping mapping;
  mapping.map(value.getArguments(), arguments.take_front(value.getNumArguments()));
  for (auto [k, inner] : llvm::zip(variables, block->getArguments()))
    mapping.map(value.getArgument(unsigned(k)), inner);
  OpBuilder inside = OpBuilder::atBlockEnd(block);
  Block &body = value.getBody().front();
  for (Operation &op : body.without_terminator())
    inside.clone(op, mapping);
  inside.create<YieldOp>(value.getLoc(), mapping.lookupOrDefault(body.getTerminator()->getOperand(0)));
}

/// A column of one row.
Value SmoothFunctions::one(OpBuilder &b) {
  Location loc = value.getLoc();
  Value number = b.create<arith::ConstantOp>(loc, b.getF64FloatAttr(1)),
        size = b.create<arith::ConstantIndexOp>(loc, 1);
  auto map = b.create<MapOp>(loc, ValueRange{size}, ValueRange(), TypeRange{columnOf(b.getF64Type())});
  OpBuilder::atBlockEnd(map.getBody()).create<YieldOp>(loc, number);
  return map.getResult(0);
}

SmoothFunctions::Values SmoothFunctions::reversed(OpBuilder &b, ValueRange arguments) {
  Value weights = isOfRows ? arguments[value.getNumArguments()] : one(b);
  auto vjp = b.create<VjpOp>(value.getLoc(), variablesOf(arguments), ValueRange{weights});
  fill(vjp.getBody(), arguments);
  return Values(vjp.getResults());
}

std::string SmoothFunctions::gradient() {
  func::FuncOp function = makeFunction(".gradient", isOfRows ? 1 : 0);
  OpBuilder b = OpBuilder::atBlockEnd(&function.getBody().front());
  finish(function, b, reversed(b, function.getArguments()));
  return function.getSymName().str();
}

std::string SmoothFunctions::product() {
  func::FuncOp function = makeFunction(".product", variables.size() + (isOfRows ? 1 : 0));
  OpBuilder b = OpBuilder::atBlockEnd(&function.getBody().front());
  auto arguments = function.getArguments();
  Values at = variablesOf(arguments), directions(arguments.take_back(variables.size()));
  auto jvp = b.create<JvpOp>(value.getLoc(), at, directions, ValueRange(at).getTypes());
  OpBuilder inside = OpBuilder::atBlockEnd(jvp.getBody());
  Values inner(arguments.drop_back(variables.size()));
  for (auto [k, argument] : llvm::zip(variables, jvp.getBody()->getArguments()))
    inner[size_t(k)] = argument;
  Values results = reversed(inside, inner);
  inside.create<YieldOp>(value.getLoc(), ValueRange(results).drop_front());
  finish(function, b, jvp.getResults().drop_front(variables.size()));
  return function.getSymName().str();
}

std::string SmoothFunctions::forward() {
  func::FuncOp function = makeFunction(".forward", variables.size());
  OpBuilder b = OpBuilder::atBlockEnd(&function.getBody().front());
  auto arguments = function.getArguments();
  auto jvp = b.create<JvpOp>(value.getLoc(), variablesOf(arguments), arguments.take_back(variables.size()),
                             TypeRange{columnOf(b.getF64Type())});
  fill(jvp.getBody(), arguments);
  finish(function, b, jvp.getResults().drop_front());
  return function.getSymName().str();
}

} // namespace costate::lower
