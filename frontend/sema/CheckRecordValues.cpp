// Values of several parts. A value is its parts: what is computed with it is computed field by field.
#include "frontend/sema/Checker.h"

#include "frontend/diagnose/NearestName.h"
#include "frontend/sema/ArrayExpression.h"
#include "frontend/sema/IntegerExpressions.h"
#include "frontend/syntax/CopyAst.h"

#include <fmt/format.h>

namespace costate::sema {

using ast::Kind;

namespace {

constexpr Type real{Base::Real, nullptr};

void addLeaves(Symbol &value, std::vector<Family *> &leaves) {
  if (auto *record = asRecord(&value))
    for (Symbol *field : record->fields)
      addLeaves(*field, leaves);
  else
    leaves.push_back(static_cast<Family *>(&value));
}

} // namespace

std::vector<Family *> leavesOf(Symbol &value) {
  std::vector<Family *> leaves;
  addLeaves(value, leaves);
  return leaves;
}

Family &firstLeaf(Symbol &value) {
  auto *record = asRecord(&value);
  return record ? firstLeaf(*record->fields[0]) : static_cast<Family &>(value);
}

size_t rankOf(const Symbol &value) {
  auto *record = dynamic_cast<const RecordValue *>(&value);
  return record ? record->rank : static_cast<const Family &>(value).arity();
}

/// The same value with other families in the place of its own, in order from `next` on.
Symbol *Checker::regrouped(const Symbol &like, const std::vector<Family *> &leaves, size_t &next) {
  auto *record = dynamic_cast<const RecordValue *>(&like);
  if (!record)
    return leaves[next++];
  RecordValue &result = newRecordValue(*record->record, record->rank, record->name, record->place);
  for (Symbol *field : record->fields)
    result.fields.push_back(regrouped(*field, leaves, next));
  result.rank = rankOf(*result.fields[0]) - record->record->fields[0].rank;
  return &result;
}

Symbol *Checker::regrouped(const Symbol &like, const std::vector<Family *> &leaves) {
  size_t next = 0;
  return regrouped(like, leaves, next);
}

Symbol &Checker::symbolOf(Value &value, SourcePlace place) {
  return value.record ? static_cast<Symbol &>(*value.record) : family(value, place);
}

Value Checker::valueOf(Symbol &symbol, SourcePlace place) {
  if (auto *record = asRecord(&symbol))
    return {nullptr, nullptr, record};
  return valueOf(static_cast<Family &>(symbol), place);
}

bool Checker::isGood(const Value &value) const {
  return value.record || value.array || (value.scalar && value.scalar->type.base != Base::Poison);
}

Type Checker::typeOf(const Symbol &value) const {
  auto *record = dynamic_cast<const RecordValue *>(&value);
  return record ? Type{Base::Record, nullptr, record->record} : static_cast<const Family &>(value).type;
}

/// What shapeOf() says is a record; null after an error.
RecordValue *Checker::recordValue(const ast::Node &node) {
  switch (node.kind) {
  case Kind::Imaginary:
    return imaginary(node);
  case Kind::Name:
    return asRecord(find(node.text));
  case Kind::Field:
    return recordOfProblem(node) ? solvedRecord(node) : asRecord(fieldOf(node));
  case Kind::Index:
    return recordEntry(node);
  case Kind::ArrayLiteral:
    return writtenRecords(node);
  case Kind::ArrayOf:
    return recordComprehension(node);
  case Kind::Reduce:
    return recordReduction(node);
  case Kind::Match:
    return matched(node).record;
  case Kind::Call:
    return recordCall(node);
  default:
    return shapeOf(node).isArray && node.kind != Kind::If ? asRecord(arrayOperation(node))
                                                          : recordOperation(node);
  }
}

RecordValue *Checker::recordCall(const ast::Node &node) {
  if (isComplexCall(node))
    return complexCall(node);
  if (isComplexSolve(node)) {
    Symbol *A = arrayOperand(*node.children[1]), *b = arrayOperand(*node.children[2]);
    return A && b ? asRecord(solution(node, *A, *b)) : nullptr;
  }
  if (isWholeReduction(node))
    return wholeReduced(node).record;
  auto function = isRearrangement(node) ? std::nullopt : callee(node, /*says=*/true);
  if (!function)
    return asRecord(arrayOperation(node));
  return *function ? functionCall(node, **function).record : nullptr;
}

/// `p.x`, also `re(z)`
bool Checker::isFieldOfRecord(const ast::Node &node) {
  return node.kind == Kind::Call    ? isPartCall(node)
         : node.kind == Kind::Field ? shapeOf(*node.children[0]).record != nullptr
                                    : false;
}

/// Null after an error.
Symbol *Checker::fieldOf(const ast::Node &node) {
  bool isCall = node.kind == Kind::Call;
  const ast::Node &whole = *node.children[isCall ? 1 : 0];
  const std::string &name = isCall ? node.children[0]->text : node.text;
  RecordValue *value = recordValue(whole);
  if (!value)
    return nullptr;
  errors::Names known;
  for (size_t k = 0; k < value->fields.size(); ++k) {
    known.push_back(value->record->fields[k].name);
    if (known.back() == name)
      return value->fields[k];
  }
  report(errors::unknownField(node.place, setText(whole), name, known, nearestName(name, known)));
  return nullptr;
}

/// By field the value of what `write` makes of the operands' fields; a number has none and stands for all.
/// Null after an error.
RecordValue *Checker::byFields(const Record &record, SourcePlace place, const Symbols &operands,
                               const WriteField &write) {
  RecordValue &result = newRecordValue(record, 0, record.name, place);
  for (size_t k = 0; k < record.fields.size(); ++k) {
    ArrayExpression expression(scope, place);
    std::vector<ast::NodePtr> parts;
    for (Symbol *operand : operands) {
      auto *own = asRecord(operand);
      bool hasFields = own && own->record == &record;
      parts.push_back(expression.operand(hasFields ? *own->fields[k] : *operand, {}));
    }
    Value part = value(*write(k, std::move(parts)));
    Symbol *field = isGood(part) ? fitted(record, k, symbolOf(part, place), place) : nullptr;
    if (!field)
      return nullptr;
    result.fields.push_back(field);
  }
  result.rank = rankOf(*result.fields[0]) - record.fields[0].rank;
  return &result;
}

/// What is computed for a field, as the field's kind of number; null after an error.
Symbol *Checker::fitted(const Record &record, size_t field, Symbol &value, SourcePlace place) {
  const Type &wanted = record.fields[field].type;
  if (wanted.base == Base::Real)
    return realSymbol(value, place);
  if (wanted.base != Base::Int || typeOf(value).base == Base::Int)
    return &value;
  report(errors::typeMismatch(place,
                              fmt::format("the field `{}` of `{}`", record.fields[field].name, record.name),
                              typeText(wanted), typeText(typeOf(value))));
  return nullptr;
}

/// `points[i]`, `z[2..3]`
RecordValue *Checker::recordEntry(const ast::Node &node) {
  RecordValue *whole = recordValue(*node.children[0]);
  if (!whole)
    return nullptr;
  if (isSparse(whole)) {
    reportDense(*node.children[0], "a sparse matrix has no entries by index");
    return nullptr;
  }
  size_t given = node.children.size() - 1;
  if (given != whole->rank) {
    report(errors::indexCount(node.place, setText(*node.children[0]), whole->rank, given, whole->place));
    return nullptr;
  }
  return byFields(*whole->record, node.place, {whole}, [&](size_t k, std::vector<ast::NodePtr> parts) {
    ast::NodePtr entry = newNode(Kind::Index, node.place);
    entry->children.push_back(std::move(parts[0]));
    for (size_t d = 1; d <= given; ++d)
      entry->children.push_back(ast::copyOf(*node.children[d]));
    for (size_t d = whole->rank; d < rankOf(*whole->fields[k]); ++d)
      entry->children.push_back(newNode(Kind::Slice, node.place));
    return entry;
  });
}

/// `[p, q]`
RecordValue *Checker::writtenRecords(const ast::Node &node) {
  Symbols entries;
  for (auto &child : node.children)
    if (Symbol *entry = arrayOperand(*child))
      entries.push_back(entry);
    else
      return nullptr;
  const Record *record = sameRecord(entries, node.place);
  if (!record)
    return nullptr;
  return byFields(*record, node.place, entries, [&](size_t, std::vector<ast::NodePtr> parts) {
    ast::NodePtr all = newNode(Kind::ArrayLiteral, node.place);
    all->children = std::move(parts);
    return all;
  });
}

/// `[Point(i, i^2) for i in 1..n]`
RecordValue *Checker::recordComprehension(const ast::Node &node) {
  RecordValue *entries = recordEntries(*node.binders, *node.children[0], setText(node), node.place);
  if (!entries)
    return nullptr;
  std::vector<Family *> leaves;
  for (Family *leaf : leavesOf(*entries)) {
    if (!isOverRanges(leaf->domain)) {
      report(errors::arrayOfRanges(node.place, leaf->name, node.place));
      return nullptr;
    }
    leaves.push_back(&countedFromOne(*leaf, node.place));
  }
  return asRecord(regrouped(*entries, leaves));
}

/// A family of records; null after an error.
RecordValue *Checker::recordEntries(const ast::Binders &written, const ast::Node &body,
                                    const std::string &name, SourcePlace place) {
  Binders domain;
  IndexFrame frame(scope);
  binders(written, domain);
  if (!requireFixedDomain(domain, place))
    return nullptr;
  RecordValue *entry = recordValue(body);
  if (!entry)
    return nullptr;
  std::vector<Family *> leaves = leavesOf(*entry), families;
  for (Family *leaf : leaves) {
    auto owner = std::make_unique<Let>();
    Let &let = *owner;
    let.name = name, let.place = shown(place), let.isLocal = true;
    keep(std::move(owner));
    let.domain = leaf == leaves.back() ? std::move(domain) : cloneOf(domain);
    size_t own = let.domain.indices.size();
    if (!requireFixedDomain(leaf->domain, place))
      return nullptr;
    addRanges(let.domain, leaf->domain);
    ExprPtr value = leaf->arity() ? entryOf(*leaf, place) : use(static_cast<Let &>(*leaf), place);
    for (size_t k = own; k < let.domain.indices.size(); ++k)
      value->args.push_back(indexRef(*let.domain.indices[k], place));
    setLocal(let, std::move(value), leaf->type);
    families.push_back(&let);
  }
  return asRecord(regrouped(*entry, families));
}

/// `sum(i in I) p[i]`, `mean(...)` by field.
RecordValue *Checker::recordReduction(const ast::Node &node) {
  if (node.text == "prod")
    return complexProduct(node);
  auto domain = std::make_unique<Binders>();
  IndexFrame frame(scope);
  binders(*node.binders, *domain);
  RecordValue *body = recordValue(*node.children[0]);
  if (!body || !hasNumbers(*body->record, node.place))
    return nullptr;
  std::vector<Family *> leaves = leavesOf(*body), results;
  for (Family *leaf : leaves) {
    if (!requireFixedDomain(leaf->domain, node.place))
      return nullptr;
    ExprPtr total = make(ExprKind::Reduce, node, node.text == "mean" ? real : leaf->type);
    total->text = total->op = node.text;
    total->binders = leaf == leaves.back() ? std::move(domain) : std::make_unique<Binders>(cloneOf(*domain));
    results.push_back(&totalOf(*leaf, std::move(total), node.place));
  }
  return asRecord(regrouped(*body, results));
}

/// The reduction of a number, or of an array entry by entry.
Let &Checker::totalOf(Family &leaf, ExprPtr total, SourcePlace place) {
  auto owner = std::make_unique<Let>();
  Let &let = *owner;
  let.place = shown(place), let.isLocal = true;
  keep(std::move(owner));
  addRanges(let.domain, leaf.domain);
  ExprPtr entry = leaf.arity() ? entryOf(leaf, place) : use(static_cast<Let &>(leaf), place);
  for (auto &index : let.domain.indices)
    entry->args.push_back(indexRef(*index, place));
  total->args.push_back(std::move(entry));
  inherit(*total);
  Type type = total->type;
  setLocal(let, std::move(total), type);
  return let;
}

} // namespace costate::sema
