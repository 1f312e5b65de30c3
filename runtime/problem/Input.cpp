// Arguments of kernels by their kind.
#include "runtime/problem/Input.h"

namespace costate::rt {

void *Input::at(const Point &point) const {
  switch (from) {
  case From::Column:
    return const_cast<void *>(column->data());
  case From::Variable:
    return const_cast<double *>(point.x + offset);
  case From::Shared: // kernels of constants take it, too, and leave it alone
    return point.shared ? const_cast<double *>(point.shared + offset) : nullptr;
  }
  return nullptr;
}

std::vector<Input> readInputs(const Machine &machine, const Json &list, std::span<const Range> variables,
                              std::span<const int64_t> arrays) {
  std::vector<Input> inputs;
  for (auto &entry : list) {
    size_t number = entry[1].get<size_t>();
    if (entry[0] == "variable")
      inputs.push_back({Input::From::Variable, nullptr, variables[number].offset});
    else if (entry[0] == "shared")
      inputs.push_back({Input::From::Shared, nullptr, arrays[number]});
    else
      inputs.push_back({Input::From::Column, &machine.column(int(number)), 0});
  }
  return inputs;
}

} // namespace costate::rt
