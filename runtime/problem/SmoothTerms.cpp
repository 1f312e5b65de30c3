#include "runtime/problem/SmoothTerms.h"

#include <algorithm>

namespace costate::rt {

SmoothTerms::SmoothTerms(Machine &machine, const Json &list, const std::vector<Range> &variables,
                         const std::vector<Range> &rows) {
  auto read = [&](const std::vector<int32_t> &own) {
    std::vector<int32_t> all;
    std::set_union(entries.begin(), entries.end(), own.begin(), own.end(), std::back_inserter(all));
    entries = std::move(all);
  };
  for (auto &json : list)
    if (json.at("target").get<int>() < 0) {
      objective = SmoothObjective(machine, json, variables);
      read(objective.entries());
    } else {
      families.emplace_back(machine, json, variables, rows);
      read(families.back().entries());
    }
}

void SmoothTerms::values(const double *x, double *f, double *c) const {
  if (objective)
    *f += objective.value(x);
  for (const SmoothRows &family : families)
    family.values(x, c);
}

void SmoothTerms::list(EntryList &jacobian, EntryList &hessian) {
  for (SmoothRows &family : families)
    family.list(jacobian);
  begin = hessian.size();
  for (size_t col = 0; hasHessian() && col < entries.size(); ++col)
    for (size_t row = col; row < entries.size(); ++row) {
      hessian.rows.push_back(entries[row]);
      hessian.cols.push_back(entries[col]);
    }
  hessian.pad();
  end = hessian.size();
}

void SmoothTerms::first(const double *x, double *g, double *J) const {
  if (objective)
    objective.first(x, g);
  for (const SmoothRows &family : families)
    family.first(x, J);
}

void SmoothTerms::second(const double *x, double weight, const double *y, double *H) const {
  if (begin == end)
    return;
  size_t size = size_t(entries.back()) + 1;
  std::vector<double> direction(size, 0), column(size);
  double *next = H + begin;
  for (size_t col = 0; col < entries.size(); ++col) {
    double &at = direction[size_t(entries[col])];
    at = 1;
    std::fill(column.begin(), column.end(), 0.0);
    product(x, weight, y, direction.data(), column.data());
    at = 0;
    for (size_t row = col; row < entries.size(); ++row)
      *next++ = column[size_t(entries[row])];
  }
  std::fill(next, H + end, 0.0);
}

void SmoothTerms::product(const double *x, double weight, const double *y, const double *v, double *u) const {
  if (objective && weight != 0)
    objective.product(x, weight, v, u);
  for (const SmoothRows &family : families)
    family.product(x, y, v, u);
}

std::string SmoothTerms::trace(const double *x) const {
  std::string failed = objective ? objective.trace(x) : "";
  for (const SmoothRows &family : families)
    if (failed.empty())
      failed = family.trace(x);
  return failed;
}

} // namespace costate::rt
