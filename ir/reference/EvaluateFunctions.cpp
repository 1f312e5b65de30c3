// Functions over arrays: reductions, loops, tapes, branches.
#include "ir/reference/Evaluate.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;

namespace costate::reference {
namespace {

/// The result over no instances.
Scalar neutral(StringRef kind, Type type) {
  double infinity = std::numeric_limits<double>::infinity();
  if (isa<FloatType>(type))
    return kind == "add" ? 0 : kind == "mul" ? 1 : kind == "min" ? infinity : -infinity;
  if (kind == "add" || kind == "mul")
    return int64_t(kind == "mul");
  if (type.isInteger(1))
    return int64_t(kind == "min");
  bool isShort = type.isInteger(32);
  int64_t greatest = isShort ? INT32_MAX : INT64_MAX, least = isShort ? INT32_MIN : INT64_MIN;
  return kind == "min" ? greatest : least;
}

/// Equal but for rounding: operations may be written otherwise where a step is computed again.
bool areClose(const Scalar &a, const Scalar &b, double tolerance) {
  if (!std::holds_alternative<double>(a))
    return a == b;
  double x = real(a), y = real(b);
  return x == y || (std::isnan(x) && std::isnan(y)) ||
         std::abs(x - y) <= tolerance * std::max(std::abs(x), std::abs(y));
}

bool areClose(ArrayRef<Tensor> left, ArrayRef<Tensor> right, TapeType type) {
  bool isSingle =
      llvm::any_of(type.getStates(), [](Type state) { return getElementTypeOrSelf(state).isF32(); });
  double tolerance = isSingle ? 1e-4 : 1e-9;
  return llvm::all_of(llvm::zip_equal(left, right), [&](auto pair) {
    auto &[a, b] = pair;
    return a.shape == b.shape && llvm::all_of(llvm::zip_equal(a.entries, b.entries), [&](auto entries) {
             return areClose(std::get<0>(entries), std::get<1>(entries), tolerance);
           });
  });
}

} // namespace

std::optional<LogicalResult> Evaluator::stepOfFunction(Operation &op) {
  using Result = std::optional<LogicalResult>;
  return llvm::TypeSwitch<Operation *, Result>(&op)
      .Case([&](ReduceOp o) -> Result { return o.isPosition() ? position(o) : reduce(o); })
      .Case([&](ScanOp o) -> Result { return scan(o); })
      .Case([&](IterateOp o) -> Result { return iterate(o); })
      .Case([&](UnwindOp o) -> Result { return unwind(o); })
      .Case([&](scf::IfOp o) -> Result { return branch(o); })
      .Case([&](ReshapeOp o) -> Result { return reshape(o); })
      .Case([&](WithinOp o) -> Result { return within(o); })
      .Case([&](RuntimeOperation o) -> Result {
        FailureOr<States> results = runtimeOperation(o);
        if (failed(results))
          return failure();
        setAll(o->getResults(), *results);
        return success();
      })
      .Case([&](RuledOp o) -> Result { return ruled(o); })
      .Case([&](ConvergedOp o) -> Result { return converged(o); })
      .Case([&](UniformOp o) -> Result { return random(o); })
      .Case([&](StreamOp o) -> Result { return random(o); })
      .Case([&](StopOp o) -> Result { return copy(o.getValue(), o.getResult()); })
      .Case<LengthOp, SizeOp>([&](Operation *o) -> Result {
        std::shared_ptr<Tensor> tensor = find(o->getOperand(0));
        if (!tensor)
          return failure();
        auto size = dyn_cast<SizeOp>(o);
        scalars[o->getResult(0)] = tensor->shape[size ? size.getDimension() : 0];
        return success();
      })
      .Case([&](arith::SelectOp o) -> Result {
        if (!isa<RankedTensorType>(o.getType()))
          return std::nullopt;
        FailureOr<Scalar> condition = scalar(o.getCondition());
        if (failed(condition))
          return failure();
        return copy(integer(*condition) ? o.getTrueValue() : o.getFalseValue(), o.getResult());
      })
      .Case<JvpOp, VjpOp, RootOp>([&](Operation *o) -> Result {
        return o->emitError("'") << o->getName() << "' is not evaluated: expand it by costate-differentiate";
      })
      .Default([](Operation *) -> Result { return std::nullopt; });
}

void Evaluator::setAll(ValueRange values, ArrayRef<Tensor> tensors) {
  for (auto [value, tensor] : llvm::zip_equal(values, tensors))
    set(value, tensor);
}

FailureOr<Evaluator::States> Evaluator::values(ValueRange values) {
  States all;
  for (Value value : values) {
    FailureOr<Tensor> known = this->value(value);
    if (failed(known))
      return failure();
    all.push_back(*known);
  }
  return all;
}

LogicalResult Evaluator::copy(Value from, Value to) {
  FailureOr<Tensor> known = value(from);
  if (failed(known))
    return failure();
  set(to, *known);
  return success();
}

LogicalResult Evaluator::reduce(ReduceOp reduce) {
  FailureOr<SmallVector<int64_t>> sizes = indices(reduce.getSizes());
  if (failed(sizes))
    return failure();
  SmallVector<Scalar> totals = llvm::map_to_vector(
      reduce.getResultTypes(), [&](Type type) { return neutral(reduce.getKind(), type); });
  LogicalResult done = forEach(*sizes, *reduce.getBody(), [&](int64_t) {
    FailureOr<SmallVector<Scalar>> values = allScalars(reduce.getBody()->getTerminator()->getOperands());
    if (failed(values))
      return failure();
    for (auto [total, value, type] : llvm::zip_equal(totals, *values, reduce.getResultTypes()))
      total = rounded(combine(reduce.getKind(), total, value), type);
    return success();
  });
  for (auto [result, total] : llvm::zip_equal(reduce.getResults(), totals))
    set(result, total);
  return done;
}

LogicalResult Evaluator::position(ReduceOp reduce) {
  FailureOr<SmallVector<int64_t>> sizes = indices(reduce.getSizes());
  if (failed(sizes))
    return failure();
  int64_t found = -1;
  double best = 0;
  LogicalResult done = forEach(*sizes, *reduce.getBody(), [&](int64_t instance) {
    FailureOr<Scalar> value = scalar(reduce.getBody()->getTerminator()->getOperand(0));
    if (failed(value))
      return failure();
    double x = real(*value);
    bool isBetter = reduce.getKind() == "argmin" ? x < best : x > best;
    if (found < 0 || (!std::isnan(best) && (isBetter || std::isnan(x))))
      found = instance, best = x;
    return success();
  });
  set(reduce.getResult(0), Scalar(found));
  return done;
}

FailureOr<Evaluator::States> Evaluator::next(Block &block, const States &states) {
  if (failed(run(block)))
    return failure();
  FailureOr<States> all = values(block.getTerminator()->getOperands().take_front(states.size()));
  if (failed(all))
    return failure();
  for (auto [before, after] : llvm::zip_equal(states, *all))
    if (before.shape != after.shape)
      return block.getParentOp()->emitError("carries a tensor that changes its sizes");
  return all;
}

LogicalResult Evaluator::scan(ScanOp scan) {
  FailureOr<Scalar> size = scalar(scan.getSize());
  FailureOr<States> states = values(scan.getStarts()), inits = values(scan.getInits());
  if (failed(size) || failed(states) || failed(inits))
    return failure();
  Block &body = *scan.getBody();
  setAll(scan.accumulators(), *inits);
  int64_t n = integer(*size);
  if (n < 0)
    return scan.emitError("has a size of ") << n;
  ValueRange collected = body.getTerminator()->getOperands().drop_front(scan.numCarried());
  FailureOr<std::vector<Tensor>> all = made(collected, n, scan.getInner());
  if (failed(all))
    return failure();
  std::vector<States> tape(static_cast<size_t>(n));
  std::vector<std::vector<Tensor>> pieces(size_t(n), *all); // of what is collected, by index
  for (int64_t k = 0; k < n; ++k) {
    int64_t t = scan.getReversed() ? n - 1 - k : k;
    tape[size_t(t)] = *states;
    set(body.getArgument(0), Scalar(t));
    setAll(scan.carried(), *states);
    states = next(body, *states);
    if (failed(states))
      return failure();
    for (auto [piece, value] : llvm::zip_equal(pieces[size_t(t)], collected))
      if (failed(append(piece, 1, value)))
        return failure();
  }
  for (auto &piece : pieces)
    for (auto [whole, part] : llvm::zip_equal(*all, piece))
      llvm::append_range(whole.entries, part.entries);
  setAll(scan.getResults().take_front(scan.numCarried()), *states);
  setAll(scan.collected(), *all);
  for (auto [result, accumulator] : llvm::zip_equal(scan.accumulated(), scan.accumulators()))
    set(result, *find(accumulator));
  if (scan.getRecord())
    tapes[scan.getResults().back()] = tape;
  return success();
}

LogicalResult Evaluator::iterate(IterateOp iterate) {
  FailureOr<States> states = values(iterate.getStarts());
  if (failed(states))
    return failure();
  Block &condition = iterate.getCondition().front(), &body = iterate.getBody().front();
  std::vector<States> tape;
  for (;;) {
    setAll(condition.getArguments(), *states);
    if (failed(run(condition)))
      return failure();
    FailureOr<Scalar> holds = scalar(condition.getTerminator()->getOperand(0));
    if (failed(holds))
      return failure();
    if (!integer(*holds))
      break;
    tape.push_back(*states);
    setAll(body.getArguments(), *states);
    states = next(body, *states);
    if (failed(states))
      return failure();
  }
  setAll(iterate.getResults().take_front(iterate.numCarried()), *states);
  if (iterate.getRecord())
    tapes[iterate.getResults().back()] = tape;
  return success();
}

LogicalResult Evaluator::unwind(UnwindOp unwind) {
  auto known = tapes.find(unwind.getTape());
  if (known == tapes.end())
    return unwind.emitError("has a tape that no loop recorded");
  std::vector<States> tape = known->second; // a loop inside may record others
  FailureOr<States> carried = values(unwind.getStarts()), inits = values(unwind.getInits());
  if (failed(carried) || failed(inits))
    return failure();
  Block &step = unwind.getStep().front(), &adjoint = unwind.getAdjoint().front();
  setAll(unwind.accumulators(), *inits);
  auto n = int64_t(tape.size()), forward = unwind.getReversed() ? int64_t(-1) : int64_t(1);
  for (int64_t k = 0; k < n; ++k) {
    int64_t t = unwind.getReversed() ? k : n - 1 - k;
    const States &before = tape[size_t(t)];
    set(step.getArgument(0), Scalar(t));
    setAll(step.getArguments().drop_front(), before);
    FailureOr<States> after = next(step, before);
    if (failed(after))
      return failure();
    if (k > 0 && !areClose(*after, tape[size_t(t + forward)], unwind.getTape().getType()))
      return unwind.emitError("has a step that does not give state ") << t + forward << " of the tape";
    set(adjoint.getArgument(0), Scalar(t));
    setAll(adjoint.getArguments().slice(1, before.size()), before);
    setAll(adjoint.getArguments().slice(1 + before.size(), carried->size()), *carried);
    carried = next(adjoint, *carried);
    if (failed(carried))
      return failure();
  }
  setAll(unwind.getResults().take_front(carried->size()), *carried);
  ResultRange accumulated = unwind.getResults().drop_front(carried->size());
  for (auto [result, accumulator] : llvm::zip_equal(accumulated, unwind.accumulators()))
    set(result, *find(accumulator));
  return success();
}

LogicalResult Evaluator::branch(scf::IfOp branch) {
  FailureOr<Scalar> condition = scalar(branch.getCondition());
  if (failed(condition))
    return failure();
  Region &taken = integer(*condition) ? branch.getThenRegion() : branch.getElseRegion();
  if (taken.empty())
    return success();
  if (failed(run(taken.front())))
    return failure();
  for (auto [value, result] :
       llvm::zip_equal(taken.front().getTerminator()->getOperands(), branch.getResults()))
    if (failed(copy(value, result)))
      return failure();
  return success();
}

LogicalResult Evaluator::reshape(ReshapeOp reshape) {
  FailureOr<Tensor> array = column(reshape.getArray());
  FailureOr<SmallVector<int64_t>> sizes = indices(reshape.getSizes());
  if (failed(array) || failed(sizes))
    return failure();
  int64_t count = 1;
  for (int64_t size : *sizes)
    count *= size;
  if (count != array->size())
    return reshape.emitError("makes ") << count << " entries of " << array->size();
  array->shape.assign(sizes->begin(), sizes->end());
  set(reshape.getResult(), *array);
  return success();
}

LogicalResult Evaluator::within(WithinOp within) {
  FailureOr<Scalar> position = scalar(within.getPosition()), size = scalar(within.getSize());
  if (failed(position) || failed(size))
    return failure();
  if (integer(*position) < 0 || integer(*position) >= integer(*size))
    return within.emitError("position ")
           << integer(*position) << " of " << integer(*size) << ", sentence " << int32_t(within.getPlace());
  set(within.getResult(), *position);
  return success();
}

LogicalResult Evaluator::ruled(RuledOp op) {
  Block &body = op.getRegion().front();
  for (auto [at, argument] : llvm::zip_equal(op.getAt(), body.getArguments()))
    if (failed(copy(at, argument)))
      return failure();
  return failed(run(body)) ? failure() : copy(body.getTerminator()->getOperand(0), op.getValue());
}

LogicalResult Evaluator::converged(ConvergedOp op) {
  FailureOr<Scalar> left = scalar(op.getLeft()), allowed = scalar(op.getAllowed());
  if (failed(left) || failed(allowed))
    return failure();
  if (!(real(*left) <= real(*allowed)))
    return op.emitError("not converged: ") << real(*left) << " is left, sentence " << int32_t(op.getPlace());
  scalars[op.getIsConverged()] = int64_t(1);
  return success();
}

FailureOr<std::vector<Tensor>> Evaluator::call(CallOp call) {
  FailureOr<std::vector<Tensor>> inputs = operands(call.getInputs()), like = operands(call.getLike());
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(call, call.getCalleeAttr());
  if (failed(inputs) || failed(like))
    return failure();
  FailureOr<std::vector<Tensor>> results = evaluateFunction(callee, *inputs);
  if (failed(results))
    return failure();
  for (auto [k, result] : llvm::enumerate(*results))
    if (result.size() != (*like)[k].size())
      return call.emitError("result ")
             << k << " has " << result.size() << " rows, expected " << (*like)[k].size();
  return results;
}

FailureOr<std::vector<Tensor>> Evaluator::function(func::FuncOp function, ArrayRef<Tensor> args) {
  Block &body = function.getBody().front();
  if (body.getNumArguments() != args.size())
    return function.emitError("a function of ") << body.getNumArguments() << " values, given " << args.size();
  setAll(body.getArguments(), args);
  if (failed(run(body)))
    return failure();
  return values(body.getTerminator()->getOperands());
}

FailureOr<std::vector<Tensor>> evaluateFunction(func::FuncOp function, ArrayRef<Tensor> args) {
  return Evaluator().function(function, args);
}

} // namespace costate::reference
