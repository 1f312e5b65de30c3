// Sparse matrices: records that the prelude declares, by their entries. What is computed with one is an
// operation of the library on its fields, or another list of entries:
//
//   S*x, S*B, S \ b     =>  products and solutions by rows, columns and values
//   2*S, -S, S/h        =>  the same places, other values
//   S'                  =>  rows and columns exchanged
//   S + T               =>  the entries of both
#include "frontend/sema/Checker.h"

#include "frontend/sema/ArrayExpression.h"
#include "frontend/sema/IntegerExpressions.h"

#include <fmt/format.h>

#include <algorithm>

namespace costate::sema {

using ast::Kind;

namespace {

constexpr Type integer{Base::Int, nullptr};

/// The places of the fields.
enum Field : size_t { rows, columns, values, m, n };

std::string described(const Symbol &operand) {
  auto *record = dynamic_cast<const RecordValue *>(&operand);
  return record && record->record->isSparse ? "sparse matrix"
         : rankOf(operand)                  ? "array"
         : record                           ? "`" + record->record->name + "`"
                                            : "number";
}

} // namespace

// ---- the type ------------------------------------------------------------------------------------------

const Record &Checker::sparseRecord() {
  if (!sparseType)
    readPrelude();
  return *sparseType;
}

Record &Checker::sparseRecord(const ast::Statement &s) {
  auto owner = std::make_unique<Record>();
  sparseType = owner.get();
  sparseType->name = s.name, sparseType->place = s.namePlace;
  sparseType->written = &s, sparseType->isSparse = true;
  for (auto &field : s.parameters)
    sparseType->fields.push_back(
        {field.name, functionType(field.typeName, field.typePlace), field.typeSizes.size()});
  keep(std::move(owner));
  return *sparseType;
}

/// The type, where the model has nothing of this name.
bool Checker::isSparseName(const std::string &name) const {
  return name == "sparse" && !scope.find(name) && !scope.findIndex(name) && !laterNames.count(name);
}

bool Checker::isSparse(const Symbol *value) {
  auto *record = dynamic_cast<const RecordValue *>(value);
  return record && record->record->isSparse;
}

/// `solve(S, b)`
bool Checker::isSparseSolve(const ast::Node &node) {
  const ast::Node &called = *node.children[0];
  if (called.kind != Kind::Name || called.text != "solve" || node.children.size() != 3 || scope.find("solve"))
    return false;
  const Record *record = shapeOf(*node.children[1]).record;
  return record && record->isSparse;
}

/// Says what is wrong about a sparse matrix, and what to write.
void Checker::reportDense(const ast::Node &node, const std::string &what) {
  std::string matrix = node.kind == Kind::Name ? node.text : "S";
  report(errors::arrayOperation(node.place, what,
                                fmt::format("write `dense({})` for the matrix with all its zeros", matrix)));
}

// ---- products and solutions ----------------------------------------------------------------------------

/// Of two factors, of which one at least is a sparse matrix; null after an error.
Symbol *Checker::sparseProduct(const ast::Node &node, const std::string &op, Symbol &left, Symbol &right) {
  RecordValue *S = asRecord(isSparse(&left) ? &left : &right);
  Symbol &other = S == &left ? right : left;
  bool isOfNumbers = !asRecord(&other) && typeOf(other).isNumber();
  bool isApplied = isOfNumbers && S == &left && (rankOf(other) == 1 || rankOf(other) == 2);
  if (isApplied && op == "\\")
    return sparseSolution(node, *S, other);
  if (isApplied && op == "*")
    return sparseResult(
        "sparse *",
        {S->fields[rows], S->fields[columns], S->fields[values], S->fields[m], S->fields[n], &other},
        node.place);
  bool isMultiple = op == "*" || op == ".*", isQuotient = (op == "/" || op == "./") && S == &left;
  if (isOfNumbers && !rankOf(other) && (isMultiple || isQuotient))
    return scaledSparse(node, op, *S, other);
  reportDense(node, fmt::format("`{}` takes no {} and {}", op, described(left), described(right)));
  return nullptr;
}

/// Null after an error.
Symbol *Checker::sparseSolution(const ast::Node &node, RecordValue &S, Symbol &right) {
  Let *size = sameNumber(*S.fields[n], *S.fields[m], "the number of columns and rows in", node);
  return size ? sparseResult("sparse \\", {S.fields[rows], S.fields[columns], S.fields[values], size, &right},
                             node.place)
              : nullptr;
}

Symbol *Checker::sparseResult(const char *operation, const Symbols &arguments, SourcePlace place) {
  std::vector<Value> results = libraryResults(*findLibraryOperation(operation), arguments, place);
  return results.empty() ? nullptr : results[0].array;
}

/// The numbers are the same; null, with an error, where they are written and differ.
Let *Checker::sameNumber(Symbol &first, Symbol &second, const std::string &what, const ast::Node &node) {
  auto &let = static_cast<Let &>(first);
  ExprPtr a = use(let, node.place), b = use(static_cast<Let &>(second), node.place);
  if (isSame(*a, *b))
    return &let;
  if (a->kind == ExprKind::Number && b->kind == ExprKind::Number) {
    if (a->integer == b->integer)
      return &let;
    report(errors::arrayOperation(
        node.place, fmt::format("{} `{}` is {} and {}", what, setText(node), a->integer, b->integer),
        "the sizes of an operation must fit"));
    return nullptr;
  }
  ExprPtr same = make(ExprKind::Same, node, integer);
  same->text = fmt::format("{} `{}`", what, setText(node));
  same->args.push_back(std::move(a));
  same->args.push_back(std::move(b));
  inherit(*same);
  return &local("", node.place, std::move(same), integer);
}

// ---- other lists of entries ----------------------------------------------------------------------------

/// Of sums, negated and transposed ones; null after an error.
RecordValue *Checker::sparseOperation(const ast::Node &node, const Symbols &operands) {
  if (node.kind == Kind::Sum)
    return sparseSum(node, operands);
  if (node.kind == Kind::Negate)
    return scaledSparse(node, "*", *asRecord(operands[0]), realLocal(-1, node.place));
  if (node.kind == Kind::Transpose)
    return &turnedSparse(*asRecord(operands[0]), node.place);
  std::string taker = node.kind == Kind::Call ? node.children[0]->text : node.ops[0];
  reportDense(node, fmt::format("`{}` takes no sparse matrix", taker));
  return nullptr;
}

RecordValue *Checker::sparseSum(const ast::Node &node, const Symbols &operands) {
  RecordValue *sum = nullptr;
  for (size_t t = 0; t < operands.size(); ++t) {
    if (!isSparse(operands[t])) {
      reportDense(node, fmt::format("`{}` takes no sparse matrix and {}", node.ops[t ? t - 1 : 0],
                                    described(*operands[t])));
      return nullptr;
    }
    RecordValue *term = asRecord(operands[t]);
    if (t > 0 && node.ops[t - 1] == "-")
      term = scaledSparse(node, "*", *term, realLocal(-1, node.place));
    sum = sum ? addedSparse(node, *sum, *term) : term;
    if (!sum)
      return nullptr;
  }
  return sum;
}

RecordValue *Checker::addedSparse(const ast::Node &node, RecordValue &S, RecordValue &T) {
  Let *height = sameNumber(*S.fields[m], *T.fields[m], "the number of rows in", node),
      *width = sameNumber(*S.fields[n], *T.fields[n], "the number of columns in", node);
  if (!height || !width)
    return nullptr;
  RecordValue *sum =
      instantiate(*static_cast<UserFunction *>(prelude.at("sparse_plus")), {&S, &T}, node.place).record;
  if (sum)
    sum->fields[m] = height, sum->fields[n] = width;
  return sum;
}

RecordValue *Checker::scaledSparse(const ast::Node &node, const std::string &op, RecordValue &S,
                                   Symbol &number) {
  ArrayExpression expression(scope, node.place);
  ast::NodePtr product = newNode(Kind::Product, node.place);
  product->ops = {op};
  product->children.push_back(expression.operand(*S.fields[values], {}));
  product->children.push_back(expression.operand(number, {}));
  return withValues(S, *product, node.place);
}

/// Null after an error.
RecordValue *Checker::withValues(RecordValue &S, const ast::Node &written, SourcePlace place) {
  Family *own = arrayValue(written);
  if (!own)
    return nullptr;
  RecordValue &result = newRecordValue(*S.record, 0, S.record->name, place);
  result.fields = S.fields;
  result.fields[values] = own;
  return &result;
}

RecordValue &Checker::turnedSparse(RecordValue &S, SourcePlace place) {
  RecordValue &result = newRecordValue(*S.record, 0, S.record->name, place);
  result.fields = {S.fields[columns], S.fields[rows], S.fields[values], S.fields[n], S.fields[m]};
  return result;
}

} // namespace costate::sema
