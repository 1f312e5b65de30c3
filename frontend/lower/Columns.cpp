// Bind operations by name (their groups of operands are those of ir/*.td) and small kernels over columns.
#include "frontend/lower/Columns.h"

#include "ir/CostateOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include <fmt/format.h>

using namespace mlir;

namespace costate::lower {

Location Columns::location(SourcePlace place) const {
  if (!place.isValid())
    return builder.getUnknownLoc();
  return FileLineColLoc::get(builder.getContext(), files.name(place.file), place.line, place.column);
}

mlir::Type Columns::elementType(sema::Base base) const {
  switch (base) {
  case sema::Base::Int:
  case sema::Base::Case:
    return builder.getI64Type();
  case sema::Base::Bool:
    return builder.getI1Type();
  case sema::Base::Text:
  case sema::Base::Element:
    return builder.getI32Type();
  default:
    return builder.getF64Type();
  }
}

RankedTensorType Columns::column(mlir::Type element) const {
  return RankedTensorType::get({ShapedType::kDynamic}, element);
}
RankedTensorType Columns::codeColumn() const { return column(builder.getI32Type()); }

Operation *Columns::makeIn(OpBuilder &where, StringRef name, ArrayRef<SmallVector<Value>> groups,
                           ArrayRef<mlir::Type> results, ArrayRef<NamedAttribute> attributes, bool segmented,
                           int regions) {
  OperationState state(current.value_or(builder.getUnknownLoc()), ("costate." + name).str());
  SmallVector<int32_t> sizes;
  for (auto &group : groups) {
    state.addOperands(group);
    sizes.push_back(int32_t(group.size()));
  }
  state.addTypes(results);
  state.addAttributes(attributes);
  if (segmented)
    state.addAttribute("operandSegmentSizes", builder.getDenseI32ArrayAttr(sizes));
  for (int k = 0; k < regions; ++k)
    state.addRegion();
  return where.create(state);
}

Value Columns::one(StringRef name, ArrayRef<SmallVector<Value>> groups, mlir::Type result,
                   ArrayRef<NamedAttribute> attributes, bool segmented) {
  return make(name, groups, {result}, attributes, segmented)->getResult(0);
}

/// The user's name of a column, for messages and `explain`.
void Columns::setName(Value column, const std::string &name) {
  if (Operation *op = column.getDefiningOp())
    op->setAttr("costate.name", builder.getStringAttr(name));
}

Columns::Rows Columns::two(StringRef name, ArrayRef<SmallVector<Value>> groups, bool segmented) {
  Operation *op = make(name, groups, {codeColumn(), codeColumn()}, {}, segmented);
  return {op->getResult(0), op->getResult(1)};
}

// ---- data ----------------------------------------------------------------------------------------------

Value Columns::table(const std::string &name, const std::string &path, const std::string &format,
                     ArrayRef<std::string> key) {
  SmallVector<StringRef> keys(key.begin(), key.end());
  return one("table", {}, TableType::get(builder.getContext()),
             {string("name", name), string("path", path), string("format", format),
              attribute("key", builder.getStrArrayAttr(keys))});
}
Value Columns::rows(Value table, int root) {
  return one("rows", {{table}}, codeColumn(), {attribute("root", builder.getI32IntegerAttr(root))});
}
Value Columns::keys(Value table, const std::string &column, int root) {
  return one("keys", {{table}}, codeColumn(),
             {string("column", column), attribute("root", builder.getI32IntegerAttr(root))});
}
namespace {
SmallVector<Value> given(Value first, Value second) {
  return second ? SmallVector<Value>{first, second} : SmallVector<Value>{first};
}
} // namespace

Value Columns::tableColumn(Value table, const std::string &name, Type type, Value needed) {
  mlir::Type element = type == Type::Real      ? mlir::Type(builder.getF64Type())
                       : type == Type::Integer ? mlir::Type(builder.getI64Type())
                       : type == Type::Boolean ? mlir::Type(builder.getI1Type())
                                               : mlir::Type(builder.getI32Type());
  return one("column", {given(table, needed)}, column(element), {string("column", name)});
}
Value Columns::present(Value table, const std::string &name, bool asText) {
  SmallVector<NamedAttribute> attributes{string("column", name)};
  if (asText)
    attributes.push_back(attribute("as_text", builder.getUnitAttr()));
  return one("present", {{table}}, column(builder.getI1Type()), attributes);
}
Value Columns::foreign(Value table, const std::string &column, int root, Value needed) {
  return one("foreign", {given(table, needed)}, codeColumn(),
             {string("column", column), attribute("root", builder.getI32IntegerAttr(root))});
}
Value Columns::elements(ArrayRef<std::string> labels, bool isText, int root) {
  SmallVector<Attribute> values;
  for (auto &label : labels)
    values.push_back(isText ? Attribute(builder.getStringAttr(label))
                            : Attribute(builder.getI64IntegerAttr(std::stoll(label))));
  return one("elements", {}, codeColumn(),
             {attribute("labels", builder.getArrayAttr(values)),
              attribute("root", builder.getI32IntegerAttr(root))});
}
Value Columns::label(int root, bool isText, const std::string &text, int64_t number) {
  Attribute value =
      isText ? Attribute(builder.getStringAttr(text)) : Attribute(builder.getI64IntegerAttr(number));
  return one("label", {}, codeColumn(),
             {attribute("root", builder.getI32IntegerAttr(root)), attribute("label", value)});
}
Value Columns::text(const std::string &value) {
  return one("text", {}, codeColumn(), {string("value", value)});
}

Value Columns::param(const std::string &name, Type type, Value fallback, const sema::Root *root) {
  const char *kinds[] = {"real", "int", "bool", "text", "case"};
  mlir::Type elements[] = {builder.getF64Type(), builder.getI64Type(), builder.getI1Type(),
                           builder.getI32Type(), builder.getI64Type()};
  SmallVector<Value> values;
  if (fallback)
    values.push_back(fallback);
  SmallVector<NamedAttribute> attributes{string("name", name), string("kind", kinds[int(type)])};
  if (type == Type::Case)
    attributes.push_back(attribute("root", builder.getI32IntegerAttr(root->id)));
  return one("param", {values}, column(elements[int(type)]), attributes, /*segmented=*/false);
}

// ---- constants -----------------------------------------------------------------------------------------

Value Columns::number(double value) {
  auto type = RankedTensorType::get({1}, builder.getF64Type());
  return one("literal", {}, column(builder.getF64Type()),
             {attribute("values", DenseElementsAttr::get(type, value))});
}
Value Columns::literal(mlir::Type element, ArrayRef<int64_t> values) {
  auto type = RankedTensorType::get({int64_t(values.size())}, element);
  SmallVector<Attribute> entries;
  for (int64_t value : values)
    entries.push_back(builder.getIntegerAttr(element, value));
  return one("literal", {}, column(element), {attribute("values", DenseElementsAttr::get(type, entries))});
}
Value Columns::integer(int64_t value) { return literal(builder.getI64Type(), {value}); }
Value Columns::code(int32_t value) { return literal(builder.getI32Type(), {value}); }
Value Columns::codes(ArrayRef<std::string> integers) {
  SmallVector<int64_t> values;
  for (auto &text : integers)
    values.push_back(std::stoll(text));
  return literal(builder.getI32Type(), values);
}

// ---- spaces --------------------------------------------------------------------------------------------

Value Columns::range(Value low, Value high) { return one("range", {{low}, {high}}, codeColumn()); }
Columns::Rows Columns::expand(Value low, Value high) { return two("expand", {{low}, {high}}, false); }
Columns::Rows Columns::product(Value left, Value right) { return two("product", {{left}, {right}}, false); }
Columns::Rows Columns::join(ValueRange left, ValueRange right) {
  return two("join", {SmallVector<Value>(left), SmallVector<Value>(right)}, true);
}
Value Columns::filter(Value mask, bool negated) {
  SmallVector<NamedAttribute> attributes;
  if (negated)
    attributes.push_back(attribute("negated", builder.getUnitAttr()));
  return one("filter", {{mask}}, codeColumn(), attributes);
}
Value Columns::gather(Value source, Value rows) {
  return one("gather", {{source}, {rows}}, source.getType());
}
Value Columns::sort(ValueRange keys) { return one("sort", {SmallVector<Value>(keys)}, codeColumn()); }
Value Columns::unique(ValueRange columns, bool isError, ArrayAttr roots) {
  return one("unique", {SmallVector<Value>(columns)}, codeColumn(),
             {string("on_duplicate", isError ? "error" : "drop"), attribute("roots", roots)});
}
Value Columns::concat(Value first, Value second) {
  return one("concat", {{first}, {second}}, first.getType());
}
Value Columns::fill(Value like, int32_t value) {
  return one("fill", {{like}}, codeColumn(), {attribute("value", builder.getI32IntegerAttr(value))});
}
Value Columns::fill(Value like, bool value) {
  return one("fill", {{like}}, column(builder.getI1Type()), {attribute("value", builder.getBoolAttr(value))});
}
Value Columns::count(Value column) { return one("count", {{column}}, this->column(builder.getI64Type())); }

Value Columns::locate(ValueRange query, ValueRange members, bool factors, ArrayAttr roots,
                      const std::string &array, const std::string &set) {
  return one(
      factors ? "locate_product" : "locate", {SmallVector<Value>(query), SmallVector<Value>(members)},
      codeColumn(),
      {attribute("roots", roots), string("array", array), string("set", set), string("missing", "error")},
      true);
}
Value Columns::find(ValueRange query, ValueRange members) {
  return one("locate", {SmallVector<Value>(query), SmallVector<Value>(members)}, codeColumn(),
             {attribute("roots", builder.getI32ArrayAttr({})), string("array", ""), string("set", ""),
              string("missing", "minus_one")},
             true);
}
Value Columns::isFound(Value positions) {
  return elementwise({positions}, builder.getI1Type(), [](OpBuilder &b, Location loc, ValueRange v) -> Value {
    Value zero = b.create<arith::ConstantIntOp>(loc, 0, 32);
    return b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::sge, v[0], zero);
  });
}
Value Columns::membership(ValueRange mine, ValueRange other, bool isMember) {
  Value positions = find(mine, other);
  Value mask =
      elementwise({positions}, builder.getI1Type(), [&](OpBuilder &b, Location loc, ValueRange v) -> Value {
        Value zero = b.create<arith::ConstantIntOp>(loc, 0, 32);
        auto predicate = isMember ? arith::CmpIPredicate::sge : arith::CmpIPredicate::slt;
        return b.create<arith::CmpIOp>(loc, predicate, v[0], zero);
      });
  return filter(mask);
}
Value Columns::positionIn(Value position, Value members, const std::string &sentence) {
  Value all = rowNumbers(members);
  Value found = locate({position}, {all}, false, builder.getI32ArrayAttr({-1}), "", "");
  found.getDefiningOp()->setAttr("sentence", builder.getStringAttr(sentence));
  return found;
}
Value Columns::rowNumbers(Value like) { return range(integer(0), addConstant(count(like), -1)); }

