// Lines about rays.
#include "runtime/report/RayReport.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace costate::rt {
namespace {

std::string head(const Result &result) {
  double slope = result.ray_slope;
  std::string change =
      slope == 0 ? "does not change"
                 : fmt::format("{} by {:.3g} per unit", slope < 0 ? "falls" : "rises", std::abs(slope));
  return result.ray_is_proof
             ? fmt::format("  along this ray the objective {} and all rows and bounds hold for ever, which "
                           "proves it:",
                           change)
             : fmt::format("  the iterates diverge along this ray, where the objective {}:", change);
}

} // namespace

std::vector<std::string> rayReport(const Result &result, const Names &names, size_t most) {
  std::vector<int64_t> order;
  for (size_t j = 0; j < result.ray.size(); ++j)
    if (result.ray[j] != 0)
      order.push_back(int64_t(j));
  std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return std::abs(result.ray[size_t(a)]) > std::abs(result.ray[size_t(b)]);
  });
  std::vector<std::string> lines;
  if (order.empty())
    return lines;
  lines.push_back(head(result));
  size_t shown = order.size() <= most + 1 ? order.size() : most;
  for (size_t k = 0; k < shown; ++k)
    lines.push_back(fmt::format("    {} {:.6g}{}", names.variable(order[k]), result.ray[size_t(order[k])],
                                names.variablePlace(order[k])));
  if (order.size() > shown)
    lines.push_back(fmt::format("    and {} more", order.size() - shown));
  return lines;
}

} // namespace costate::rt
