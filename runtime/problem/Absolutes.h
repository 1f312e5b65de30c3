// Absolute values that an objective has besides its functions.
#pragma once

#include "costate/rt/Abi.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace costate::rt {

/// sum_k w_k |e_k(x)|  with linear e_k; see costate_absolutes. Derivatives are 0 where e_k is 0.
class Absolutes {
public:
  Absolutes(const costate_problem_v1 &problem, const costate_instance *instance);

  int64_t count() const { return form.count; }
  double weight(int64_t k) const { return form.weights[k]; }
  /// e_k at x [n].
  double argument(int64_t k, const double *x) const;
  /// The entries of e_k.
  struct Entry {
    int32_t col;
    double value;
  };
  std::vector<Entry> entries(int64_t k) const;
  double offset(int64_t k) const { return form.offsets[k]; }

  /// The sum at x [n].
  double value(const double *x) const;
  /// Adds its gradient to g [n], without those that are left out.
  void addGradient(const double *x, double *g) const;
  /// Some are not left out of gradients.
  bool haveGradients() const;
  /// From now on the gradient is without w_k |e_k|.
  void leaveOut(int64_t k) { isLeftOut[std::size_t(k)] = true; }

private:
  costate_absolutes form{};
  std::vector<bool> isLeftOut; // of gradients
};

} // namespace costate::rt