// ---- checks --------------------------------------------------------------------------------------------

SmallVector<Value> Columns::requireSubset(ValueRange mine, ValueRange within, bool factors, ArrayAttr roots,
                                          const std::string &name, const std::string &set) {
  Value positions = locate(mine, within, factors, roots, name, set);
  if (auto look = positions.getDefiningOp<LocateOp>())
    look.setSentence(fmt::format("{{}} of `{}` is not in {{}}", name));
  Value found = checkDomain(toInteger(positions), integer(0), {}, {}, builder.getI32ArrayAttr({}), name,
                            false); // keeps the look-up
  Value rows = rowNumbers(found);
  SmallVector<Value> checked;
  for (Value column : mine)
    checked.push_back(gather(column, rows));
  return checked;
}
Value Columns::requireRows(Value parent, Value outer, const std::string &what) {
  return make("check_rows", {{parent}, {outer}, {}}, {parent.getType()},
              {string("what", what), attribute("roots", builder.getI32ArrayAttr({}))}, false)
      ->getResult(0);
}
Value Columns::requireOneRow(Value column, const std::string &table, const std::string &name) {
  Value rows = check(count(column), integer(1), integer(1), {},
                     fmt::format("`{}` has {{}} rows, and `{}` without an index needs 1; give it one, as in "
                                 "`{}[i]`",
                                 table, name, name));
  Value first =
      elementwise({rows}, builder.getI32Type(), [](OpBuilder &b, Location loc, ValueRange v) -> Value {
        Value before = b.create<arith::SubIOp>(loc, v[0], b.create<arith::ConstantIntOp>(loc, 1, 64));
        return b.create<arith::TruncIOp>(loc, b.getI32Type(), before);
      });
  return gather(column, first);
}
Value Columns::requireDivisor(Value column, SourcePlace place) {
  return check(column, {}, {}, {attribute("divides", builder.getUnitAttr())},
               fmt::format("the divisor `{}` is 0", files.text(place)));
}
Value Columns::requireEqual(Value value, Value other, const std::string &sentence) {
  return check(value, other, other, {}, sentence);
}
void Columns::requireComputed(Value column) { check(column, {}, {}, {}, ""); }
Value Columns::check(Value column, Value low, Value high, ArrayRef<NamedAttribute> how,
                     const std::string &sentence) {
  SmallVector<NamedAttribute> attributes(how);
  attributes.push_back(string("sentence", sentence));
  return checkDomain(column, low, high, {}, builder.getI32ArrayAttr({}), "", false, attributes);
}
Value Columns::checkDomain(Value column, Value low, Value high, ValueRange index, ArrayAttr roots,
                           const std::string &name, bool allowInfinite, ArrayRef<NamedAttribute> more) {
  SmallVector<Value> lows, highs;
  if (low)
    lows.push_back(low);
  if (high)
    highs.push_back(high);
  SmallVector<NamedAttribute> attributes{string("name", name), attribute("roots", roots)};
  attributes.append(more.begin(), more.end());
  if (allowInfinite)
    attributes.push_back(attribute("allow_infinite", builder.getUnitAttr()));
  return make("check_domain", {{column}, lows, highs, SmallVector<Value>(index)}, {column.getType()},
              attributes, true)
      ->getResult(0);
}

