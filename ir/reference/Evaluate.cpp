// Maps, bodies and kernels, instance by instance.
#include "ir/reference/Evaluate.h"

#include <algorithm>

using namespace mlir;

namespace costate::reference {

Tensor Tensor::reals(ArrayRef<double> values) {
  return {{int64_t(values.size())}, std::vector<Scalar>(values.begin(), values.end())};
}

Tensor Tensor::integers(ArrayRef<int64_t> values) {
  return {{int64_t(values.size())}, std::vector<Scalar>(values.begin(), values.end())};
}

Scalar *Tensor::at(ArrayRef<int64_t> indices) {
  int64_t position = 0;
  for (auto [index, size] : llvm::zip_equal(indices, shape)) {
    if (index < 0 || index >= size)
      return nullptr;
    position = position * size + index;
  }
  return &entries[size_t(position)];
}

Scalar combine(StringRef kind, const Scalar &old, const Scalar &value) {
  auto apply = [&](auto a, auto b, auto least, auto greatest) -> Scalar {
    if (kind == "add")
      return a + b;
    if (kind == "mul")
      return a * b;
    return kind == "min" ? least : greatest;
  };
  if (std::holds_alternative<double>(old)) {
    double a = real(old), b = real(value);
    return apply(a, b, minimum(a, b), maximum(a, b));
  }
  int64_t a = integer(old), b = integer(value);
  return apply(a, b, std::min(a, b), std::max(a, b));
}

void Evaluator::set(Value value, Tensor tensor) {
  if (isa<ShapedType>(value.getType()))
    columns[value] = std::make_shared<Tensor>(std::move(tensor));
  else
    scalars[value] = tensor.entries[0];
}

FailureOr<Scalar> Evaluator::scalar(Value value) {
  if (auto known = scalars.find(value); known != scalars.end())
    return known->second;
  Operation *op = value.getDefiningOp();
  if (auto length = dyn_cast_or_null<LengthOp>(op)) {
    std::shared_ptr<Tensor> tensor = find(length.getColumn());
    return tensor ? FailureOr<Scalar>(Scalar(tensor->size())) : FailureOr<Scalar>(failure());
  }
  if (auto size = dyn_cast_or_null<SizeOp>(op)) {
    std::shared_ptr<Tensor> tensor = find(size.getArray());
    return tensor ? FailureOr<Scalar>(Scalar(tensor->shape[size.getDimension()]))
                  : FailureOr<Scalar>(failure());
  }
  if (isa_and_nonnull<arith::ConstantOp>(op)) // outside the body
    return *evaluateScalar(op, {});
  return emitError(value.getLoc(), "a scalar that is not known here");
}

FailureOr<SmallVector<Scalar>> Evaluator::allScalars(ValueRange values) {
  SmallVector<Scalar> all;
  for (Value value : values) {
    FailureOr<Scalar> known = scalar(value);
    if (failed(known))
      return failure();
    all.push_back(*known);
  }
  return all;
}

FailureOr<SmallVector<int64_t>> Evaluator::indices(ValueRange values) {
  FailureOr<SmallVector<Scalar>> all = allScalars(values);
  if (failed(all))
    return failure();
  return llvm::map_to_vector(*all, [](const Scalar &value) { return integer(value); });
}

FailureOr<Scalar> Evaluator::load(Value array, ValueRange at) {
  std::shared_ptr<Tensor> tensor = find(array);
  FailureOr<SmallVector<int64_t>> place = indices(at);
  if (!tensor || failed(place))
    return failure();
  Scalar *entry = tensor->at(*place);
  if (!entry)
    return emitError(array.getLoc(), "index outside the tensor");
  return *entry;
}

LogicalResult Evaluator::accumulate(AccumulateOp op) {
  FailureOr<SmallVector<int64_t>> place = indices(op.getIndices());
  FailureOr<Scalar> value = scalar(op.getValue());
  std::shared_ptr<Tensor> array = find(op.getArray());
  if (failed(place) || failed(value) || !array)
    return failure();
  Scalar *slot = array->at(*place);
  if (!slot)
    return op.emitError("slot outside the tensor");
  *slot = rounded(combine(op.getKind(), *slot, *value), op.getValue().getType());
  return success();
}

FailureOr<double> Evaluator::reduce(Value parentColumn, Region &region, StringRef kind, double start) {
  std::shared_ptr<Tensor> parent = find(parentColumn);
  if (!parent)
    return failure();
  int64_t own = row;
  Scalar total = start;
  for (int64_t t = 0; t < parent->size(); ++t) {
    if (integer(parent->entries[size_t(t)]) != own)
      continue;
    FailureOr<double> value = body(region, t);
    if (failed(value))
      return failure();
    total = combine(kind, total, Scalar(*value));
  }
  row = own;
  return real(total);
}

static double startOf(StringRef kind) {
  double infinite = std::numeric_limits<double>::infinity();
  return kind == "mul" ? 1 : kind == "min" ? infinite : -infinite;
}

LogicalResult Evaluator::step(Operation &op) {
  ++steps;
  if (auto add = dyn_cast<AccumulateOp>(op))
    return accumulate(add);
  if (std::optional<LogicalResult> done = stepOfFunction(op))
    return *done;
  bool isArray = op.getNumResults() && isa<RankedTensorType>(op.getResult(0).getType());
  if (isArray || isa<MapOp>(op)) // a map may do nothing but accumulate
    return define(&op);
  FailureOr<Scalar> result = failure();
  if (auto at = dyn_cast<AtOp>(op)) {
    result = load(at.getArray(), at.getIndices());
  } else if (auto stored = dyn_cast<StoredOp>(op)) {
    result = load(stored.array(), stored.getRow());
  } else if (isa<SumOp, FoldOp>(op)) {
    auto fold = dyn_cast<FoldOp>(op);
    StringRef kind = fold ? fold.getKind() : "add";
    result = reduce(op.getOperand(0), op.getRegion(0), kind, fold ? startOf(kind) : 0);
  } else {
    FailureOr<SmallVector<Scalar>> operands = allScalars(op.getOperands());
    if (failed(operands))
      return failure();
    std::optional<Scalar> value = evaluateScalar(&op, *operands);
    if (!value)
      return op.emitError("'") << op.getName() << "' is not known to the reference evaluator";
    result = *value;
  }
  if (failed(result))
    return failure();
  scalars[op.getResult(0)] = *result;
  return success();
}

LogicalResult Evaluator::run(Block &block) {
  for (Operation &op : block.without_terminator())
    if (failed(step(op)))
      return failure();
  return success();
}

FailureOr<SmallVector<Scalar>> Evaluator::yielded(Region &region, int64_t at) {
  row = at;
  Block &block = region.front();
  if (block.getNumArguments())
    scalars[block.getArgument(0)] = at;
  if (failed(run(block)))
    return failure();
  return allScalars(block.getTerminator()->getOperands());
}

FailureOr<double> Evaluator::body(Region &region, int64_t at) {
  FailureOr<SmallVector<Scalar>> values = yielded(region, at);
  if (failed(values))
    return failure();
  return real(values->front());
}

FailureOr<Tensor> Evaluator::let(LetOp op) {
  std::shared_ptr<Tensor> over = find(op.getOver());
  if (!over)
    return failure();
  Tensor column{{over->size()}, {}};
  int64_t around = row;
  for (int64_t s = 0; s < over->size(); ++s) {
    FailureOr<double> value = body(op.getRegion(), s);
    if (failed(value))
      return failure();
    column.entries.push_back(*value);
  }
  row = around;
  return column;
}

FailureOr<std::vector<Tensor>> Evaluator::shared(SharedOp op) {
  std::shared_ptr<Tensor> over = find(op.getOver());
  if (!over)
    return failure();
  if (op.getRegion().empty()) { // the last kernel yields everything
    FlatSymbolRefAttr name = op.getSecondAttr()  ? op.getSecondAttr()
                             : op.getFirstAttr() ? op.getFirstAttr()
                                                 : op.getValueAttr();
    FailureOr<std::vector<Tensor>> given = operands(op.getInputs());
    auto kernel = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(op, name);
    return failed(given) ? given : evaluateKernel(kernel, over->size(), *given);
  }
  std::vector<Tensor> results(op.getNumResults(), Tensor{{over->size()}, {}});
  for (int64_t s = 0; s < over->size(); ++s) {
    FailureOr<SmallVector<Scalar>> values = yielded(op.getRegion(), s);
    if (failed(values))
      return failure();
    for (auto [result, value] : llvm::zip_equal(results, *values))
      result.entries.push_back(value);
  }
  return results;
}

LogicalResult Evaluator::forEach(ArrayRef<int64_t> sizes, Block &body,
                                 llvm::function_ref<LogicalResult(int64_t)> visit) {
  int64_t count = 1;
  for (int64_t size : sizes) {
    if (size < 0)
      return body.getParentOp()->emitError("has a size of ") << size;
    count *= size;
  }
  for (int64_t instance = 0; instance < count; ++instance) {
    int64_t remaining = instance;
    for (size_t d = sizes.size(); d-- > 0; remaining /= sizes[d])
      scalars[body.getArgument(unsigned(d))] = remaining % sizes[d];
    if (failed(run(body)) || failed(visit(instance)))
      return failure();
  }
  return success();
}

FailureOr<std::vector<Tensor>> Evaluator::made(ValueRange values, ArrayRef<int64_t> outer,
                                               ValueRange innerSizes) {
  FailureOr<SmallVector<int64_t>> inner = indices(innerSizes);
  if (failed(inner))
    return failure();
  std::vector<Tensor> results;
  ArrayRef<int64_t> rest(*inner);
  for (Value value : values) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    size_t rank = type ? size_t(type.getRank()) : 0;
    Tensor result{outer.vec(), {}};
    llvm::append_range(result.shape, rest.take_front(rank));
    rest = rest.drop_front(rank);
    results.push_back(result);
  }
  return results;
}

