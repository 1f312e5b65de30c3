// Reverse sweep with guards, and forward tangents.
//
// A value that is used only where a choice (select, min, max) takes it gets its adjoint contributions
// selected by the same condition: 0 * inf of the operand not taken never reaches a sum. Several uses: the
// conditions are or-ed.
//
//   y = select(x > 0, x log x, 0)    =>    dy/dx = select(x > 0, log x, 0) + select(x > 0, x / x, 0)
#include "passes/ScalarGradient.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace costate {
namespace {

bool isNumber(Value value, double number) {
  FloatAttr constant;
  return value && matchPattern(value, m_Constant(&constant)) && constant.getValueAsDouble() == number;
}

bool isScalarStep(Operation &op) {
  return op.getNumResults() == 1 && op.getResult(0).getType().isF64() && !isa<AtOp>(op);
}

} // namespace

// ---- small formulas ------------------------------------------------------------------------------------

Value ScalarDerivatives::number(Location loc, double value) {
  return builder.create<arith::ConstantOp>(loc, builder.getF64FloatAttr(value));
}

Value ScalarDerivatives::multiply(Value a, Value b) {
  if (!a || !b || isNumber(a, 0) || isNumber(b, 0))
    return nullptr;
  if (isNumber(a, 1))
    return b;
  if (isNumber(b, 1))
    return a;
  Location loc = a.getLoc();
  if (isNumber(a, -1))
    return builder.create<arith::NegFOp>(loc, b);
  if (isNumber(b, -1))
    return builder.create<arith::NegFOp>(loc, a);
  return builder.create<arith::MulFOp>(loc, a, b);
}

Value ScalarDerivatives::add(Value a, Value b) {
  if (!a || !b)
    return a ? a : b;
  return builder.create<arith::AddFOp>(a.getLoc(), a, b);
}

Value ScalarDerivatives::both(Value a, Value b) {
  if (!a || !b)
    return a ? a : b;
  return builder.create<arith::AndIOp>(a.getLoc(), a, b);
}

Value ScalarDerivatives::negation(Value condition) {
  Value &known = negations[condition];
  if (!known) {
    Value truth = builder.create<arith::ConstantOp>(condition.getLoc(), builder.getBoolAttr(true));
    known = builder.create<arith::XOrIOp>(condition.getLoc(), condition, truth);
  }
  return known;
}

Value ScalarDerivatives::gate(Value condition, Value value) {
  if (!condition || !value)
    return value;
  return builder.create<arith::SelectOp>(value.getLoc(), condition, value, number(value.getLoc(), 0));
}

/// Built once per operand and shared by both modes.
Value ScalarDerivatives::partial(Operation *op, unsigned operand) {
  auto [known, isNew] = partials.try_emplace({op, operand}, nullptr);
  if (!isNew)
    return known->second;
  Value value = cast<DifferentiableScalar>(op).partial(builder, operand);
  return partials[{op, operand}] = value;
}

std::optional<Choice> ScalarDerivatives::choice(Operation *op) {
  auto [known, isNew] = choices.try_emplace(op, std::nullopt);
  if (!isNew)
    return known->second;
  std::optional<Choice> value = cast<DifferentiableScalar>(op).choice(builder);
  return choices[op] = value;
}

// ---- reverse -------------------------------------------------------------------------------------------

/// Steps that depend on a load, in order; marks their values active.
SmallVector<Operation *> ScalarDerivatives::dependents(ArrayRef<Value> loads) {
  active.clear();
  active.insert(loads.begin(), loads.end());
  SmallVector<Operation *> steps;
  for (Operation &op : *builder.getInsertionBlock()) {
    if (!isScalarStep(op) || llvm::none_of(op.getOperands(), [&](Value v) { return active.contains(v); }))
      continue;
    active.insert(op.getResult(0));
    steps.push_back(&op);
  }
  return steps;
}

Operation *ScalarDerivatives::withoutRule(ArrayRef<Value> loads) {
  for (Operation *op : dependents(loads))
    if (!isa<DifferentiableScalar>(op))
      return op;
  return nullptr;
}

void ScalarDerivatives::use(Value value, Value guard) {
  Guard &known = guards[value];
  known.always |= !guard;
  if (!guard || known.always)
    return;
  bool isFirst = !known.condition || known.condition == guard;
  known.condition =
      isFirst ? guard : builder.create<arith::OrIOp>(guard.getLoc(), known.condition, guard).getResult();
}

void ScalarDerivatives::contribute(Value value, Value amount) {
  if (!amount)
    return;
  Value &adjoint = adjoints[value];
  adjoint = add(adjoint, amount);
}

void ScalarDerivatives::reverseChoice(Operation *op, const Choice &choice, Value guard, Value adjoint) {
  for (unsigned k : {choice.yes, choice.no}) {
    Value operand = op->getOperand(k);
    if (!active.contains(operand))
      continue;
    Value condition = k == choice.yes ? choice.condition : negation(choice.condition);
    use(operand, both(guard, condition));
    contribute(operand, gate(condition, adjoint));
  }
}

