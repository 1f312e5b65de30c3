// A scalar body as an affine expression of its sums.
#include "passes/AffineSums.h"

using namespace mlir;

namespace costate {
namespace {

/// Whether the operation is affine in operand k, given that it holds a sum; `isOther` says whether another
/// one does.
bool isAffine(Operation &op, unsigned k, bool isOther) {
  if (isa<arith::AddFOp, arith::SubFOp, arith::NegFOp, YieldOp>(op))
    return true;
  if (isa<arith::MulFOp>(op))
    return !isOther;
  return isa<arith::DivFOp>(op) && k == 0;
}

} // namespace

bool AffineSums::holdsSum(Operation &op) const {
  return isa<SumOp>(op) || llvm::any_of(op.getOperands(), [&](Value v) { return holds.contains(v); });
}

Operation *AffineSums::firstNonlinear() {
  holds.clear();
  for (Operation &op : body) {
    if (!holdsSum(op))
      continue;
    bool isReal = op.getNumResults() == 0 || op.getResult(0).getType().isF64();
    for (OpOperand &operand : op.getOpOperands()) {
      bool isOther = llvm::any_of(op.getOpOperands(), [&](OpOperand &other) {
        return &other != &operand && holds.contains(other.get());
      });
      if (isReal && holds.contains(operand.get()) && !isAffine(op, operand.getOperandNumber(), isOther))
        return &op;
    }
    holds.insert(op.result_begin(), op.result_end());
  }
  return nullptr;
}

Value AffineSums::product(Value a, Value b) {
  if (!a || !b)
    return a ? a : b;
  return OpBuilder(body.getTerminator()).create<arith::MulFOp>(b.getLoc(), a, b);
}

Value AffineSums::times(Value value, const Factor &factor) {
  OpBuilder builder(body.getTerminator());
  value = product(factor.numerator, value);
  if (factor.denominator)
    value = builder.create<arith::DivFOp>(value.getLoc(), value, factor.denominator);
  return factor.isNegative ? builder.create<arith::NegFOp>(value.getLoc(), value).getResult() : value;
}

void AffineSums::contribute(Value value, const Factor &factor) {
  if (!holds.contains(value))
    return;
  auto [known, isNew] = factors.try_emplace(value, factor);
  if (isNew)
    return;
  OpBuilder builder(body.getTerminator());
  Value one = builder.create<arith::ConstantOp>(value.getLoc(), builder.getF64FloatAttr(1));
  Value total = builder.create<arith::AddFOp>(value.getLoc(), times(one, known->second), times(one, factor));
  known->second = {total, {}, false};
}

/// The factors of the operands of an operation that has one.
void AffineSums::passOn(Operation &op, const Factor &factor) {
  Value left = op.getOperand(0), right = op.getNumOperands() > 1 ? op.getOperand(1) : Value();
  Factor opposite{factor.numerator, factor.denominator, !factor.isNegative};
  if (isa<arith::AddFOp>(op)) {
    contribute(left, factor);
    contribute(right, factor);
  } else if (isa<arith::SubFOp>(op)) {
    contribute(left, factor);
    contribute(right, opposite);
  } else if (isa<arith::NegFOp>(op)) {
    contribute(left, opposite);
  } else if (isa<arith::MulFOp>(op)) {
    Value other = holds.contains(left) ? right : left;
    contribute(holds.contains(left) ? left : right,
               {product(factor.numerator, other), factor.denominator, factor.isNegative});
  } else {
    contribute(left, {factor.numerator, product(factor.denominator, right), factor.isNegative});
  }
}

/// The operation without the sums; null where nothing remains.
Value AffineSums::rest(Operation &op, const DenseMap<Value, Value> &rests) {
  if (isa<SumOp>(op))
    return {};
  OpBuilder builder(body.getTerminator());
  SmallVector<Value> operands;
  for (Value operand : op.getOperands())
    operands.push_back(holds.contains(operand) ? rests.lookup(operand) : operand);
  if (isa<arith::AddFOp, arith::SubFOp>(op) && !(operands[0] && operands[1])) {
    if (operands[1] && isa<arith::SubFOp>(op))
      return builder.create<arith::NegFOp>(op.getLoc(), operands[1]);
    return operands[0] ? operands[0] : operands[1];
  }
  if (llvm::is_contained(operands, Value()))
    return {};
  IRMapping mapping;
  for (auto [from, to] : llvm::zip_equal(op.getOperands(), operands))
    mapping.map(from, to);
  return builder.clone(op, mapping)->getResult(0);
}

AffineSums::Parts AffineSums::parts(const Factor &seed) {
  Operation *terminator = body.getTerminator();
  Value output = terminator->getOperand(0);
  Parts result;
  if (!holds.contains(output)) {
    result.rest = times(output, seed);
    return result;
  }
  SmallVector<Operation *> affine;
  for (Operation &op : body)
    if (&op != terminator && holdsSum(op))
      affine.push_back(&op);
  factors.clear();
  contribute(output, seed);
  for (Operation *op : llvm::reverse(affine)) {
    auto known = factors.find(op->getResult(0));
    if (known == factors.end())
      continue; // not part of the output
    Factor factor = known->second;
    if (auto sum = dyn_cast<SumOp>(op))
      result.sums.emplace_back(sum, factor);
    else
      passOn(*op, factor);
  }
  std::reverse(result.sums.begin(), result.sums.end());
  DenseMap<Value, Value> rests;
  for (Operation *op : affine)
    if (factors.contains(op->getResult(0)))
      rests[op->getResult(0)] = rest(*op, rests);
  if (Value remaining = rests.lookup(output))
    result.rest = times(remaining, seed);
  return result;
}

} // namespace costate
