// Arithmetic on sums of products.
#include "passes/LinearIndex.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

#include <algorithm>

using namespace mlir;

namespace costate {

void LinearIndex::add(const Product &product, int64_t factor) {
  int64_t &known = terms[product];
  known += factor;
  if (known == 0)
    terms.erase(product);
}

LinearIndex LinearIndex::operator+(const LinearIndex &other) const {
  LinearIndex result = *this;
  for (auto &[product, factor] : other.terms)
    result.add(product, factor);
  return result;
}

LinearIndex LinearIndex::operator*(int64_t factor) const {
  LinearIndex result;
  for (auto &[product, own] : terms)
    result.add(product, own * factor);
  return result;
}

LinearIndex LinearIndex::operator*(const LinearIndex &other) const {
  LinearIndex result;
  for (auto &[left, x] : terms)
    for (auto &[right, y] : other.terms) {
      Product both = left;
      both.insert(both.end(), right.begin(), right.end());
      std::sort(both.begin(), both.end());
      result.add(both, x * y);
    }
  return result;
}

std::optional<int64_t> LinearIndex::constant() const {
  if (terms.empty())
    return 0;
  bool isNumber = terms.size() == 1 && terms.begin()->first.empty();
  return isNumber ? std::optional(terms.begin()->second) : std::nullopt;
}

LinearIndex LinearIndex::factorOf(Value value) const {
  LinearIndex result;
  for (auto &[product, factor] : terms) {
    if (std::count(product.begin(), product.end(), value.getAsOpaquePointer()) != 1)
      continue;
    Product rest = product;
    rest.erase(std::find(rest.begin(), rest.end(), value.getAsOpaquePointer()));
    result.add(rest, factor);
  }
  return result;
}

LinearIndex linearIndex(Value index) {
  Operation *op = index.getDefiningOp();
  APInt number;
  if (matchPattern(index, m_ConstantInt(&number)))
    return LinearIndex(number.getSExtValue());
  if (isa_and_nonnull<arith::IndexCastOp>(op))
    return linearIndex(op->getOperand(0));
  if (isa_and_nonnull<arith::AddIOp>(op))
    return linearIndex(op->getOperand(0)) + linearIndex(op->getOperand(1));
  if (isa_and_nonnull<arith::SubIOp>(op))
    return linearIndex(op->getOperand(0)) - linearIndex(op->getOperand(1));
  constexpr size_t mostTerms = 64;
  if (isa_and_nonnull<arith::MulIOp>(op)) {
    LinearIndex left = linearIndex(op->getOperand(0)), right = linearIndex(op->getOperand(1));
    if (left.size() * right.size() <= mostTerms)
      return left * right;
  }
  return LinearIndex(index);
}

} // namespace costate
