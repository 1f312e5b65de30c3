// Syntax that the check writes itself: operations on arrays as comprehensions.
#pragma once

#include "frontend/sema/Scope.h"
#include "frontend/syntax/Ast.h"

#include <fmt/format.h>

namespace costate::sema {

inline ast::NodePtr newNode(ast::Kind kind, SourcePlace place, std::string text = "") {
  auto result = std::make_unique<ast::Node>();
  result->kind = kind, result->place = place, result->text = std::move(text);
  return result;
}

/// Writes one comprehension; its operands are names that no model can have.
class ArrayExpression {
public:
  ArrayExpression(Scope &scope, SourcePlace place)
      : scope(scope), place(place), outer(scope.locals), names(outer ? *outer : Locals()) {
    scope.locals = &names;
  }
  ~ArrayExpression() { scope.locals = outer; }
  ArrayExpression(const ArrayExpression &) = delete;

  ast::NodePtr operand(Symbol &symbol, const std::vector<std::string> &indices) {
    std::string name = fmt::format("$operand{}", names.size());
    names[name] = &symbol;
    if (indices.empty())
      return this->name(name);
    ast::NodePtr result = newNode(ast::Kind::Index, place);
    result->children.push_back(this->name(name));
    for (auto &index : indices)
      result->children.push_back(this->name(index));
    return result;
  }

  /// `left op right`
  ast::NodePtr product(const std::string &op, Symbol &left, Symbol &right) {
    ast::NodePtr result = newNode(ast::Kind::Product, place);
    result->ops = {op};
    result->children.push_back(operand(left, {}));
    result->children.push_back(operand(right, {}));
    return result;
  }

  /// `index in 1..size`
  ast::Binder binder(const std::string &index, Let &size) {
    std::string name = "$size" + index;
    names[name] = &size;
    ast::Binder result;
    result.place = place;
    result.terms.push_back({place, this->name(index)});
    result.set = newNode(ast::Kind::Range, place);
    result.set->children.push_back(newNode(ast::Kind::Number, place, "1"));
    result.set->children.push_back(this->name(name));
    return result;
  }

  ast::NodePtr name(const std::string &text) { return newNode(ast::Kind::Name, place, text); }

  static ast::NodePtr with(ast::NodePtr over, std::vector<ast::Binder> binders) {
    over->binders = std::make_unique<ast::Binders>();
    over->binders->list = std::move(binders);
    return over;
  }

private:
  Scope &scope;
  SourcePlace place;
  Locals *outer, names;
};

} // namespace costate::sema
