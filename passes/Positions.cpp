// Index expressions => columns of the program.
#include "passes/Positions.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace costate {

/// A scalar in the body of a map over `index` that grows by one from instance to instance.
static bool growsByOne(Value scalar, Value index) {
  Operation *op = scalar.getDefiningOp();
  if (auto at = dyn_cast_or_null<AtOp>(op))
    return at.getIndices().size() == 1 && at.getIndices()[0] == index && isConsecutive(at.getArray());
  if (isa_and_nonnull<arith::ExtSIOp>(op))
    return growsByOne(op->getOperand(0), index);
  auto isConstant = [&](unsigned k) { return matchPattern(op->getOperand(k), m_Constant()); };
  if (isa_and_nonnull<arith::AddIOp, arith::SubIOp>(op) && isConstant(1))
    return growsByOne(op->getOperand(0), index);
  return isa_and_nonnull<arith::AddIOp>(op) && isConstant(0) && growsByOne(op->getOperand(1), index);
}

bool isConsecutive(Value column) {
  Operation *op = column.getDefiningOp();
  if (isa_and_nonnull<RangeOp, RowsOp, KeysOp, ElementsOp>(op))
    return true; // labels in order, or codes 0, 1, 2, ...
  if (auto locate = dyn_cast_or_null<LocateOp>(op))
    return locate.getMissing() == "error" && locate.getQuery().size() == 1 &&
           isConsecutive(locate.getMembers()[0]) && isConsecutive(locate.getQuery()[0]);
  auto map = dyn_cast_or_null<MapOp>(op);
  if (!map || map.rank() != 1)
    return false;
  unsigned number = cast<OpResult>(column).getResultNumber();
  return number < map.numYielded() &&
         growsByOne(map.getBody()->getTerminator()->getOperand(number), map.getBody()->getArgument(0));
}

std::optional<Position> Positions::of(Value index, TermOp term) {
  if (isInstance(index, term))
    return term.getOver() ? Position{} : Position{PositionKind::Row, literal(0, term.getLoc())};
  IntegerAttr constant;
  if (matchPattern(index, m_Constant(&constant)))
    return Position{PositionKind::Row, literal(constant.getInt(), term.getLoc())};
  Operation *op = index.getDefiningOp();
  if (auto cast = dyn_cast_or_null<arith::IndexCastOp>(op))
    return of(cast.getIn(), term);
  auto at = dyn_cast_or_null<AtOp>(op);
  if (!at || at.getIndices().size() != 1 || at.getArray().getDefiningOp<VariableOp>())
    return std::nullopt;
  std::optional<Position> inner = of(at.getIndices()[0], term);
  if (!inner)
    return std::nullopt;
  Value column = lookUps.first(at.getArray());
  if (inner->kind == PositionKind::Own)
    return Position{isConsecutive(column) ? PositionKind::Shift : PositionKind::Table, column};
  PositionKind kind = inner->kind == PositionKind::Row ? PositionKind::Row : PositionKind::Table;
  return Position{kind, gather(column, inner->column)};
}

Value Positions::gathered(Value source, const Position &position, TermOp term) {
  return gather(source, table(position, term));
}

Value Positions::gather(Value source, Value rows) {
  Value &known = gathers[{source, rows}];
  if (!known)
    known = outside.create<GatherOp>(source.getLoc(), source, rows);
  return known;
}

Value Positions::literal(int64_t row, Location loc) {
  Value &known = literals[row];
  if (!known)
    known = outside.create<LiteralOp>(
        loc, columnOf(outside.getI32Type()),
        DenseElementsAttr::get(RankedTensorType::get({1}, outside.getI32Type()), int32_t(row)));
  return known;
}

/// One position per instance. A single row is repeated: the left rows of that row times the space pick it.
Value Positions::table(const Position &position, TermOp term) {
  Value over = term.getOver();
  if (position.kind != PositionKind::Row || !over)
    return position.column;
  Value &known = repetitions[{position.column, over}];
  if (!known) {
    Type codes = columnOf(outside.getI32Type());
    auto product = outside.create<ProductOp>(term.getLoc(), TypeRange{codes, codes}, position.column, over);
    known = outside.create<GatherOp>(term.getLoc(), position.column, product.getLeftRow());
  }
  return known;
}

} // namespace costate
