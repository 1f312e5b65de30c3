// Absolute values that an objective is a sum of: families of their own, which its other forms leave out.
#include "frontend/lower/AbsoluteParts.h"
#include "frontend/lower/Lowering.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

using namespace mlir;

namespace costate::lower {

using sema::ExprKind;
using Kind = AbsolutePart::Step::Kind;

namespace {

/// A column of data over the rows around a part.
struct Factor {
  Value column;
  bool isDivisor;
};

} // namespace

void Lowering::absoluteFamilies(const sema::Objective &objective, const sema::Expr *sampled) {
  for (const AbsolutePart &part : absoluteParts(*objective.body, sampled)) {
    if (needs.needsFunction(*part.call->args[0]))
      continue;
    absoluteFamily(objective, part);
    leftOut.insert(part.call);
  }
}

void Lowering::absoluteFamily(const sema::Objective &objective, const AbsolutePart &part) {
  std::deque<Space> spaces;
  std::deque<Env> envs;
  const Env *env = &global;
  SmallVector<Factor> factors;
  for (const AbsolutePart::Step &step : part.way) {
    if (step.kind == Kind::Factor || step.kind == Kind::Divisor) {
      factors.push_back({columns.toReal(column(*step.expr, *env)), step.kind == Kind::Divisor});
    } else if (step.kind == Kind::Let) {
      env = &envs.emplace_back(inlineLet(*step.expr, *env));
    } else {
      const Space &inner = spaces.emplace_back(reducedSpace(*step.expr, *env));
      if (step.expr->text == "mean")
        factors.push_back({columns.childCount(inner.parentRow, likeOf(*env)), true});
      const Env &nested = envs.emplace_back(Env{&inner, env, {}});
      for (Factor &factor : factors)
        factor.column = spread(factor.column, *env, nested);
      env = &nested;
    }
  }
  columns.setPlace(part.call->place);
  double sign = part.isNegative != objective.maximize ? -1 : 1;
  Type type = builder.getF64Type();
  Location loc = columns.location(part.call->place);
  Value weights = columns.map(env->space->rows, type, [&](OpBuilder &inside, Value row) -> Value {
    Value weight = inside.create<arith::ConstantOp>(loc, inside.getF64FloatAttr(sign));
    for (const Factor &factor : factors) {
      Value entry = inside.create<AtOp>(loc, type, factor.column, ValueRange{row});
      weight = factor.isDivisor ? inside.create<arith::DivFOp>(loc, weight, entry).getResult()
                                : inside.create<arith::MulFOp>(loc, weight, entry).getResult();
    }
    return weight;
  });
  SmallVector<Value> over;
  if (!env->space->single())
    over.push_back(likeOf(*env));
  std::string name = fmt::format("$absolute.{}.{}", objective.name, leftOut.size());
  stated =
      columns.makeIn(*inProblem, "residual", {over, {weights}}, {}, {columns.string("name", name)}, true, 1);
  fillBody(stated->getRegion(0), *part.call->args[0], *env, loc, /*hasRow=*/true);
}

/// Whether nothing of the expression is left where the absolute values are left out.
bool Lowering::vanishes(const sema::Expr &expr) {
  if (leftOut.empty() || !expr.usesVariables)
    return false;
  if (leftOut.contains(&expr))
    return true;
  if (auto known = vanishing.find(&expr); known != vanishing.end())
    return known->second;
  auto *let = dynamic_cast<const sema::Let *>(expr.symbol);
  auto does = [&](auto &arg) { return vanishes(*arg); };
  bool isSum = expr.kind == ExprKind::Reduce && (expr.text == "sum" || expr.text == "mean");
  bool isAdded = isSum || expr.kind == ExprKind::Unary || expr.op == "+" || expr.op == "-";
  bool answer = expr.kind == ExprKind::Access ? let && let->value && vanishes(*let->value)
                : isAdded                     ? std::all_of(expr.args.begin(), expr.args.end(), does)
                : expr.op == "*"              ? std::any_of(expr.args.begin(), expr.args.end(), does)
                                              : expr.op == "/" && vanishes(*expr.args[0]);
  return vanishing[&expr] = answer;
}

} // namespace costate::lower
