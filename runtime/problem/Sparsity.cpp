// Counting sort by major, then sort and merge within.
#include "runtime/problem/Sparsity.h"

#include <algorithm>

namespace costate::rt {

Sparsity compress(int64_t majors, std::span<const int32_t> major, std::span<const int32_t> minor) {
  std::vector<int64_t> begin(size_t(majors) + 1, 0);
  for (int32_t k : major)
    ++begin[size_t(k) + 1];
  for (size_t k = 0; k < size_t(majors); ++k)
    begin[k + 1] += begin[k];
  std::vector<int32_t> order(major.size());
  std::vector<int64_t> next(begin.begin(), begin.end() - 1);
  for (size_t e = 0; e < major.size(); ++e)
    order[size_t(next[size_t(major[e])]++)] = int32_t(e);
  Sparsity result;
  result.starts.assign(size_t(majors) + 1, 0);
  result.slots.resize(major.size());
  for (size_t k = 0; k < size_t(majors); ++k) {
    auto first = order.begin() + begin[k], last = order.begin() + begin[k + 1];
    std::sort(first, last, [&](int32_t a, int32_t b) { return minor[size_t(a)] < minor[size_t(b)]; });
    for (auto e = first; e != last; ++e) {
      bool isNew =
          int64_t(result.minors.size()) == result.starts[k] || result.minors.back() != minor[size_t(*e)];
      if (isNew)
        result.minors.push_back(minor[size_t(*e)]);
      result.slots[size_t(*e)] = int32_t(result.minors.size()) - 1;
    }
    result.starts[k + 1] = int64_t(result.minors.size());
  }
  return result;
}

void Sparsity::add(const double *entries, Eigen::VectorXd &values) const {
  values.setZero(Eigen::Index(minors.size()));
  for (size_t e = 0; e < slots.size(); ++e)
    values[slots[e]] += entries[e];
}

} // namespace costate::rt
