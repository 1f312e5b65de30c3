// Small trees, and how they are copied and compared.
#include "frontend/sema/IntegerExpressions.h"

#include <algorithm>

namespace costate::sema {

namespace {

constexpr Type integer{Base::Int, nullptr};

} // namespace

ExprPtr integerNumber(int64_t value, SourcePlace place) {
  auto result = std::make_unique<Expr>();
  result->type = integer;
  result->place = place;
  result->integer = value, result->number = double(value);
  result->isInteger = true;
  result->text = std::to_string(value);
  return result;
}

ExprPtr indexRef(Index &index, SourcePlace place) {
  auto result = std::make_unique<Expr>();
  result->kind = ExprKind::IndexRef;
  result->type = index.type;
  result->place = place;
  result->index = &index;
  return result;
}

bool isLiteral(const Expr &e, int64_t value) {
  return e.kind == ExprKind::Number && e.isInteger && e.integer == value;
}

ExprPtr copyOf(const Expr &e) {
  if (e.set || e.binders || e.index)
    return nullptr;
  auto result = std::make_unique<Expr>();
  result->kind = e.kind, result->type = e.type, result->place = e.place;
  result->usesVariables = e.usesVariables, result->usesSolution = e.usesSolution;
  result->number = e.number, result->integer = e.integer, result->isInteger = e.isInteger;
  result->textLabel = e.textLabel, result->text = e.text, result->op = e.op;
  result->symbol = e.symbol, result->table = e.table, result->problem = e.problem;
  for (auto &arg : e.args) {
    result->args.push_back(copyOf(*arg));
    if (!result->args.back())
      return nullptr;
  }
  return result;
}

bool isSame(const Expr &a, const Expr &b) {
  return a.kind == b.kind && a.number == b.number && a.integer == b.integer && a.op == b.op &&
         a.text == b.text && a.symbol == b.symbol && a.table == b.table && a.args.size() == b.args.size() &&
         !a.set && !b.set && !a.index && !b.index &&
         std::equal(a.args.begin(), a.args.end(), b.args.begin(),
                    [](auto &x, auto &y) { return isSame(*x, *y); });
}

ExprPtr binary(const char *op, ExprPtr left, ExprPtr right) {
  auto result = std::make_unique<Expr>();
  result->kind = ExprKind::Binary;
  result->type = integer;
  result->place = left->place;
  result->op = op;
  result->args.push_back(std::move(left));
  result->args.push_back(std::move(right));
  return result;
}

} // namespace costate::sema
