// Enumerations: cases are numbers of their own type, `match` is a chain of choices.
#include "frontend/sema/Checker.h"

#include "frontend/diagnose/NearestName.h"
#include "frontend/sema/ArrayExpression.h"
#include "frontend/syntax/CopyAst.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace costate::sema {

using ast::Kind;

void Checker::enumerationDeclaration(const ast::Statement &s) {
  auto owner = std::make_unique<Enumeration>();
  Enumeration &enumeration = *owner;
  std::map<std::string, SourcePlace> known;
  for (auto &word : s.names) {
    if (auto [first, isNew] = known.emplace(word.text, word.place); !isNew)
      report(errors::duplicateName(word.place, word.text, first->second));
    else
      enumeration.cases.push_back(word.text);
  }
  requireNewType(s);
  Root *root = newRoot(Root::Kind::Cases, s.name);
  root->enumeration = &enumeration;
  enumeration.root = root;
  enumerations.push_back(&enumeration);
  declareTop(std::move(owner), s);
}

ExprPtr Checker::caseOf(const Enumeration &enumeration, size_t number, SourcePlace place) {
  auto result = std::make_unique<Expr>();
  result->type = {Base::Case, enumeration.root};
  result->place = shown(place);
  result->number = double(number), result->integer = int64_t(number), result->isInteger = true;
  result->text = enumeration.cases[number];
  return result;
}

/// `fixed`, where nothing else has that name and one enumeration has the case; null where none has it.
ExprPtr Checker::namedCase(const ast::Node &node) {
  ExprPtr result;
  const Enumeration *owner = nullptr;
  for (const Enumeration *each : enumerations) {
    auto known = std::find(each->cases.begin(), each->cases.end(), node.text);
    if (known == each->cases.end())
      continue;
    if (owner) {
      report(errors::ambiguousCase(node.place, node.text, owner->name, each->name));
      return poison(node);
    }
    owner = each;
    result = caseOf(*each, size_t(known - each->cases.begin()), node.place);
  }
  return result;
}

/// What a name may have been meant for.
std::vector<std::string> Checker::valueNames() const {
  std::vector<std::string> names = scope.names();
  for (const Enumeration *each : enumerations)
    names.insert(names.end(), each->cases.begin(), each->cases.end());
  return names;
}

/// `Mode.fixed`
ExprPtr Checker::qualifiedCase(const ast::Node &node, const Enumeration &enumeration) {
  auto known = std::find(enumeration.cases.begin(), enumeration.cases.end(), node.text);
  if (known != enumeration.cases.end())
    return caseOf(enumeration, size_t(known - enumeration.cases.begin()), node.place);
  report(errors::unknownCase(node.place, enumeration.name, node.text, enumeration.cases,
                             nearestName(node.text, enumeration.cases)));
  return poison(node);
}

/// The value of the case that holds; without value after an error.
Value Checker::matched(const ast::Node &node) {
  ExprPtr subject = expr(*node.children[0]);
  if (subject->type.base == Base::Poison)
    return {poison(node)};
  if (subject->type.base != Base::Case) {
    report(errors::typeMismatch(subject->place, "what is matched", "a case of an enumeration",
                                typeText(subject->type)));
    return {poison(node)};
  }
  const Enumeration &enumeration = *subject->type.root->enumeration;
  auto values = valuesByCase(node, enumeration);
  if (values.empty())
    return {poison(node)};
  Type type = subject->type;
  Let &kept = local("", node.place, std::move(subject), type);
  ArrayExpression expression(scope, node.place);
  ast::NodePtr result = ast::copyOf(*values.back());
  for (size_t k = values.size() - 1; k-- > 0;) {
    ast::NodePtr same = newNode(Kind::Compare, node.place), choice = newNode(Kind::If, node.place);
    Let &which = local("", node.place, caseOf(enumeration, k, node.place), type);
    same->ops = {"=="};
    same->children.push_back(expression.operand(kept, {}));
    same->children.push_back(expression.operand(which, {}));
    choice->children.push_back(std::move(same));
    choice->children.push_back(ast::copyOf(*values[k]));
    choice->children.push_back(std::move(result));
    result = std::move(choice);
  }
  return value(*result);
}

/// In the order of the declaration; none after an error.
std::vector<const ast::Node *> Checker::valuesByCase(const ast::Node &node, const Enumeration &enumeration) {
  std::vector<const ast::Node *> values(enumeration.cases.size());
  std::map<std::string, SourcePlace> first;
  for (size_t k = 1; k < node.children.size(); k += 2) {
    const ast::Node &name = *node.children[k];
    auto known = std::find(enumeration.cases.begin(), enumeration.cases.end(), name.text);
    if (known == enumeration.cases.end()) {
      report(errors::unknownCase(name.place, enumeration.name, name.text, enumeration.cases,
                                 nearestName(name.text, enumeration.cases)));
      return {};
    }
    auto [before, isNew] = first.emplace(name.text, name.place);
    if (!isNew) {
      report(errors::repeatedCase(name.place, name.text, before->second));
      return {};
    }
    values[size_t(known - enumeration.cases.begin())] = node.children[k + 1].get();
  }
  errors::Names missing;
  for (size_t k = 0; k < values.size(); ++k)
    if (!values[k])
      missing.push_back(enumeration.cases[k]);
  if (missing.empty())
    return values;
  report(errors::missingCase(node.place, enumeration.name, missing));
  return {};
}

} // namespace costate::sema
