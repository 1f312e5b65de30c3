// Sums of products, read off the operations that make a column.
#include "passes/PositionForms.h"

#include "mlir/IR/Matchers.h"

#include <algorithm>

using namespace mlir;

namespace costate {
namespace {

using Columns = PositionForm::Columns;

/// to[key] += value, without zeros.
template <class Map> void addTo(Map &to, const typename Map::key_type &key, int64_t value) {
  int64_t &entry = to[key];
  entry = int64_t(uint64_t(entry) + uint64_t(value)); // modulo 2^64
  if (entry == 0)
    to.erase(key);
}

Columns times(Columns a, const Columns &b) {
  a.insert(a.end(), b.begin(), b.end());
  std::sort(a.begin(), a.end());
  return a;
}

void add(PositionForm &to, const PositionForm &form, int64_t factor, const Columns &lengths = {}) {
  auto scaled = [&](int64_t value) { return int64_t(uint64_t(value) * uint64_t(factor)); };
  for (auto &[key, value] : form.varying)
    addTo(to.varying, {times(key.first, lengths), key.second}, scaled(value));
  for (auto &[key, value] : form.amounts)
    addTo(to.amounts, {times(key.first, lengths), key.second}, scaled(value));
}

PositionForm leaf(Columns path) {
  PositionForm form;
  form.varying[{Columns(), std::move(path)}] = 1;
  return form;
}

PositionForm number(int64_t value) {
  PositionForm form;
  if (value != 0)
    form.amounts[{Columns(), PositionForm::Entry(nullptr, 0)}] = value;
  return form;
}

/// One entry of a column; of a constant one its number.
PositionForm entry(Value column, int64_t row) {
  if (auto literal = column.getDefiningOp<LiteralOp>())
    if (auto values = dyn_cast<DenseIntElementsAttr>(literal.getValues());
        values && row < values.getNumElements())
      return number(values.getValues<APInt>()[uint64_t(row)].getSExtValue());
  if (auto fill = column.getDefiningOp<FillOp>())
    if (auto value = dyn_cast<IntegerAttr>(fill.getValue()))
      return number(value.getInt());
  PositionForm form;
  form.amounts[{Columns(), PositionForm::Entry(column.getAsOpaquePointer(), row)}] = 1;
  return form;
}

/// Numbers that were checked to be codes: cutting them to 32 bits keeps them.
bool areCodes(Value column) {
  auto check = column.getDefiningOp<CheckDomainOp>();
  auto isBound = [](Value bound, int64_t limit, int sign) {
    auto literal = bound ? bound.getDefiningOp<LiteralOp>() : LiteralOp();
    auto values = literal ? dyn_cast<DenseIntElementsAttr>(literal.getValues()) : DenseIntElementsAttr();
    return values && values.getNumElements() == 1 &&
           sign * (*values.value_begin<APInt>()).getSExtValue() <= sign * limit;
  };
  return check && isBound(check.getLow(), INT32_MIN, -1) && isBound(check.getHigh(), INT32_MAX, 1);
}

Value columnAt(const void *pointer) { return Value::getFromOpaquePointer(pointer); }

/// left row * number of right rows + right row => row, for the rows of a product: its definition. `rowsAt` is
/// the form of a path of rows.
bool joinProduct(PositionForm &form, llvm::function_ref<PositionForm(Columns)> rowsAt) {
  for (auto term = form.varying.begin(); term != form.varying.end(); ++term) {
    auto [lengths, path] = term->first;
    auto product = path.empty() ? ProductOp() : columnAt(path[0]).getDefiningOp<ProductOp>();
    if (!product || columnAt(path[0]) != product.getLeftRow())
      continue;
    auto length = std::find(lengths.begin(), lengths.end(), product.getRight().getAsOpaquePointer());
    if (length == lengths.end())
      continue;
    lengths.erase(length);
    path[0] = product.getRightRow().getAsOpaquePointer();
    auto partner = form.varying.find({lengths, path});
    if (partner == form.varying.end() || partner->second != term->second)
      continue;
    int64_t factor = term->second;
    form.varying.erase(partner);
    form.varying.erase(term);
    add(form, rowsAt(Columns(path.begin() + 1, path.end())), factor, lengths);
    return true;
  }
  return false;
}

} // namespace

bool PositionForm::isConsecutive() const {
  return varying.size() == 1 && varying.begin()->first == std::pair<Columns, Columns>() &&
         varying.begin()->second == 1;
}

const PositionForm &PositionForms::of(Value column) {
  if (auto &found = known[column])
    return *found;
  auto made = std::make_unique<PositionForm>(make(column));
  return *(known[column] = std::move(made));
}

PositionForm PositionForms::make(Value column) {
  Operation *op = column.getDefiningOp();
  if (isa_and_nonnull<RangeOp, RowsOp, KeysOp, ElementsOp>(op)) { // consecutive from their first entry
    PositionForm form = leaf({});
    add(form, isa<RangeOp>(op) ? entry(op->getOperand(0), 0) : number(0), 1);
    return form;
  }
  if (auto check = dyn_cast_or_null<CheckDomainOp>(op))
    return of(check.getColumn());
  if (auto gather = dyn_cast_or_null<GatherOp>(op)) {
    if (auto fill = gather.getRows().getDefiningOp<FillOp>())
      return entry(gather.getSource(), cast<IntegerAttr>(fill.getValue()).getInt());
    return at(PositionForm(of(gather.getSource())), gather.getRows());
  }
  if (auto locate = dyn_cast_or_null<LocateOp>(op))
    return located(locate.getQuery(), locate.getMembers(),
                   locate.getMissing() == "error" && locate.getQuery().size() == 1, column);
  if (auto locate = dyn_cast_or_null<LocateProductOp>(op))
    return located(locate.getQuery(), locate.getMembers(), locate.getMissing() == "error", column);
  auto map = dyn_cast_or_null<MapOp>(op);
  unsigned result = cast<OpResult>(column).getResultNumber();
  if (map && map.rank() == 1 && result < map.numYielded())
    if (auto form = scalar(map.getBody()->getTerminator()->getOperand(result), map.getBody()->getArgument(0)))
      return *form;
  return leaf({column.getAsOpaquePointer()});
}

/// The position in a product of ranges: of each the distance to its first, times the lengths of those after
/// it.
PositionForm PositionForms::located(ValueRange query, ValueRange members, bool mustBeThere, Value column) {
  if (!mustBeThere || !llvm::all_of(members, [&](Value set) { return of(set).isConsecutive(); }))
    return leaf({column.getAsOpaquePointer()});
  PositionForm form;
  for (size_t k = 0; k < query.size(); ++k) {
    Columns lengths;
    for (Value later : members.drop_front(k + 1))
      lengths.push_back(later.getAsOpaquePointer());
    add(form, of(query[k]), 1, lengths);
    PositionForm first = of(members[k]);
    first.varying.clear();
    add(form, first, -1, lengths);
  }
  auto rowsAt = [&](const Columns &path) {
    PositionForm rows = leaf({});
    for (const void *next : path)
      rows = at(rows, columnAt(next));
    return rows;
  };
  while (joinProduct(form, rowsAt))
    ;
  return form;
}

PositionForm PositionForms::at(const PositionForm &form, Value rows) {
  PositionForm result;
  result.amounts = form.amounts;
  for (auto &[key, factor] : form.varying) {
    const auto &[lengths, path] = key;
    if (path.empty()) {
      add(result, of(rows), factor, lengths);
      continue;
    }
    Columns longer = path;
    longer.push_back(rows.getAsOpaquePointer());
    add(result, leaf(longer), factor, lengths);
  }
  return result;
}

std::optional<PositionForm> PositionForms::scalar(Value value, Value index) {
  IntegerAttr constant;
  if (matchPattern(value, m_Constant(&constant)))
    return number(constant.getInt());
  if (value == index)
    return leaf({});
  Operation *op = value.getDefiningOp();
  if (auto load = dyn_cast_or_null<AtOp>(op)) {
    if (load.getIndices().size() != 1)
      return std::nullopt;
    if (load.getIndices()[0] == index)
      return of(load.getArray());
    if (matchPattern(load.getIndices()[0], m_Constant(&constant)))
      return entry(load.getArray(), constant.getInt());
    return std::nullopt;
  }
  if ((isa_and_nonnull<arith::IndexCastOp>(op) && !value.getType().isInteger(32)) ||
      (isa_and_nonnull<arith::ExtSIOp>(op) && !op->getOperand(0).getType().isInteger(1)))
    return scalar(op->getOperand(0), index);
  if (isa_and_nonnull<arith::TruncIOp>(op)) {
    auto load = op->getOperand(0).getDefiningOp<AtOp>();
    return load && areCodes(load.getArray()) ? scalar(load.getValue(), index) : std::nullopt;
  }
  if (!isa_and_nonnull<arith::AddIOp, arith::SubIOp, arith::MulIOp>(op) || !value.getType().isInteger(64))
    return std::nullopt;
  auto left = scalar(op->getOperand(0), index), right = scalar(op->getOperand(1), index);
  if (!left || !right)
    return std::nullopt;
  if (isa<arith::MulIOp>(op)) {
    auto isNumber = [&](unsigned k) { return matchPattern(op->getOperand(k), m_Constant(&constant)); };
    PositionForm product;
    if (isNumber(1))
      add(product, *left, constant.getInt());
    else if (isNumber(0))
      add(product, *right, constant.getInt());
    else
      return std::nullopt;
    return product;
  }
  add(*left, *right, isa<arith::AddIOp>(op) ? 1 : -1);
  return left;
}

} // namespace costate
