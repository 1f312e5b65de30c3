// Absolute values of an instance: families of residuals that have weights.
#include "runtime/problem/Instance.h"

#include "runtime/problem/Functions.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace costate::rt {

/// They are linear: entries of R are data, and the values at 0 what is left. There are no squares then.
void Instance::addAbsolutes(const Json &weights) {
  for (auto &slot : weights)
    for (int64_t row = 0; slot >= 0 && row < machine.column(slot).size(); ++row)
      absolutes.weights.push_back(machine.column(slot).real(row));
  if (absolutes.weights.empty())
    return;
  int64_t count = numResiduals;
  if (int64_t(absolutes.weights.size()) != count || constantResidual.size() != residualJacobian.rows.size())
    throw StepFailure{"internal", "an absolute value in the objective is not linear"};
  absolutes.offsets.resize(size_t(count));
  Scratch scratch;
  residualValues(std::vector<double>(size_t(n), 0).data(), absolutes.offsets.data(), scratch);
  numResiduals = 0;
  Sparsity rows = compress(count, residualJacobian.rows, residualJacobian.cols);
  Vector values(Eigen::Index(rows.minors.size()));
  rows.add(constantResidual.data(), values);
  absolutes.values.assign(values.begin(), values.end());
  absolutes.starts = std::move(rows.starts), absolutes.cols = std::move(rows.minors);
  for (auto *list : {&absolutes.weights, &absolutes.offsets, &absolutes.values})
    for (double value : *list)
      if (!std::isfinite(value))
        throw StepFailure{"not-finite",
                          fmt::format("in an absolute value of the objective a parameter is {}, "
                                      "expected a finite number",
                                      std::isnan(value) ? "not a number" : "infinite")};
}

void Instance::fillAbsolutes() {
  if (absolutes.weights.empty())
    return;
  table.absolutes = [](const costate_instance *i, costate_absolutes *out) {
    auto &of = reinterpret_cast<const Instance *>(i)->absolutes;
    *out = {int64_t(of.weights.size()), of.weights.data(), of.offsets.data(),
            of.starts.data(),           of.cols.data(),    of.values.data()};
    return int(COSTATE_OK);
  };
}

} // namespace costate::rt