// ---- kernels -------------------------------------------------------------------------------------------

Value Columns::map(Value rows, mlir::Type type, const Fill &fill) {
  Location loc = current.value_or(builder.getUnknownLoc());
  Value size = rows ? one("length", {{rows}}, builder.getIndexType())
                    : Value(builder.create<arith::ConstantIndexOp>(loc, 1));
  OperationState state(loc, "costate.map");
  state.addOperands(size);
  state.addTypes(column(type));
  state.addAttribute("operandSegmentSizes", builder.getDenseI32ArrayAttr({1, 0, 0}));
  Region *region = state.addRegion();
  Block *block = new Block;
  region->push_back(block);
  Value row = block->addArgument(builder.getIndexType(), loc);
  // What the body needs from outside is appended to the program before the map itself.
  OpBuilder inside(builder.getContext());
  inside.setInsertionPointToEnd(block);
  Value value = fill(inside, row);
  inside.create<YieldOp>(loc, ValueRange{value});
  return builder.create(state)->getResult(0);
}

Value Columns::elementwise(ValueRange operands, mlir::Type result,
                           const std::function<Value(OpBuilder &, Location, ValueRange)> &op) {
  Location loc = current.value_or(builder.getUnknownLoc());
  return map(operands[0], result, [&](OpBuilder &inside, Value row) {
    SmallVector<Value> entries;
    for (Value operand : operands) {
      auto element = cast<RankedTensorType>(operand.getType()).getElementType();
      entries.push_back(inside.create<AtOp>(loc, element, operand, ValueRange{row}));
    }
    return op(inside, loc, entries);
  });
}

