// Inputs, results, accumulators (copies of their initial values), in the order of the kernel's arguments.
#include "runtime/bind/KernelStep.h"

namespace costate::rt {

KernelStep::KernelStep(Machine &machine, const Step &step)
    : kernel(machine.kernel(step.all.at("kernel").get<int>())) {
  auto over = step.all.at("over").get<std::vector<int>>();
  auto initial = step.all.at("into").get<std::vector<int>>();
  isParallel = initial.empty();
  int64_t entries = 1;
  for (size_t d = 0; d < over.size(); ++d) {
    int64_t size = machine.column(over[d]).size();
    entries = checkedRows(entries * size, "a map");
    if (d == 0)
      instances = size;
    else
      sizes.push_back(size);
  }
  for (int64_t &size : sizes)
    args.push_back(&size);
  for (int slot : step.in[0])
    addArray(machine.column(slot));
  size_t yielded = step.out.size() - initial.size();
  for (size_t k = 0; k < step.out.size(); ++k) {
    const Column *start = k < yielded ? nullptr : &machine.column(initial[k - yielded]);
    Column &result = machine.makeLike(step.out[k], start ? start->size() : entries);
    result.sizes = start ? start->sizes : sizes;
    if (start)
      std::memcpy(result.data(), start->data(), size_t(start->size()) * sizeOf(start->type()));
    addArray(result);
  }
}

void KernelStep::addArray(Column &column) {
  args.push_back(column.data());
  for (int64_t &size : column.sizes)
    args.push_back(&size);
}

static void run(Machine &machine, Step &step) {
  KernelStep map(machine, step);
  map.kernel(map.args.data(), 0, map.instances);
  step.rowsIn = step.rowsOut = map.instances;
}

void defineKernels(Machine &machine) { machine.define("kernel", run); }

} // namespace costate::rt
