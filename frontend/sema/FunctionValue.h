// Functions as values: what a call calls, and what a parameter of function type stands for.
#pragma once

#include "frontend/sema/Checked.h"
#include "frontend/sema/Functions.h"
#include "frontend/sema/LibraryOperations.h"
#include "frontend/syntax/Ast.h"

namespace costate::sema {

/// A function of the model, one of numbers, one of the library, a derivative operator applied to another
/// function, or, while a declaration is checked on its own, an example of a type.
struct FunctionValue : Symbol {
  enum class Form { Declared, Elementary, Library, Derivative, Example };
  Form form = Form::Declared;
  UserFunction *declared = nullptr;
  const Function *elementary = nullptr;
  const LibraryOperation *library = nullptr;
  const ast::FunctionType *example = nullptr;
  sema::Derivative::Operator op = sema::Derivative::Operator::Gradient;
  const FunctionValue *of = nullptr;
  size_t wrt = 0; // the parameter of the innermost function that it differentiates by
  FunctionValue() : Symbol(Kind::Function) {}

  /// What the operators are applied to.
  const FunctionValue &innermost() const { return form == Form::Derivative ? of->innermost() : *this; }
  bool takesDirection() const {
    using Operator = sema::Derivative::Operator;
    return form == Form::Derivative && (op == Operator::Jvp || op == Operator::Vjp || op == Operator::Hvp);
  }
  /// The last so many arguments of a call, the outermost operator's last.
  size_t numDirections() const {
    return form == Form::Derivative ? of->numDirections() + takesDirection() : 0;
  }
};

/// What a function takes.
struct Parameter {
  std::string name, text; // its type, for messages
  SourcePlace place;
  Type type;
  size_t rank = 0, orRank = 0;                 // the least and, where that is more, the most
  const ast::FunctionType *function = nullptr; // in place of a type
  const ast::Node *fallback = nullptr;
};

/// `gradient` ...; nothing for other words.
std::optional<Derivative::Operator> derivativeOperator(const std::string &word);
const char *operatorName(Derivative::Operator op);
std::vector<std::string> operatorNames();

} // namespace costate::sema