Value Columns::reduce(Reduction kind, Value body, Value parent, Value like) {
  Location loc = current.value_or(builder.getUnknownLoc());
  auto element = cast<RankedTensorType>(body.getType()).getElementType();
  const char *names[] = {"add", "mul", "min", "max", "max", "min"};
  bool isReal = element.isF64();
  auto start = [&]() -> Attribute {
    double realStarts[] = {0, 1, std::numeric_limits<double>::infinity(),
                           -std::numeric_limits<double>::infinity()};
    int64_t intStarts[] = {0, 1, std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min()};
    if (kind == Reduction::Any || kind == Reduction::All)
      return builder.getBoolAttr(kind == Reduction::All);
    return isReal ? Attribute(builder.getF64FloatAttr(realStarts[int(kind)]))
                  : Attribute(builder.getI64IntegerAttr(intStarts[int(kind)]));
  };
  Value initial = one("fill", {{like}}, body.getType(), {attribute("value", start())});
  Value size = one("length", {{parent}}, builder.getIndexType());
  OperationState state(loc, "costate.map");
  state.addOperands({size, initial});
  state.addTypes(body.getType());
  state.addAttribute("operandSegmentSizes", builder.getDenseI32ArrayAttr({1, 1, 0}));
  Block *block = new Block;
  state.addRegion()->push_back(block);
  Value row = block->addArgument(builder.getIndexType(), loc);
  Value accumulator = block->addArgument(body.getType(), loc);
  OpBuilder inside(builder.getContext());
  inside.setInsertionPointToEnd(block);
  Value value = inside.create<AtOp>(loc, element, body, ValueRange{row});
  Value target = inside.create<AtOp>(loc, inside.getI32Type(), parent, ValueRange{row});
  Value slot = inside.create<arith::IndexCastOp>(loc, inside.getIndexType(), target);
  OperationState add(loc, "costate.accumulate");
  add.addOperands({value, accumulator, slot});
  add.addAttribute("kind", builder.getStringAttr(names[int(kind)]));
  inside.create(add);
  inside.create<YieldOp>(loc, ValueRange{});
  return builder.create(state)->getResult(0);
}

