#include "runtime/problem/SmoothObjective.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace costate::rt {

SmoothObjective::SmoothObjective(Machine &machine, const Json &json, const std::vector<Range> &variables)
    : machine(&machine) {
  if (json.is_null())
    return;
  valueKernel = machine.kernel(json.at("value").get<int>());
  gradientKernel = machine.kernel(json.at("gradient").get<int>());
  productKernel = machine.kernel(json.at("product").get<int>());
  for (auto &input : json.at("inputs")) {
    int number = input[1].get<int>();
    if (input[0] == "variable") {
      const Range &range = variables[size_t(number)];
      inputs.push_back(nullptr);
      lengths.push_back(range.size);
      variableOf.push_back(int(blocks.size()));
      blocks.push_back({range.offset, range.size});
      continue;
    }
    inputs.push_back(const_cast<void *>(machine.column(number).data())); // only read
    lengths.push_back(machine.column(number).size());
    variableOf.push_back(-1);
  }
  for (const Block &block : blocks) {
    lengths.push_back(block.size);
    for (int64_t k = 0; k < block.size; ++k)
      entries.push_back(int32_t(block.offset + k));
  }
  std::sort(entries.begin(), entries.end());
  for (auto &place : json.at("places"))
    places.push_back({place[0], place[1], place[2]});
}

/// Directions `v` follow the inputs where the kernel takes them.
void SmoothObjective::call(costate_kernel kernel, const double *x, const double *v,
                           const std::vector<double *> &results, costate_failure &failure) const {
  struct Call {
    costate_kernel kernel;
    std::vector<void *> args;
  } given{kernel, {}};
  for (size_t k = 0; k < inputs.size(); ++k)
    given.args.push_back(variableOf[k] < 0 ? inputs[k]
                                           : const_cast<double *>(x + blocks[size_t(variableOf[k])].offset));
  for (const Block &block : blocks)
    if (v)
      given.args.push_back(const_cast<double *>(v + block.offset));
  given.args.insert(given.args.end(), results.begin(), results.end());
  given.args.push_back(const_cast<int64_t *>(lengths.data()));
  given.args.push_back(&failure);
  failure = {};
  failure.cancel = machine->host ? machine->host->cancel : nullptr;
  auto run = [](void *argument) {
    auto &call = *static_cast<Call *>(argument);
    call.kernel(call.args.data(), 0, 1);
  };
  costate_run(run, &given, &failure);
}

static double orNan(double value, const costate_failure &failure) {
  return failure.code == COSTATE_NO_FAILURE ? value : std::numeric_limits<double>::quiet_NaN();
}

double SmoothObjective::value(const double *x) const {
  double f = 0;
  costate_failure failure;
  call(valueKernel, x, nullptr, {&f}, failure);
  return orNan(f, failure);
}

/// Columns of all blocks, one after the other.
std::vector<double *> SmoothObjective::pointers(std::vector<double> &columns) const {
  int64_t total = 0;
  for (const Block &block : blocks)
    total += block.size;
  columns.resize(size_t(total));
  std::vector<double *> result;
  double *next = columns.data();
  for (const Block &block : blocks) {
    result.push_back(next);
    next += block.size;
  }
  return result;
}

void SmoothObjective::addTo(double *whole, const std::vector<double> &columns) const {
  const double *next = columns.data();
  for (const Block &block : blocks)
    for (int64_t k = 0; k < block.size; ++k)
      whole[block.offset + k] += *next++;
}

double SmoothObjective::first(const double *x, double *g) const {
  double f = 0;
  std::vector<double> columns;
  std::vector<double *> results = pointers(columns);
  results.insert(results.begin(), &f);
  costate_failure failure;
  call(gradientKernel, x, nullptr, results, failure);
  if (failure.code != COSTATE_NO_FAILURE)
    std::fill(columns.begin(), columns.end(), std::numeric_limits<double>::quiet_NaN());
  addTo(g, columns);
  return orNan(f, failure);
}

void SmoothObjective::product(const double *x, const double *v, double *u) const {
  std::vector<double> columns;
  costate_failure failure;
  call(productKernel, x, v, pointers(columns), failure);
  if (failure.code != COSTATE_NO_FAILURE)
    std::fill(columns.begin(), columns.end(), std::numeric_limits<double>::quiet_NaN());
  addTo(u, columns);
}

std::string SmoothObjective::trace(const double *x) const {
  double f = 0;
  costate_failure failure;
  call(valueKernel, x, nullptr, {&f}, failure);
  if (failure.code == COSTATE_NO_FAILURE)
    return "";
  if (size_t(failure.place) >= places.size())
    return failure.text;
  const Place &at = places[size_t(failure.place)];
  return fmt::format("{} at {}:{}:{}", failure.text, machine->files[size_t(at.file)], at.line, at.column);
}

} // namespace costate::rt
