// Types of expressions and what they depend on.
#include "frontend/sema/Checker.h"

#include "frontend/diagnose/NearestName.h"
#include "frontend/sema/FreeIndices.h"
#include "frontend/sema/FunctionValue.h"
#include "frontend/sema/Functions.h"
#include "frontend/sema/LibraryOperations.h"
#include "frontend/sema/Prelude.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <numbers>

namespace costate::sema {

using ast::Kind;

namespace {
/// False where the digits exceed 64 bits.
bool parseInteger(const std::string &text, int64_t &value) {
  return std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc();
}

constexpr Type real{Base::Real, nullptr}, integer{Base::Int, nullptr}, boolean{Base::Bool, nullptr};

/// What can be called with arguments: functions of numbers, of arrays, and of the model.
std::vector<std::string> callableNames(const Scope &scope) {
  std::vector<std::string> names = functionNames();
  for (auto &others : {libraryNames(), preludeNames(), operatorNames()})
    names.insert(names.end(), others.begin(), others.end());
  for (auto &name : scope.names())
    if (dynamic_cast<UserFunction *>(scope.find(name)))
      names.push_back(name);
  return names;
}

} // namespace

ExprPtr Checker::make(ExprKind kind, const ast::Node &node, Type type) {
  auto result = std::make_unique<Expr>();
  result->kind = kind;
  result->place = shown(node.place);
  result->type = type;
  return result;
}

/// Takes over what the parts depend on.
void Checker::inherit(Expr &e) {
  for (auto &arg : e.args) {
    e.usesVariables |= arg->usesVariables;
    e.usesSolution |= arg->usesSolution;
  }
}

/// A table column becomes what its use needs.
void Checker::settle(Expr &e, Type type) {
  if (e.type.base == Base::Column)
    e.type = type;
}

bool Checker::needNumber(Expr &e, const std::string &what) {
  settle(e, real);
  if (e.type.base == Base::Poison)
    return false;
  if (e.type.isNumber())
    return true;
  if (e.type.base == Base::Element)
    report(errors::elementArithmetic(e.place, e.type.root->name));
  else
    report(errors::typeMismatch(e.place, what, "a number", typeText(e.type)));
  e.type = {};
  return false;
}

bool Checker::needBool(Expr &e, const std::string &what) {
  settle(e, boolean);
  if (e.type.base == Base::Poison)
    return false;
  if (e.type.base == Base::Bool)
    return true;
  report(errors::typeMismatch(e.place, what, "a condition", typeText(e.type)));
  return false;
}

const Variable *Checker::variableIn(const Expr &e) const {
  if (auto *variable = dynamic_cast<const Variable *>(e.symbol); variable && e.kind == ExprKind::Access)
    return variable;
  if (auto *let = dynamic_cast<const Let *>(e.symbol); let && let->usesVariables)
    return variableIn(*let);
  for (auto &arg : e.args)
    if (arg->usesVariables)
      if (auto *found = variableIn(*arg))
        return found;
  return nullptr;
}

const Variable *Checker::variableIn(const Let &let) const {
  if (let.value)
    return variableIn(*let.value);
  if (!let.computed)
    return nullptr; // a placeholder: what is around it says which
  for (const Value *part : partsOf(*let.computed)) {
    auto *array = dynamic_cast<const Let *>(part->array);
    const Variable *found = part->scalar ? variableIn(*part->scalar)
                            : array      ? variableIn(*array)
                                         : dynamic_cast<const Variable *>(part->array);
    if (found)
      return found;
  }
  return nullptr;
}

std::string Checker::variableName(const Expr &e) const {
  const Variable *variable = variableIn(e);
  return variable ? variable->name : "?";
}

ExprPtr Checker::expr(const ast::Node &node) {
  if (Shape shape = shapeOf(node); shape.record) {
    if (shape.record->isSparse)
      reportDense(node, "this expression is a sparse matrix, expected a number");
    else
      report(errors::typeMismatch(node.place, "this expression", "a number", shapeText(node)));
    return poison(node);
  }
  switch (node.kind) {
  case Kind::Number:
    return number(node);
  case Kind::Text: {
    ExprPtr result = make(ExprKind::Text, node, {Base::Text, &program.text});
    result->text = node.text;
    return result;
  }
  case Kind::Constant:
    return constant(node);
  case Kind::Name:
    return name(node);
  case Kind::Index:
    return indexed(node);
  case Kind::Field:
    return field(node);
  case Kind::Sum:
  case Kind::Product:
  case Kind::Power:
  case Kind::Negate:
    return arithmetic(node);
  case Kind::Not:
  case Kind::And:
  case Kind::Or:
    return logic(node);
  case Kind::Compare:
    return comparison(node);
  case Kind::If:
    return conditional(node);
  case Kind::Match: {
    Value value = matched(node);
    if (value.array)
      report(errors::typeMismatch(node.place, "this expression", "a number", "an array"));
    return value.scalar ? std::move(value.scalar) : poison(node);
  }
  case Kind::Call:
    return call(node);
  case Kind::Imaginary:
    return poison(node); // a record
  case Kind::Expect:
    return expectation(node);
  case Kind::Reduce:
    return reduction(node);
  case Kind::Range:
  case Kind::SetLiteral:
  case Kind::SetOf:
  case Kind::SetOperation:
    report(errors::typeMismatch(node.place, "this expression", "a value", "a set"));
    return poison(node);
  case Kind::Tuple:
    report(errors::typeMismatch(node.place, "this expression", "a value", "a tuple"));
    return poison(node);
  case Kind::Transpose:
  case Kind::ArrayOf:
  case Kind::ArrayLiteral:
    report(errors::typeMismatch(node.place, "this expression", "a number", "an array"));
    return poison(node);
  case Kind::Slice:
    report(errors::typeMismatch(node.place, "`:`", "an index", "all of a dimension"));
    return poison(node);
  }
  return poison(node);
}

ExprPtr Checker::number(const ast::Node &node) {
  bool isInteger = node.text.find_first_of(".eE") == std::string::npos;
  double value = 0;
  auto [end, error] = std::from_chars(node.text.data(), node.text.data() + node.text.size(), value);
  if (error == std::errc::result_out_of_range) {
    report(errors::numberRange(node.place, node.text));
    return poison(node);
  }
  int64_t exact = 0;
  if (isInteger && !parseInteger(node.text, exact)) {
    report(errors::integerRange(node.place, node.text, 64, /*mayBeReal=*/true));
    return poison(node);
  }
  ExprPtr result = make(ExprKind::Number, node, isInteger ? integer : real);
  result->number = value;
  result->integer = exact;
  result->text = node.text;
  result->isInteger = isInteger;
  return result;
}

ExprPtr Checker::constant(const ast::Node &node) {
  bool isTruth = node.text == "true" || node.text == "false";
  ExprPtr result = make(isTruth ? ExprKind::Boolean : ExprKind::Number, node, isTruth ? boolean : real);
  result->text = node.text;
  result->number = node.text == "true"  ? 1
                   : node.text == "inf" ? std::numeric_limits<double>::infinity()
                   : node.text == "pi"  ? std::numbers::pi
                                        : 0;
  return result;
}

ExprPtr Checker::arithmetic(const ast::Node &node) {
  if (node.kind == Kind::Sum || node.kind == Kind::Product)
    return foldOps(node);
  ExprPtr result = make(node.kind == Kind::Negate ? ExprKind::Unary : ExprKind::Binary, node, real);
  result->op = node.kind == Kind::Negate ? "-" : "^";
  bool good = true;
  for (auto &child : node.children) {
    result->args.push_back(expr(*child));
    good &= needNumber(*result->args.back(), "an operand of `" + result->op + "`");
  }
  if (node.kind == Kind::Negate && result->args[0]->type.base == Base::Int)
    result->type = integer;
  if (!good)
    result->type = {};
  inherit(*result);
  return result;
}

/// Left to right; equal operators in a row stay one flat node, so long sums do not nest.
ExprPtr Checker::foldOps(const ast::Node &node) {
  ExprPtr left = expr(*node.children[0]);
  bool good = needNumber(*left, "an operand of `" + node.ops[0] + "`");
  for (size_t k = 0; k < node.ops.size(); ++k) {
    std::string op = node.ops[k] == ".*" ? "*" : node.ops[k] == "./" ? "/" : node.ops[k];
    if (op == "\\") {
      if (good && needNumber(*expr(*node.children[k + 1]), "an operand of `\\`"))
        report(errors::arrayOperation(node.place, "`\\` takes a matrix and a vector or matrix, not numbers",
                                      "write `b/a` for a quotient"));
      return poison(node);
    }
    ExprPtr right = expr(*node.children[k + 1]);
    good &= needNumber(*right, "an operand of `" + node.ops[k] + "`");
    if ((op == "div" || op == "mod") && good)
      for (Expr *side : {left.get(), right.get()})
        if (side->type.base != Base::Int) {
          report(errors::typeMismatch(side->place, "an operand of `" + op + "`", "an integer",
                                      typeText(side->type)));
          good = false;
        }
    bool divides = op == "/" || op == "div" || op == "mod";
    if (divides && right->kind == ExprKind::Number && right->number == 0) {
      report(errors::divisionByZero(right->place, op));
      good = false;
    }
    bool isInt = left->type.base == Base::Int && right->type.base == Base::Int && op != "/";
    Type type = !good ? Type{} : isInt ? integer : real;
    bool extends =
        left->kind == ExprKind::Binary && left->op == op && left->type == type && k > 0 && op != "mod";
    if (!extends) {
      ExprPtr next = make(ExprKind::Binary, node, type);
      next->op = op;
      next->args.push_back(std::move(left));
      inherit(*next);
      left = std::move(next);
    }
    left->usesVariables |= right->usesVariables; // as inherit(), without a look at all terms before
    left->usesSolution |= right->usesSolution;
    left->args.push_back(std::move(right));
  }
  return left;
}

ExprPtr Checker::logic(const ast::Node &node) {
  ExprPtr result = make(node.kind == Kind::Not ? ExprKind::Unary : ExprKind::Binary, node, boolean);
  result->op = node.kind == Kind::Not ? "not" : node.kind == Kind::And ? "and" : "or";
  for (auto &child : node.children) {
    result->args.push_back(expr(*child));
    if (!needBool(*result->args.back(), "an operand of `" + result->op + "`"))
      result->type = {};
  }
  inherit(*result);
  return result;
}

/// A chain `a <= b <= c` is the conjunction of its links.
ExprPtr Checker::comparison(const ast::Node &node) {
  ExprPtr all;
  for (size_t k = 0; k < node.ops.size(); ++k) {
    const ast::Node &left = *node.children[k], &right = *node.children[k + 1];
    bool isIn = node.ops[k] == "in" || node.ops[k] == "not in";
    ExprPtr link = isIn ? membership(node, left, right, node.ops[k] == "not in")
                        : compareTwo(node, left, node.ops[k], right);
    if (!all) {
      all = std::move(link);
      continue;
    }
    ExprPtr both = make(ExprKind::Binary, node, boolean);
    both->op = "and";
    both->args.push_back(std::move(all));
    both->args.push_back(std::move(link));
    inherit(*both);
    all = std::move(both);
  }
  return all;
}

ExprPtr Checker::compareTwo(const ast::Node &node, const ast::Node &leftNode, const std::string &op,
                            const ast::Node &rightNode) {
  if (shapeOf(leftNode).record || shapeOf(rightNode).record)
    return recordComparison(node, leftNode, op, rightNode);
  ExprPtr left = expr(leftNode), right = expr(rightNode);
  asLabel(*left, right->type); // `b == 101`, `m == "topeka"`
  asLabel(*right, left->type);
  settle(*left, right->type.isNumber() ? real : right->type);
  settle(*right, left->type.isNumber() ? real : left->type);
  ExprPtr result = make(ExprKind::Compare, node, boolean);
  result->op = op;
  bool poisoned = left->type.base == Base::Poison || right->type.base == Base::Poison;
  bool numbers = left->type.isNumber() && right->type.isNumber();
  bool ordered = op != "==" && op != "!=";
  bool same = left->type == right->type && !ordered;
  if (!poisoned && !numbers && !same) {
    if (left->type == right->type && left->type.base == Base::Element)
      report(errors::elementArithmetic(left->place, left->type.root->name));
    else
      report(errors::comparison(node.place, typeText(left->type), typeText(right->type)));
    poisoned = true;
  }
  if (poisoned)
    result->type = {};
  result->args.push_back(std::move(left));
  result->args.push_back(std::move(right));
  inherit(*result);
  return result;
}

ExprPtr Checker::membership(const ast::Node &node, const ast::Node &left, const ast::Node &right,
                            bool negate) {
  ExprPtr result = contains(node, left, right);
  if (!negate || result->type.base == Base::Poison)
    return result;
  ExprPtr no = make(ExprKind::Unary, node, boolean);
  no->op = "not";
  no->args.push_back(std::move(result));
  inherit(*no);
  return no;
}

ExprPtr Checker::contains(const ast::Node &node, const ast::Node &left, const ast::Node &right) {
  ExprPtr result = make(ExprKind::In, node, boolean);
  result->set = openSet(right);
  if (result->set->kind == SetExpr::Kind::Literal && left.kind != Kind::Tuple) {
    size_t known = diagnostics.size();
    ExprPtr element = expr(left);
    diagnostics.resize(known); // said once, when the left side is checked against the set
    if (element->type.base == Base::Text && result->set->textLabels)
      return isOneOf(node, *element, result->set->labels);
    takeKind(*result->set, element->type);
  }
  ownKind(*result->set);
  std::vector<const ast::Node *> parts{&left};
  if (left.kind == Kind::Tuple) {
    parts.clear();
    for (auto &child : left.children)
      parts.push_back(child.get());
  }
  if (parts.size() != result->set->arity()) {
    if (result->set->components[0].base != Base::Poison)
      report(errors::tupleArity(left.place, parts.size(), setText(right), result->set->arity()));
    return poison(node);
  }
  for (size_t k = 0; k < parts.size(); ++k)
    result->args.push_back(
        indexArgument(*parts[k], result->set->components[k], setText(right), setText(right), right.place));
  inherit(*result);
  return result;
}

/// `kind in {"linear", "cubic"}` of a text.
ExprPtr Checker::isOneOf(const ast::Node &node, const Expr &text, const std::vector<std::string> &texts) {
  ExprPtr any = make(ExprKind::Binary, node, boolean);
  any->op = "or";
  for (auto &each : texts) {
    ExprPtr same = make(ExprKind::Compare, node, boolean), other = make(ExprKind::Text, node, text.type);
    other->text = each;
    same->op = "==";
    same->args.push_back(cloneOf(text));
    same->args.push_back(std::move(other));
    inherit(*same);
    any->args.push_back(std::move(same));
  }
  inherit(*any);
  return any->args.size() == 1 ? std::move(any->args[0]) : std::move(any);
}

ExprPtr Checker::conditional(const ast::Node &node) {
  ExprPtr result = make(ExprKind::If, node, real);
  for (auto &child : node.children)
    result->args.push_back(expr(*child));
  bool good = needBool(*result->args[0], "the condition of `if`");
  Expr &yes = *result->args[1], &no = *result->args[2];
  auto columnType = [](const Expr &other) { return other.type.isNumber() ? real : other.type; };
  asLabel(yes, no.type);
  asLabel(no, yes.type);
  settle(yes, columnType(no));
  settle(no, columnType(yes));
  if (yes.type == no.type && yes.type.base != Base::Poison)
    result->type = yes.type;
  else if (yes.type.base != Base::Poison && no.type.base != Base::Poison &&
           !(yes.type.isNumber() && no.type.isNumber()))
    report(errors::typeMismatch(no.place, "the `else` part", typeText(yes.type), typeText(no.type))),
        good = false;
  if (!good || yes.type.base == Base::Poison || no.type.base == Base::Poison)
    result->type = {};
  inherit(*result);
  return result;
}

ExprPtr Checker::call(const ast::Node &node) {
  if (isPartCall(node))
    return field(node);
  if (isRecordDot(node))
    return recordDot(node);
  if (auto known = callee(node, /*says=*/true)) {
    if (!*known)
      return poison(node);
    Value result = functionCall(node, **known);
    if (result.scalar)
      return std::move(result.scalar);
    if (result.array)
      report(errors::missingIndex(node.place, (*known)->name, "its array", result.array->place));
    return poison(node);
  }
  if (node.children[0]->kind != Kind::Name) {
    const ast::Node &inner = *node.children[0];
    bool isNamed = inner.kind == Kind::Call && inner.children[0]->kind == Kind::Name;
    std::string word = isNamed ? inner.children[0]->text : "";
    if (isNamed && !scope.find(word) && !findFunction(word)) // a misspelled operator
      report(errors::unknownFunction(inner.children[0]->place, word, nearestName(word, operatorNames())));
    else
      report(errors::notAvailable(node.place, "a call of this form"));
    return poison(node);
  }
  std::string function = node.children[0]->text;
  if (isWholeReduction(node))
    return wholeReduction(node);
  if (isDerivativeOperator(function)) {
    report(errors::derivativeForm(node.place, function));
    return poison(node);
  }
  if (isSetFunction(function))
    return setCall(node, function);
  size_t given = node.children.size() - 1;
  const Function *known = findFunction(function);
  if (!known && given == 1 && (isReducer(*node.children[0]) || function == "diag" || function == "reshape")) {
    ExprPtr argument = expr(*node.children[1]);
    if (argument->type.base != Base::Poison)
      report(errors::typeMismatch(argument->place, fmt::format("the argument of `{}`", function), "an array",
                                  typeText(argument->type)));
    return poison(node);
  }
  if (!known) {
    if (Symbol *symbol = find(function); symbol && dynamic_cast<Family *>(symbol))
      report(errors::notAFunction(node.children[0]->place, function));
    else if (symbol)
      name(*node.children[0]); // says what it is
    else if (auto later = laterNames.find(function); later != laterNames.end())
      report(errors::usedBeforeDeclared(node.children[0]->place, function, later->second));
    else
      report(errors::unknownFunction(node.children[0]->place, function,
                                     nearestName(function, callableNames(scope))));
    return poison(node);
  }
  if (given < known->arguments || (given > known->arguments && !known->orMore)) {
    report(errors::argumentCount(node.place, function, known->arguments, known->orMore, given));
    return poison(node);
  }
  std::vector<ExprPtr> numbers;
  bool good = true;
  for (size_t k = 1; k < node.children.size(); ++k) {
    numbers.push_back(expr(*node.children[k]));
    good &= needNumber(*numbers.back(), "an argument of `" + function + "`");
    if (known->isRandom && good)
      good = needInteger(*numbers.back(), "an argument of `" + function + "`");
  }
  ExprPtr result = elementaryCall(*known, std::move(numbers), node.place);
  if (known->isRandom)
    result->integer = streamOf(node.place);
  if (function == "close")
    result->kind = ExprKind::Close, result->type = boolean;
  if (!good)
    result->type = {};
  return result;
}

/// `element(k, I)`, the inverse of `ord`
ExprPtr Checker::numberedElement(const ast::Node &node) {
  if (node.children.size() != 3) {
    report(errors::argumentCount(node.place, "element", 2, false, node.children.size() - 1));
    return poison(node);
  }
  ExprPtr result = make(ExprKind::Ends, node, integer);
  result->text = "element";
  ExprPtr number = expr(*node.children[1]);
  result->set = set(*node.children[2]);
  bool isGood = needInteger(*number, "the first argument of `element`");
  if (result->set->arity() != 1) {
    report(errors::tupleArity(node.place, 1, "the set", result->set->arity()));
    isGood = false;
  }
  result->args.push_back(std::move(number));
  inherit(*result);
  if (!isGood)
    return poison(node);
  result->type = result->set->components[0];
  return result;
}

/// `card(I) first(I) last(I) prev(i, I) next(i, I) ord(i, I)`; the set may be left out where `i` ranges over
/// one.
ExprPtr Checker::setCall(const ast::Node &node, const std::string &function) {
  if (function == "element")
    return numberedElement(node);
  size_t given = node.children.size() - 1;
  bool ofElement = function == "prev" || function == "next" || function == "ord";
  if (given < 1 || given > (ofElement ? 2u : 1u)) {
    report(errors::argumentCount(node.place, function, 1, false, given));
    return poison(node);
  }
  ExprPtr result = make(function == "card"  ? ExprKind::Card
                        : !ofElement        ? ExprKind::Ends
                        : function == "ord" ? ExprKind::Ord
                                            : ExprKind::Neighbour,
                        node, integer);
  result->text = function;
  if (!ofElement) {
    result->set = set(*node.children[1]);
  } else {
    ExprPtr element = expr(*node.children[1]);
    if (given == 2) {
      result->set = set(*node.children[2]);
    } else if (element->kind == ExprKind::IndexRef && element->index->set &&
               element->index->set->kind == SetExpr::Kind::Named) {
      auto named = std::make_unique<SetExpr>();
      named->place = node.place;
      named->set = element->index->set->set;
      named->components = element->index->set->components;
      result->set = std::move(named);
    } else {
      report(errors::argumentCount(node.place, function, 2, false, 1));
      return poison(node);
    }
    Type expected = result->set->components[0];
    asLabel(*element, expected);
    if (element->type != expected && element->type.base != Base::Poison && expected.base != Base::Poison) {
      report(errors::typeMismatch(element->place, "the first argument of `" + function + "`",
                                  typeText(expected), typeText(element->type)));
      return poison(node);
    }
    result->args.push_back(std::move(element));
    inherit(*result);
  }
  if (result->set->arity() != 1 && function != "card") {
    report(errors::tupleArity(node.place, 1, "the set", result->set->arity()));
    return poison(node);
  }
  if (function != "card" && function != "ord")
    result->type = result->set->components[0];
  return result;
}

} // namespace costate::sema
