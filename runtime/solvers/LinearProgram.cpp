// Arrays and the functions over them.
#include "runtime/solvers/LinearProgram.h"

#include <algorithm>
#include <cmath>

namespace costate::rt {
namespace {

const LinearProgram &of(const costate_instance *self) {
  return *reinterpret_cast<const LinearProgram *>(self);
}

} // namespace

int32_t LinearProgram::addVariable(double price, double lower, double upper) {
  cost.push_back(price), xLower.push_back(lower), xUpper.push_back(upper);
  start.push_back(std::clamp(0.0, lower, upper));
  return int32_t(cost.size()) - 1;
}

int32_t LinearProgram::addRow(double lower, double upper) {
  cLower.push_back(lower), cUpper.push_back(upper);
  return int32_t(cLower.size()) - 1;
}

void LinearProgram::addEntry(int32_t row, int32_t variable, double value) {
  rows.push_back(row), cols.push_back(variable), entries.push_back(value);
}

bool LinearProgram::isMetBy(const double *x, double rounding) const {
  std::vector<double> value(cLower.size(), 0), size = value;
  for (size_t e = 0; e < entries.size(); ++e) {
    double term = entries[e] * x[cols[e]];
    value[size_t(rows[e])] += term, size[size_t(rows[e])] += std::abs(term);
  }
  for (size_t j = 0; j < cost.size(); ++j)
    if (!(x[j] >= xLower[j] && x[j] <= xUpper[j]))
      return false;
  for (size_t i = 0; i < value.size(); ++i)
    if (!(value[i] >= cLower[i] - rounding * size[i] && value[i] <= cUpper[i] + rounding * size[i]))
      return false;
  return true;
}

void LinearProgram::values(const double *x, double &f, double *c) const {
  f = 0;
  for (size_t j = 0; j < cost.size(); ++j)
    f += cost[j] * x[j];
  std::fill_n(c, cLower.size(), 0.0);
  for (size_t e = 0; e < entries.size(); ++e)
    c[rows[e]] += entries[e] * x[cols[e]];
}

const costate_problem_v1 &LinearProgram::table() {
  int64_t numEntries = int64_t(entries.size());
  form = {int64_t(cost.size()),
          int64_t(cLower.size()),
          xLower.data(),
          xUpper.data(),
          start.data(),
          cLower.data(),
          cUpper.data(),
          numEntries,
          rows.data(),
          cols.data(),
          0,
          nullptr,
          nullptr,
          numEntries,
          0,
          0};
  functions = {};
  functions.version = COSTATE_ABI_VERSION, functions.size = sizeof functions;
  functions.shape = [](const costate_instance *self, costate_shape *shape) {
    return *shape = of(self).form, int(COSTATE_OK);
  };
  functions.constants = [](const costate_instance *self, double *J) {
    return std::copy(of(self).entries.begin(), of(self).entries.end(), J), int(COSTATE_OK);
  };
  functions.values = [](const costate_instance *self, costate_work *, const double *x, double *f, double *c) {
    return of(self).values(x, *f, c), int(COSTATE_OK);
  };
  functions.first = [](const costate_instance *self, costate_work *, const double *, double *g, double *) {
    return std::copy(of(self).cost.begin(), of(self).cost.end(), g), int(COSTATE_OK);
  };
  functions.second = [](const costate_instance *self, costate_work *, const double *, double, const double *,
                        double *g, double *, double *) {
    return std::copy(of(self).cost.begin(), of(self).cost.end(), g), int(COSTATE_OK);
  };
  return functions;
}

} // namespace costate::rt
