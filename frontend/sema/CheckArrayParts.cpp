// Entries of arrays in another order:
//
//   A[i, 2..5]        =>  [A[i, 1 + j] for j in 1..4]                 `:` for all of a dimension
//   x[order]          =>  [x[order[i]] for i in 1..n]
//   A'                =>  [A[j, i] for i in 1..m, j in 1..n]
//   diag(A), diag(x)  =>  [A[i, i] for i in 1..n], [if i == j then x[i] else 0 for i in 1..n, j in 1..n]
//   reshape(x, 2, 3)  =>  [x[(i - 1)*3 + j] for i in 1..2, j in 1..3]
#include "frontend/sema/Checker.h"

#include "frontend/sema/ArrayExpression.h"
#include "frontend/sema/IntegerExpressions.h"
#include "frontend/syntax/CopyAst.h"

#include <fmt/format.h>

#include <algorithm>

namespace costate::sema {

using ast::Kind;

namespace {

constexpr Type integer{Base::Int, nullptr};

ast::NodePtr joined(Kind kind, const char *op, ast::NodePtr left, ast::NodePtr right) {
  ast::NodePtr result = newNode(kind, left->place);
  result->ops = {op};
  result->children.push_back(std::move(left));
  result->children.push_back(std::move(right));
  return result;
}

ast::NodePtr one(SourcePlace place) { return newNode(Kind::Number, place, "1"); }

} // namespace

bool Checker::isSlice(const ast::Node &node) {
  auto isPart = [&](auto &index) {
    return index->kind == Kind::Slice || index->kind == Kind::Range || isArray(*index);
  };
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
    ast::NodePtr index = partIndex(*node.children[k], *array, k - 1, expression, binders);
    if (!index)
      return nullptr;
    entry->children.push_back(std::move(index));
  }
  ast::NodePtr all = ArrayExpression::with(newNode(Kind::ArrayOf, node.place), std::move(binders));
  all->children.push_back(std::move(entry));
  return comprehensionArray(*all);
}

/// The index at one place of a part, and what it goes over; null after an error.
ast::NodePtr Checker::partIndex(const ast::Node &index, Family &array, size_t dimension,
                                ArrayExpression &expression, std::vector<ast::Binder> &binders) {
  std::string own = fmt::format("$i{}", binders.size() + 1);
  if (index.kind == Kind::Slice) {
    binders.push_back(expression.binder(own, sizeOf(array, dimension, index.place)));
    return expression.name(own);
  }
  if (index.kind != Kind::Range && isArray(index))
    return gatherIndex(index, expression, binders);
  bool isRange = index.kind == Kind::Range;
  Let *low = integerLocal(isRange ? *index.children[0] : index);
  Let *high = isRange ? integerLocal(*index.children[1]) : low;
  if (!low || !high)
    return nullptr;
  ast::NodePtr first = expression.operand(*low, {});
  if (!isRange)
    return first;
  binders.push_back(expression.binder(own, lengthOf(*low, *high)));
  ast::NodePtr at = newNode(Kind::Sum, index.place);
  at->ops = {"+", "-"};
  at->children.push_back(std::move(first));
  at->children.push_back(expression.name(own));
  at->children.push_back(newNode(Kind::Number, index.place, "1"));
  return at;
}

