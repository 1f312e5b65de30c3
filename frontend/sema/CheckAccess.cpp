// Names, entries of families and tables, values of solved problems.
#include "frontend/sema/Checker.h"

#include "frontend/diagnose/NearestName.h"
#include "frontend/sema/IntegerExpressions.h"

#include <fmt/format.h>

namespace costate::sema {

using ast::Kind;
using Nodes = std::vector<const ast::Node *>;

void Checker::report(Diagnostic diagnostic) {
  diagnostic.place = shown(diagnostic.place);
  std::erase_if(diagnostic.notes, [&](auto &note) { return shown(note.place) != note.place; });
  for (auto &known : diagnostics)
    if (known.place == diagnostic.place && known.id == diagnostic.id)
      return; // one per cause
  diagnostics.push_back(std::move(diagnostic));
}

Symbol *Checker::find(const std::string &name) {
  Symbol *symbol = scope.find(name);
  if (!symbol)
    return nullptr;
  ensureChecked(*symbol);
  return scope.find(name); // a let of a problem may have become a record
}

ExprPtr Checker::name(const ast::Node &node) {
  if (Index *index = scope.findIndex(node.text)) {
    ExprPtr result = make(ExprKind::IndexRef, node, index->type);
    result->index = index;
    return result;
  }
  Symbol *symbol = find(node.text);
  if (!symbol) {
    if (ExprPtr known = namedCase(node))
      return known;
    if (auto later = laterNames.find(node.text); later != laterNames.end())
      report(errors::usedBeforeDeclared(node.place, node.text, later->second));
    else if (!brokenNames.count(node.text))
      report(errors::unknownName(node.place, node.text, nearestName(node.text, valueNames())));
    return poison(node);
  }
  if (dynamic_cast<Family *>(symbol) && symbol->kind != Symbol::Kind::Constraint)
    return entry(node, *symbol, {});
  const char *what[] = {
      "a set",     "a table",    "",         "",          "",         "a constraint", "an objective",
      "a problem", "a function", "a method", "a problem", "a record", "a record",     "an enumeration"};
  report(
      errors::typeMismatch(node.place, fmt::format("`{}`", node.text), "a value", what[int(symbol->kind)]));
  return poison(node);
}

ExprPtr Checker::indexed(const ast::Node &node) {
  const ast::Node &base = *node.children[0];
  Nodes args;
  for (size_t k = 1; k < node.children.size(); ++k)
    args.push_back(node.children[k].get());
  bool isPath = base.kind == Kind::Name || (base.kind == Kind::Field && !isFieldOfRecord(base));
  if (!isPath && isArray(base)) {
    Family *array = arrayValue(base);
    return array ? entry(node, *array, args) : poison(node);
  }
  if (base.kind == Kind::Name && !scope.findIndex(base.text)) {
    Symbol *symbol = find(base.text);
    if (!symbol)
      return name(base);
    if (dynamic_cast<Family *>(symbol) && symbol->kind != Symbol::Kind::Constraint)
      return entry(node, *symbol, args);
  }
  if (base.kind == Kind::Field && viewOf(base))
    return isArray(base) ? entry(node, *arrayValue(base), args) : viewedNumber(base);
  if (base.kind == Kind::Field && base.children[0]->kind == Kind::Name)
    if (auto *table = dynamic_cast<Table *>(scope.find(base.children[0]->text)))
      return tableEntry(node, *table, base.text, args);
  Problem *problem = nullptr;
  Symbol *symbol = nullptr;
  std::string fieldName;
  Nodes all;
  if (base.kind == Kind::Field && path(node, problem, symbol, fieldName, all))
    return solutionEntry(node, *problem, symbol, fieldName, all);
  if (base.kind == Kind::Call && expr(base)->type.base == Base::Poison)
    return poison(node); // what is wrong in it has been said
  if (base.kind != Kind::Field)
    report(errors::typeMismatch(base.place, fmt::format("`{}`", setText(base)), "a family",
                                "a value without index"));
  return poison(node);
}

ExprPtr Checker::field(const ast::Node &node) {
  if (isFieldOfRecord(node)) {
    auto *family = dynamic_cast<Family *>(fieldOf(node));
    return family ? entry(node, *family, {}) : poison(node);
  }
  if (node.children[0]->kind == Kind::Name)
    if (auto *enumeration = dynamic_cast<Enumeration *>(scope.find(node.children[0]->text)))
      return qualifiedCase(node, *enumeration);
  if (viewOf(node))
    return viewedNumber(node);
  if (node.children[0]->kind == Kind::Name)
    if (auto *table = dynamic_cast<Table *>(scope.find(node.children[0]->text)))
      return tableEntry(node, *table, node.text, {});
  Problem *problem = nullptr;
  Symbol *symbol = nullptr;
  std::string fieldName;
  Nodes args;
  if (path(node, problem, symbol, fieldName, args))
    return solutionEntry(node, *problem, symbol, fieldName, args);
  return poison(node);
}

/// Takes `p.x`, `p.x[i]`, `p.c.dual`, `p.c[i].dual`, `p.c.dual[i]`, `p.objective` apart; false after an
/// error.
bool Checker::path(const ast::Node &node, Problem *&problem, Symbol *&symbol, std::string &field,
                   Nodes &args) {
  std::vector<const ast::Node *> fields;
  const ast::Node *at = &node;
  while (at->kind == Kind::Field || at->kind == Kind::Index) {
    if (at->kind == Kind::Field)
      fields.insert(fields.begin(), at);
    else if (args.empty())
      for (size_t k = 1; k < at->children.size(); ++k)
        args.push_back(at->children[k].get());
    at = at->children[0].get();
  }
  if (at->kind != Kind::Name) {
    report(errors::notAvailable(at->place, "a field of this expression"));
    return false;
  }
  Symbol *base = scope.findIndex(at->text) ? nullptr : scope.find(at->text);
  problem = dynamic_cast<Problem *>(base);
  if (!problem) {
    if (base || scope.findIndex(at->text))
      report(errors::unknownField(at->place, at->text, fields[0]->text, {"none"}, ""));
    else
      report(errors::unknownName(at->place, at->text, nearestName(at->text, scope.names())));
    return false;
  }
  field = "value";
  auto member = problem->names.find(fields[0]->text);
  bool isMember = member != problem->names.end() && member->second->kind != Symbol::Kind::Set;
  symbol = isMember ? member->second : nullptr;
  static const std::vector<std::string> own{"objective", "status", "iterations"};
  if (!isMember && fields[0]->text == "report" && fields.size() == 2) {
    symbol = reported(*fields[1]);
    field = "report";
    if (symbol)
      return true;
    std::vector<std::string> names;
    for (auto &[name, report] : reports[problem])
      names.push_back(name);
    std::string name = fields[1]->text;
    report(errors::unknownField(fields[1]->place, problem->name + ".report", name,
                                names.empty() ? std::vector<std::string>{"none"} : names,
                                nearestName(name, names)));
    return false;
  }
  if (!isMember) {
    field = fields[0]->text;
    std::vector<std::string> known = own;
    for (auto &[name, s] : problem->names)
      known.push_back(name);
    if (std::find(own.begin(), own.end(), field) == own.end() || fields.size() > 1) {
      if (!brokenNames.count(field)) // else its statement has been reported
        report(
            errors::unknownField(fields[0]->place, problem->name, field, known, nearestName(field, known)));
      return false;
    }
    return true;
  }
  if (fields.size() == 1)
    return true;
  static const std::vector<std::string> ofVariable{"value", "reduced_cost", "lower", "upper"},
      ofConstraint{"value", "dual", "slack", "lower", "upper"}, ofOther{"value"};
  auto &known = symbol->kind == Symbol::Kind::Variable     ? ofVariable
                : symbol->kind == Symbol::Kind::Constraint ? ofConstraint
                                                           : ofOther;
  field = fields[1]->text;
  if (fields.size() > 2 || std::find(known.begin(), known.end(), field) == known.end()) {
    report(errors::unknownField(fields[1]->place, symbol->name, field, known, nearestName(field, known)));
    return false;
  }
  return true;
}

ExprPtr Checker::solutionEntry(const ast::Node &node, Problem &problem, Symbol *symbol,
                               const std::string &field, const Nodes &args) {
  if (!inCommand) {
    report(errors::solutionOutsideCommand(node.place, problem.name, setText(node)));
    return poison(node);
  }
  if (!solved.count(&problem)) {
    report(errors::unsolvedProblem(node.place, problem.name));
    return poison(node);
  }
  auto *let = dynamic_cast<Let *>(symbol);
  auto *family = dynamic_cast<Family *>(symbol);
  if (family && (symbol->kind == Symbol::Kind::Param || (let && !let->usesVariables)))
    return entry(node, *symbol, args);
  ExprPtr result = make(ExprKind::Solution, node, let ? let->type : Type{Base::Real, nullptr});
  result->problem = &problem;
  result->symbol = symbol;
  result->text = symbol && symbol->kind == Symbol::Kind::Objective ? "objective" : field;
  result->usesSolution = true;
  if (family && !fillArguments(*result, node, *family, args))
    return poison(node);
  return result;
}

ExprPtr Checker::entry(const ast::Node &node, Symbol &symbol, const Nodes &args) {
  auto &family = static_cast<Family &>(symbol);
  ExprPtr result = make(ExprKind::Access, node, family.type);
  result->symbol = &symbol;
  auto *let = dynamic_cast<Let *>(&symbol);
  if (ExprPtr written = let && args.empty() ? writtenInteger(*let, result->place) : nullptr)
    return written;
  result->usesVariables = symbol.kind == Symbol::Kind::Variable || (let && let->usesVariables);
  result->usesSolution = let && let->usesSolution;
  if (!fillArguments(*result, node, family, args))
    return poison(node);
  return result;
}

bool Checker::fillArguments(Expr &e, const ast::Node &node, const Family &family, const Nodes &args) {
  if (args.size() != family.arity()) {
    if (family.type.base == Base::Poison)
      return false; // its declaration has been reported
    if (args.empty())
      report(errors::missingIndex(node.place, family.name,
                                  family.arity() == 1 ? fmt::format("`{}`", family.domain.indices[0]->setName)
                                                      : fmt::format("{} indices", family.arity()),
                                  family.place));
    else
      report(errors::indexCount(node.place, family.name, family.arity(), args.size(), family.place));
    return false;
  }
  bool good = true;
  for (size_t k = 0; k < args.size(); ++k) {
    auto &index = *family.domain.indices[k];
    e.args.push_back(indexArgument(*args[k], index.type, index.setName, family.name, family.place));
    good &= e.args.back()->type.base != Base::Poison;
  }
  if (good)
    literalInRange(family, e);
  return good;
}

/// An integer literal outside a literal range is wrong whatever the data.
void Checker::literalInRange(const Family &family, const Expr &e) {
  for (size_t k = 0; k < e.args.size(); ++k) {
    const SetExpr *range = family.domain.indices[k]->set;
    while (range && range->kind == SetExpr::Kind::Named)
      range = range->set->value.get();
    auto isLiteral = [](const Expr *x) { return x && x->kind == ExprKind::Number && x->isInteger; };
    if (!range || range->kind != SetExpr::Kind::Range || !isLiteral(range->low.get()) ||
        !isLiteral(range->high.get()) || !isLiteral(e.args[k].get()))
      continue;
    int64_t value = e.args[k]->integer, low = range->low->integer, high = range->high->integer;
    if (value < low || value > high)
      report(errors::integerOutsideRange(e.args[k]->place, family.name, value, low, high, family.place));
  }
}

/// A position that a computation finds by means of variables, as `searchsorted` does.
static bool isOfComputation(const Expr &expr) {
  auto *let = dynamic_cast<const Let *>(expr.symbol);
  if (!expr.usesVariables || (let && let->computed))
    return true;
  if (expr.kind == ExprKind::Access)
    return let && let->value && isOfComputation(*let->value);
  return std::all_of(expr.args.begin(), expr.args.end(),
                     [](auto &arg) { return !arg || isOfComputation(*arg); });
}

ExprPtr Checker::indexArgument(const ast::Node &node, const Type &expected, const std::string &setName,
                               const std::string &family, SourcePlace declared) {
  if (node.kind == Kind::Name && !scope.findIndex(node.text) && !scope.find(node.text) &&
      !laterNames.count(node.text) && !brokenNames.count(node.text)) {
    report(errors::unboundIndex(node.place, node.text, family));
    return poison(node);
  }
  ExprPtr value = expr(node);
  if (value->usesVariables && !isOfComputation(*value)) {
    report(errors::variableInData(node.place, "an index", variableName(*value)));
    value->type = {};
  }
  if (expected.base == Base::Poison || value->type.base == Base::Poison) {
    value->type = {};
    return value;
  }
  settle(*value, expected);
  asLabel(*value, expected);
  if (value->type == expected)
    return value;
  std::string index = std::string(files.text(node.place));
  std::string actual = value->kind == ExprKind::IndexRef   ? value->index->setName
                       : value->type.base == Base::Element ? value->type.root->name
                                                           : "";
  if (value->type.base == Base::Real || value->type.base == Base::Bool || value->type.base == Base::Text)
    report(errors::typeMismatch(node.place, fmt::format("index `{}`", index), typeText(expected),
                                typeText(value->type)));
  else
    report(errors::indexSetMismatch(node.place, family, setName, index, actual.empty() ? "integers" : actual,
                                    declared));
  value->type = {};
  return value;
}

/// `t.column[row]` or `t.column[key, key]`; without index the whole column, aligned with the parameter being
/// defined or of a one-row table.
ExprPtr Checker::tableEntry(const ast::Node &node, Table &table, const std::string &column,
                            const Nodes &args) {
  ExprPtr result = args.empty() ? ownRow(node, table) : make(ExprKind::Column, node, {Base::Column, nullptr});
  result->table = &table;
  result->text = column;
  if (args.empty())
    return result;
  if (args.size() > 1) {
    if (!keyArguments(*result, table, args))
      return poison(node);
  } else {
    ExprPtr row = rowArgument(*args[0], table, column);
    if (!row)
      return poison(node);
    result->args.push_back(std::move(row));
  }
  inherit(*result);
  return result;
}

/// A column without index: the parameter's index that is an element of the table, else all its indices as the
/// key.
ExprPtr Checker::ownRow(const ast::Node &node, Table &table) {
  ExprPtr result = make(ExprKind::Column, node, {Base::Column, nullptr});
  auto refer = [&](Index *index) {
    ExprPtr ref = make(ExprKind::IndexRef, node, index->type);
    ref->index = index;
    result->args.push_back(std::move(ref));
  };
  if (!defining)
    return result;
  auto &indices = defining->domain.indices;
  for (auto &index : indices)
    if (index->type.base == Base::Element && index->type.root->table == &table) {
      refer(index.get());
      return result;
    }
  if (!indices.empty() && indices.size() == table.key.size())
    for (auto &index : indices)
      refer(index.get());
  return result;
}

/// The values of a key of several columns; their types must be known: that of elements, or integers.
bool Checker::keyArguments(Expr &e, Table &table, const Nodes &args) {
  if (args.size() != table.key.size()) {
    report(errors::indexCount(args[0]->place, table.name, std::max<size_t>(table.key.size(), 1), args.size(),
                              table.place));
    return false;
  }
  for (size_t k = 0; k < args.size(); ++k) {
    if (table.keySet) {
      e.args.push_back(indexArgument(*args[k], table.keySet->value->components[k], table.keySet->name,
                                     table.name, table.place));
      continue;
    }
    ExprPtr value = expr(*args[k]);
    if (value->type.base == Base::Text) {
      report(errors::keysNeedSets(args[k]->place, table.name, table.key.size()));
      return false;
    }
    if (value->type.base != Base::Element && value->type.base != Base::Int &&
        value->type.base != Base::Poison) {
      report(
          errors::typeMismatch(args[k]->place, "a key", "an element or an integer", typeText(value->type)));
      return false;
    }
    e.args.push_back(std::move(value));
  }
  return std::none_of(e.args.begin(), e.args.end(), [](auto &arg) { return arg->type.base == Base::Poison; });
}

/// One index of a table: an element of its own, a label, the value of its key, or a row number.
ExprPtr Checker::rowArgument(const ast::Node &arg, Table &table, const std::string &column) {
  if (arg.kind == Kind::Name && !scope.findIndex(arg.text) && !scope.find(arg.text)) {
    report(errors::unboundIndex(arg.place, arg.text, table.name + "." + column));
    return nullptr;
  }
  ExprPtr row = expr(arg);
  Root *keyRoot = table.keyed.size() == 1 ? table.keyed.begin()->second : nullptr;
  if (keyRoot && row->type.base != Base::Element)
    asLabel(*row, {Base::Element, keyRoot});
  bool isOwn = row->type.base == Base::Element && row->type.root->table == &table;
  bool isKey = row->type.base == Base::Element && table.key.size() == 1;
  bool good = isOwn || isKey || row->type.base == Base::Int || row->type.base == Base::Poison;
  if (good && table.key.size() > 1 && !isOwn)
    report(errors::indexCount(arg.place, table.name, table.key.size(), 1, table.place));
  if (good)
    return row;
  report(errors::indexSetMismatch(
      arg.place, table.name, keyRoot ? "keys(" + table.name + ")" : "rows(" + table.name + ")",
      std::string(files.text(arg.place)),
      row->kind == ExprKind::IndexRef ? row->index->setName : typeText(row->type), table.place));
  return nullptr;
}

} // namespace costate::sema
