// Functions as values: what a call calls, and what a parameter of function type stands for.
#pragma once

#include "frontend/sema/Checked.h"
#include "frontend/sema/Functions.h"
#include "frontend/sema/LibraryOperations.h"
#include "frontend/sema/Records.h"
#include "frontend/syntax/Ast.h"

namespace costate::sema {

/// A function of the model, one of numbers, one of the library, one of a problem that a method runs on, one
/// that makes a record, a derivative operator applied to another function, or, while a declaration is checked
/// on its own, an example of a type.
struct FunctionValue : Symbol {
  enum class Form { Declared, Elementary, Library, Problem, Record, Derivative, Example };
  Form form = Form::Declared;
  UserFunction *declared = nullptr;
  const Function *elementary = nullptr;
  const LibraryOperation *library = nullptr;
  const sema::Record *record = nullptr;
  const ast::FunctionType *example = nullptr; // of a problem's function, too
  const struct ProblemView *view = nullptr;
  enum class Part { Objective, Rows, Projection } part = Part::Objective;
  sema::Derivative::Operator op = sema::Derivative::Operator::Gradient;
  const FunctionValue *of = nullptr;
  std::vector<size_t> wrt; // the parameters of the innermost function that it differentiates by
  FunctionValue() : Symbol(Kind::Function) {}

  /// What the operators are applied to.
  const FunctionValue &innermost() const { return form == Form::Derivative ? of->innermost() : *this; }
  /// Its own, the last arguments of a call; those of the operators inside come before.
  size_t numOwnDirections() const {
    using Operator = sema::Derivative::Operator;
    bool isForward = op == Operator::Jvp || op == Operator::Hvp;
    return form != Form::Derivative ? 0 : isForward ? wrt.size() : op == Operator::Vjp;
  }
  size_t numDirections() const {
    return form == Form::Derivative ? of->numDirections() + numOwnDirections() : 0;
  }
  size_t numResults() const {
    using Operator = sema::Derivative::Operator;
    return form == Form::Library      ? library->gives.size()
           : form != Form::Derivative ? 1
           : op == Operator::Jvp      ? 1
           : op == Operator::Hessian  ? wrt.size() * wrt.size()
                                      : wrt.size();
  }
};

/// A problem as a method sees it.
struct ProblemView : Symbol {
  const sema::Problem *problem = nullptr; // null while the declaration is checked on its own
  Let *size = nullptr, *rows = nullptr;   // numbers of variables and rows
  std::map<std::string, Let *> arrays;    // placeholders: `start`, `lower`, ...
  std::map<std::string, FunctionValue *> functions;
  std::map<std::string, ast::FunctionType> types; // of these
  ProblemView() : Symbol(Kind::ProblemView) {}
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
