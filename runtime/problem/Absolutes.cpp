#include "runtime/problem/Absolutes.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace costate::rt {

Absolutes::Absolutes(const costate_problem_v1 &problem, const costate_instance *instance) {
  constexpr size_t needed = offsetof(costate_problem_v1, absolutes) + sizeof(problem.absolutes);
  if (problem.size >= needed && problem.absolutes)
    problem.absolutes(instance, &form);
  isLeftOut.assign(size_t(form.count), false);
}

double Absolutes::argument(int64_t k, const double *x) const {
  double sum = form.offsets[k];
  for (int64_t e = form.starts[k]; e < form.starts[k + 1]; ++e)
    sum += form.values[e] * x[form.cols[e]];
  return sum;
}

std::vector<Absolutes::Entry> Absolutes::entries(int64_t k) const {
  std::vector<Entry> list;
  for (int64_t e = form.starts[k]; e < form.starts[k + 1]; ++e)
    list.push_back({form.cols[e], form.values[e]});
  return list;
}

bool Absolutes::haveGradients() const {
  return std::find(isLeftOut.begin(), isLeftOut.end(), false) != isLeftOut.end();
}

double Absolutes::value(const double *x) const {
  double sum = 0;
  for (int64_t k = 0; k < form.count; ++k)
    sum += form.weights[k] * std::abs(argument(k, x));
  return sum;
}

void Absolutes::addGradient(const double *x, double *g) const {
  for (int64_t k = 0; k < form.count; ++k) {
    double e = isLeftOut[size_t(k)] ? 0 : argument(k, x);
    double slope = e > 0 ? form.weights[k] : e < 0 ? -form.weights[k] : 0;
    for (int64_t entry = form.starts[k]; slope != 0 && entry < form.starts[k + 1]; ++entry)
      g[form.cols[entry]] += slope * form.values[entry];
  }
}

} // namespace costate::rt
