// Where rows come from: literals, searches, one column, or anything.
#include "passes/MergeRows.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace costate {
namespace {

/// gather(source, literal)[k] is source[literal[k]].
void lookThroughGathers(MergeRows::Row &row) {
  while (auto gather = row.column.getDefiningOp<GatherOp>()) {
    auto rows = gather.getRows().getDefiningOp<LiteralOp>();
    if (!rows)
      return;
    row = {gather.getSource(), rows.getValues().getValues<APInt>()[size_t(row.row)].getSExtValue()};
  }
}

template <class Op> bool areOf(ArrayRef<MergeRows::Row> rows) {
  return llvm::all_of(rows,
                      [](const MergeRows::Row &row) { return row.column.getDefiningOp<Op>() != nullptr; });
}

/// The entry of a literal or of a map that yields a constant; null elsewhere.
Attribute constantAt(const MergeRows::Row &row) {
  if (auto literal = row.column.getDefiningOp<LiteralOp>())
    return literal.getValues().getValues<Attribute>()[size_t(row.row)];
  auto map = row.column.getDefiningOp<MapOp>();
  unsigned number = cast<OpResult>(row.column).getResultNumber();
  Attribute constant;
  if (map && number < map.numYielded())
    matchPattern(map.getBody()->getTerminator()->getOperand(number), m_Constant(&constant));
  return constant;
}

bool isSameColumn(ArrayRef<MergeRows::Row> rows) {
  return llvm::all_of(rows, [&](const MergeRows::Row &row) { return row.column == rows.front().column; });
}

} // namespace

Value MergeRows::codes(ArrayRef<int32_t> values, Location loc) {
  auto type = RankedTensorType::get({int64_t(values.size())}, outside.getI32Type());
  return outside.create<LiteralOp>(loc, columnOf(outside.getI32Type()), DenseElementsAttr::get(type, values));
}

Value MergeRows::reals(ArrayRef<double> values, Location loc) {
  auto type = RankedTensorType::get({int64_t(values.size())}, outside.getF64Type());
  return outside.create<LiteralOp>(loc, columnOf(outside.getF64Type()), DenseElementsAttr::get(type, values));
}

Value MergeRows::merged(SmallVector<Row> rows, Location loc) {
  for (Row &row : rows)
    lookThroughGathers(row);
  if (isSameColumn(rows)) {
    Value numbers = codes(llvm::map_to_vector(rows, [](const Row &row) { return int32_t(row.row); }), loc);
    return outside.create<GatherOp>(loc, rows.front().column, numbers);
  }
  if (Value column = literal(rows, loc))
    return column;
  if (Value column = gathered(rows, loc))
    return column;
  if (Value column = search<LocateOp>(rows, loc))
    return column;
  if (Value column = search<LocateProductOp>(rows, loc))
    return column;
  return concatenated(rows, loc);
}

Value MergeRows::literal(ArrayRef<Row> rows, Location loc) {
  Type type = rows.front().column.getType(), element = cast<RankedTensorType>(type).getElementType();
  SmallVector<Attribute> values;
  for (const Row &row : rows) {
    Attribute value = constantAt(row);
    if (!value || row.column.getType() != type)
      return {};
    values.push_back(value);
  }
  auto shape = RankedTensorType::get({int64_t(values.size())}, element);
  return outside.create<LiteralOp>(loc, columnOf(element), DenseElementsAttr::get(shape, values));
}

/// One gather where all are gathered from one column.
Value MergeRows::gathered(ArrayRef<Row> rows, Location loc) {
  if (!areOf<GatherOp>(rows))
    return {};
  auto opOf = [](const Row &row) { return row.column.getDefiningOp<GatherOp>(); };
  Value source = opOf(rows.front()).getSource();
  if (!llvm::all_of(rows, [&](const Row &row) { return opOf(row).getSource() == source; }))
    return {};
  auto inner = llvm::map_to_vector(rows, [&](const Row &row) { return Row{opOf(row).getRows(), row.row}; });
  return outside.create<GatherOp>(loc, source, merged(inner, loc));
}

/// One search for the tuples of all; null where the searches differ in more than their tuples.
template <class Op> Value MergeRows::search(ArrayRef<Row> rows, Location loc) {
  if (!areOf<Op>(rows))
    return {};
  auto opOf = [](const Row &row) { return row.column.template getDefiningOp<Op>(); };
  Op first = opOf(rows.front());
  for (const Row &row : rows)
    if (!llvm::equal(opOf(row).getMembers(), first.getMembers()) ||
        opOf(row)->getAttrDictionary() != first->getAttrDictionary())
      return {};
  SmallVector<Value> query;
  for (unsigned k = 0; k < first.getQuery().size(); ++k)
    query.push_back(merged(llvm::map_to_vector(rows,
                                               [&](const Row &row) {
                                                 return Row{opOf(row).getQuery()[k], row.row};
                                               }),
                           loc));
  SmallVector<Value> operands = query;
  llvm::append_range(operands, first.getMembers());
  Operation *all = outside.clone(*first.getOperation());
  all->setOperands(operands);
  all->setLoc(loc);
  auto places = llvm::map_to_vector(
      rows, [&](const Row &row) -> Attribute { return static_cast<LocationAttr>(opOf(row).getLoc()); });
  all->setAttr("costate.places", outside.getArrayAttr(places)); // of the queries
  return all->getResult(0);
}

Value MergeRows::concatenated(ArrayRef<Row> rows, Location loc) {
  SmallVector<Value> parts;
  for (const Row &row : rows)
    parts.push_back(outside.create<GatherOp>(loc, row.column, codes({int32_t(row.row)}, loc)));
  while (parts.size() > 1) {
    SmallVector<Value> pairs;
    for (size_t k = 0; k + 1 < parts.size(); k += 2)
      pairs.push_back(outside.create<ConcatOp>(loc, parts[k].getType(), parts[k], parts[k + 1]));
    if (parts.size() % 2)
      pairs.push_back(parts.back());
    parts = std::move(pairs);
  }
  return parts.front();
}

} // namespace costate
