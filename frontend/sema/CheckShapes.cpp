// What the form of an expression tells of its value: whether it is an array, and of which record it is.
#include "frontend/sema/Checker.h"

#include <algorithm>
#include <deque>

namespace costate::sema {

using ast::Kind;
using Form = FunctionValue::Form;
using Operator = Derivative::Operator;

namespace {

/// The names that binders bind, where no more matters of them.
class AssumedIndices {
public:
  AssumedIndices(Scope &scope, const ast::Binders &binders) : frame(scope) {
    for (auto &binder : binders.list)
      for (auto &term : binder.terms)
        if (term.value && term.value->kind == Kind::Name) {
          own.emplace_back().name = term.value->text;
          scope.indices.push_back(&own.back());
        }
  }

private:
  IndexFrame frame;
  std::deque<Index> own;
};

/// Of an operation on both.
Shape joined(const Shape &a, const Shape &b) {
  bool isOfB = b.record && (!a.record || a.record->isComplex());
  return {isOfB ? b.record : a.record, a.isArray || b.isArray};
}

/// Of two factors, where one is a sparse matrix: a sparse matrix where the other is a number, else an array.
Shape ofSparse(const Shape &a, const std::string &op, const Shape &b) {
  bool isOfA = a.record && a.record->isSparse, isOfB = b.record && b.record->isSparse;
  const Shape &other = isOfA ? b : a;
  bool scales = !(isOfA && isOfB) && !other.isArray && !other.record && op != "\\";
  return scales ? (isOfA ? a : b) : Shape{nullptr, true};
}

/// The record that a reduction gives, or null.
const Record *recordOfReduction(const std::string &reduction, const Record *of) {
  bool isSum = reduction == "sum" || reduction == "mean";
  return isSum || (reduction == "prod" && of && of->isComplex()) ? of : nullptr;
}

} // namespace

Shape Checker::shapeOf(const ast::Node &node) {
  auto all = [&](size_t first, size_t step) {
    Shape shape;
    for (size_t k = first; k < node.children.size(); k += step)
      shape = joined(shape, shapeOf(*node.children[k]));
    return shape;
  };
  switch (node.kind) {
  case Kind::Imaginary:
    return {&complexRecord(), false};
  case Kind::Name:
    return shapeOfName(node.text);
  case Kind::Field:
    return shapeOfField(node);
  case Kind::Index:
    return shapeOfEntry(node);
  case Kind::ArrayLiteral:
    return {all(0, 1).record, true};
  case Kind::ArrayOf:
  case Kind::Reduce: {
    AssumedIndices frame(scope, *node.binders);
    const Record *record = shapeOf(*node.children[0]).record;
    bool isArray = node.kind == Kind::ArrayOf;
    return {isArray ? record : recordOfReduction(node.text, record), isArray};
  }
  case Kind::Product:
    return shapeOfProduct(node);
  case Kind::Sum:
  case Kind::Power:
  case Kind::Negate:
  case Kind::Transpose:
  case Kind::If:
    return all(0, 1);
  case Kind::Match:
    return all(2, 2);
  case Kind::Call:
    return shapeOfCall(node);
  default:
    return {};
  }
}

Shape Checker::shapeOfProduct(const ast::Node &node) {
  auto isSparse = [](const Shape &shape) { return shape.record && shape.record->isSparse; };
  Shape left = shapeOf(*node.children[0]);
  for (size_t k = 0; k < node.ops.size(); ++k) {
    Shape right = shapeOf(*node.children[k + 1]);
    left = isSparse(left) || isSparse(right) ? ofSparse(left, node.ops[k], right) : joined(left, right);
  }
  return left;
}

Shape Checker::shapeOfName(const std::string &name) {
  if (scope.findIndex(name))
    return {};
  Symbol *symbol = scope.find(name);
  bool hasValue = dynamic_cast<Family *>(symbol) && symbol->kind != Symbol::Kind::Constraint;
  symbol = hasValue ? find(name) : symbol;
  if (auto *value = asRecord(symbol))
    return {value->record, value->rank > 0};
  return {nullptr, hasValue && static_cast<Family *>(symbol)->arity() > 0};
}

Shape Checker::shapeOfField(const ast::Node &node) {
  if (viewedArray(node) || solvedFamily(node))
    return {nullptr, true};
  if (RecordValue *ofProblem = recordOfProblem(node))
    return {ofProblem->record, ofProblem->rank > 0};
  Shape whole = shapeOf(*node.children[0]);
  if (!whole.record)
    return {};
  for (auto &field : whole.record->fields)
    if (field.name == node.text)
      return {field.type.record, whole.isArray || field.rank > 0};
  return {};
}

Shape Checker::shapeOfEntry(const ast::Node &node) {
  Shape whole = shapeOf(*node.children[0]);
  if (!whole.record && !whole.isArray)
    return {};
  bool isPart = std::any_of(node.children.begin() + 1, node.children.end(), [&](auto &index) {
    return index->kind == Kind::Slice || index->kind == Kind::Range || isArray(*index);
  });
  return {whole.record, isPart};
}

/// Of functions that map over arrays, too.
Shape Checker::shapeOfCall(const ast::Node &node) {
  bool isNamed = node.children[0]->kind == Kind::Name;
  if (isWholeReduction(node))
    return {recordOfReduction(node.children[0]->text, shapeOf(*node.children[1]).record), false};
  if (isRearrangement(node))
    return {shapeOf(*node.children[1]).record, true};
  if (isPartCall(node))
    return {nullptr, shapeOf(*node.children[1]).isArray};
  Shape given;
  for (size_t k = 1; isNamed && k < node.children.size(); ++k)
    given = joined(given, shapeOf(*node.children[k]));
  if (isComplexCall(node) || isComplexSolve(node))
    return {&complexRecord(), given.isArray};
  if (isSparseSolve(node))
    return {nullptr, true};
  if (auto function = callee(node, /*says=*/false))
    return *function ? shapeOf(**function) : Shape();
  if (!given.isArray || !mapsOverArrays(node))
    return {};
  UserFunction *ofComplex = given.record ? complexFunction(node.children[0]->text) : nullptr;
  return {ofComplex ? ofComplex->record : nullptr, true};
}

/// A function of numbers, which takes arrays entry by entry.
bool Checker::mapsOverArrays(const ast::Node &node) {
  const std::string &name = node.children[0]->text;
  if (node.children[0]->kind != Kind::Name || name == "close" || scope.find(name) || scope.findIndex(name))
    return false;
  UserFunction *ofComplex = complexFunction(name);
  return findFunction(name) || (ofComplex && statements.at(ofComplex)->parameters[0].typeSizes.empty());
}

Shape Checker::shapeOf(const FunctionValue &function) { return {recordOf(function), rankOf(function) > 0}; }

/// The record that its value is of, or null.
const Record *Checker::recordOf(const FunctionValue &function) {
  switch (function.form) {
  case Form::Declared:
    return function.declared->rank ? function.declared->record
                                   : functionType(statements.at(function.declared)->typeName, {}).record;
  case Form::Record:
    return function.record;
  case Form::Example:
  case Form::Problem:
    return functionType(function.example->result.name, {}).record;
  case Form::Library:
    return function.library->gives[0].isComplex ? &complexRecord() : nullptr;
  case Form::Elementary:
    return nullptr;
  case Form::Derivative:
    break;
  }
  if (function.op == Operator::Jvp)
    return recordOf(*function.of);
  bool isOfMatrices = function.op == Operator::Jacobian || function.op == Operator::Hessian;
  return isOfMatrices ? nullptr : parametersOf(function)[function.wrt[0]].type.record;
}

bool Checker::isArray(const ast::Node &node) {
  Shape shape = shapeOf(node);
  return shape.isArray && !shape.record;
}

std::string Checker::shapeText(const ast::Node &node) {
  Shape shape = shapeOf(node);
  if (shape.record)
    return (shape.isArray ? "an array of " : "") + recordText(*shape.record, shape.isArray);
  return shape.isArray ? "an array" : typeText(expr(node)->type);
}

std::string Checker::recordText(const Record &record, bool isSeveral) const {
  return !record.isComplex() ? "`" + record.name + "`" : isSeveral ? "complex numbers" : "a complex number";
}

} // namespace costate::sema
