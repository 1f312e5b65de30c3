// Operations on arrays, as comprehensions:
//
//   x + 2*y        =>  [x[i] + 2*y[i] for i in 1..n]        entry by entry, numbers with every entry
//   tanh(x)        =>  [tanh(x[i]) for i in 1..n]
//   A*x, A*B       =>  [sum(j in 1..m) A[i, j]*x[j] for i in 1..n]
//   A[i, 2..5]     =>  [A[i, 1 + j] for j in 1..4]          `:` for all of a dimension
//   A'             =>  [A[j, i] for i in 1..m, j in 1..n]
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
  case Kind::Sum:
  case Kind::Product:
  case Kind::Power:
  case Kind::Negate:
  case Kind::Transpose:
    return std::any_of(node.children.begin(), node.children.end(),
                       [&](auto &child) { return isArray(*child); });
  case Kind::Call: {
    if (isWholeReduction(node))
      return false;
    bool isOfNumbers = node.children[0]->kind == Kind::Name && findFunction(node.children[0]->text) &&
                       node.children[0]->text != "close";
    return isOfNumbers && std::any_of(node.children.begin() + 1, node.children.end(),
                                      [&](auto &child) { return isArray(*child); });
  }
  default:
    return false;
  }
}

Family *Checker::arrayOperation(const ast::Node &node) {
  if (node.kind == Kind::Transpose)
    return transposed(node);
  if (node.kind == Kind::Product)
    return arrayProduct(node);
  if (node.kind == Kind::Power && node.ops[0] == "^") {
    report(
        errors::arrayOperation(node.place, "`^` takes numbers", "write `.^` for the powers of all entries"));
    return nullptr;
  }
  std::vector<Symbol *> operands;
  for (size_t k = node.kind == Kind::Call ? 1 : 0; k < node.children.size(); ++k) {
    operands.push_back(arrayOperand(*node.children[k]));
    if (!operands.back())
      return nullptr;
  }
  return entryByEntry(node, operands, node.ops);
}

/// A number as a local, or a family; null after an error.
Symbol *Checker::arrayOperand(const ast::Node &node) {
  if (isArray(node))
    return arrayValue(node);
  ExprPtr value = expr(node);
  if (!needNumber(*value, "an operand of an array"))
    return nullptr;
  Type type = value->type;
  return &local("", node.place, std::move(value), type);
}

static Family *asArray(Symbol *operand) {
  auto *family = dynamic_cast<Family *>(operand);
  return family && family->arity() ? family : nullptr;
}

/// `like` says which operation it is; all arrays have the same sizes.
Family *Checker::entryByEntry(const ast::Node &like, const std::vector<Symbol *> &operands,
                              const std::vector<std::string> &ops) {
  ArrayExpression expression(scope, like.place);
  auto first =
      std::find_if(operands.begin(), operands.end(), [](Symbol *operand) { return asArray(operand); });
  std::vector<Let *> sizes;
  std::vector<ast::Binder> binders;
  std::vector<std::string> indices;
  for (size_t k = 0; k < asArray(*first)->arity(); ++k) {
    indices.push_back(fmt::format("$i{}", k + 1));
    sizes.push_back(&sizeOf(*asArray(*first), k, like.place));
  }
  ast::NodePtr entry = newNode(like.kind, like.place, like.text);
  entry->ops = ops;
  if (like.kind == Kind::Call) {
    entry->children.push_back(expression.name(like.children[0]->text));
    entry->names.assign(operands.size(), "");
  }
  for (Symbol *operand : operands) {
    Family *array = asArray(operand);
    if (array && !haveSizes(*array, sizes, like))
      return nullptr;
    entry->children.push_back(expression.operand(*operand, array ? indices : std::vector<std::string>()));
  }
  for (size_t k = 0; k < indices.size(); ++k)
    binders.push_back(expression.binder(indices[k], *sizes[k]));
  ast::NodePtr all = ArrayExpression::with(newNode(Kind::ArrayOf, like.place), std::move(binders));
  all->children.push_back(std::move(entry));
  return comprehensionArray(*all);
}

bool Checker::haveSizes(Family &array, const std::vector<Let *> &sizes, const ast::Node &node) {
  if (array.arity() != sizes.size()) {
    report(errors::arrayOperation(
        node.place,
        fmt::format("arrays with {} and {} indices meet in one operation", sizes.size(), array.arity()),
        "an operation entry by entry needs arrays of the same sizes, or numbers"));
    return false;
  }
  for (size_t k = 0; k < sizes.size(); ++k)
    if (!equalSizes(*sizes[k], array, k, node))
      return false;
  return true;
}

/// Left to right: numbers and `.*`, `./` entry by entry, `*` of two arrays as the product of matrices.
Family *Checker::arrayProduct(const ast::Node &node) {
  Symbol *left = arrayOperand(*node.children[0]);
  for (size_t k = 0; left && k < node.ops.size(); ++k) {
    Symbol *right = arrayOperand(*node.children[k + 1]);
    if (!right)
      return nullptr;
    bool isBoth = asArray(left) && asArray(right);
    if (node.ops[k] == "\\") {
      left = solution(node, *left, *right);
      continue;
    }
    if (isBoth && node.ops[k] == "*") {
      left = matrixProduct(node, *asArray(left), *asArray(right));
    } else if (isBoth && node.ops[k] != ".*" && node.ops[k] != "./") {
      report(errors::arrayOperation(node.place, fmt::format("`{}` takes no two arrays", node.ops[k]),
                                    "write `./` for the quotients of all entries"));
      return nullptr;
    } else if (asArray(left) || asArray(right)) {
      left = entryByEntry(node, {left, right}, {node.ops[k]});
    } else {
      ArrayExpression expression(scope, node.place);
      ast::NodePtr product = newNode(Kind::Product, node.place);
      product->ops = {node.ops[k]};
      product->children.push_back(expression.operand(*left, {}));
      product->children.push_back(expression.operand(*right, {}));
      left = arrayOperand(*product);
    }
  }
  return asArray(left);
}

