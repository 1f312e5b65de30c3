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

namespace {

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

} // namespace

FailureOr<Scalar> Evaluator::scalar(Value value) {
  if (auto known = scalars.find(value); known != scalars.end())
    return known->second;
  Operation *op = value.getDefiningOp();
  if (auto length = dyn_cast_or_null<LengthOp>(op)) {
    std::shared_ptr<Tensor> tensor = find(length.getColumn());
    return tensor ? FailureOr<Scalar>(Scalar(tensor->size())) : FailureOr<Scalar>(failure());
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

LogicalResult Evaluator::accumulate(AccumulateOp op, std::vector<Tensor> &accumulators) {
  FailureOr<SmallVector<int64_t>> place = indices(op.getIndices());
  FailureOr<Scalar> value = scalar(op.getValue());
  if (failed(place) || failed(value))
    return failure();
  auto argument = cast<BlockArgument>(op.getArray());
  unsigned rank = cast<MapOp>(argument.getOwner()->getParentOp()).rank();
  Scalar *slot = accumulators[argument.getArgNumber() - rank].at(*place);
  if (!slot)
    return op.emitError("slot outside the tensor");
  *slot = combine(op.getKind(), *slot, *value);
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

LogicalResult Evaluator::step(Operation &op, std::vector<Tensor> &accumulators) {
  if (auto add = dyn_cast<AccumulateOp>(op))
    return accumulate(add, accumulators);
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

FailureOr<SmallVector<Scalar>> Evaluator::yielded(Region &region, int64_t at) {
  row = at;
  Block &block = region.front();
  if (block.getNumArguments())
    scalars[block.getArgument(0)] = at;
  std::vector<Tensor> none;
  for (Operation &op : block.without_terminator())
    if (failed(step(op, none)))
      return failure();
  return allScalars(block.getTerminator()->getOperands());
}

FailureOr<double> Evaluator::body(Region &region, int64_t at) {
  FailureOr<SmallVector<Scalar>> values = yielded(region, at);
  if (failed(values))
    return failure();
  return real(values->front());
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

FailureOr<std::vector<Tensor>> Evaluator::map(MapOp map) {
  FailureOr<SmallVector<int64_t>> sizes = indices(map.getSizes());
  if (failed(sizes))
    return failure();
  std::vector<int64_t> shape(sizes->begin(), sizes->end());
  std::vector<Tensor> yielded(map.numYielded(), Tensor{shape, {}});
  FailureOr<std::vector<Tensor>> accumulators = operands(map.getInits());
  if (failed(accumulators))
    return failure();
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  for (int64_t instance = 0; instance < count; ++instance) {
    int64_t remaining = instance;
    for (size_t d = shape.size(); d-- > 0; remaining /= shape[d])
      scalars[map.getBody()->getArgument(unsigned(d))] = remaining % shape[d];
    for (Operation &op : map.getBody()->without_terminator())
      if (failed(step(op, *accumulators)))
        return failure();
    FailureOr<SmallVector<Scalar>> values = allScalars(map.getBody()->getTerminator()->getOperands());
    if (failed(values))
      return failure();
    for (auto [tensor, value] : llvm::zip_equal(yielded, *values))
      tensor.entries.push_back(value);
  }
  llvm::append_range(yielded, *accumulators);
  return yielded;
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
