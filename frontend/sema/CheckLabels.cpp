// Labels that are written out: in an expression or a set of them, they take the kind of what stands beside
// them.
#include "frontend/sema/Checker.h"

#include <algorithm>
#include <charconv>

namespace costate::sema {

using ast::Kind;

namespace {

template <class Integer> bool fitsIn(const std::string &digits) {
  Integer value;
  return std::from_chars(digits.data(), digits.data() + digits.size(), value).ec == std::errc();
}

bool isElement(const Type &type) { return type.base == Base::Element && type.root; }

bool isLabels(const SetExpr &set) { return set.kind == SetExpr::Kind::Literal && !set.takesKind; }

/// Labels whose kind is open; integers are of one kind everywhere, but may be labels of another.
bool isOpen(const SetExpr &set) { return isLabels(set) && !set.root; }

} // namespace

/// A text or integer, also as a branch of `if`, becomes a label where an element is expected.
void Checker::asLabel(Expr &e, const Type &expected) {
  if (!isElement(expected) || e.type == expected)
    return;
  if (e.kind == ExprKind::If) {
    asLabel(*e.args[1], expected);
    asLabel(*e.args[2], expected);
    if (e.args[1]->type == expected && e.args[2]->type == expected)
      e.type = expected;
    return;
  }
  if (e.kind != ExprKind::Text && !(e.kind == ExprKind::Number && e.isInteger))
    return;
  e.textLabel = e.kind == ExprKind::Text;
  e.kind = ExprKind::Label;
  e.type = expected;
}

SetPtr Checker::literalSet(const ast::Node &node) {
  auto result = std::make_unique<SetExpr>();
  result->kind = SetExpr::Kind::Literal;
  result->place = node.place;
  size_t texts = 0, integers = 0;
  for (auto &child : node.children) {
    bool negative = child->kind == Kind::Negate;
    const ast::Node &value = negative ? *child->children[0] : *child;
    bool isInteger = value.kind == Kind::Number && value.text.find_first_of(".eE") == std::string::npos;
    texts += value.kind == Kind::Text && !negative;
    integers += isInteger;
    if (value.kind != Kind::Text && !isInteger) {
      report(errors::typeMismatch(child->place, "an element of a set literal", "an integer or a text",
                                  "an expression"));
      return badSet(node);
    }
    result->labels.push_back((negative ? "-" : "") + value.text);
    if (isInteger && !fitsIn<int64_t>(result->labels.back())) {
      report(errors::integerRange(child->place, result->labels.back(), 64, /*mayBeReal=*/false));
      return badSet(node);
    }
  }
  if (texts && integers) {
    report(errors::typeMismatch(node.place, "a set literal", "all integers or all texts", "a mixture"));
    return badSet(node);
  }
  result->textLabels = texts > 0;
  result->root = texts ? nullptr : &program.integer;
  result->components = {texts ? Type{Base::Element, nullptr} : Type{Base::Int, nullptr}};
  return result;
}

/// Labels that stand alone declare a kind of their own.
void Checker::ownKind(SetExpr &set) {
  if (isLabels(set) && set.root == &program.integer)
    for (auto &label : set.labels)
      if (!fitsIn<int32_t>(label))
        report(errors::integerRange(set.place, label, 32, /*mayBeReal=*/false));
  if (!isOpen(set))
    return;
  set.root = newRoot(Root::Kind::Elements, std::string(files.text(set.place)));
  set.components = {Type{Base::Element, set.root}};
}

/// Labels beside a set or element of a kind are of that kind; whether it has them shows when data is bound.
void Checker::takeKind(SetExpr &set, const Type &type) {
  if (!isLabels(set) || !isElement(type) || (set.root && set.root != &program.integer))
    return ownKind(set);
  set.takesKind = true;
  set.root = type.root;
  set.components = {type};
}

/// The sets of an operation: labels take the kind of the others.
void Checker::shareKind(std::vector<SetPtr> &parts) {
  auto known = std::find_if(parts.begin(), parts.end(),
                            [](auto &part) { return part->arity() == 1 && isElement(part->components[0]); });
  Type type = known == parts.end() ? Type{} : (*known)->components[0];
  for (auto &part : parts)
    takeKind(*part, type);
}

/// `{"a", "b"} union {"c"}`: an operation on labels alone is the set of labels it yields. Null where there is
/// something else.
SetPtr Checker::joinedLabels(SetExpr &operation) {
  bool all = std::all_of(operation.parts.begin(), operation.parts.end(), [](auto &part) {
    return isOpen(*part) || (isLabels(*part) && part->labels.empty());
  });
  if (!all)
    return nullptr;
  SetPtr result = std::move(operation.parts[0]);
  result->place = operation.place;
  for (size_t k = 1; k < operation.parts.size(); ++k) {
    const auto &other = operation.parts[k]->labels;
    auto isIn = [](const std::vector<std::string> &labels) {
      return [&labels](const std::string &label) {
        return std::find(labels.begin(), labels.end(), label) != labels.end();
      };
    };
    if (operation.kind == SetExpr::Kind::Union)
      std::remove_copy_if(other.begin(), other.end(), std::back_inserter(result->labels),
                          isIn(std::vector<std::string>(result->labels)));
    else if (operation.kind == SetExpr::Kind::Inter)
      std::erase_if(result->labels, std::not_fn(isIn(other)));
    else
      std::erase_if(result->labels, isIn(other));
  }
  result->textLabels = true;
  result->root = nullptr;
  result->components = {Type{Base::Element, nullptr}};
  return result;
}

} // namespace costate::sema
