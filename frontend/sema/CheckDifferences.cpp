// `check derivatives f(x, A)`: what the compiler knows of derivatives, rules of the model among it, beside
// differences. Of each real argument in a random direction v, and for a value of several numbers along random
// weights w:
//
//   <w, jvp(f)(x, v)>,  <v, vjp(f)(x, w)>,  <w, f(x + h*v) - f(x - h*v)>/(2*h)  for a step h and h/2
#include "frontend/sema/Checker.h"

#include "frontend/sema/ArrayExpression.h"
#include "frontend/syntax/CopyAst.h"

#include <fmt/format.h>

#include <utility>

namespace costate::sema {

using ast::Kind;
using Operator = Derivative::Operator;

namespace {

constexpr Type real{Base::Real, nullptr};

ast::NodePtr product(const char *op, ast::NodePtr left, ast::NodePtr right) {
  ast::NodePtr result = newNode(Kind::Product, left->place);
  result->ops = {op};
  result->children.push_back(std::move(left));
  result->children.push_back(std::move(right));
  return result;
}

ast::NodePtr callOf(const char *name, std::vector<ast::NodePtr> arguments, SourcePlace place) {
  ast::NodePtr result = newNode(Kind::Call, place);
  result->children.push_back(newNode(Kind::Name, place, name));
  for (auto &argument : arguments)
    result->children.push_back(std::move(argument)), result->names.emplace_back();
  return result;
}

} // namespace

void Checker::checkFunction(const ast::Statement &s, Command &command) {
  command.kind = Command::Kind::CheckFunction;
  command.text = s.name;
  ast::Node call;
  call.kind = Kind::Call, call.place = s.place;
  call.children.push_back(newNode(Kind::Name, s.namePlace, s.name));
  for (auto &argument : s.arguments)
    call.children.push_back(ast::copyOf(*argument.value)), call.names.push_back(argument.name);
  const FunctionValue *function = functionValue(*call.children[0], /*says=*/true, "", "check derivatives");
  Symbols arguments, directions;
  if (!function || !evaluateArguments(call, *function, arguments, directions))
    return;
  std::vector<Parameter> parameters = parametersOf(*function);
  for (size_t k = 0; k < parameters.size(); ++k)
    if (isReal(parameters[k]))
      addDifferences(*function, arguments, k, parameters[k].name, command);
  if (command.items.empty())
    parameterFor(*function, nullptr, s.namePlace, /*says=*/true); // says why there is none
}

void Checker::addDifferences(const FunctionValue &function, const Symbols &arguments, size_t wrt,
                             const std::string &name, Command &command) {
  SourcePlace place = command.place;
  Value value = apply(function, arguments, {}, place);
  if (!isGood(value) || !isDifferentiable(derivativeOf(function, Operator::Jvp, wrt, place), value, place))
    return;
  Symbol &x = *arguments[wrt], &v = randomLike(x, int(2 * wrt), place),
         &w = randomLike(symbolOf(value, place), int(2 * wrt + 1), place);
  Let &step = stepAlong(x, v, place);
  auto add = [&](ExprPtr number) {
    Item &item = command.items.emplace_back();
    item.label = name.empty() ? std::to_string(wrt + 1) : name;
    item.value = std::move(number);
  };
  auto along = [&](Operator op, Symbol &direction, Symbol &other) {
    Value slope = apply(derivativeOf(function, op, wrt, place), arguments, {&direction}, place);
    add(isGood(slope) ? innerProduct(symbolOf(slope, place), other, place) : poisonAt(place));
  };
  along(Operator::Jvp, v, w);
  along(Operator::Vjp, w, v);
  for (double part : {1.0, 0.5})
    add(centralDifference(function, arguments, wrt, v, w, scaledLocal(part, step, place), place));
}

const FunctionValue &Checker::derivativeOf(const FunctionValue &function, Operator op, size_t wrt,
                                           SourcePlace place) {
  FunctionValue &value = keepFunction("", place);
  value.form = FunctionValue::Form::Derivative;
  value.op = op, value.of = &function, value.wrt = {wrt};
  nameDerivative(value, parametersOf(function));
  return value;
}

/// A value of the same form whose numbers are drawn from a normal distribution; another seed gives others.
Symbol &Checker::randomLike(Symbol &like, int seed, SourcePlace place) {
  std::vector<Family *> leaves = leavesOf(like), drawn;
  for (Family *leaf : leaves) {
    ArrayExpression expression(scope, place);
    std::vector<ast::NodePtr> names;
    std::vector<ast::Binder> binders;
    int stream = seed * int(leaves.size()) + int(drawn.size());
    names.push_back(newNode(Kind::Number, place, std::to_string(stream)));
    for (size_t d = 0; d < leaf->arity(); ++d) {
      binders.push_back(expression.binder(fmt::format("$i{}", d + 1), sizeOf(*leaf, d, place)));
      names.push_back(expression.name(fmt::format("$i{}", d + 1)));
    }
    ast::NodePtr number = callOf("normal", std::move(names), place);
    if (binders.empty()) {
      drawn.push_back(&local("", place, expr(*number), real));
      continue;
    }
    ast::NodePtr all = ArrayExpression::with(newNode(Kind::ArrayOf, place), std::move(binders));
    all->children.push_back(std::move(number));
    drawn.push_back(comprehensionArray(*all));
  }
  return *regrouped(like, drawn);
}

/// The sum of the products of all numbers.
ExprPtr Checker::innerProduct(Symbol &a, Symbol &b, SourcePlace place) {
  std::vector<Family *> left = leavesOf(a), right = leavesOf(b);
  ArrayExpression expression(scope, place);
  ast::NodePtr total = newNode(Kind::Sum, place);
  for (size_t k = 0; k < left.size(); ++k) {
    ast::NodePtr both = product(".*", expression.operand(*left[k], {}), expression.operand(*right[k], {}));
    std::vector<ast::NodePtr> one;
    if (left[k]->arity())
      one.push_back(std::move(both)), both = callOf("sum", std::move(one), place);
    if (k > 0)
      total->ops.push_back("+");
    total->children.push_back(std::move(both));
  }
  return expr(total->children.size() == 1 ? *total->children[0] : *total);
}

/// `1e-3*max(1, sqrt(<x, x>/<v, v>))`
Let &Checker::stepAlong(Symbol &x, Symbol &v, SourcePlace place) {
  ArrayExpression expression(scope, place);
  Let &size = local("", place, innerProduct(x, x, place), real),
      &unit = local("", place, innerProduct(v, v, place), real);
  std::vector<ast::NodePtr> ratio, both;
  ast::NodePtr divisor = newNode(Kind::Sum, place); // not 0 where there are no numbers
  divisor->ops = {"+"};
  divisor->children.push_back(expression.operand(unit, {}));
  divisor->children.push_back(newNode(Kind::Number, place, "1e-300"));
  ratio.push_back(product("/", expression.operand(size, {}), std::move(divisor)));
  both.push_back(newNode(Kind::Number, place, "1"));
  both.push_back(callOf("sqrt", std::move(ratio), place));
  ast::NodePtr step =
      product("*", newNode(Kind::Number, place, "1e-3"), callOf("max", std::move(both), place));
  return local("", place, expr(*step), real);
}

Let &Checker::scaledLocal(double factor, Let &number, SourcePlace place) {
  ArrayExpression expression(scope, place);
  ast::NodePtr scaled =
      product("*", newNode(Kind::Number, place, std::to_string(factor)), expression.operand(number, {}));
  return local("", place, expr(*scaled), real);
}

/// `(<w, f(x + h*v)> - <w, f(x - h*v)>)/(2*h)`
ExprPtr Checker::centralDifference(const FunctionValue &function, Symbols arguments, size_t wrt, Symbol &v,
                                   Symbol &w, Let &h, SourcePlace place) {
  Symbol &x = *arguments[wrt];
  Let *sides[2];
  for (bool isUp : {true, false}) {
    ArrayExpression expression(scope, place);
    ast::NodePtr moved = newNode(Kind::Sum, place);
    moved->ops = {isUp ? "+" : "-"};
    moved->children.push_back(expression.operand(x, {}));
    moved->children.push_back(product("*", expression.operand(h, {}), expression.operand(v, {})));
    Value there = value(*moved);
    arguments[wrt] = isGood(there) ? &symbolOf(there, place) : &x;
    Value result = apply(function, arguments, {}, place);
    sides[isUp] = &local(
        "", place, isGood(result) ? innerProduct(symbolOf(result, place), w, place) : poisonAt(place), real);
  }
  ArrayExpression expression(scope, place);
  ast::NodePtr gap = newNode(Kind::Sum, place);
  gap->ops = {"-"};
  gap->children.push_back(expression.operand(*sides[1], {}));
  gap->children.push_back(expression.operand(*sides[0], {}));
  ast::NodePtr width = product("*", newNode(Kind::Number, place, "2"), expression.operand(h, {}));
  return expr(*product("/", std::move(gap), std::move(width)));
}

} // namespace costate::sema
