// Enumerations, whose cases are numbers of their own type, and `match`, which is a chain of choices.
#include "frontend/sema/Checker.h"

#include "frontend/diagnose/NearestName.h"
#include "frontend/sema/ArrayExpression.h"
#include "frontend/syntax/CopyAst.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace costate::sema {

using ast::Kind;

namespace {

bool isElse(const ast::Node &matched) { return matched.kind == Kind::Name && matched.text == "else"; }

} // namespace

/// A value that the subject of `match` is compared with, and what is given where it is equal.
struct Checker::MatchCase {
  ExprPtr matched;
  const ast::Node *value = nullptr;
};

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
  settle(*subject, {Base::Text, &program.text});
  Type type = subject->type;
  bool isLabel = type.base == Base::Text || type.base == Base::Element;
  if (type.base != Base::Case && !isLabel && type.base != Base::Poison)
    report(errors::typeMismatch(subject->place, "what is matched", "a case of an enumeration or a text",
                                typeText(type)));
  std::vector<MatchCase> cases;
  bool isGood = type.base == Base::Case ? casesOf(node, *type.root->enumeration, cases)
                                        : isLabel && textsOf(node, type, cases);
  if (!isGood)
    return {poison(node)};
  Let &kept = local("", node.place, std::move(subject), type);
  ArrayExpression expression(scope, node.place);
  ast::NodePtr result = ast::copyOf(*cases.back().value);
  for (size_t k = cases.size() - 1; k-- > 0;) {
    ast::NodePtr same = newNode(Kind::Compare, node.place), choice = newNode(Kind::If, node.place);
    Let &which = local("", node.place, std::move(cases[k].matched), type);
    same->ops = {"=="};
    same->children.push_back(expression.operand(kept, {}));
    same->children.push_back(expression.operand(which, {}));
    choice->children.push_back(std::move(same));
    choice->children.push_back(ast::copyOf(*cases[k].value));
    choice->children.push_back(std::move(result));
    result = std::move(choice);
  }
  return value(*result);
}

/// In the order of the declaration, one at least; false after an error.
bool Checker::casesOf(const ast::Node &node, const Enumeration &enumeration, std::vector<MatchCase> &cases) {
  std::vector<const ast::Node *> values(enumeration.cases.size());
  const ast::Node *others = nullptr;
  for (size_t k = 1; k < node.children.size(); k += 2) {
    const ast::Node &name = *node.children[k], *value = node.children[k + 1].get();
    if (isElse(name)) {
      others = value;
      continue;
    }
    if (name.kind == Kind::Text) {
      report(errors::typeMismatch(name.place, "this case", "a name, without quotes", "a text"));
      return false;
    }
    auto known = std::find(enumeration.cases.begin(), enumeration.cases.end(), name.text);
    if (known == enumeration.cases.end()) {
      report(errors::unknownCase(name.place, enumeration.name, name.text, enumeration.cases,
                                 nearestName(name.text, enumeration.cases)));
      return false;
    }
    values[size_t(known - enumeration.cases.begin())] = value;
  }
  errors::Names missing;
  for (size_t k = 0; k < values.size(); ++k) {
    if (!values[k] && !others)
      missing.push_back(enumeration.cases[k]);
    if (values[k] || others)
      cases.push_back({caseOf(enumeration, k, node.place), values[k] ? values[k] : others});
  }
  if (!missing.empty())
    report(errors::missingCase(node.place, enumeration.name, missing));
  return missing.empty() && hasDistinctCases(node);
}

/// Texts, or labels, as they are written, and `else` at the end; false after an error.
bool Checker::textsOf(const ast::Node &node, const Type &type, std::vector<MatchCase> &cases) {
  const ast::Node *others = nullptr;
  for (size_t k = 1; k < node.children.size(); k += 2) {
    const ast::Node &name = *node.children[k], *value = node.children[k + 1].get();
    if (isElse(name)) {
      others = value;
      continue;
    }
    if (name.kind != Kind::Text) {
      report(errors::typeMismatch(name.place, "this case", "a text in double quotes", "a name"));
      return false;
    }
    ExprPtr text = expr(name);
    asLabel(*text, type);
    cases.push_back({std::move(text), value});
  }
  if (!others)
    report(errors::missingElse(node.place, typeText(type)));
  cases.push_back({nullptr, others});
  return others && hasDistinctCases(node);
}

bool Checker::hasDistinctCases(const ast::Node &node) {
  std::map<std::string, SourcePlace> first;
  for (size_t k = 1; k < node.children.size(); k += 2) {
    const ast::Node &name = *node.children[k];
    if (auto [before, isNew] = first.emplace(setText(name), name.place); !isNew) {
      report(errors::repeatedCase(name.place, name.text, before->second));
      return false;
    }
  }
  return true;
}

} // namespace costate::sema
