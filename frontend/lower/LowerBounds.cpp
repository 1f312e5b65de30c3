// Absolute values that a constraint bounds from above: variables that are at least as large.
//
//   sum(i) w[i]*abs(e[i]) <= b     =>     sum(i) w[i]*t[i] <= b,   t[i] - e[i] >= 0,   t[i] + e[i] >= 0
#include "frontend/lower/AbsoluteParts.h"
#include "frontend/lower/AddendRows.h"
#include "frontend/lower/Body.h"

#include <fmt/format.h>

#include <map>

using namespace mlir;

namespace costate::lower {

using sema::ExprKind;
using Kind = SumPart::Step::Kind;

static bool isEvenPower(const sema::Expr &expr) { return squareRoot(expr).first; }

/// Whatever the data, as far as its text and the domains of parameters say.
static bool isNonnegative(const sema::Expr &expr) {
  auto all = [&] { return llvm::all_of(expr.args, [](auto &arg) { return arg && isNonnegative(*arg); }); };
  switch (expr.kind) {
  case ExprKind::Number:
    return expr.number >= 0;
  case ExprKind::Binary:
    return isEvenPower(expr) ||
           ((expr.op == "+" || expr.op == "*" || expr.op == "/" || expr.op == "^") && all());
  case ExprKind::Call:
    return expr.text == "exp" || expr.text == "abs" || expr.text == "sqrt";
  case ExprKind::Reduce:
    return (expr.text == "sum" || expr.text == "mean") && all();
  case ExprKind::Access:
    break;
  default:
    return false;
  }
  if (auto *param = dynamic_cast<const sema::Param *>(expr.symbol))
    return param->low && isNonnegative(*param->low);
  auto *let = letOf(expr);
  return let && isNonnegative(*let->value);
}

/// Where more of the absolute value leaves less room: with known signs, and not through a let that others
/// read.
static bool isBounded(const SumPart &part, bool isAbove) {
  return part.isNegative != isAbove && llvm::all_of(part.way, [](const SumPart::Step &step) {
           auto *let = dynamic_cast<const sema::Let *>(step.expr->symbol);
           bool isData = step.kind == Kind::Factor || step.kind == Kind::Divisor;
           return isData ? isNonnegative(*step.expr) : step.kind != Kind::Let || let->isLocal;
         });
}

/// Families of the problem before the constraint, of which bodies read the variables; see bounds.
void Lowering::boundAbsolutes(const sema::Constraint &constraint, const Env &env) {
  bool isAbove = constraint.upper && !constraint.lower, isBelow = constraint.lower && !constraint.upper;
  if (!isAbove && !isBelow)
    return;
  std::vector<SumPart> parts = absoluteParts(*constraint.body, nullptr);
  std::map<const sema::Expr *, int> uses;
  for (const SumPart &part : parts)
    ++uses[part.addend];
  for (const SumPart &part : parts)
    if (uses[part.addend] == 1 && isBounded(part, isAbove) && !needs.needsFunction(*part.addend->args[0]))
      boundAbsolute(constraint, env, part);
}

void Lowering::boundAbsolute(const sema::Constraint &constraint, const Env &env, const SumPart &part) {
  AddendRows rows;
  followWay(part, env, rows);
  Value like = likeOf(*rows.env);
  columns.setPlace(part.addend->place);
  auto attributes = [&](int number) {
    return SmallVector<NamedAttribute>{
        columns.string("name", fmt::format("$bound.{}.{}", constraint.name, number)),
        columns.attribute("roots", builder.getI32ArrayAttr({}))};
  };
  SmallVector<NamedAttribute> hidden = attributes(0);
  hidden.push_back(columns.string("kind", "real"));
  hidden.push_back(columns.attribute("hidden", builder.getUnitAttr()));
  Value bound = columns
                    .makeIn(*inProblem, "variable", {{like}, {}, {}, {}, {}},
                            {columns.column(builder.getF64Type())}, hidden, true)
                    ->getResult(0);
  Value zero = columns.number(0);
  for (int side : {1, -1}) {
    columns.setPlace(part.addend->place);
    stated =
        columns.makeIn(*inProblem, "constraint", {{like}, {}, {zero}, {}}, {}, attributes(side < 0), true, 1);
    fillSide(stated->getRegion(0), bound, *part.addend->args[0], side, *rows.env);
  }
  bounds[part.addend] = bound;
}

/// t + side*e
void Lowering::fillSide(Region &region, Value bound, const sema::Expr &argument, int side, const Env &env) {
  OpBuilder inside(region.getContext());
  Location loc = columns.location(argument.place);
  Block *block = inside.createBlock(&region, {}, {inside.getIndexType()}, {loc});
  Body body{OpBuilder::atBlockEnd(block), block->getArgument(0), /*isProblem=*/true, loc};
  Value e = real(argument, env, body);
  Value t = body.make<AtOp>(body.builder.getF64Type(), bound, ValueRange{body.row});
  Value value = side > 0 ? body.make<arith::AddFOp>(t, e) : body.make<arith::SubFOp>(t, e);
  body.builder.create<YieldOp>(loc, ValueRange{value});
}

} // namespace costate::lower