/// Of `A \ b`; null after an error.
Family *Checker::solution(const ast::Node &node, Symbol &matrix, Symbol &right) {
  Family *A = asArray(&matrix), *b = asArray(&right);
  if (!A || A->arity() != 2 || !b || b->arity() > 2) {
    report(errors::arrayOperation(node.place, "`\\` takes a matrix, then a vector or matrix",
                                  "write `A \\ b` for the solution of `A*x == b`"));
    return nullptr;
  }
  std::vector<Value> results = libraryResults(*findLibraryOperation("solve"), {A, b}, node.place);
  return results.empty() ? nullptr : results[0].array;
}

/// Of a matrix with a matrix or vector.
Family *Checker::matrixProduct(const ast::Node &node, Family &left, Family &right) {
  if (left.arity() != 2 || right.arity() > 2) {
    report(errors::arrayOperation(
        node.place,
        fmt::format("`*` multiplies a matrix with a matrix or vector, not arrays with {} and {} indices",
                    left.arity(), right.arity()),
        "write `.*` for the products of all entries, `sum(i in 1..n) x[i]*y[i]` for a number"));
    return nullptr;
  }
  Let &inner = sizeOf(left, 1, node.place);
  if (!equalSizes(inner, right, 0, node))
    return nullptr;
  ArrayExpression expression(scope, node.place);
  std::vector<ast::Binder> binders, summed;
  std::vector<std::string> row{"$i1", "$j"}, column{"$j"};
  binders.push_back(expression.binder("$i1", sizeOf(left, 0, node.place)));
  if (right.arity() == 2) {
    column.push_back("$i2");
    binders.push_back(expression.binder("$i2", sizeOf(right, 1, node.place)));
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
  return comprehensionArray(*all);
}

bool Checker::isSlice(const ast::Node &node) {
  auto isPart = [](auto &index) { return index->kind == Kind::Slice || index->kind == Kind::Range; };
  return node.kind == Kind::Index && std::any_of(node.children.begin() + 1, node.children.end(), isPart) &&
         isArray(*node.children[0]);
}

/// Parts of dimensions count from 1 again.
Family *Checker::sliced(const ast::Node &node) {
  Family *array = arrayValue(*node.children[0]);
  if (!array)
    return nullptr;
  if (node.children.size() - 1 != array->arity()) {
    report(
        errors::indexCount(node.place, array->name, array->arity(), node.children.size() - 1, array->place));
    return nullptr;
  }
  ArrayExpression expression(scope, node.place);
  std::vector<ast::Binder> binders;
  ast::NodePtr entry = expression.operand(*array, {"$"});
  entry->children.pop_back();
  for (size_t k = 1; k < node.children.size(); ++k) {
    const ast::Node &index = *node.children[k];
    std::string own = fmt::format("$i{}", k);
    if (index.kind == Kind::Slice) {
      binders.push_back(expression.binder(own, sizeOf(*array, k - 1, node.place)));
      entry->children.push_back(expression.name(own));
      continue;
    }
    bool isRange = index.kind == Kind::Range;
    Let *low = integerLocal(isRange ? *index.children[0] : index);
    Let *high = isRange ? integerLocal(*index.children[1]) : low;
    if (!low || !high)
      return nullptr;
    ast::NodePtr first = expression.operand(*low, {});
    if (!isRange) {
      entry->children.push_back(std::move(first));
      continue;
    }
    binders.push_back(expression.binder(own, lengthOf(*low, *high)));
    ast::NodePtr at = newNode(Kind::Sum, index.place);
    at->ops = {"+", "-"};
    at->children.push_back(std::move(first));
    at->children.push_back(expression.name(own));
    at->children.push_back(newNode(Kind::Number, index.place, "1"));
    entry->children.push_back(std::move(at));
  }
  ast::NodePtr all = ArrayExpression::with(newNode(Kind::ArrayOf, node.place), std::move(binders));
  all->children.push_back(std::move(entry));
  return comprehensionArray(*all);
}

/// Null after an error.
Let *Checker::integerLocal(const ast::Node &node) {
  ExprPtr value = expr(node);
  if (value->type.base == Base::Int)
    return &local("", node.place, std::move(value), value->type);
  if (value->type.base != Base::Poison)
    report(errors::typeMismatch(node.place, "an index of an array", "an integer", typeText(value->type)));
  return nullptr;
}

Family *Checker::transposed(const ast::Node &node) {
  Family *matrix = arrayValue(*node.children[0]);
  if (!matrix)
    return nullptr;
  if (matrix->arity() != 2) {
    report(errors::arrayOperation(node.place,
                                  fmt::format("`'` takes a matrix, not an array with {} index{}",
                                              matrix->arity(), matrix->arity() == 1 ? "" : "es"),
                                  "write `sum(i in 1..n) x[i]*y[i]` for a product of two vectors"));
    return nullptr;
  }
  ArrayExpression expression(scope, node.place);
  std::vector<ast::Binder> binders;
  binders.push_back(expression.binder("$i1", sizeOf(*matrix, 1, node.place)));
  binders.push_back(expression.binder("$i2", sizeOf(*matrix, 0, node.place)));
  ast::NodePtr all = ArrayExpression::with(newNode(Kind::ArrayOf, node.place), std::move(binders));
  all->children.push_back(expression.operand(*matrix, {"$i2", "$i1"}));
  return comprehensionArray(*all);
}

} // namespace costate::sema
