// Reverse sweep with guards, and forward tangents.
//
// A value that is used only under one branch of a select gets its adjoint contributions selected by the same
// condition: 0 * inf of the branch not taken never reaches a sum. Several uses: the conditions are or-ed.
#include "passes/ScalarGradient.h"

#include "ir/CostateOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace costate {
namespace {

bool isNumber(Value value, double number) {
  FloatAttr constant;
  return value && matchPattern(value, m_Constant(&constant)) && constant.getValueAsDouble() == number;
}

} // namespace

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

/// The partial is built once per operand and shared by both modes.
Value ScalarDerivatives::partial(Operation *op, unsigned operand) {
  auto [known, isNew] = partials.try_emplace({op, operand}, nullptr);
  if (!isNew)
    return known->second;
  Value value;
  if (auto rule = dyn_cast<DifferentiableScalar>(op))
    value = rule.partial(builder, operand);
  else
    assert(isa<AtOp>(op) || op->hasTrait<OpTrait::ConstantLike>() || !op->getResult(0).getType().isF64());
  return partials[{op, operand}] = value;
}

Value ScalarDerivatives::both(Value a, Value b) {
  if (!a || !b)
    return a ? a : b;
  return builder.create<arith::AndIOp>(a.getLoc(), a, b);
}

Value ScalarDerivatives::gate(Value condition, Value value) {
  if (!condition || !value)
    return value;
  Value zero = builder.create<arith::ConstantOp>(value.getLoc(), builder.getF64FloatAttr(0));
  return builder.create<arith::SelectOp>(value.getLoc(), condition, value, zero);
}

void ScalarDerivatives::use(Value value, Value guard) {
  Guard &known = guards[value];
  known.always |= !guard;
  if (guard)
    known.condition = known.seen && known.condition
                          ? builder.create<arith::OrIOp>(guard.getLoc(), known.condition, guard).getResult()
                          : guard;
  known.seen = true;
}

void ScalarDerivatives::contribute(Value value, Value amount) {
  if (amount)
    adjoints[value] = add(adjoints.lookup(value), amount);
}

void ScalarDerivatives::reverse(Operation *op, Value adjoint) {
  const Guard known = guards.lookup(op->getResult(0));
  Value guard = known.always ? Value() : known.condition;
  if (auto select = dyn_cast<arith::SelectOp>(op)) {
    Value yes = select.getCondition();
    Value truth = builder.create<arith::ConstantOp>(op->getLoc(), builder.getBoolAttr(true));
    Value no = builder.create<arith::XOrIOp>(op->getLoc(), yes, truth);
    for (auto [value, condition] : {std::pair{select.getTrueValue(), yes}, {select.getFalseValue(), no}}) {
      if (!active.contains(value))
        continue;
      use(value, both(guard, condition));
      contribute(value, gate(condition, adjoint));
    }
    return;
  }
  bool isLinear = isa<arith::AddFOp, arith::SubFOp, arith::NegFOp>(op);
  for (unsigned k = 0; k < op->getNumOperands(); ++k) {
    Value operand = op->getOperand(k);
    if (!active.contains(operand))
      continue;
    use(operand, guard);
    Value amount = multiply(adjoint, partial(op, k));
    contribute(operand, isLinear ? amount : gate(guard, amount));
  }
}

SmallVector<Value> ScalarDerivatives::gradient(Value output, ArrayRef<Value> loads) {
  active.clear();
  adjoints.clear();
  guards.clear();
  active.insert(loads.begin(), loads.end());
  SmallVector<Operation *> order;
  for (Operation &op : *builder.getInsertionBlock()) {
    if (op.getNumResults() != 1 || !op.getResult(0).getType().isF64() || active.contains(op.getResult(0)))
      continue;
    if (!llvm::any_of(op.getOperands(), [&](Value v) { return active.contains(v); }))
      continue;
    if (isa<AtOp>(op))
      continue;
    active.insert(op.getResult(0));
    order.push_back(&op);
  }
  if (active.contains(output)) {
    adjoints[output] = builder.create<arith::ConstantOp>(output.getLoc(), builder.getF64FloatAttr(1));
    use(output, nullptr);
  }
  for (Operation *op : llvm::reverse(order))
    if (Value adjoint = adjoints.lookup(op->getResult(0)))
      reverse(op, adjoint);
  return llvm::map_to_vector(loads, [&](Value load) { return adjoints.lookup(load); });
}

Value ScalarDerivatives::tangent(Value value, Value load) {
  if (value == load)
    return builder.create<arith::ConstantOp>(value.getLoc(), builder.getF64FloatAttr(1));
  Operation *op = value.getDefiningOp();
  if (!op || !value.getType().isF64() || isa<AtOp>(op) || op->hasTrait<OpTrait::ConstantLike>())
    return nullptr;
  if (auto known = tangents.find({value, load}); known != tangents.end())
    return known->second;
  Value result;
  if (auto select = dyn_cast<arith::SelectOp>(op)) {
    Value yes = tangent(select.getTrueValue(), load), no = tangent(select.getFalseValue(), load);
    if (yes || no) {
      Value zero = builder.create<arith::ConstantOp>(value.getLoc(), builder.getF64FloatAttr(0));
      result = builder.create<arith::SelectOp>(value.getLoc(), select.getCondition(), yes ? yes : zero, no ? no : zero);
    }
  } else {
    for (unsigned k = 0; k < op->getNumOperands(); ++k)
      if (Value inner = tangent(op->getOperand(k), load))
        result = add(result, multiply(partial(op, k), inner));
  }
  return tangents[{value, load}] = result;
}

} // namespace costate