Value Columns::childCount(Value parent, Value like) {
  Value ones =
      one("fill", {{parent}}, column(builder.getF64Type()), {attribute("value", builder.getF64FloatAttr(1))});
  return reduce(Reduction::Sum, ones, parent, like);
}

Value Columns::toInteger(Value column) {
  if (cast<RankedTensorType>(column.getType()).getElementType().isInteger(64))
    return column;
  if (Value known = integers.lookup(column))
    return known;
  return elementwise({column}, builder.getI64Type(), [](OpBuilder &b, Location loc, ValueRange v) -> Value {
    return b.create<arith::ExtSIOp>(loc, b.getI64Type(), v[0]);
  });
}
Value Columns::toReal(Value column) {
  if (cast<RankedTensorType>(column.getType()).getElementType().isF64())
    return column;
  return elementwise({column}, builder.getF64Type(), [](OpBuilder &b, Location loc, ValueRange v) -> Value {
    return b.create<arith::SIToFPOp>(loc, b.getF64Type(), v[0]);
  });
}
Value Columns::toCode(Value column) {
  if (cast<RankedTensorType>(column.getType()).getElementType().isInteger(32))
    return column;
  Value low = integer(std::numeric_limits<int32_t>::min()),
        high = integer(std::numeric_limits<int32_t>::max());
  Value fitting =
      check(column, low, high, {},
            fmt::format("an element of a set is {{}}, expected {} to {}", std::numeric_limits<int32_t>::min(),
                        std::numeric_limits<int32_t>::max()));
  Value code =
      elementwise({fitting}, builder.getI32Type(), [](OpBuilder &b, Location loc, ValueRange v) -> Value {
        return b.create<arith::TruncIOp>(loc, b.getI32Type(), v[0]);
      });
  integers[code] = column;
  return code;
}
Value Columns::addConstant(Value column, int64_t value) {
  return elementwise({column}, builder.getI64Type(), [&](OpBuilder &b, Location loc, ValueRange v) -> Value {
    Value entry = v[0].getType().isInteger(64) ? v[0] : b.create<arith::ExtSIOp>(loc, b.getI64Type(), v[0]);
    return b.create<arith::AddIOp>(loc, entry, b.create<arith::ConstantIntOp>(loc, value, 64));
  });
}
Value Columns::integerMin(Value a, Value b) {
  return elementwise({a, b}, builder.getI64Type(),
                     [](OpBuilder &inside, Location loc, ValueRange v) -> Value {
                       return inside.create<arith::MinSIOp>(loc, v[0], v[1]);
                     });
}
Value Columns::integerMax(Value a, Value b) {
  return elementwise({a, b}, builder.getI64Type(),
                     [](OpBuilder &inside, Location loc, ValueRange v) -> Value {
                       return inside.create<arith::MaxSIOp>(loc, v[0], v[1]);
                     });
}
Value Columns::between(Value value, Value low, Value high) {
  return elementwise({value, low, high}, builder.getI1Type(),
                     [](OpBuilder &b, Location loc, ValueRange v) -> Value {
                       Value above = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::sge, v[0], v[1]);
                       Value below = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::sle, v[0], v[2]);
                       return b.create<arith::AndIOp>(loc, above, below);
                     });
}
Value Columns::divide(Value a, Value b) {
  return elementwise({a, b}, builder.getF64Type(),
                     [](OpBuilder &inside, Location loc, ValueRange v) -> Value {
                       return inside.create<arith::DivFOp>(loc, v[0], v[1]);
                     });
}

} // namespace costate::lower
