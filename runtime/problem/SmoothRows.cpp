#include "runtime/problem/SmoothRows.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace costate::rt {

static constexpr double nan = std::numeric_limits<double>::quiet_NaN();

static costate_kernel kernelOrNull(Machine &machine, const Json &number) {
  return number.is_null() ? nullptr : machine.kernel(number.get<int>());
}

SmoothRows::SmoothRows(Machine &machine, const Json &json, const std::vector<Range> &variables,
                       const std::vector<Range> &rows)
    : rows(rows[json.at("target").get<size_t>()]), variables(machine, json, variables),
      valueKernel(machine.kernel(json.at("value").get<int>())),
      gradientKernel(machine.kernel(json.at("gradient").get<int>())),
      productKernel(kernelOrNull(machine, json.at("product"))),
      forwardKernel(machine.kernel(json.at("forward").get<int>())) {
  std::vector<int32_t> read = this->variables.columnEntries();
  places.resize(read.size());
  std::iota(places.begin(), places.end(), 0);
  std::sort(places.begin(), places.end(),
            [&](int32_t a, int32_t b) { return read[size_t(a)] < read[size_t(b)]; });
  sets = ReadSets(machine, json, this->variables, this->rows.size);
  chooseSweeps();
}

/// A reverse sweep costs about two forward ones.
void SmoothRows::chooseSweeps() {
  int64_t numEntries = int64_t(entries().size());
  Coloring columns = colorColumns(sets, numEntries),
           byRow = colorColumns(sets.transposed(numEntries), rows.size);
  isForward = columns.count <= 2 * byRow.count;
  sweeps = isForward ? Sweeps::forward(sets, columns) : Sweeps::reverse(sets, byRow);
}

void SmoothRows::values(const double *x, double *c) const {
  costate_failure failure;
  if (!variables.call(valueKernel, x, {}, {c + rows.offset}, failure))
    std::fill_n(c + rows.offset, rows.size, nan);
}

void SmoothRows::list(EntryList &jacobian) {
  begin = jacobian.size();
  for (int64_t i = 0; i < rows.size; ++i)
    for (int32_t place : sets[i]) {
      jacobian.rows.push_back(int32_t(rows.offset + i));
      jacobian.cols.push_back(entries()[size_t(place)]);
    }
  int64_t filled = jacobian.size();
  jacobian.pad();
  gap = jacobian.size() - filled;
}

void SmoothRows::first(const double *x, double *J) const {
  if (isForward)
    forward(x, J + begin);
  else
    reverse(x, J + begin);
  std::fill_n(J + begin + sets.size(), gap, 0.0);
}

void SmoothRows::reverse(const double *x, double *J) const {
  std::vector<double> weights(size_t(rows.size), 0), c(weights.size()), columns;
  std::vector<double *> results = variables.columnsIn(columns);
  results.insert(results.begin(), c.data());
  for (int32_t color = 0; color < sweeps.count(); ++color) {
    for (int32_t i : sweeps.numbers(color))
      weights[size_t(i)] = 1;
    costate_failure failure;
    if (!variables.call(gradientKernel, x, {{weights.data(), rows.size}}, results, failure))
      std::fill(columns.begin(), columns.end(), nan);
    for (int32_t i : sweeps.numbers(color))
      weights[size_t(i)] = 0;
    for (auto [entry, place] : sweeps.entries(color))
      J[entry] = columns[size_t(places[size_t(place)])];
  }
}

void SmoothRows::forward(const double *x, double *J) const {
  const std::vector<int32_t> &read = entries();
  std::vector<double> direction(read.empty() ? 0 : size_t(read.back()) + 1, 0), column(size_t(rows.size));
  for (int32_t color = 0; color < sweeps.count(); ++color) {
    for (int32_t k : sweeps.numbers(color))
      direction[size_t(read[size_t(k)])] = 1;
    costate_failure failure;
    if (!variables.call(forwardKernel, x, variables.partsOf(direction.data()), {column.data()}, failure))
      std::fill(column.begin(), column.end(), nan);
    for (int32_t k : sweeps.numbers(color))
      direction[size_t(read[size_t(k)])] = 0;
    for (auto [entry, place] : sweeps.entries(color))
      J[entry] = column[size_t(place)];
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
