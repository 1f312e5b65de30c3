// Declarations of records, what makes one, and lets that are records.
#include "frontend/sema/Checker.h"

#include "frontend/sema/IntegerExpressions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace costate::sema {

using ast::Kind;

namespace {

bool occursInFields(const ast::Statement &record, const std::string &size) {
  return std::any_of(record.parameters.begin(), record.parameters.end(), [&](auto &field) {
    return std::any_of(field.typeSizes.begin(), field.typeSizes.end(),
                       [&](auto &each) { return each->kind == Kind::Name && each->text == size; });
  });
}

} // namespace

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
  checkSizes(s);
  requireNewType(s);
  bool isGood = diagnostics.size() == known;
  declareTop(std::move(owner), s);
  if (isGood)
    exampleOf({Base::Record, nullptr, &record}, 0, s.name, s.namePlace);
  else
    brokenNames.insert(s.name);
}

void Checker::requireNewType(const ast::Statement &s) {
  for (const char *own : {"real", "int", "bool", "complex", "sparse", "text"})
    if (s.name == own)
      report(errors::recordForm(s.namePlace, fmt::format("`{}` is a type of the language", s.name),
                                "choose another name"));
}

/// What a record announces its fields have, and the other way round.
void Checker::checkSizes(const ast::Statement &s) {
  for (auto &size : s.sizes)
    if (!occursInFields(s, size.text))
      report(errors::recordForm(
          size.place, fmt::format("no field of `{}` has the size `{}`", s.name, size.text),
          fmt::format("leave it out, or write it in a type, as in `real[{}]`", size.text)));
  for (auto &field : s.parameters)
    for (auto &size : field.typeSizes) {
      bool isKnown = size->kind != Kind::Name || std::any_of(s.sizes.begin(), s.sizes.end(), [&](auto &own) {
                       return own.text == size->text;
                     });
      if (!isKnown)
        report(errors::recordForm(size->place,
                                  fmt::format("`{}` does not announce the size `{}`", s.name, size->text),
                                  fmt::format("write `record {}[{}](...)`", s.name, size->text)));
    }
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
  PreludeFrame ofPrelude(*this, record.written->place, place);
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
