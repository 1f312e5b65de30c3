// Index expressions => columns of the program.
#include "passes/Positions.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace costate {
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
    return inRow(column, term.getOver());
  if (inner->kind == PositionKind::Row)
    return Position{PositionKind::Row, gather(column, inner->column)};
  return inRow(gather(column, inner->column), term.getOver());
}

/// A column of positions, one per instance of a space. Where another one over this space is known to be the
/// same, that one is read; this one stays for what is checked while it is made.
Position Positions::inRow(Value column, Value over) {
  const PositionForm &form = forms.of(column);
  if (form.isConsecutive() && form.amounts.empty()) {
    checked.insert(column);
    return Position{};
  }
  if (form.isConsecutive())
    return Position{PositionKind::Shift, column};
  SmallVector<Value> &known = tables[over];
  auto same = llvm::find_if(known, [&](Value other) { return forms.of(other) == forms.of(column); });
  if (same == known.end()) {
    known.push_back(column);
    return Position{PositionKind::Table, column};
  }
  if (*same != column)
    checked.insert(column);
  return Position{PositionKind::Table, *same};
}

bool Positions::moveFrom(const Position &other, Position &position) {
  if (position.kind != PositionKind::Table || other.kind != PositionKind::Table ||
      other.column == position.column || !forms.areParallel(other.column, position.column))
    return false;
  position = {PositionKind::Moved, position.column, other.column};
  return true;
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
