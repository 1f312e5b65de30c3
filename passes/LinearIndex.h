// Places in memory as sums of products of numbers that are not computed further.
#pragma once

#include "mlir/IR/Value.h"

#include <map>
#include <optional>
#include <vector>

namespace costate {

/// sum of factor * product of values; equal ones have equal terms.
class LinearIndex {
public:
  LinearIndex() = default;
  explicit LinearIndex(mlir::Value value) { terms[{value.getAsOpaquePointer()}] = 1; }
  explicit LinearIndex(int64_t number) { add({}, number); }

  LinearIndex operator+(const LinearIndex &other) const;
  LinearIndex operator-(const LinearIndex &other) const { return *this + other * -1; }
  LinearIndex operator*(int64_t factor) const;
  LinearIndex operator*(const LinearIndex &other) const;

  bool isZero() const { return terms.empty(); }
  /// The number that it is; empty where it has other terms.
  std::optional<int64_t> constant() const;
  size_t size() const { return terms.size(); }
  /// What the value is multiplied with. Terms with powers of it count as none.
  LinearIndex factorOf(mlir::Value value) const;

private:
  using Product = std::vector<const void *>; // sorted
  void add(const Product &product, int64_t factor);

  std::map<Product, int64_t> terms; // without zeros
};

/// Sums, differences, casts and products of few terms are looked through.
LinearIndex linearIndex(mlir::Value index);

} // namespace costate
