// Operations on records, field by field, and on complex numbers:
//
//   p + 2*q                   =>  Point(p.x + 2*q.x, p.y + 2*q.y)
//   if c then p else q        =>  Point(if c then p.x else q.x, ...)
//   dot(p, q)                 =>  p.x*q.x + sum(p.a .* q.a)
//   z*w, z/w, z^n             =>  functions of the prelude
#include "frontend/sema/Checker.h"

#include "frontend/sema/ArrayExpression.h"

#include <fmt/format.h>

#include <algorithm>

namespace costate::sema {

using ast::Kind;

namespace {

constexpr Type boolean{Base::Bool, nullptr};

/// An integer that is written as a number, possibly negated.
std::optional<int64_t> writtenExponent(const Symbol &symbol) {
  auto *let = dynamic_cast<const Let *>(&symbol);
  const Expr *value = let && let->isLocal && let->domain.empty() ? let->value.get() : nullptr;
  int64_t sign = 1;
  for (; value && value->kind == ExprKind::Unary && value->op == "-"; sign = -sign)
    value = value->args[0].get();
  bool isWritten = value && value->kind == ExprKind::Number && value->isInteger;
  return isWritten ? std::optional(sign * value->integer) : std::nullopt;
}

ast::NodePtr callOf(const char *name, ast::NodePtr argument) {
  ast::NodePtr result = newNode(Kind::Call, argument->place);
  result->children.push_back(newNode(Kind::Name, argument->place, name));
  result->children.push_back(std::move(argument));
  result->names.emplace_back();
  return result;
}

ast::NodePtr operationOf(const ast::Node &like, std::vector<ast::NodePtr> parts) {
  ast::NodePtr result = newNode(like.kind, like.place, like.text);
  result->ops = like.ops;
  result->children = std::move(parts);
  return result;
}

} // namespace

// ---- what meets in an operation ------------------------------------------------------------------------

/// The record that all operands are of, where numbers become complex ones beside those; null after an error.
const Record *Checker::sameRecord(Symbols &operands, SourcePlace place) {
  const Record *record = nullptr;
  for (Symbol *operand : operands)
    if (auto *own = asRecord(operand); own && (!record || record->isComplex()))
      record = own->record;
  for (Symbol *&operand : operands) {
    auto *own = asRecord(operand);
    if (own ? own->record == record : !record->isComplex())
      if (own)
        continue;
    bool isNumber = record->isComplex() && !own && typeOf(*operand).isNumber();
    if (isNumber) {
      operand = &complexOf(*operand, place);
      continue;
    }
    report(errors::typeMismatch(place, "a value", typeText({Base::Record, nullptr, record}),
                                typeText(typeOf(*operand))));
    return nullptr;
  }
  return record;
}

/// Whether one can calculate with all fields.
bool Checker::hasNumbers(const Record &record, SourcePlace place) {
  for (auto &field : record.fields) {
    if (field.type.record ? hasNumbers(*field.type.record, place) : field.type.isNumber())
      continue;
    if (!field.type.record)
      report(errors::recordForm(place,
                                fmt::format("`{}` has no arithmetic: its field `{}` is {}", record.name,
                                            field.name, typeText(field.type)),
                                "calculate with the fields that are numbers"));
    return false;
  }
  return true;
}

// ---- operations ----------------------------------------------------------------------------------------

/// Of values that are no arrays of records, and choices; null after an error.
RecordValue *Checker::recordOperation(const ast::Node &node) {
  Symbols operands;
  for (size_t k = 0; k < node.children.size(); ++k) {
    bool isCondition = node.kind == Kind::If && k == 0;
    operands.push_back(isCondition ? conditionLocal(*node.children[k]) : arrayOperand(*node.children[k]));
    if (!operands.back())
      return nullptr;
  }
  if (node.kind == Kind::If)
    return recordChoice(node, operands);
  if (node.kind != Kind::Product && std::any_of(operands.begin(), operands.end(), isSparse))
    return sparseOperation(node, operands);
  for (Symbol *operand : operands)
    if (auto *own = asRecord(operand); own && !hasNumbers(*own->record, node.place))
      return nullptr;
  if (node.kind == Kind::Product)
    return recordProduct(node, operands);
  if (node.kind == Kind::Power)
    return recordPower(node, operands);
  if (node.kind == Kind::Sum)
    return recordSum(node, operands);
  auto *only = asRecord(operands[0]);
  if (node.kind == Kind::Negate)
    return byFields(*only->record, node.place, operands, [&](size_t, std::vector<ast::NodePtr> parts) {
      return operationOf(node, std::move(parts));
    });
  report(errors::arrayOperation(node.place, "`'` takes a matrix, not " + typeText(typeOf(*only)),
                                only->record->isComplex() ? "write `conj(z)`" : ""));
  return nullptr;
}

RecordValue *Checker::recordChoice(const ast::Node &node, Symbols operands) {
  Symbols branches(operands.begin() + 1, operands.end());
  const Record *record = sameRecord(branches, node.place);
  RecordValue *result = record ? byFields(*record, node.place, {operands[0], branches[0], branches[1]},
                                          [&](size_t, std::vector<ast::NodePtr> parts) {
                                            return operationOf(node, std::move(parts));
                                          })
                               : nullptr;
  if (!result)
    return nullptr;
  std::vector<const Let *> lets;
  for (Family *leaf : leavesOf(*result))
    lets.push_back(static_cast<Let *>(leaf));
  for (const Let *let : lets)
    const_cast<Let *>(let)->chosenWith = lets;
  return result;
}

/// A number has no imaginary part, which so keeps the sign of its zeros.
RecordValue *Checker::recordSum(const ast::Node &node, Symbols operands) {
  const Record *record = nullptr;
  for (Symbol *operand : operands)
    if (auto *own = asRecord(operand); own && (!record || record->isComplex()))
      record = own->record;
  for (Symbol *operand : operands)
    if (auto *own = asRecord(operand); own && own->record != record) {
      report(errors::typeMismatch(node.place, "an operand", typeText({Base::Record, nullptr, record}),
                                  typeText(typeOf(*operand))));
      return nullptr;
    }
  return byFields(*record, node.place, operands, [&](size_t k, std::vector<ast::NodePtr> parts) {
    ast::NodePtr sum = newNode(Kind::Sum, node.place);
    for (size_t t = 0; t < parts.size(); ++t) {
      if (record->isComplex() && k == 1 && !asRecord(operands[t]))
        continue;
      bool isFirst = sum->children.empty(), isNegative = t > 0 && node.ops[t - 1] == "-";
      if (isFirst && isNegative) {
        ast::NodePtr negated = newNode(Kind::Negate, node.place);
        negated->children.push_back(std::move(parts[t]));
        parts[t] = std::move(negated);
      }
      if (!isFirst)
        sum->ops.push_back(node.ops[t - 1]);
      sum->children.push_back(std::move(parts[t]));
    }
    return sum->children.size() == 1 ? std::move(sum->children[0]) : std::move(sum);
  });
}

/// From left to right; null after an error.
RecordValue *Checker::recordProduct(const ast::Node &node, Symbols operands) {
  Symbol *left = operands[0];
  for (size_t k = 0; left && k < node.ops.size(); ++k) {
    Symbol *right = operands[k + 1];
    bool isOfNumbers = !asRecord(left) && !asRecord(right);
    if (isSparse(left) || isSparse(right)) {
      left = sparseProduct(node, node.ops[k], *left, *right);
      continue;
    }
    if (!isOfNumbers) {
      left = productOfTwo(node, node.ops[k], *left, *right);
      continue;
    }
    ArrayExpression expression(scope, node.place);
    left = arrayOperand(*expression.product(node.ops[k], *left, *right));
  }
  return asRecord(left);
}

/// Of which one at least is a record.
RecordValue *Checker::productOfTwo(const ast::Node &node, const std::string &op, Symbol &left,
                                   Symbol &right) {
  auto *a = asRecord(&left), *b = asRecord(&right);
  bool divides = op == "/" || op == "./", isEntry = op[0] == '.';
  bool isKnown = divides || op == "*" || op == ".*";
  bool isOfComplex = (!a || a->record->isComplex()) && (!b || b->record->isComplex());
  if (isKnown && isOfComplex && a && b)
    return complexResult(divides ? "over" : "times", {&left, &right}, node.place);
  if (isKnown && isOfComplex && b && divides)
    return complexResult("over", {&complexOf(left, node.place), &right}, node.place);
  bool isSame = !a || !b || a->record == b->record;
  if (!isKnown || !isSame || (a && b && !isEntry) || (b && !a && divides && !isEntry)) {
    report(errors::arrayOperation(
        node.place,
        fmt::format("`{}` takes no {} and {}", op, typeText(typeOf(left)), typeText(typeOf(right))),
        isKnown && isSame ? fmt::format("write `{}` for all entries", divides ? "./" : ".*") : ""));
    return nullptr;
  }
  auto write = [&](size_t, std::vector<ast::NodePtr> parts) {
    ast::NodePtr product = newNode(Kind::Product, node.place);
    product->ops = {op};
    product->children = std::move(parts);
    return product;
  };
  return byFields(*(a ? a : b)->record, node.place, {&left, &right}, write);
}

/// Whole written exponents by repeated squares, whole ones from data by angle and size, others by `log`.
RecordValue *Checker::recordPower(const ast::Node &node, Symbols operands) {
  auto *base = asRecord(operands[0]), *exponent = asRecord(operands[1]);
  bool isOfComplex = (!base || base->record->isComplex()) && (!exponent || exponent->record->isComplex());
  if (!isOfComplex && (node.ops[0] == "^" || exponent)) {
    report(errors::arrayOperation(node.place, fmt::format("`{}` takes numbers", node.ops[0]),
                                  base && !exponent ? "write `.^` for the powers of all entries" : ""));
    return nullptr;
  }
  if (!isOfComplex)
    return byFields(*base->record, node.place, operands, [&](size_t, std::vector<ast::NodePtr> parts) {
      return operationOf(node, std::move(parts));
    });
  constexpr int64_t mostWritten = 1024;
  auto written = base ? writtenExponent(*operands[1]) : std::nullopt;
  if (written && std::abs(*written) <= mostWritten)
    return wholePower(*base, *written, node.place);
  if (base && typeOf(*operands[1]).base == Base::Int)
    return complexResult("raised", {base, operands[1]}, node.place);
  return complexResult("power", {&complexOf(*operands[0], node.place), &complexOf(*operands[1], node.place)},
                       node.place);
}

RecordValue *Checker::wholePower(RecordValue &base, int64_t exponent, SourcePlace place) {
  if (exponent < 0) {
    RecordValue *inverse = wholePower(base, -exponent, place);
    return complexResult("over", {&complexNumber(1, place), inverse}, place);
  }
  RecordValue *result = nullptr, *square = &base;
  for (; exponent; exponent /= 2) {
    if (exponent % 2)
      result = result ? complexResult("times", {result, square}, place) : square;
    if (exponent > 1)
      square = complexResult("times", {square, square}, place);
  }
  return result ? result : &complexNumber(1, place);
}

// ---- numbers made of records ---------------------------------------------------------------------------

/// `p == q`, `z != w`; `<` and its like have no meaning.
ExprPtr Checker::recordComparison(const ast::Node &node, const ast::Node &left, const std::string &op,
                                  const ast::Node &right) {
  Symbols sides{arrayOperand(left), arrayOperand(right)};
  const Record *record = sides[0] && sides[1] ? sameRecord(sides, node.place) : nullptr;
  if (!record)
    return poison(node);
  if (op != "==" && op != "!=") {
    report(errors::comparison(node.place, shapeText(left), shapeText(right)));
    return poison(node);
  }
  std::vector<Family *> first = leavesOf(*sides[0]), second = leavesOf(*sides[1]);
  ExprPtr all = make(ExprKind::Binary, node, boolean);
  all->op = op == "==" ? "and" : "or";
  for (size_t k = 0; k < first.size(); ++k) {
    if (first[k]->arity() || second[k]->arity()) {
      report(errors::notAvailable(node.place, fmt::format("`{}` of arrays", op)));
      return poison(node);
    }
    ExprPtr same = make(ExprKind::Compare, node, boolean);
    same->op = op;
    for (auto *side : {first[k], second[k]})
      same->args.push_back(use(static_cast<Let &>(*side), node.place));
    inherit(*same);
    all->args.push_back(std::move(same));
  }
  inherit(*all);
  return all->args.size() == 1 ? std::move(all->args[0]) : std::move(all);
}

/// `dot` and `norm` of records that are no complex numbers.
bool Checker::isRecordDot(const ast::Node &node) {
  const std::string &name = node.children[0]->text;
  size_t arguments = name == "dot" ? 2 : 1;
  if (node.children[0]->kind != Kind::Name || (name != "dot" && name != "norm") ||
      node.children.size() != arguments + 1 || scope.find(name) || scope.findIndex(name))
    return false;
  return std::all_of(node.children.begin() + 1, node.children.end(), [&](auto &argument) {
    Shape shape = shapeOf(*argument);
    return shape.record && !shape.record->isComplex();
  });
}

/// The sum of the products of all numbers.
ExprPtr Checker::recordDot(const ast::Node &node) {
  Symbols operands;
  for (size_t k = 1; k < node.children.size(); ++k) {
    RecordValue *operand = recordValue(*node.children[k]);
    if (!operand || !hasNumbers(*operand->record, node.place))
      return poison(node);
    operands.push_back(operand);
  }
  bool isNorm = operands.size() == 1;
  if (isNorm)
    operands.push_back(operands[0]);
  if (!sameRecord(operands, node.place))
    return poison(node);
  std::vector<Family *> left = leavesOf(*operands[0]), right = leavesOf(*operands[1]);
  ArrayExpression expression(scope, node.place);
  ast::NodePtr total = newNode(Kind::Sum, node.place);
  for (size_t k = 0; k < left.size(); ++k) {
    ast::NodePtr product = newNode(Kind::Product, node.place);
    product->ops = {".*"};
    product->children.push_back(expression.operand(*left[k], {}));
    product->children.push_back(expression.operand(*right[k], {}));
    if (left[k]->arity())
      product = callOf("sum", std::move(product));
    if (k > 0)
      total->ops.push_back("+");
    total->children.push_back(std::move(product));
  }
  if (total->children.size() == 1)
    total = std::move(total->children[0]);
  return expr(isNorm ? *callOf("sqrt", std::move(total)) : *total);
}

} // namespace costate::sema
