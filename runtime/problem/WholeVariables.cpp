#include "runtime/problem/WholeVariables.h"

#include <fmt/format.h>

#include <algorithm>

namespace costate::rt {

WholeVariables::WholeVariables(Machine &machine, const Json &json, const std::vector<Range> &variables)
    : machine(&machine) {
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
  entries = columnEntries();
  std::sort(entries.begin(), entries.end());
  for (auto &place : json.at("places"))
    places.push_back({place[0], place[1], place[2]});
}

bool WholeVariables::call(costate_kernel kernel, const double *x, const std::vector<Extra> &extras,
                          const std::vector<double *> &results, costate_failure &failure) const {
  struct Call {
    costate_kernel kernel;
    std::vector<void *> args;
  } given{kernel, {}};
  std::vector<int64_t> sizes(lengths);
  for (size_t k = 0; k < inputs.size(); ++k)
    given.args.push_back(variableOf[k] < 0 ? inputs[k]
                                           : const_cast<double *>(x + blocks[size_t(variableOf[k])].offset));
  for (const Extra &extra : extras) {
    given.args.push_back(const_cast<void *>(extra.data));
    sizes.push_back(extra.size);
  }
  given.args.insert(given.args.end(), results.begin(), results.end());
  given.args.push_back(sizes.data());
  given.args.push_back(&failure);
  failure = {};
  failure.cancel = machine->host ? machine->host->cancel : nullptr;
  auto run = [](void *argument) {
    auto &call = *static_cast<Call *>(argument);
    call.kernel(call.args.data(), 0, 1);
  };
  costate_run(run, &given, &failure);
  return failure.code == COSTATE_NO_FAILURE;
}

std::vector<WholeVariables::Extra> WholeVariables::partsOf(const double *v) const {
  std::vector<Extra> parts;
  for (const Block &block : blocks)
    parts.push_back({v + block.offset, block.size});
  return parts;
}

std::vector<double *> WholeVariables::columnsIn(std::vector<double> &columns) const {
  columns.resize(entries.size());
  std::vector<double *> result;
  double *next = columns.data();
  for (const Block &block : blocks) {
    result.push_back(next);
    next += block.size;
  }
  return result;
}

std::vector<int32_t> WholeVariables::columnEntries() const {
  std::vector<int32_t> list;
  for (const Block &block : blocks)
    for (int64_t k = 0; k < block.size; ++k)
      list.push_back(int32_t(block.offset + k));
  return list;
}

int64_t WholeVariables::placeOf(int64_t entry) const {
  return std::lower_bound(entries.begin(), entries.end(), entry) - entries.begin();
}

void WholeVariables::addTo(double *whole, const std::vector<double> &columns) const {
  const double *next = columns.data();
  for (const Block &block : blocks)
    for (int64_t k = 0; k < block.size; ++k)
      whole[block.offset + k] += *next++;
}

std::string WholeVariables::sentence(const costate_failure &failure) const {
  if (size_t(failure.place) >= places.size())
    return failure.text;
  const Place &at = places[size_t(failure.place)];
  return fmt::format("{} at {}:{}:{}", failure.text, machine->files[size_t(at.file)], at.line, at.column);
}

} // namespace costate::rt
