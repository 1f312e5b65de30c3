// Kernel functions of a pattern.
#include "passes/PatternKernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/CSE.h"

using namespace mlir;

namespace costate {

Value cloneScalar(Value value, OpBuilder &builder, IRMapping &mapping,
                  llvm::function_ref<Value(Value)> outside) {
  SmallVector<Value> stack{value};
  while (!stack.empty()) {
    Value top = stack.back();
    Operation *op = top.getDefiningOp();
    if (mapping.contains(top)) {
      stack.pop_back();
      continue;
    }
    if (!op || isa<RankedTensorType>(top.getType())) { // columns are shared, indices are the caller's
      mapping.map(top, op || !outside ? top : outside(top));
      stack.pop_back();
      continue;
    }
    size_t before = stack.size();
    for (Value operand : op->getOperands())
      if (!mapping.contains(operand))
        stack.push_back(operand);
    if (stack.size() > before)
      continue;
    builder.clone(*op, mapping);
    stack.pop_back();
  }
  return mapping.lookup(value);
}

Value PatternKernel::position(Value column, Value at) {
  return builder.create<arith::IndexCastOp>(map.getLoc(), builder.getIndexType(), load(column, at));
}

PatternKernel PatternKernels::open(StringRef suffix, TypeRange more) {
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  SmallVector<Type> types{builder.getIndexType()};
  llvm::append_range(types, ValueRange(inputs).getTypes());
  llvm::append_range(types, more);
  auto function =
      builder.create<func::FuncOp>(loc, (name + suffix).str(), builder.getFunctionType(types, {}));
  function->setAttr("costate.kernel", builder.getUnitAttr());
  Block *entry = function.addEntryBlock();
  builder.setInsertionPointToStart(entry);
  auto map = builder.create<MapOp>(loc, ValueRange{entry->getArgument(0)}, ValueRange{}, TypeRange{});
  ValueRange given = entry->getArguments().drop_front();
  return {function,
          map,
          OpBuilder::atBlockEnd(map.getBody()),
          {},
          given.take_front(inputs.size()),
          given.drop_front(inputs.size())};
}

PatternKernel PatternKernels::openCopy(PatternKernel &other, StringRef suffix, TypeRange more) {
  PatternKernel kernel = open(suffix, more);
  kernel.mapping.map(other.inputs, kernel.inputs);
  kernel.mapping.map(other.instance(), kernel.instance());
  for (Operation &op : *other.map.getBody())
    if (!isa<YieldOp>(op))
      kernel.builder.clone(op, kernel.mapping);
  return kernel;
}

FlatSymbolRefAttr PatternKernels::close(PatternKernel &kernel, ArrayRef<Value> results) {
  Type reals = columnOf(kernel.builder.getF64Type());
  SmallVector<Type> types(results.size(), reals);
  kernel.builder.create<YieldOp>(loc, results);
  OpBuilder builder(kernel.map);
  auto map = builder.create<MapOp>(loc, kernel.map.getSizes(), ValueRange{}, types);
  map.getRegion().takeBody(kernel.map.getRegion());
  kernel.map.erase();
  kernel.map = map;
  builder.setInsertionPointAfter(map);
  builder.create<func::ReturnOp>(loc, map->getResults());
  kernel.function.setFunctionType(builder.getFunctionType(kernel.function.getArgumentTypes(), types));
  IRRewriter rewriter(builder.getContext());
  DominanceInfo dominance(kernel.function);
  eliminateCommonSubExpressions(rewriter, dominance, kernel.function);
  return FlatSymbolRefAttr::get(kernel.function.getNameAttr());
}

} // namespace costate
