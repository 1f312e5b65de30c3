// Addends of sums as families of rows.
#include "frontend/lower/AddendRows.h"
#include "frontend/lower/Lowering.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace costate::lower {

using Kind = SumPart::Step::Kind;

/// The rows below those of `from`.
void Lowering::followWay(const SumPart &part, const Env &from, AddendRows &rows) {
  rows.env = &from;
  if (!from.space->single())
    rows.outer = columns.rowNumbers(from.space->rows);
  for (const SumPart::Step &step : part.way) {
    const Env &env = *rows.env;
    if (step.kind == Kind::Factor || step.kind == Kind::Divisor)
      rows.factors.push_back({columns.toReal(column(*step.expr, env)), step.kind == Kind::Divisor});
    else if (step.kind == Kind::Let)
      rows.env = &rows.envs.emplace_back(inlineLet(*step.expr, env));
    else
      sumRows(*step.expr, rows);
  }
}

void Lowering::sumRows(const sema::Expr &sum, AddendRows &rows) {
  const Env &env = *rows.env;
  const Space &inner = rows.spaces.emplace_back(reducedSpace(sum, env));
  if (sum.text == "mean")
    rows.factors.push_back({columns.childCount(inner.parentRow, likeOf(env)), true});
  const Env &nested = rows.envs.emplace_back(Env{&inner, &env, {}});
  for (AddendRows::Factor &factor : rows.factors)
    factor.column = spread(factor.column, env, nested);
  if (rows.outer)
    rows.outer = spread(rows.outer, env, nested);
  rows.env = &nested;
}

/// sign * factors, or its root, over the rows.
Value Lowering::weightsOf(const SumPart &part, const AddendRows &rows, double sign, bool isRoot) {
  columns.setPlace(part.addend->place);
  Type type = builder.getF64Type();
  Location loc = columns.location(part.addend->place);
  return columns.map(likeOf(*rows.env), type, [&](OpBuilder &inside, Value row) -> Value {
    Value weight = inside.create<arith::ConstantOp>(loc, inside.getF64FloatAttr(sign));
    for (const AddendRows::Factor &factor : rows.factors) {
      Value entry = inside.create<AtOp>(loc, type, factor.column, ValueRange{row});
      weight = factor.isDivisor ? inside.create<arith::DivFOp>(loc, weight, entry).getResult()
                                : inside.create<arith::MulFOp>(loc, weight, entry).getResult();
    }
    return isRoot ? inside.create<math::SqrtOp>(loc, weight).getResult() : weight;
  });
}

} // namespace costate::lower