LogicalResult Evaluator::append(Tensor &result, size_t outer, Value value) {
  FailureOr<Tensor> entry = this->value(value);
  if (failed(entry))
    return failure();
  if (ArrayRef(entry->shape) != ArrayRef(result.shape).drop_front(outer))
    return emitError(value.getLoc(), "a tensor of other sizes than the inner ones of the result");
  llvm::append_range(result.entries, entry->entries);
  return success();
}

FailureOr<std::vector<Tensor>> Evaluator::map(MapOp map) {
  FailureOr<SmallVector<int64_t>> sizes = indices(map.getSizes());
  FailureOr<std::vector<Tensor>> inits = operands(map.getInits());
  if (failed(sizes) || failed(inits))
    return failure();
  for (auto [accumulator, init] : llvm::zip_equal(map.accumulators(), *inits))
    set(accumulator, init);
  ValueRange values = map.getBody()->getTerminator()->getOperands();
  FailureOr<std::vector<Tensor>> results = made(values, *sizes, map.getInner());
  if (failed(results))
    return failure();
  LogicalResult done = forEach(*sizes, *map.getBody(), [&](int64_t) {
    for (auto [result, value] : llvm::zip_equal(*results, values))
      if (failed(append(result, sizes->size(), value)))
        return failure();
    return success();
  });
  if (failed(done))
    return failure();
  for (Value accumulator : map.accumulators())
    results->push_back(*find(accumulator));
  return results;
}

