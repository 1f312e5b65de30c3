// Kernel functions of a term.
#include "passes/PatternKernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

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

/// A kernel function under construction, open in the body of its map.
struct PatternKernels::Kernel {
  func::FuncOp function;
  MapOp map;
  OpBuilder builder; // at the end of the map's body
  IRMapping mapping; // of the term's body
  Value weight, instance, row;
  ValueRange slots;

  Value load(Value column, Value at) { return builder.create<AtOp>(map.getLoc(), column, at); }
  Value position(Value table, Value at) {
    return builder.create<arith::IndexCastOp>(map.getLoc(), builder.getIndexType(), load(table, at));
  }
  void add(Value value, Value slot) {
    Value accumulator = map.getBody()->getArguments().back();
    builder.create<AccumulateOp>(map.getLoc(), value, accumulator, ValueRange{slot}, "add");
  }
};

PatternKernels::Kernel PatternKernels::begin(StringRef suffix, size_t numSlots, bool hasWeight) {
  Location loc = term.getLoc();
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  Type codes = columnOf(builder.getI32Type()), reals = columnOf(builder.getF64Type());
  SmallVector<Type> types{builder.getIndexType()};
  llvm::append_range(types, ValueRange(inputs).getTypes());
  if (hasWeight)
    types.push_back(reals);
  types.append(numSlots, codes);
  types.push_back(reals);
  auto function =
      builder.create<func::FuncOp>(loc, (name + suffix).str(), builder.getFunctionType(types, {reals}));
  function->setAttr("costate.kernel", builder.getUnitAttr());
  Block *entry = function.addEntryBlock();
  builder.setInsertionPointToStart(entry);
  auto map = builder.create<MapOp>(loc, ValueRange{entry->getArgument(0)},
                                   ValueRange{entry->getArguments().back()}, TypeRange{});
  builder.create<func::ReturnOp>(loc, map->getResults());
  Kernel kernel{function, map, OpBuilder::atBlockEnd(map.getBody()), {}, {}, map.getBody()->getArgument(0),
                {},       {}};
  ValueRange given = entry->getArguments().drop_front();
  for (auto [input, argument] : llvm::zip(inputs, given))
    kernel.mapping.map(input, argument);
  kernel.weight = hasWeight ? given[inputs.size()] : Value();
  kernel.slots = given.slice(inputs.size() + hasWeight, numSlots);
  kernel.mapping.map(term.getRegion().getArgument(0), kernel.instance);
  if (term.getRow())
    kernel.row = kernel.position(kernel.mapping.lookup(term.getRow()), kernel.instance);
  else if (int32_t(term.getTarget()) < 0)
    kernel.row = kernel.builder.create<arith::ConstantIndexOp>(loc, 0);
  else
    kernel.row = kernel.instance;
  return kernel;
}

FlatSymbolRefAttr PatternKernels::finish(Kernel &kernel) {
  kernel.builder.create<YieldOp>(term.getLoc(), ValueRange{});
  return FlatSymbolRefAttr::get(kernel.function.getNameAttr());
}

FlatSymbolRefAttr PatternKernels::value(Value output) {
  Kernel kernel = begin(".value", 0, false);
  kernel.add(cloneScalar(output, kernel.builder, kernel.mapping), kernel.row);
  return finish(kernel);
}

FlatSymbolRefAttr PatternKernels::addTo(StringRef suffix, ArrayRef<Value> entries, bool isWeighted) {
  Kernel kernel = begin(suffix, entries.size(), isWeighted);
  Value weight = isWeighted ? kernel.load(kernel.weight, kernel.row) : Value();
  for (auto [entry, slot] : llvm::zip_equal(entries, kernel.slots)) {
    Value value = cloneScalar(entry, kernel.builder, kernel.mapping);
    if (weight)
      value = kernel.builder.create<arith::MulFOp>(term.getLoc(), weight, value);
    kernel.add(value, kernel.position(slot, kernel.instance));
  }
  return finish(kernel);
}

} // namespace costate
