// Records: their declarations, and values of several parts. A value is its parts: what is computed with it is
// computed field by field.
#include "frontend/sema/Checker.h"

#include "frontend/diagnose/NearestName.h"
#include "frontend/sema/ArrayExpression.h"
#include "frontend/sema/IntegerExpressions.h"
#include "frontend/syntax/CopyAst.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace costate::sema {

using ast::Kind;

namespace {

constexpr Type real{Base::Real, nullptr}, integer{Base::Int, nullptr};

void addLeaves(Symbol &value, std::vector<Family *> &leaves) {
  if (auto *record = asRecord(&value))
    for (Symbol *field : record->fields)
      addLeaves(*field, leaves);
  else
    leaves.push_back(static_cast<Family *>(&value));
}

bool hasSize(const ast::Statement &record, const std::string &size) {
  return std::any_of(record.parameters.begin(), record.parameters.end(), [&](auto &field) {
    return std::any_of(field.typeSizes.begin(), field.typeSizes.end(),
                       [&](auto &each) { return each->kind == Kind::Name && each->text == size; });
  });
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

// ---- declarations --------------------------------------------------------------------------------------

void Checker::recordDeclaration(const ast::Statement &s) {
  auto owner = std::make_unique<Record>();
  Record &record = *owner;
  record.written = &s;
  size_t known = diagnostics.size();
  std::map<std::string, SourcePlace> names;
  for (auto &field : s.parameters) {
    if (auto [first, isNew] = names.emplace(field.name, field.place); !isNew)
      report(errors::duplicateName(field.place, field.name, first->second));
    if (field.isProblem || field.functionType)
      report(errors::recordForm(field.typePlace, fmt::format("the field `{}` is no value", field.name),
                                "fields are numbers, conditions, cases, records, and arrays of these"));
    Type type = functionType(field.typeName, field.typePlace);
    record.fields.push_back({field.name, type, ownRank(type, field.typeSizes.size())});
  }
  for (auto &size : s.sizes)
    if (!hasSize(s, size.text))
      report(errors::recordForm(
          size.place, fmt::format("no field of `{}` has the size `{}`", s.name, size.text),
          fmt::format("leave it out, or write it in a type, as in `real[{}]`", size.text)));
  bool isGood = diagnostics.size() == known;
  declareTop(std::move(owner), s);
  if (isGood)
    exampleOf({Base::Record, nullptr, &record}, 0, s.name, s.namePlace);
  else
    brokenNames.insert(s.name);
}

/// How many indices sizes in brackets mean: those of a record with sizes are its own.
size_t Checker::ownRank(const Type &type, size_t sizes) const {
  return type.record && type.record->hasSizes() ? 0 : sizes;
}

/// A value of a type while what takes it is checked on its own: sizes are 1.
Symbol *Checker::exampleOf(const Type &type, size_t rank, const std::string &name, SourcePlace place) {
  if (type.base != Base::Record)
    return &exampleFamily(type, rank, name, place);
  RecordValue &value = newRecordValue(*type.record, rank, name, place);
  for (auto &field : type.record->fields)
    value.fields.push_back(exampleOf(field.type, rank + field.rank, field.name, place));
  return rank || type.record->isComplex() ? &value : constructed(*type.record, value.fields, place);
}

RecordValue &Checker::newRecordValue(const Record &record, size_t rank, const std::string &name,
                                     SourcePlace place) {
  auto owner = std::make_unique<RecordValue>();
  RecordValue &result = *owner;
  result.record = &record, result.rank = rank;
  result.name = name, result.place = shown(place);
  keep(std::move(owner));
  return result;
}

FunctionValue &Checker::valueOf(Record &record) {
  FunctionValue *&known = constructors[&record];
  if (known)
    return *known;
  known = &keepFunction(record.name, record.place);
  known->form = FunctionValue::Form::Record;
  known->record = &record;
  return *known;
}

/// `Net(W = A, b = c)`: sizes of the same name must agree. Null after an error.
RecordValue *Checker::constructed(const Record &record, const Symbols &fields, SourcePlace place) {
  size_t known = diagnostics.size();
  FunctionFrame frame(scope);
  Symbols own;
  for (size_t k = 0; k < fields.size(); ++k)
    own.push_back(record.fields[k].type.base == Base::Real ? realSymbol(*fields[k], place) : fields[k]);
  bindParameters(*record.written, own);
  if (diagnostics.size() > known)
    return nullptr;
  RecordValue &result = newRecordValue(record, 0, record.name, place);
  for (auto &field : record.fields)
    result.fields.push_back(frame.own.at(field.name));
  return &result;
}

/// Integers as reals.
Symbol *Checker::realSymbol(Symbol &number, SourcePlace place) {
  auto &family = static_cast<Family &>(number);
  if (family.type.base != Base::Int)
    return &number;
  Value value = asReal(valueOf(family, place), place);
  return &this->family(value, place);
}

/// The family and dimension that have a size which the record announces.
std::pair<Family *, size_t> Checker::sizeHolder(RecordValue &value, const std::string &size) {
  const ast::Statement &s = *value.record->written;
  for (size_t k = 0; k < s.parameters.size(); ++k) {
    auto &written = s.parameters[k].typeSizes;
    auto named = std::find_if(written.begin(), written.end(), [&](auto &each) { return each->text == size; });
    if (named == written.end())
      continue;
    size_t at = size_t(named - written.begin());
    auto *inner = asRecord(value.fields[k]);
    if (inner && inner->record->hasSizes())
      return sizeHolder(*inner, inner->record->written->sizes[at].text);
    return {&firstLeaf(*value.fields[k]), value.rank + at};
  }
  return {nullptr, 0};
}

/// `p: Net[h, d]` names the sizes that the record announces, `p: Point[n]` is an array.
void Checker::bindRecordSizes(const ast::Statement &s, const ast::Parameter &parameter, RecordValue &value) {
  const Record &record = *value.record;
  auto &sizes = parameter.typeSizes;
  if (record.hasSizes() && !sizes.empty() && sizes.size() != record.written->sizes.size())
    return report(errors::recordForm(parameter.typePlace,
                                     fmt::format("`{}` has {} sizes, but {} are named", record.name,
                                                 record.written->sizes.size(), sizes.size()),
                                     fmt::format("name all of them, or none: `{}`", record.name)));
  for (size_t k = 0; k < sizes.size(); ++k) {
    auto [family, dimension] = record.hasSizes() ? sizeHolder(value, record.written->sizes[k].text)
                                                 : std::pair(&firstLeaf(value), k);
    if (family)
      bindSize(s, parameter, k, *family, dimension);
  }
}

// ---- values --------------------------------------------------------------------------------------------

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
    return shapeOf(node).isArray ? asRecord(arrayOperation(node)) : recordOperation(node);
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
  auto domain = std::make_unique<Binders>();
  IndexFrame frame(scope);
  binders(*node.binders, *domain);
  RecordValue *body = recordValue(*node.children[0]);
  if (!body || !hasNumbers(*body->record, node.place))
    return nullptr;
  std::vector<Family *> leaves = leavesOf(*body), results;
  for (Family *leaf : leaves) {
    if (leaf->arity()) {
      report(errors::notAvailable(node.place, fmt::format("`{}` of records with arrays", node.text)));
      return nullptr;
    }
    ExprPtr total = make(ExprKind::Reduce, node, node.text == "mean" ? real : leaf->type);
    total->text = node.text;
    total->binders = leaf == leaves.back() ? std::move(domain) : std::make_unique<Binders>(cloneOf(*domain));
    total->args.push_back(use(static_cast<Let &>(*leaf), node.place));
    inherit(*total);
    Type type = total->type;
    results.push_back(&local("", node.place, std::move(total), type));
  }
  return asRecord(regrouped(*body, results));
}

// ---- where records are declared ------------------------------------------------------------------------

/// The value whose parts are lets of their own.
RecordValue &Checker::namedRecord(const ast::Word &word, RecordValue &value,
                                  const std::function<void(Let &)> &declare) {
  std::vector<Family *> leaves;
  for (Family *leaf : leavesOf(value)) {
    auto owner = std::make_unique<Let>();
    Let &let = *owner;
    let.name = word.text, let.place = word.place;
    let.domain = cloneOf(leaf->domain);
    ExprPtr entry = leaf->arity() ? entryOf(*leaf, word.place) : use(static_cast<Let &>(*leaf), word.place);
    for (auto &index : let.domain.indices)
      entry->args.push_back(indexRef(*index, word.place));
    setLocal(let, std::move(entry), leaf->type);
    let.captured.clear();
    declare(let);
    keep(std::move(owner));
    leaves.push_back(&let);
  }
  auto &named = *asRecord(regrouped(value, leaves));
  named.name = word.text, named.place = word.place;
  return named;
}

void Checker::topRecord(const ast::Word &word, RecordValue &value) {
  RecordValue &named = namedRecord(word, value, [&](Let &let) { program.steps.push_back({&let, nullptr}); });
  if (auto [known, isNew] = scope.top.emplace(word.text, &named); !isNew)
    report(errors::duplicateName(word.place, word.text, known->second->place));
}

/// In a problem, in the place of the let that was declared.
void Checker::problemRecord(const ast::Statement &s) {
  RecordValue *value =
      s.indexing ? recordEntries(*s.indexing, *s.value, s.name, s.namePlace) : recordValue(*s.value);
  if (!value)
    return;
  Problem &problem = *scope.problem;
  problem.names[s.name] = &namedRecord({s.name, s.namePlace}, *value, [&](Let &let) {
    let.problem = &problem;
    problem.order.push_back(&let);
  });
}

/// The record that `p.z` names; null for everything else.
RecordValue *Checker::recordOfProblem(const ast::Node &node) const {
  bool isNamed = node.kind == Kind::Field && node.children[0]->kind == Kind::Name;
  auto *problem = isNamed ? dynamic_cast<Problem *>(scope.find(node.children[0]->text)) : nullptr;
  auto member = problem ? problem->names.find(node.text) : std::map<std::string, Symbol *>::iterator();
  return problem && member != problem->names.end() ? asRecord(member->second) : nullptr;
}

/// Its values after a solve; null after an error.
RecordValue *Checker::solvedRecord(const ast::Node &node) {
  auto &problem = static_cast<Problem &>(*scope.find(node.children[0]->text));
  if (!inCommand || !solved.count(&problem)) {
    report(inCommand ? errors::unsolvedProblem(node.place, problem.name)
                     : errors::solutionOutsideCommand(node.place, problem.name, setText(node)));
    return nullptr;
  }
  RecordValue &record = *recordOfProblem(node);
  std::vector<Family *> leaves;
  for (Family *leaf : leavesOf(record)) {
    ExprPtr entry = make(ExprKind::Solution, node, leaf->type);
    entry->problem = &problem, entry->symbol = leaf, entry->text = "value", entry->usesSolution = true;
    auto owner = std::make_unique<Let>();
    Let &let = *owner;
    let.name = setText(node), let.place = node.place, let.isLocal = true;
    keep(std::move(owner));
    let.domain = cloneOf(leaf->domain);
    for (auto &index : let.domain.indices)
      entry->args.push_back(indexRef(*index, node.place));
    setLocal(let, std::move(entry), leaf->type);
    leaves.push_back(&let);
  }
  return asRecord(regrouped(record, leaves));
}

} // namespace costate::sema
