// Operations on arrays, as comprehensions:
//
//   x + 2*y        =>  [x[i] + 2*y[i] for i in 1..n]        entry by entry, numbers with every entry
//   tanh(x)        =>  [tanh(x[i]) for i in 1..n]
//   if c then x else y  =>  [if c then x[i] else y[i] for i in 1..n]
//   A*x, A*B       =>  [sum(j in 1..m) A[i, j]*x[j] for i in 1..n]
#include "frontend/sema/Checker.h"

#include "frontend/sema/ArrayExpression.h"
#include "frontend/sema/Functions.h"

#include <fmt/format.h>

#include <algorithm>

namespace costate::sema {

using ast::Kind;

/// Whether an operation or a function of numbers is applied to an array.
bool Checker::isArrayOperation(const ast::Node &node) {
  switch (node.kind) {
  case Kind::Product:
    return hasIndices(node);
  case Kind::Sum:
  case Kind::Power:
  case Kind::Negate:
  case Kind::Transpose:
  case Kind::If:
    return std::any_of(node.children.begin(), node.children.end(),
                       [&](auto &child) { return hasIndices(*child); });
  case Kind::Call:
    if (isWholeReduction(node))
      return false;
    return isRearrangement(node) ||
           (mapsOverArrays(node) && std::any_of(node.children.begin() + 1, node.children.end(),
                                                [&](auto &child) { return hasIndices(*child); }));
  default:
    return false;
  }
}

/// Of arrays, also of records; null after an error.
Symbol *Checker::arrayOperation(const ast::Node &node) {
  if (node.kind == Kind::Transpose)
    return transposed(node);
  if (node.kind == Kind::Product)
    return arrayProduct(node);
  if (isRearrangement(node))
    return node.children[0]->text == "diag" ? diagonal(node) : reshaped(node);
  if (node.kind == Kind::Power && node.ops[0] == "^") {
    report(
        errors::arrayOperation(node.place, "`^` takes numbers", "write `.^` for the powers of all entries"));
    return nullptr;
  }
  std::vector<Symbol *> operands;
  for (size_t k = node.kind == Kind::Call ? 1 : 0; k < node.children.size(); ++k) {
    bool isCondition = node.kind == Kind::If && k == 0;
    operands.push_back(isCondition ? conditionLocal(*node.children[k]) : arrayOperand(*node.children[k]));
    if (!operands.back())
      return nullptr;
  }
  if (std::any_of(operands.begin(), operands.end(), isSparse))
    return sparseOperation(node, operands);
  return entryByEntry(node, operands, node.ops);
}

/// A number as a local, a family or a record; null after an error.
Symbol *Checker::arrayOperand(const ast::Node &node) {
  Shape shape = shapeOf(node);
  if (shape.record)
    return recordValue(node);
  if (shape.isArray)
    return arrayValue(node);
  ExprPtr value = expr(node);
  if (!needNumber(*value, "an operand of an array"))
    return nullptr;
  Type type = value->type;
  return &local("", node.place, std::move(value), type);
}

/// The condition of `if` between arrays; null after an error.
Symbol *Checker::conditionLocal(const ast::Node &node) {
  ExprPtr value = expr(node);
  return needBool(*value, "the condition of `if`")
             ? &local("", node.place, std::move(value), {Base::Bool, nullptr})
             : nullptr;
}

static Symbol *asArray(Symbol *operand) { return operand && rankOf(*operand) ? operand : nullptr; }

/// The comprehension that an operation is.
Symbol *Checker::arrayOf(const ast::Node &comprehension) {
  return shapeOf(comprehension).record ? static_cast<Symbol *>(recordComprehension(comprehension))
                                       : comprehensionArray(comprehension);
}

/// `like` says which operation it is; all arrays have the same sizes.
Symbol *Checker::entryByEntry(const ast::Node &like, const std::vector<Symbol *> &operands,
                              const std::vector<std::string> &ops) {
  ArrayExpression expression(scope, like.place);
  auto first =
      std::find_if(operands.begin(), operands.end(), [](Symbol *operand) { return asArray(operand); });
  std::vector<Let *> sizes;
  std::vector<ast::Binder> binders;
  std::vector<std::string> indices;
  for (size_t k = 0; k < rankOf(**first); ++k) {
    indices.push_back(fmt::format("$i{}", k + 1));
    sizes.push_back(&sizeOf(firstLeaf(**first), k, like.place));
  }
  ast::NodePtr entry = newNode(like.kind, like.place, like.text);
  entry->ops = ops;
  if (like.kind == Kind::Call) {
    entry->children.push_back(expression.name(like.children[0]->text));
    entry->names.assign(operands.size(), "");
  }
  for (Symbol *operand : operands) {
    Symbol *array = asArray(operand);
    if (array && !haveSizes(*array, sizes, like))
      return nullptr;
    entry->children.push_back(expression.operand(*operand, array ? indices : std::vector<std::string>()));
  }
  for (size_t k = 0; k < indices.size(); ++k)
    binders.push_back(expression.binder(indices[k], *sizes[k]));
  ast::NodePtr all = ArrayExpression::with(newNode(Kind::ArrayOf, like.place), std::move(binders));
  all->children.push_back(std::move(entry));
  return arrayOf(*all);
}

bool Checker::haveSizes(Symbol &array, const std::vector<Let *> &sizes, const ast::Node &node) {
  if (rankOf(array) != sizes.size()) {
    report(errors::arrayOperation(
        node.place,
        fmt::format("arrays with {} and {} indices meet in one operation", sizes.size(), rankOf(array)),
        "an operation entry by entry needs arrays of the same sizes, or numbers"));
    return false;
  }
  for (size_t k = 0; k < sizes.size(); ++k)
    if (!equalSizes(*sizes[k], firstLeaf(array), k, node))
      return false;
  return true;
}

/// Left to right: numbers and `.*`, `./` entry by entry, `*` of two arrays as the product of matrices.
Symbol *Checker::arrayProduct(const ast::Node &node) {
  Symbol *left = arrayOperand(*node.children[0]);
  for (size_t k = 0; left && k < node.ops.size(); ++k) {
    Symbol *right = arrayOperand(*node.children[k + 1]);
    if (!right)
      return nullptr;
    bool isBoth = asArray(left) && asArray(right);
    if (isSparse(left) || isSparse(right)) {
      left = sparseProduct(node, node.ops[k], *left, *right);
      continue;
    }
    if (node.ops[k] == "\\") {
      left = solution(node, *left, *right);
      continue;
    }
    if (isBoth && node.ops[k] == "*") {
      left = matrixProduct(node, *left, *right);
    } else if (isBoth && node.ops[k] != ".*" && node.ops[k] != "./") {
      report(errors::arrayOperation(node.place, fmt::format("`{}` takes no two arrays", node.ops[k]),
                                    "write `./` for the quotients of all entries"));
      return nullptr;
    } else if (asArray(left) || asArray(right)) {
      left = entryByEntry(node, {left, right}, {node.ops[k]});
    } else {
      ArrayExpression expression(scope, node.place);
      left = arrayOperand(*expression.product(node.ops[k], *left, *right));
    }
  }
  return asArray(left);
}

/// Of `A \ b`; null after an error.
Symbol *Checker::solution(const ast::Node &node, Symbol &matrix, Symbol &right) {
  Symbol *A = asArray(&matrix), *b = asArray(&right);
  if (!A || rankOf(*A) != 2 || !b || rankOf(*b) > 2) {
    report(errors::arrayOperation(node.place, "`\\` takes a matrix, then a vector or matrix",
                                  "write `A \\ b` for the solution of `A*x == b`"));
    return nullptr;
  }
  if (asRecord(A) || asRecord(b))
    return complexResult(rankOf(*b) == 1 ? "column" : "columns",
                         {&complexOf(*A, node.place), &complexOf(*b, node.place)}, node.place);
  std::vector<Value> results = libraryResults(*findLibraryOperation("solve"), {A, b}, node.place);
  return results.empty() ? nullptr : results[0].array;
}

/// Of a matrix with a matrix or vector.
Symbol *Checker::matrixProduct(const ast::Node &node, Symbol &left, Symbol &right) {
  if (rankOf(left) != 2 || rankOf(right) > 2) {
    report(errors::arrayOperation(
        node.place,
        fmt::format("`*` multiplies a matrix with a matrix or vector, not arrays with {} and {} indices",
                    rankOf(left), rankOf(right)),
        "write `.*` for the products of all entries, `sum(i in 1..n) x[i]*y[i]` for a number"));
    return nullptr;
  }
  Let &inner = sizeOf(firstLeaf(left), 1, node.place);
  if (!equalSizes(inner, firstLeaf(right), 0, node))
    return nullptr;
  ArrayExpression expression(scope, node.place);
  std::vector<ast::Binder> binders, summed;
  std::vector<std::string> row{"$i1", "$j"}, column{"$j"};
  binders.push_back(expression.binder("$i1", sizeOf(firstLeaf(left), 0, node.place)));
  if (rankOf(right) == 2) {
    column.push_back("$i2");
    binders.push_back(expression.binder("$i2", sizeOf(firstLeaf(right), 1, node.place)));
  }
  summed.push_back(expression.binder("$j", inner));
  ast::NodePtr product = newNode(Kind::Product, node.place);
  product->ops = {"*"};
  product->children.push_back(expression.operand(left, row));
  product->children.push_back(expression.operand(right, column));
  ast::NodePtr sum = ArrayExpression::with(newNode(Kind::Reduce, node.place, "sum"), std::move(summed));
  sum->children.push_back(std::move(product));
  ast::NodePtr all = ArrayExpression::with(newNode(Kind::ArrayOf, node.place), std::move(binders));
  all->children.push_back(std::move(sum));
  return arrayOf(*all);
}

} // namespace costate::sema
