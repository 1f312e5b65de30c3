// Sets, binders and the element types they declare.
#include "frontend/sema/Checker.h"

#include "frontend/diagnose/NearestName.h"

#include <fmt/format.h>

namespace costate::sema {

using ast::Kind;

Root *Checker::newRoot(Root::Kind kind, const std::string &name) {
  Root &root = program.roots.emplace_back();
  root.id = int(program.roots.size()) - 1;
  root.kind = kind;
  root.name = name;
  return &root;
}

std::string Checker::typeText(const Type &type) const {
  switch (type.base) {
  case Base::Real:
    return "a number";
  case Base::Int:
    return "an integer";
  case Base::Bool:
    return "a condition";
  case Base::Text:
    return "a text";
  case Base::Element:
    return fmt::format("an element of `{}`", type.root->name);
  case Base::Case:
    return fmt::format("a case of `{}`", type.root->name);
  case Base::Record:
    return recordText(*type.record, false);
  default:
    return "a column";
  }
}

SetPtr Checker::badSet(const ast::Node &node) {
  auto result = std::make_unique<SetExpr>();
  result->kind = SetExpr::Kind::Literal;
  result->place = node.place;
  result->components = {Type{}};
  result->root = &program.integer;
  return result;
}

SetPtr Checker::set(const ast::Node &node) {
  SetPtr result = openSet(node);
  ownKind(*result);
  return result;
}

/// As `set`, but labels that are written out may still take the kind of a set beside them.
SetPtr Checker::openSet(const ast::Node &node) {
  switch (node.kind) {
  case Kind::Name: {
    Symbol *symbol = find(node.text);
    if (!symbol) {
      if (!brokenNames.count(node.text))
        report(errors::unknownName(node.place, node.text, nearestName(node.text, scope.names())));
      return badSet(node);
    }
    auto *named = dynamic_cast<Set *>(symbol);
    if (!named) {
      report(errors::notASet(node.place, fmt::format("`{}`", node.text)));
      return badSet(node);
    }
    auto result = std::make_unique<SetExpr>();
    result->place = node.place;
    result->set = named;
    result->components = named->value ? named->value->components : std::vector<Type>{Type{}};
    return result;
  }
  case Kind::Range:
    return rangeSet(node);
  case Kind::Call:
    return callSet(node);
  case Kind::SetLiteral:
    return literalSet(node);
  case Kind::SetOf:
    return comprehension(node);
  case Kind::SetOperation: {
    const std::string &op = node.ops.front();
    return operation(node, op == "union"   ? SetExpr::Kind::Union
                           : op == "inter" ? SetExpr::Kind::Inter
                           : op == "diff"  ? SetExpr::Kind::Diff
                                           : SetExpr::Kind::Cross);
  }
  case Kind::Product:
    if (std::all_of(node.ops.begin(), node.ops.end(), [](auto &op) { return op == "*"; }))
      return operation(node, SetExpr::Kind::Cross);
    [[fallthrough]];
  default:
    report(errors::notASet(node.place, fmt::format("`{}`", setText(node))));
    return badSet(node);
  }
}

SetPtr Checker::rangeSet(const ast::Node &node) {
  auto result = std::make_unique<SetExpr>();
  result->kind = SetExpr::Kind::Range;
  result->place = node.place;
  result->components = {Type{Base::Int, nullptr}};
  for (int side : {0, 1}) {
    ExprPtr value = expr(*node.children[side]);
    settle(*value, {Base::Int, nullptr});
    if (value->usesVariables)
      report(errors::variableInData(value->place, "the bound of a range", variableName(*value)));
    else if (value->type.base != Base::Int && value->type.base != Base::Poison)
      report(errors::typeMismatch(value->place, "the bound of a range", "an integer", typeText(value->type)));
    (side == 0 ? result->low : result->high) = std::move(value);
  }
  return result;
}

/// The table of `keys(t)`; null where the node is something else.
Table *Checker::keysOf(const ast::Node &node) {
  bool isKeys = node.kind == Kind::Call && node.children.size() == 2 &&
                node.children[0]->kind == Kind::Name && node.children[0]->text == "keys" &&
                node.children[1]->kind == Kind::Name;
  return isKeys ? dynamic_cast<Table *>(find(node.children[1]->text)) : nullptr;
}

SetPtr Checker::callSet(const ast::Node &node) {
  std::string function = node.children[0]->kind == Kind::Name ? node.children[0]->text : "";
  if ((function != "keys" && function != "rows") || node.children.size() != 2 ||
      node.children[1]->kind != Kind::Name) {
    report(errors::notASet(node.place, fmt::format("`{}`", setText(node))));
    return badSet(node);
  }
  auto *table = dynamic_cast<Table *>(find(node.children[1]->text));
  if (!table) {
    report(errors::unknownName(node.children[1]->place, node.children[1]->text, ""));
    return badSet(node);
  }
  auto result = std::make_unique<SetExpr>();
  result->place = node.place;
  result->table = table;
  if (function == "rows") {
    result->kind = SetExpr::Kind::Rows;
    if (!table->rows) {
      table->rows = newRoot(Root::Kind::Rows, table->name);
      table->rows->table = table;
    }
    result->root = table->rows;
    result->components = {Type{Base::Element, table->rows}};
    return result;
  }
  if (table->key.empty()) {
    report(errors::keysNeedKey(node.place, table->name, table->place));
    return badSet(node);
  }
  if (table->key.size() > 1) { // the declaration of their set says where the components come from
    if (!table->keySet) {
      report(errors::keysNeedSets(node.place, table->name, table->key.size()));
      return badSet(node);
    }
    result->set = table->keySet;
    result->components = table->keySet->value->components;
    return result;
  }
  result->kind = SetExpr::Kind::Keys;
  result->keys = table->key;
  Root *&root = table->keyed[table->key[0]];
  if (!root) {
    root = newRoot(Root::Kind::Keys, table->name);
    root->table = table;
    root->column = table->key[0];
  }
  result->root = root;
  result->components = {Type{Base::Element, root}};
  return result;
}

SetPtr Checker::comprehension(const ast::Node &node) {
  auto result = std::make_unique<SetExpr>();
  result->kind = SetExpr::Kind::Comprehension;
  result->place = node.place;
  result->binders = std::make_unique<Binders>();
  IndexFrame frame(scope);
  binders(*node.binders, *result->binders);
  const ast::Node &element = *node.children[0];
  std::vector<const ast::Node *> parts;
  if (element.kind == Kind::Tuple)
    for (auto &part : element.children)
      parts.push_back(part.get());
  else
    parts.push_back(&element);
  for (const ast::Node *part : parts) {
    ExprPtr value = expr(*part);
    if (value->usesVariables)
      report(errors::variableInData(value->place, "an element of a set", variableName(*value)));
    else if (value->type.base != Base::Int && value->type.base != Base::Element &&
             value->type.base != Base::Poison)
      report(errors::typeMismatch(value->place, "an element of a set", "an integer or an element",
                                  typeText(value->type)));
    result->components.push_back(value->type);
    result->tuple.push_back(std::move(value));
  }
  return result;
}

SetPtr Checker::operation(const ast::Node &node, SetExpr::Kind kind) {
  auto result = std::make_unique<SetExpr>();
  result->kind = kind;
  result->place = node.place;
  for (auto &op : node.ops)
    if (op != node.ops.front()) {
      report(errors::syntaxChoice(node.place, node.ops.front(), op));
      return badSet(node);
    }
  for (auto &child : node.children)
    result->parts.push_back(kind == SetExpr::Kind::Cross ? set(*child) : openSet(*child));
  if (kind != SetExpr::Kind::Cross) {
    if (SetPtr labels = joinedLabels(*result))
      return labels;
    shareKind(result->parts);
  }
  for (auto &part : result->parts) {
    if (kind == SetExpr::Kind::Cross || &part == &result->parts.front()) {
      result->components.insert(result->components.end(), part->components.begin(), part->components.end());
      continue;
    }
    const std::string &op = node.ops.front();
    if (part->arity() != result->arity()) {
      report(errors::setArity(node.place, op, result->arity(), part->arity()));
      return badSet(node);
    }
    for (size_t k = 0; k < part->arity(); ++k) {
      const Type &mine = result->components[k], &other = part->components[k];
      if (mine != other && mine.base != Base::Poison && other.base != Base::Poison) {
        report(errors::foreignSets(node.place, op, setText(*node.children[0]),
                                   std::string(files.text(part->place))));
        return badSet(node);
      }
    }
  }
  return result;
}

void Checker::binders(const ast::Binders &list, Binders &out) {
  for (auto &binder : list.list) {
    Atom atom;
    atom.place = binder.place;
    atom.set = set(*binder.set);
    std::string setName = setText(*binder.set);
    size_t arity = atom.set->arity();
    if (binder.terms.empty()) {
      for (size_t k = 0; k < arity; ++k) {
        Index *index = bindIndex("", binder.place, atom.set->components[k], setName, out);
        atom.terms.push_back({Term::Kind::Fresh, index, nullptr});
      }
    } else if (binder.terms.size() != arity) {
      if (atom.set->components[0].base != Base::Poison)
        report(errors::tupleArity(binder.place, binder.terms.size(), setName, arity));
      atom.set = badSet(*binder.set);
      atom.set->components.assign(binder.terms.size(), Type{});
    }
    for (size_t k = 0; k < binder.terms.size(); ++k)
      bindTerm(binder, binder.terms[k], atom.set->components[k], setName, out, atom);
    for (size_t k = 0; k < atom.terms.size(); ++k)
      if (Index *index = atom.terms[k].index) {
        (atom.terms.size() == 1 ? index->set : index->tuples) = atom.set.get();
        index->component = k;
      }
    out.atoms.push_back(std::move(atom));
  }
  if (!list.where)
    return;
  out.where = expr(*list.where);
  if (out.where->usesVariables) {
    const Variable *variable = variableIn(*out.where);
    report(errors::filterOnVariable(list.where->place, variableName(*out.where),
                                    variable ? variable->place : list.where->place));
    out.where = nullptr;
  } else if (!needBool(*out.where, "a filter")) {
    out.where = nullptr;
  }
}

void Checker::bindTerm(const ast::Binder &binder, const ast::PatternTerm &term, const Type &type,
                       const std::string &setName, Binders &out, Atom &atom) {
  if (!term.value) {
    atom.terms.push_back({Term::Kind::Wildcard, nullptr, nullptr});
    return;
  }
  bool isName = term.value->kind == Kind::Name;
  if (isName) {
    Index *known = scope.findIndex(term.value->text);
    if (!known) {
      Index *index = bindIndex(term.value->text, term.place, type, setName, out);
      atom.terms.push_back({Term::Kind::Fresh, index, nullptr});
      return;
    }
    if (!binder.isTuple) {
      report(errors::reboundIndex(term.place, known->name, known->place));
      atom.terms.push_back({Term::Kind::Wildcard, nullptr, nullptr});
      return;
    }
  }
  ExprPtr value = indexArgument(*term.value, type, setName, setName, binder.place);
  atom.terms.push_back({Term::Kind::Bound, nullptr, std::move(value)});
}

Index *Checker::bindIndex(const std::string &name, SourcePlace place, const Type &type,
                          const std::string &setName, Binders &out) {
  auto index = std::make_unique<Index>();
  index->name = name;
  index->place = place;
  index->type = type;
  index->setName = setName;
  if (!name.empty())
    scope.indices.push_back(index.get());
  out.indices.push_back(std::move(index));
  return out.indices.back().get();
}

} // namespace costate::sema