/// `x[order]` has the indices of `order`.
ast::NodePtr Checker::gatherIndex(const ast::Node &index, ArrayExpression &expression,
                                  std::vector<ast::Binder> &binders) {
  Family *array = arrayValue(index);
  if (!array)
    return nullptr;
  if (array->type.base != Base::Int) {
    report(errors::typeMismatch(index.place, "an index of an array", "an integer", typeText(array->type)));
    return nullptr;
  }
  std::vector<std::string> own;
  for (size_t k = 0; k < array->arity(); ++k) {
    own.push_back(fmt::format("$i{}", binders.size() + 1));
    binders.push_back(expression.binder(own.back(), sizeOf(*array, k, index.place)));
  }
  return expression.operand(*array, own);
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

/// Of complex numbers the conjugate transpose.
Symbol *Checker::transposed(const ast::Node &node) {
  Symbol *matrix = arrayOperand(*node.children[0]);
  if (!matrix)
    return nullptr;
  if (rankOf(*matrix) != 2) {
    report(errors::arrayOperation(node.place,
                                  fmt::format("`'` takes a matrix, not an array with {} index{}",
                                              rankOf(*matrix), rankOf(*matrix) == 1 ? "" : "es"),
                                  "write `sum(i in 1..n) x[i]*y[i]` for a product of two vectors"));
    return nullptr;
  }
  ArrayExpression expression(scope, node.place);
  std::vector<ast::Binder> binders;
  binders.push_back(expression.binder("$i1", sizeOf(firstLeaf(*matrix), 1, node.place)));
  binders.push_back(expression.binder("$i2", sizeOf(firstLeaf(*matrix), 0, node.place)));
  ast::NodePtr all = ArrayExpression::with(newNode(Kind::ArrayOf, node.place), std::move(binders));
  ast::NodePtr entry = expression.operand(*matrix, {"$i2", "$i1"});
  bool isComplex = asRecord(matrix) && asRecord(matrix)->record->isComplex();
  if (isComplex) {
    ast::NodePtr conjugate = newNode(Kind::Call, node.place);
    conjugate->children.push_back(expression.name("conj"));
    conjugate->children.push_back(std::move(entry));
    conjugate->names.emplace_back();
    entry = std::move(conjugate);
  }
  all->children.push_back(std::move(entry));
  return arrayOf(*all);
}

bool Checker::isRearrangement(const ast::Node &node) {
  if (node.kind != Kind::Call || node.children[0]->kind != Kind::Name || node.children.size() < 2)
    return false;
  const std::string &name = node.children[0]->text;
  return (name == "diag" || name == "reshape") && !scope.findIndex(name) && !scope.find(name) &&
         hasIndices(*node.children[1]);
}

/// Of a matrix its diagonal, of a vector the matrix that has it there.
Symbol *Checker::diagonal(const ast::Node &node) {
  Symbol *array = arrayOperand(*node.children[1]);
  if (!array)
    return nullptr;
  if (node.children.size() != 2 || rankOf(*array) > 2) {
    report(errors::arrayOperation(node.place, "`diag` takes one matrix or vector",
                                  "write `diag(A)` for a diagonal, `diag(x)` for a diagonal matrix"));
    return nullptr;
  }
  Let &size = sizeOf(firstLeaf(*array), 0, node.place);
  if (rankOf(*array) == 2 && !equalSizes(size, firstLeaf(*array), 1, node))
    return nullptr;
  ArrayExpression expression(scope, node.place);
  std::vector<ast::Binder> binders;
  binders.push_back(expression.binder("$i1", size));
  ast::NodePtr entry = expression.operand(*array, {"$i1"});
  if (rankOf(*array) == 2) {
    entry->children.push_back(expression.name("$i1"));
  } else {
    binders.push_back(expression.binder("$i2", size));
    ast::NodePtr choice = newNode(Kind::If, node.place);
    choice->children.push_back(joined(Kind::Compare, "==", expression.name("$i1"), expression.name("$i2")));
    choice->children.push_back(std::move(entry));
    choice->children.push_back(newNode(Kind::Number, node.place, "0"));
    entry = std::move(choice);
  }
  ast::NodePtr all = ArrayExpression::with(newNode(Kind::ArrayOf, node.place), std::move(binders));
  all->children.push_back(std::move(entry));
  return arrayOf(*all);
}

/// The entries row by row, in rows of another size.
Symbol *Checker::reshaped(const ast::Node &node) {
  Symbol *array = arrayOperand(*node.children[1]);
  if (!array)
    return nullptr;
  std::vector<Let *> sizes;
  for (size_t k = 2; k < node.children.size(); ++k) {
    sizes.push_back(integerLocal(*node.children[k]));
    if (!sizes.back())
      return nullptr;
  }
  if (sizes.empty()) {
    report(errors::argumentCount(node.place, "reshape", 2, true, 1));
    return nullptr;
  }
  if (!sameCount(firstLeaf(*array), rankOf(*array), sizes, node))
    return nullptr;
  ArrayExpression expression(scope, node.place);
  std::vector<ast::Binder> binders;
  ast::NodePtr position;
  for (size_t k = 0; k < sizes.size(); ++k) {
    std::string own = fmt::format("$i{}", k + 1);
    binders.push_back(expression.binder(own, *sizes[k]));
    ast::NodePtr step = joined(Kind::Sum, "-", expression.name(own), one(node.place));
    position =
        position ? joined(Kind::Sum, "+",
                          joined(Kind::Product, "*", std::move(position), expression.operand(*sizes[k], {})),
                          std::move(step))
                 : std::move(step);
  }
  // The position in the old array, dimension by dimension from the last one.
  std::vector<ast::NodePtr> indices(rankOf(*array));
  for (size_t k = indices.size(); k-- > 0;) {
    Let &size = sizeOf(firstLeaf(*array), k, node.place);
    ast::NodePtr index = ast::copyOf(*position);
    if (k > 0) {
      index = joined(Kind::Product, "mod", std::move(index), expression.operand(size, {}));
      position = joined(Kind::Product, "div", std::move(position), expression.operand(size, {}));
    }
    indices[k] = joined(Kind::Sum, "+", std::move(index), one(node.place));
  }
  ast::NodePtr entry = expression.operand(*array, {"$"});
  entry->children.pop_back();
  for (auto &index : indices)
    entry->children.push_back(std::move(index));
  ast::NodePtr all = ArrayExpression::with(newNode(Kind::ArrayOf, node.place), std::move(binders));
  all->children.push_back(std::move(entry));
  return arrayOf(*all);
}

/// Compares the numbers of entries, at once where they are written, else when the first size is read.
bool Checker::sameCount(Family &array, size_t rank, std::vector<Let *> &sizes, const ast::Node &node) {
  ExprPtr old = lengthAt(array, 0), wanted = sema::valueOf(*sizes[0]);
  for (size_t k = 1; k < rank; ++k)
    old = productOf(std::move(old), lengthAt(array, k));
  for (size_t k = 1; k < sizes.size(); ++k)
    wanted = productOf(std::move(wanted), sema::valueOf(*sizes[k]));
  if (isSame(*old, *wanted))
    return true;
  if (old->kind == ExprKind::Number && wanted->kind == ExprKind::Number) {
    if (old->integer != wanted->integer)
      report(errors::unequalSizes(node.place, "the new array", old->integer, wanted->integer));
    return old->integer == wanted->integer;
  }
  auto same = make(ExprKind::Same, node, integer);
  same->text = fmt::format("`{}` has {{expected}} entries, but the array has {{}}", setText(node));
  same->args.push_back(std::move(wanted));
  same->args.push_back(std::move(old));
  ExprPtr first = std::move(same);
  for (size_t k = 1; k < sizes.size(); ++k)
    first = binary("div", std::move(first), sema::valueOf(*sizes[k]));
  sizes[0] = &local("", node.place, std::move(first), integer);
  return true;
}

} // namespace costate::sema