void ScalarDerivatives::reverse(Operation *op, Value adjoint) {
  const Guard known = guards.lookup(op->getResult(0));
  Value guard = known.always ? Value() : known.condition;
  if (auto choice = this->choice(op))
    return reverseChoice(op, *choice, guard, adjoint);
  for (unsigned k = 0; k < op->getNumOperands(); ++k) {
    Value operand = op->getOperand(k);
    if (!active.contains(operand))
      continue;
    use(operand, guard);
    Value factor = partial(op, k), amount = multiply(adjoint, factor);
    // Where the guard is false the adjoint is 0; times a constant it still is.
    bool isConstant = factor && matchPattern(factor, m_Constant());
    contribute(operand, isConstant ? amount : gate(guard, amount));
  }
}

SmallVector<Value> ScalarDerivatives::gradient(Value output, ArrayRef<Value> loads) {
  SmallVector<Operation *> steps = dependents(loads);
  if (active.contains(output)) {
    adjoints[output] = number(output.getLoc(), 1);
    use(output, nullptr);
  }
  for (Operation *op : llvm::reverse(steps))
    if (Value adjoint = adjoints.lookup(op->getResult(0)))
      reverse(op, adjoint);
  auto gradient = llvm::map_to_vector(loads, [&](Value load) { return adjoints.lookup(load); });
  keepProgram(gradient);
  return gradient;
}

/// Remembers the steps that lead to gradient entries: second derivatives run along them.
void ScalarDerivatives::keepProgram(ArrayRef<Value> gradient) {
  DenseSet<Value> needed;
  for (auto [number, value] : llvm::enumerate(gradient))
    if (value) {
      entries[value].push_back(unsigned(number));
      needed.insert(value);
    }
  unsigned position = 0; // from the end
  for (Operation &op : llvm::reverse(*builder.getInsertionBlock())) {
    if (!isScalarStep(op) || !needed.contains(op.getResult(0)))
      continue;
    needed.insert(op.operand_begin(), op.operand_end());
    order[&op] = ++position;
  }
}

// ---- forward -------------------------------------------------------------------------------------------

Value ScalarDerivatives::forward(Operation *op, const DenseMap<Value, Value> &known) {
  if (auto choice = this->choice(op)) {
    Value yes = known.lookup(op->getOperand(choice->yes)), no = known.lookup(op->getOperand(choice->no));
    if (!yes && !no)
      return nullptr;
    Value zero = yes && no ? Value() : number(op->getLoc(), 0);
    return builder.create<arith::SelectOp>(op->getLoc(), choice->condition, yes ? yes : zero, no ? no : zero);
  }
  Value tangent;
  for (unsigned k = 0; k < op->getNumOperands(); ++k)
    if (Value inner = known.lookup(op->getOperand(k)))
      tangent = add(tangent, multiply(partial(op, k), inner));
  return tangent;
}

/// The steps between a load and gradient entries up to `last`, in order.
SmallVector<Operation *> ScalarDerivatives::path(Value load, unsigned last) {
  SmallVector<Operation *> steps;
  SmallVector<Value> stack{load};
  DenseSet<Operation *> seen;
  while (!stack.empty())
    for (Operation *user : stack.pop_back_val().getUsers())
      if (order.contains(user) && seen.insert(user).second) {
        steps.push_back(user);
        stack.push_back(user->getResult(0));
      }
  llvm::sort(steps, [&](Operation *a, Operation *b) { return order.lookup(a) > order.lookup(b); });
  DenseSet<Value> needed;
  SmallVector<Operation *> kept;
  for (Operation *op : llvm::reverse(steps)) {
    auto entry = entries.find(op->getResult(0));
    bool isEntry = entry != entries.end() && entry->second.front() <= last;
    if (!isEntry && !needed.contains(op->getResult(0)))
      continue;
    needed.insert(op->operand_begin(), op->operand_end());
    kept.push_back(op);
  }
  std::reverse(kept.begin(), kept.end());
  return kept;
}

SmallVector<std::pair<unsigned, Value>> ScalarDerivatives::tangents(Value load, unsigned last) {
  SmallVector<Operation *> steps = path(load, last);
  DenseMap<Value, Value> known;
  SmallVector<std::pair<unsigned, Value>> result;
  auto keep = [&](Value value, Value tangent) {
    known[value] = tangent;
    for (unsigned entry : entries.lookup(value))
      if (entry <= last)
        result.emplace_back(entry, tangent);
  };
  if (!steps.empty() || entries.contains(load))
    keep(load, number(load.getLoc(), 1));
  for (Operation *op : steps)
    if (Value tangent = forward(op, known))
      keep(op->getResult(0), tangent);
  llvm::sort(result, [](auto &a, auto &b) { return a.first < b.first; });
  return result;
}

} // namespace costate
