// Places of the arrays, and the calls.
#include "runtime/problem/SharedArrays.h"

namespace costate::rt {

const KernelCall &SharedArrays::Expression::call(Part part) const {
  size_t number = size_t(part);
  while (number > 0 && !calls[number].kernel)
    --number;
  return calls[number];
}

SharedArrays::SharedArrays(const Machine &machine, const Json &list, std::span<const Range> variables) {
  constexpr int64_t lanes = 8; // arrays begin at cache lines
  for (auto &entry : list) {
    Expression &e = expressions.emplace_back();
    e.rows = {0, machine.column(entry.at("over").get<int>()).size()};
    e.positions = entry.at("positions");
    e.place = {entry.at("place")[0], entry.at("place")[1], entry.at("place")[2]};
    e.inputs = readInputs(machine, entry.at("inputs"), variables, {});
    std::vector<int64_t> own;
    for (int count = entry.at("parts")[2]; count > 0; --count) {
      own.push_back(total);
      total += (e.rows.size + lanes - 1) / lanes * lanes;
    }
    const char *names[] = {"value", "first", "second"};
    for (size_t part = 0; part < 3; ++part) {
      if (entry.at(names[part]).is_null())
        continue;
      KernelCall &call = e.calls[part];
      call.kernel = machine.kernel(entry[names[part]].get<int>());
      for (int k = 0; k < entry["parts"][part].get<int>(); ++k)
        call.destinations.push_back({Target::Shared, Destination::Mode::Store, own[size_t(k)], {}, {}});
      e.costs[part] = readCost(entry.at("costs")[part]);
      call.nanoseconds = e.costs[part].nanoseconds();
      e.costs[part].read = int64_t(sizeof(double) * e.inputs.size());
      e.costs[part].written = int64_t(sizeof(double) * call.destinations.size());
    }
    offsets.insert(offsets.end(), own.begin(), own.end());
  }
}

void SharedArrays::compute(const Expression &expression, Part part, const double *x, Scratch &scratch,
                           const costate_host *host) const {
  Targets targets;
  targets.shared = scratch.shared(size_t(total));
  std::vector<void *> inputs;
  for (const Input &input : expression.inputs)
    inputs.push_back(input.at({x, nullptr}));
  expression.call(part).run(inputs, expression.rows.size, targets, scratch, host);
}

const double *SharedArrays::compute(Part part, const double *x, Scratch &scratch,
                                    const costate_host *host) const {
  if (expressions.empty())
    return nullptr;
  for (const Expression &expression : expressions)
    compute(expression, part, x, scratch, host);
  return scratch.shared(size_t(total));
}

std::span<const double> SharedArrays::values(size_t expression, const Point &point) const {
  const Expression &e = expressions[expression];
  return {point.shared + e.calls[0].destinations[0].base, size_t(e.rows.size)};
}

} // namespace costate::rt
