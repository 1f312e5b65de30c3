#include "runtime/problem/SmoothObjective.h"

#include <algorithm>
#include <limits>

namespace costate::rt {

static constexpr double nan = std::numeric_limits<double>::quiet_NaN();

SmoothObjective::SmoothObjective(Machine &machine, const Json &json, const std::vector<Range> &families) {
  variables = WholeVariables(machine, json, families);
  sets = ReadSets(machine, json, variables, -1);
  valueKernel = machine.kernel(json.at("value").get<int>());
  gradientKernel = machine.kernel(json.at("gradient").get<int>());
  productKernel = machine.kernel(json.at("product").get<int>());
}

double SmoothObjective::value(const double *x) const {
  double f = 0;
  costate_failure failure;
  return variables.call(valueKernel, x, {}, {&f}, failure) ? f : nan;
}

/// f and its gradient, of which the columns are added to g.
static double gradientOf(const WholeVariables &variables, costate_kernel kernel, const double *x,
                         const std::vector<WholeVariables::Extra> &extras, double *g) {
  double f = 0;
  std::vector<double> columns;
  std::vector<double *> results = variables.columnsIn(columns);
  results.insert(results.begin(), &f);
  costate_failure failure;
  if (!variables.call(kernel, x, extras, results, failure)) {
    std::fill(columns.begin(), columns.end(), nan);
    f = nan;
  }
  variables.addTo(g, columns);
  return f;
}

double SmoothObjective::first(const double *x, double *g) const {
  return gradientOf(variables, gradientKernel, x, {}, g);
}

void SmoothObjective::product(const double *x, double weight, const double *v, double *u) const {
  std::vector<double> columns;
  costate_failure failure;
  if (!variables.call(productKernel, x, variables.partsOf(v), variables.columnsIn(columns), failure))
    std::fill(columns.begin(), columns.end(), nan);
  for (double &entry : columns)
    entry *= weight;
  variables.addTo(u, columns);
}

std::string SmoothObjective::trace(const double *x) const {
  double f = 0;
  costate_failure failure;
  return variables.call(valueKernel, x, {}, {&f}, failure) ? "" : variables.sentence(failure);
}

SampledObjective::SampledObjective(Machine &machine, const Json &json, const std::vector<Range> &families) {
  if (json.is_null())
    return;
  variables = WholeVariables(machine, json, families);
  gradientKernel = machine.kernel(json.at("gradient").get<int>());
  endless = json.at("endless");
  numAddends = machine.column(json.at("addends").get<int>()).size();
  place = {json.at("place")[0], json.at("place")[1], json.at("place")[2]};
}

double SampledObjective::first(const double *x, const int64_t *which, int64_t count, double *g) const {
  return gradientOf(variables, gradientKernel, x, {{which, count}}, g);
}

} // namespace costate::rt
