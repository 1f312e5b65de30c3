// Calls of operations on whole arrays with C++ arrays.
#pragma once

#include "costate/rt/Functions.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace costate::rt {

/// Operands and results with their sizes, in the order of costate_operation.
class CallOperation {
public:
  CallOperation &reals(std::vector<double> values, std::vector<int64_t> sizes) {
    realOperands.push_back(std::make_unique<std::vector<double>>(std::move(values)));
    return add(realOperands.back()->data(), sizes);
  }
  CallOperation &reals(std::vector<double> values) {
    int64_t size = int64_t(values.size());
    return reals(std::move(values), {size});
  }
  CallOperation &integers(std::vector<int64_t> values, std::vector<int64_t> sizes) {
    integerOperands.push_back(std::make_unique<std::vector<int64_t>>(std::move(values)));
    return add(integerOperands.back()->data(), sizes);
  }
  CallOperation &integers(std::vector<int64_t> values) {
    int64_t size = int64_t(values.size());
    return integers(std::move(values), {size});
  }
  CallOperation &realResult(std::vector<int64_t> sizes) {
    return reals(std::vector<double>(count(sizes), 12345), sizes);
  }
  CallOperation &integerResult(std::vector<int64_t> sizes) {
    return integers(std::vector<int64_t>(count(sizes), 12345), sizes);
  }

  /// False after a failure.
  bool run(costate_operation operation) {
    failure = {};
    operation(arrays.data(), allSizes.data(), &failure);
    return failure.code == COSTATE_NO_FAILURE;
  }

  /// Real or integer array number k of its kind, operands and results counted together.
  const std::vector<double> &real(size_t k) const { return *realOperands[k]; }
  const std::vector<int64_t> &integer(size_t k) const { return *integerOperands[k]; }

  costate_failure failure{};

private:
  static size_t count(const std::vector<int64_t> &sizes) {
    int64_t entries = 1;
    for (int64_t size : sizes)
      entries *= size;
    return size_t(entries);
  }
  CallOperation &add(void *data, const std::vector<int64_t> &sizes) {
    arrays.push_back(data);
    allSizes.insert(allSizes.end(), sizes.begin(), sizes.end());
    return *this;
  }

  std::vector<void *> arrays;
  std::vector<int64_t> allSizes;
  std::vector<std::unique_ptr<std::vector<double>>> realOperands;
  std::vector<std::unique_ptr<std::vector<int64_t>>> integerOperands;
};

} // namespace costate::rt
