// Complex numbers: records of two reals, `re` and `im`, with functions that the prelude has.
#include "frontend/sema/Checker.h"

#include "frontend/sema/ArrayExpression.h"
#include "frontend/sema/Prelude.h"
#include "frontend/syntax/CopyAst.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

namespace costate::sema {

using ast::Kind;

namespace {

constexpr Type real{Base::Real, nullptr};

} // namespace

const Record &Checker::complexRecord() {
  if (complexType)
    return *complexType;
  auto owner = std::make_unique<Record>();
  complexType = owner.get();
  complexType->name = "complex";
  complexType->fields = {{"re", real, 0}, {"im", real, 0}};
  keep(std::move(owner));
  return *complexType;
}

RecordValue &Checker::makeComplex(Symbol &re, Symbol &im, SourcePlace place) {
  RecordValue &result = newRecordValue(complexRecord(), rankOf(re), "complex", place);
  result.fields = {&re, &im};
  return result;
}

Let &Checker::realLocal(double number, SourcePlace place) {
  auto value = std::make_unique<Expr>();
  value->type = real, value->place = place, value->number = number;
  return local("", place, std::move(value), real);
}

RecordValue &Checker::complexNumber(double number, SourcePlace place) {
  return makeComplex(realLocal(number, place), realLocal(0, place), place);
}

/// `2i`
RecordValue *Checker::imaginary(const ast::Node &node) {
  double value = 0;
  auto [end, error] = std::from_chars(node.text.data(), node.text.data() + node.text.size(), value);
  if (error == std::errc::result_out_of_range) {
    report(errors::numberRange(node.place, node.text));
    return nullptr;
  }
  return &makeComplex(realLocal(0, node.place), realLocal(value, node.place), node.place);
}

/// Numbers as complex numbers.
RecordValue &Checker::complexOf(Symbol &value, SourcePlace place) {
  if (auto *known = asRecord(&value))
    return *known;
  Symbol &re = *realSymbol(value, place), &zero = realLocal(0, place);
  return makeComplex(re, rankOf(re) ? *filled(static_cast<Family &>(re), zero, place) : zero, place);
}

/// An array of the sizes of `like`, all of whose entries are a number; null after an error.
Family *Checker::filled(Family &like, Symbol &number, SourcePlace place) {
  ArrayExpression expression(scope, place);
  std::vector<ast::Binder> binders;
  for (size_t k = 0; k < like.arity(); ++k)
    binders.push_back(expression.binder(fmt::format("$i{}", k + 1), sizeOf(like, k, place)));
  ast::NodePtr all = ArrayExpression::with(newNode(Kind::ArrayOf, place), std::move(binders));
  all->children.push_back(expression.operand(number, {}));
  return comprehensionArray(*all);
}

/// `complex(re, im)`, `complex(x)`
bool Checker::isComplexCall(const ast::Node &node) const {
  const ast::Node &called = *node.children[0];
  return called.kind == Kind::Name && called.text == "complex" && !scope.find("complex") &&
         !scope.findIndex("complex");
}

RecordValue *Checker::complexCall(const ast::Node &node) {
  size_t given = node.children.size() - 1;
  if (given < 1 || given > 2) {
    report(errors::argumentCount(node.place, "complex", 2, false, given));
    return nullptr;
  }
  Symbol *parts[2] = {nullptr, nullptr};
  for (size_t k = 0; k < given; ++k) {
    parts[k] = arrayOperand(*node.children[k + 1]);
    if (parts[k] && asRecord(parts[k])) {
      report(errors::typeMismatch(node.children[k + 1]->place, "an argument of `complex`", "a number",
                                  shapeText(*node.children[k + 1])));
      parts[k] = nullptr;
    }
    if (!parts[k])
      return nullptr;
    parts[k] = realSymbol(*parts[k], node.place);
  }
  if (given == 1)
    return &complexOf(*parts[0], node.place);
  return sameSizes(*parts[0], *parts[1], node.place);
}

/// A number beside an array stands for all of its entries; null after an error.
RecordValue *Checker::sameSizes(Symbol &re, Symbol &im, SourcePlace place) {
  auto &first = static_cast<Family &>(re), &second = static_cast<Family &>(im);
  if (first.arity() && !second.arity())
    return &makeComplex(re, *filled(first, im, place), place);
  if (second.arity() && !first.arity())
    return &makeComplex(*filled(second, re, place), im, place);
  Family *fitting = first.arity() ? sizedLike(second, first, place, "the imaginary part") : &second;
  return fitting ? &makeComplex(re, *fitting, place) : nullptr;
}

/// `solve(A, b)` where one of them is complex
bool Checker::isComplexSolve(const ast::Node &node) {
  const ast::Node &called = *node.children[0];
  if (called.kind != Kind::Name || called.text != "solve" || node.children.size() != 3 || scope.find("solve"))
    return false;
  return std::any_of(node.children.begin() + 1, node.children.end(), [&](auto &argument) {
    const Record *record = shapeOf(*argument).record;
    return record && record->isComplex();
  });
}

/// `re(z)`, `im(z)`
bool Checker::isPartCall(const ast::Node &node) {
  const ast::Node &called = *node.children[0];
  bool isNamed = called.kind == Kind::Name && (called.text == "re" || called.text == "im");
  if (!isNamed || node.children.size() != 2 || scope.find(called.text) || scope.findIndex(called.text))
    return false;
  const Record *record = shapeOf(*node.children[1]).record;
  return record && record->isComplex();
}

/// `prod(i in 1..n) z[i]`: all factors, then their product.
RecordValue *Checker::complexProduct(const ast::Node &node) {
  ast::NodePtr factors = ast::copyOf(node);
  factors->kind = Kind::ArrayOf, factors->text = "";
  RecordValue *array = recordComprehension(*factors);
  if (!array)
    return nullptr;
  if (array->rank == 1)
    return complexResult("prod", {array}, node.place);
  report(errors::notAvailable(node.place,
                              fmt::format("`prod` of complex numbers over {} indices", array->rank)));
  return nullptr;
}

// ---- functions of the prelude --------------------------------------------------------------------------

/// The function of complex numbers that the prelude has for a name; null where there is none.
UserFunction *Checker::complexFunction(const std::string &name) {
  static const std::vector<std::string> list = preludeNames();
  static const std::set<std::string> names(list.begin(), list.end());
  std::string own = complexPrefix + name;
  if (!names.count(own))
    return nullptr;
  return inPrelude ? dynamic_cast<UserFunction *>(scope.find(own)) : preludeFunction(own);
}

/// What a call calls in the place of a function of real numbers.
UserFunction *Checker::complexOverload(const ast::Node &node) {
  UserFunction *function = complexFunction(node.children[0]->text);
  if (!function)
    return nullptr;
  bool isOfComplex = isOnlyComplex(node.children[0]->text), isOfArrays = false;
  for (size_t k = 1; k < node.children.size(); ++k) {
    Shape shape = shapeOf(*node.children[k]);
    isOfComplex |= shape.record && shape.record->isComplex();
    isOfArrays |= shape.isArray;
  }
  bool takesArrays = !statements.at(function)->parameters[0].typeSizes.empty();
  return isOfComplex && (takesArrays || !isOfArrays) ? function : nullptr;
}

bool Checker::isOnlyComplex(const std::string &name) const {
  return name == "re" || name == "im" || name == "conj" || name == "arg";
}

/// Null after an error.
RecordValue *Checker::complexResult(const std::string &name, const Symbols &arguments, SourcePlace place) {
  for (Symbol *argument : arguments)
    if (!argument)
      return nullptr;
  return instantiate(*complexFunction(name), arguments, place).record;
}

} // namespace costate::sema
