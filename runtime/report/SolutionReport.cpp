// Lines about active bounds and multipliers.
#include "runtime/report/SolutionReport.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace costate::rt {
namespace {

constexpr double active = 1e-4, nearlyActive = 1e-2;

/// A row or variable at a value, and the bound nearest to it or, where a multiplier says so, the one in use.
struct Side {
  bool isRow, isLower, isEquation;
  int64_t number;
  double value, bound, multiplier;
  double slack;    // relative to max(1, |bound|)
  double size = 0; // of the multiplier, relative to max(1, the largest)
  bool isActive() const { return slack <= active && size > active; }
};

class SolutionLines {
public:
  SolutionLines(const costate_shape &shape, const Result &result, const Names &names, size_t most)
      : names(names), most(most) {
    for (int64_t i = 0; i < shape.m; ++i)
      add(true, i, result.c[size_t(i)], shape.c_lower[i], shape.c_upper[i], result.dual[size_t(i)]);
    for (int64_t j = 0; j < shape.n; ++j)
      add(false, j, result.x[size_t(j)], shape.x_lower[j], shape.x_upper[j], result.reduced_cost[size_t(j)]);
    double largest = 1;
    for (const Side &side : sides)
      largest = std::max(largest, std::abs(side.multiplier));
    for (Side &side : sides)
      side.size = std::abs(side.multiplier) / largest;
  }

  std::vector<std::string> run() {
    auto bySize = [](const Side &a, const Side &b) { return a.size > b.size; };
    auto bySlack = [](const Side &a, const Side &b) { return a.slack < b.slack; };
    auto isLimit = [](const Side &s) { return !s.isEquation; };
    list(
        "active", [&](const Side &s) { return isLimit(s) && s.isActive(); }, bySize, false);
    list(
        "largest multipliers", [](const Side &s) { return s.size > active; }, bySize, false);
    list(
        "nearly degenerate, active with a multiplier near zero",
        [&](const Side &s) { return isLimit(s) && s.slack <= active && s.size <= active; }, bySize, true);
    list(
        "nearly active",
        [&](const Side &s) { return isLimit(s) && s.slack > active && s.slack <= nearlyActive; }, bySlack,
        true);
    return lines;
  }

private:
  void add(bool isRow, int64_t number, double value, double lower, double upper, double multiplier);
  void list(const char *what, const std::function<bool(const Side &)> &isListed,
            const std::function<bool(const Side &, const Side &)> &isBefore, bool showSlack);
  std::string line(const Side &side, bool showSlack) const;

  const Names &names;
  size_t most;
  std::vector<Side> sides;
  std::vector<std::string> lines;
};

void SolutionLines::add(bool isRow, int64_t number, double value, double lower, double upper,
                        double multiplier) {
  if (std::isinf(lower) && std::isinf(upper))
    return;
  bool isLower = value - lower <= upper - value;
  double bound = isLower ? lower : upper;
  double slack = std::max(0.0, isLower ? value - lower : upper - value);
  sides.push_back({isRow, isLower, lower == upper, number, value, bound, multiplier,
                   slack / std::max(1.0, std::abs(bound))});
}

std::string SolutionLines::line(const Side &s, bool showSlack) const {
  std::string text = fmt::format("    {} {} {:.9g}", s.isRow ? names.row(s.number) : names.variable(s.number),
                                 s.isEquation ? "=="
                                 : s.isLower  ? ">="
                                              : "<=",
                                 s.bound);
  if (showSlack)
    text += fmt::format(" is {:.9g}", s.value);
  return fmt::format("{}, {} {:.6g}{}", text, s.isRow ? "dual" : "reduced cost", s.multiplier,
                     s.isRow ? names.rowPlace(s.number) : names.variablePlace(s.number));
}

void SolutionLines::list(const char *what, const std::function<bool(const Side &)> &isListed,
                         const std::function<bool(const Side &, const Side &)> &isBefore, bool showSlack) {
  std::vector<const Side *> found;
  for (const Side &side : sides)
    if (isListed(side))
      found.push_back(&side);
  std::stable_sort(found.begin(), found.end(),
                   [&](const Side *a, const Side *b) { return isBefore(*a, *b); });
  lines.push_back(fmt::format("  {}: {}", what, found.empty() ? "none" : std::to_string(found.size())));
  size_t shown = found.size() <= most + 1 ? found.size() : most;
  for (size_t k = 0; k < shown; ++k)
    lines.push_back(line(*found[k], showSlack));
  if (found.size() > shown)
    lines.push_back(fmt::format("    and {} more", found.size() - shown));
}

} // namespace

std::vector<std::string> solutionReport(const costate_shape &shape, const Result &result, const Names &names,
                                        size_t most) {
  return SolutionLines(shape, result, names, most).run();
}

} // namespace costate::rt
