#include "frontend/lower/SmoothFunctions.h"

using namespace mlir;

namespace costate::lower {

func::FuncOp SmoothFunctions::makeFunction(const std::string &name, size_t directions) {
  OpBuilder b(value);
  b.setInsertionPointAfter(value);
  SmallVector<Type> types(value.getArgumentTypes());
  types.append(directions, columnOf(b.getF64Type()));
  auto function = b.create<func::FuncOp>(value.getLoc(), name, b.getFunctionType(types, {}));
  function->setAttr("costate.function", b.getUnitAttr());
  function.addEntryBlock();
  return function;
}

SmoothFunctions::Values SmoothFunctions::reversed(OpBuilder &b, ValueRange arguments) {
  Location loc = value.getLoc();
  Values at;
  for (int32_t k : variables)
    at.push_back(arguments[size_t(k)]);
  Value one = b.create<arith::ConstantOp>(loc, b.getF64FloatAttr(1)),
        size = b.create<arith::ConstantIndexOp>(loc, 1);
  auto seed = b.create<MapOp>(loc, ValueRange{size}, ValueRange(), TypeRange{columnOf(b.getF64Type())});
  OpBuilder::atBlockEnd(seed.getBody()).create<YieldOp>(loc, one);
  auto vjp = b.create<VjpOp>(loc, at, ValueRange{seed.getResult(0)});
  IRMapping mapping;
  mapping.map(value.getArguments(), arguments);
  for (auto [k, inner] : llvm::zip(variables, vjp.getBody()->getArguments()))
    mapping.map(value.getArgument(unsigned(k)), inner);
  OpBuilder inside = OpBuilder::atBlockEnd(vjp.getBody());
  Block &body = value.getBody().front();
  for (Operation &op : body.without_terminator())
    inside.clone(op, mapping);
  inside.create<YieldOp>(loc, mapping.lookup(body.getTerminator()->getOperand(0)));
  return Values(vjp.getResults());
}

std::string SmoothFunctions::gradient() {
  std::string name = value.getSymName().str() + ".gradient";
  func::FuncOp function = makeFunction(name, 0);
  OpBuilder b = OpBuilder::atBlockEnd(&function.getBody().front());
  Values results = reversed(b, function.getArguments());
  b.create<func::ReturnOp>(value.getLoc(), results);
  function.setType(b.getFunctionType(function.getArgumentTypes(), ValueRange(results).getTypes()));
  return name;
}

std::string SmoothFunctions::product() {
  std::string name = value.getSymName().str() + ".product";
  func::FuncOp function = makeFunction(name, variables.size());
  OpBuilder b = OpBuilder::atBlockEnd(&function.getBody().front());
  Location loc = value.getLoc();
  auto arguments = function.getArguments();
  Values at, directions(arguments.take_back(variables.size()));
  for (int32_t k : variables)
    at.push_back(arguments[size_t(k)]);
  auto jvp = b.create<JvpOp>(loc, at, directions, ValueRange(at).getTypes());
  OpBuilder inside = OpBuilder::atBlockEnd(jvp.getBody());
  Values inner(arguments.drop_back(variables.size()));
  for (auto [k, argument] : llvm::zip(variables, jvp.getBody()->getArguments()))
    inner[size_t(k)] = argument;
  Values results = reversed(inside, inner);
  inside.create<YieldOp>(loc, ValueRange(results).drop_front());
  auto products = jvp.getResults().drop_front(variables.size());
  b.create<func::ReturnOp>(loc, products);
  function.setType(b.getFunctionType(function.getArgumentTypes(), products.getTypes()));
  return name;
}

} // namespace costate::lower
