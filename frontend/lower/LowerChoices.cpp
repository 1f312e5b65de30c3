// Choices by conditions on data: each branch is computed over the rows where it is taken, so that only those
// can be an error.
//
//   if c then a else b    =>    a over the rows where c, b over the others, put back in order
//
// In the body of a constraint or objective a branch that reads variables is a sum over those rows, at most
// one for each row outside; SplitSums makes terms of it whose patterns have no entries for branches not
// taken.
#include "frontend/lower/Body.h"
#include "frontend/lower/FunctionBuilder.h"
#include "frontend/lower/MayFail.h"
#include "frontend/sema/FreeIndices.h"

using namespace mlir;

namespace costate::lower {

using sema::Base;
using sema::Expr;
using sema::ExprKind;

namespace {

bool isLogic(const Expr &expr) {
  return expr.kind == ExprKind::Binary && (expr.op == "and" || expr.op == "or");
}

Space branchOf(Value rows) {
  Space space;
  space.rows = space.parentRow = rows;
  return space;
}

} // namespace

/// Whether parts of it must be computed for some rows only.
bool Lowering::isLazy(const Expr &expr) const {
  if (expr.kind != ExprKind::If && !isLogic(expr))
    return false;
  return llvm::any_of(llvm::drop_begin(expr.args), [](auto &arg) { return mayFail(*arg); });
}

Value Lowering::lazy(const Expr &expr, const Env &env) {
  if (needs.canChoose(expr) && env.space->single() && freeIndices(expr).empty())
    return FunctionBuilder(*this, expr.place).compute(expr);
  if (needs.canChoose(expr) && !env.space->single() && freePlaceholders(expr).empty())
    return FunctionBuilder(*this, expr.place).compute(expr, env);
  if (expr.kind == ExprKind::If) {
    auto branch = [&](const Expr &value) {
      return [&](const Env &inner) { return convert(column(value, inner), value.type, expr.type); };
    };
    return chosen(column(*expr.args[0], env), env, branch(*expr.args[1]), branch(*expr.args[2]));
  }
  bool isAnd = expr.op == "and";
  Value value = column(*expr.args[0], env);
  for (auto &arg : llvm::drop_begin(expr.args)) {
    auto next = [&](const Env &inner) { return column(*arg, inner); };
    auto decided = [&](const Env &inner) { return columns.fill(inner.space->rows, !isAnd); };
    value = isAnd ? chosen(value, env, next, decided) : chosen(value, env, decided, next);
  }
  return value;
}

Value Lowering::chosen(Value mask, const Env &env, const EmitColumn &yes, const EmitColumn &no) {
  Space taken = branchOf(columns.filter(mask)), other = branchOf(columns.filter(mask, /*negated=*/true));
  Value first = yes({&taken, &env, {}, true}), second = no({&other, &env, {}, true});
  Value positions = columns.find({columns.rowNumbers(mask)}, {columns.concat(taken.rows, other.rows)});
  return columns.gather(columns.concat(first, second), positions);
}

// ---- bodies of problems ---------------------------------------------------------------------------------

Value Lowering::conditional(const Expr &expr, const Env &env, Body &body) {
  bool isReal = expr.type.base == Base::Real;
  auto branch = [&](const Expr &value) {
    return [&, isReal](const Env &inner, Body &where) {
      return isReal ? real(value, inner, where) : scalar(value, inner, where);
    };
  };
  auto yes = branch(*expr.args[1]), no = branch(*expr.args[2]);
  if (body.isProblem && !expr.args[0]->usesVariables && isLazy(expr))
    return chosenTerm(column(*expr.args[0], env), env, body, yes, no);
  Value condition = scalar(*expr.args[0], env, body);
  Value first = yes(env, body), second = no(env, body);
  return body.make<arith::SelectOp>(condition, first, second);
}

/// The arguments of `and` or `or` from `first` on; a condition on data decides for which rows the rest is
/// computed.
Value Lowering::logic(const Expr &expr, const Env &env, Body &body, size_t first) {
  bool isAnd = expr.op == "and";
  const Expr &own = *expr.args[first];
  if (first + 1 == expr.args.size())
    return scalar(own, env, body);
  bool restMayFail =
      std::any_of(expr.args.begin() + first + 1, expr.args.end(), [](auto &arg) { return mayFail(*arg); });
  auto rest = [&](const Env &inner, Body &where) { return logic(expr, inner, where, first + 1); };
  auto decided = [&](const Env &, Body &where) { return where.truth(!isAnd); };
  if (body.isProblem && !own.usesVariables && restMayFail) {
    Value mask = column(own, env);
    return isAnd ? chosenTerm(mask, env, body, rest, decided) : chosenTerm(mask, env, body, decided, rest);
  }
  Value left = scalar(own, env, body), right = rest(env, body);
  return isAnd ? body.make<arith::AndIOp>(left, right) : body.make<arith::OrIOp>(left, right);
}

/// One sum per branch, over the rows where it is taken. Sums are of reals: integers pass through them (exact
/// below 2^53), truth values as 0 and 1.
Value Lowering::chosenTerm(Value mask, const Env &env, Body &body, const EmitScalar &yes,
                           const EmitScalar &no) {
  Type type;
  auto branch = [&](bool isTaken, const EmitScalar &emit) -> Value {
    Space space = branchOf(columns.filter(mask, !isTaken));
    auto sum =
        body.builder.create<SumOp>(body.place, body.builder.getF64Type(), space.rows, Value(), Value());
    OpBuilder builder(body.builder.getContext());
    Block *block = builder.createBlock(&sum.getRegion(), {}, {builder.getIndexType()}, {body.place});
    Body inside{builder, block->getArgument(0), true, body.place};
    Value value = emit({&space, &env, {}, true}, inside);
    type = value.getType();
    if (type.isInteger(1))
      value = inside.make<arith::UIToFPOp>(builder.getF64Type(), value);
    else if (!type.isF64())
      value = inside.make<arith::SIToFPOp>(builder.getF64Type(), value);
    inside.builder.create<YieldOp>(body.place, ValueRange{value});
    return sum.getResult();
  };
  Value first = branch(true, yes), second = branch(false, no);
  Value total = body.make<arith::AddFOp>(first, second);
  if (type.isInteger(1))
    return body.make<arith::CmpFOp>(arith::CmpFPredicate::OGT, total, body.number(0.5));
  return type.isF64() ? total : body.make<arith::FPToSIOp>(type, total);
}

} // namespace costate::lower
