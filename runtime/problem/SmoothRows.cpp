#include "runtime/problem/SmoothRows.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace costate::rt {

static constexpr double nan = std::numeric_limits<double>::quiet_NaN();

SmoothRows::SmoothRows(Machine &machine, const Json &json, const std::vector<Range> &variables,
                       const std::vector<Range> &rows)
    : rows(rows[json.at("target").get<size_t>()]), variables(machine, json, variables),
      valueKernel(machine.kernel(json.at("value").get<int>())),
      gradientKernel(machine.kernel(json.at("gradient").get<int>())),
      productKernel(machine.kernel(json.at("product").get<int>())),
      forwardKernel(machine.kernel(json.at("forward").get<int>())) {
  std::vector<int32_t> read = this->variables.columnEntries();
  places.resize(read.size());
  std::iota(places.begin(), places.end(), 0);
  std::sort(places.begin(), places.end(),
            [&](int32_t a, int32_t b) { return read[size_t(a)] < read[size_t(b)]; });
}

void SmoothRows::values(const double *x, double *c) const {
  costate_failure failure;
  if (!variables.call(valueKernel, x, {}, {c + rows.offset}, failure))
    std::fill_n(c + rows.offset, rows.size, nan);
}

void SmoothRows::list(EntryList &jacobian) {
  begin = jacobian.size();
  for (int64_t i = 0; i < rows.size; ++i)
    for (int32_t entry : entries()) {
      jacobian.rows.push_back(int32_t(rows.offset + i));
      jacobian.cols.push_back(entry);
    }
  int64_t filled = jacobian.size();
  jacobian.pad();
  gap = jacobian.size() - filled;
}

void SmoothRows::first(const double *x, double *J) const {
  int64_t read = int64_t(entries().size());
  if (rows.size <= read)
    byRows(x, J + begin);
  else
    byVariables(x, J + begin);
  std::fill_n(J + begin + rows.size * read, gap, 0.0);
}

void SmoothRows::byRows(const double *x, double *J) const {
  std::vector<double> weights(size_t(rows.size), 0), c(weights.size()), columns;
  std::vector<double *> results = variables.columnsIn(columns);
  results.insert(results.begin(), c.data());
  for (double &weight : weights) {
    weight = 1;
    costate_failure failure;
    if (!variables.call(gradientKernel, x, {{weights.data(), rows.size}}, results, failure))
      std::fill(columns.begin(), columns.end(), nan);
    weight = 0;
    for (int32_t place : places)
      *J++ = columns[size_t(place)];
  }
}

void SmoothRows::byVariables(const double *x, double *J) const {
  const std::vector<int32_t> &read = entries();
  std::vector<double> direction(read.empty() ? 0 : size_t(read.back()) + 1, 0), column(size_t(rows.size));
  for (size_t k = 0; k < read.size(); ++k) {
    double &at = direction[size_t(read[k])];
    at = 1;
    costate_failure failure;
    if (!variables.call(forwardKernel, x, variables.partsOf(direction.data()), {column.data()}, failure))
      std::fill(column.begin(), column.end(), nan);
    at = 0;
    for (size_t i = 0; i < column.size(); ++i)
      J[i * read.size() + k] = column[i];
  }
}

void SmoothRows::product(const double *x, const double *y, const double *v, double *u) const {
  std::vector<double> columns;
  std::vector<WholeVariables::Extra> extras = variables.partsOf(v);
  extras.insert(extras.begin(), {y + rows.offset, rows.size});
  costate_failure failure;
  if (!variables.call(productKernel, x, extras, variables.columnsIn(columns), failure))
    std::fill(columns.begin(), columns.end(), nan);
  variables.addTo(u, columns);
}

std::string SmoothRows::trace(const double *x) const {
  std::vector<double> c(size_t(rows.size));
  costate_failure failure;
  return variables.call(valueKernel, x, {}, {c.data()}, failure) ? "" : variables.sentence(failure);
}

} // namespace costate::rt
