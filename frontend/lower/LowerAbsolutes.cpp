// Absolute values that an objective is a sum of: families of their own, which its other forms leave out.
#include "frontend/lower/AbsoluteParts.h"
#include "frontend/lower/AddendRows.h"
#include "frontend/lower/Lowering.h"

#include <fmt/format.h>

#include <algorithm>

using namespace mlir;

namespace costate::lower {

using sema::ExprKind;
void Lowering::absoluteFamilies(const sema::Objective &objective, const sema::Expr *sampled) {
  for (const SumPart &part : absoluteParts(*objective.body, sampled)) {
    if (needs.needsFunction(*part.addend->args[0]))
      continue;
    absoluteFamily(objective, part);
    leftOut.insert(part.addend);
  }
}

void Lowering::absoluteFamily(const sema::Objective &objective, const SumPart &part) {
  AddendRows rows;
  followWay(part, global, rows);
  double sign = part.isNegative != objective.maximize ? -1 : 1;
  Value weights = weightsOf(part, rows, sign, /*isRoot=*/false);
  SmallVector<Value> over;
  if (!rows.env->space->single())
    over.push_back(likeOf(*rows.env));
  std::string name = fmt::format("$absolute.{}.{}", objective.name, leftOut.size());
  stated =
      columns.makeIn(*inProblem, "residual", {over, {weights}}, {}, {columns.string("name", name)}, true, 1);
  fillBody(stated->getRegion(0), *part.addend->args[0], *rows.env, columns.location(part.addend->place),
           /*hasRow=*/true);
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