FailureOr<std::vector<Tensor>> Evaluator::operands(ValueRange values) {
  std::vector<Tensor> tensors;
  for (Value value : values) {
    std::shared_ptr<Tensor> tensor = find(value);
    if (!tensor)
      return failure();
    tensors.push_back(*tensor);
  }
  return tensors;
}

/// Evaluates an operation whose results are columns.
LogicalResult Evaluator::define(Operation *op) {
  FailureOr<std::vector<Tensor>> results = failure();
  if (auto map = dyn_cast<MapOp>(op)) {
    results = this->map(map);
  } else if (auto shared = dyn_cast<SharedOp>(op)) {
    results = this->shared(shared);
  } else if (auto let = dyn_cast<LetOp>(op)) {
    FailureOr<Tensor> column = this->let(let);
    if (succeeded(column))
      results = std::vector<Tensor>{*column};
  } else if (auto call = dyn_cast<CallOp>(op)) {
    results = this->call(call);
  } else {
    FailureOr<std::vector<Tensor>> given = operands(op->getOperands());
    if (failed(given))
      return failure();
    if (auto call = dyn_cast<KernelOp>(op)) {
      auto kernel = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(op, call.getCalleeAttr());
      size_t rank = call.getOver().size();
      ArrayRef<Tensor> all(*given);
      SmallVector<int64_t> sizes =
          llvm::map_to_vector(all.take_back(rank), [](const Tensor &over) { return over.size(); });
      if (sizes.empty())
        sizes = {1};
      results = evaluateKernel(kernel, sizes, all.drop_back(rank));
    } else {
      results = evaluateSetOp(op, *given);
    }
  }
  if (failed(results))
    return failure();
  for (auto [value, tensor] : llvm::zip_equal(op->getResults(), *results))
    set(value, tensor);
  return success();
}

std::shared_ptr<Tensor> Evaluator::find(Value value) {
  if (std::shared_ptr<Tensor> known = columns.lookup(value))
    return known;
  Operation *op = value.getDefiningOp();
  if (op && !isa<VariableOp>(op))
    return succeeded(define(op)) ? columns.lookup(value) : nullptr;
  emitError(value.getLoc(), "a column that was not given");
  return nullptr;
}

FailureOr<Tensor> Evaluator::value(Value value) {
  if (isa<RankedTensorType>(value.getType()))
    return column(value);
  FailureOr<Scalar> known = scalar(value);
  return failed(known) ? FailureOr<Tensor>(failure()) : FailureOr<Tensor>(Tensor{{}, {*known}});
}

FailureOr<Tensor> Evaluator::column(Value value) {
  std::shared_ptr<Tensor> tensor = find(value);
  return tensor ? FailureOr<Tensor>(*tensor) : FailureOr<Tensor>(failure());
}

FailureOr<std::vector<Tensor>> evaluateKernel(func::FuncOp kernel, ArrayRef<int64_t> sizes,
                                              ArrayRef<Tensor> args) {
  Block &block = kernel.getBody().front();
  if (block.getNumArguments() != sizes.size() + args.size())
    return kernel.emitError("a kernel of ") << block.getNumArguments() << " sizes and arrays, given "
                                            << sizes.size() << " and " << args.size();
  Evaluator evaluator;
  for (auto [argument, size] : llvm::zip(block.getArguments(), sizes))
    evaluator.set(argument, Scalar(size));
  for (auto [argument, tensor] : llvm::zip_equal(block.getArguments().drop_front(sizes.size()), args))
    evaluator.set(argument, tensor);
  return evaluator.map(*block.getOps<MapOp>().begin());
}

} // namespace costate::reference
