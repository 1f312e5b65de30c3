// Blocks of instances: the kernel writes contiguous columns, then those that share entries are added up.
#include "runtime/problem/KernelCall.h"

#include <algorithm>
#include <array>
#include <new>

namespace costate::rt {
namespace {

constexpr std::align_val_t alignment{64};

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define COSTATE_VECTORIZED __attribute__((target_clones("avx2", "default"), optimize("O3")))
#else
#define COSTATE_VECTORIZED
#endif

COSTATE_VECTORIZED void addRange(double *__restrict target, const double *__restrict column, int64_t count) {
  for (int64_t s = 0; s < count; ++s)
    target[s] += column[s];
}

/// Eight partial sums, then a tree: what vector code does, in a fixed order.
COSTATE_VECTORIZED double blockSum(const double *values, int64_t count) {
  std::array<double, 8> lanes{};
  int64_t s = 0;
  for (; s + 8 <= count; s += 8)
    for (size_t lane = 0; lane < 8; ++lane)
      lanes[lane] += values[s + int64_t(lane)];
  for (size_t lane = 0; s < count; ++s, ++lane)
    lanes[lane] += values[s];
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

/// Results [begin, end) of a column that starts at `begin`.
void addColumn(const Destination &to, double *target, double *column, int64_t begin, int64_t end) {
  int64_t count = end - begin;
  switch (to.mode) {
  case Destination::Mode::Store:
    break;
  case Destination::Mode::Range:
    addRange(target + to.base + begin, column, count);
    break;
  case Destination::Mode::Sum:
    target[to.base] += blockSum(column, count);
    break;
  case Destination::Mode::Scatter:
    const int32_t *slots = to.slots.data() + begin;
    for (int64_t s = 0; s < count; ++s)
      target[slots[s]] += column[s];
    break;
  }
}

void doubleListed(const Destination &to, double *column, int64_t begin, int64_t end) {
  auto first = std::lower_bound(to.doubled.begin(), to.doubled.end(), begin);
  for (; first != to.doubled.end() && *first < end; ++first)
    column[*first - begin] *= 2;
}

/// An address whose element `begin` is `column`; kernels index by instance.
void *shifted(double *column, int64_t begin) {
  return reinterpret_cast<void *>(reinterpret_cast<uintptr_t>(column) - uintptr_t(begin) * sizeof(double));
}

} // namespace

double *Targets::of(Target target) const {
  switch (target) {
  case Target::Objective:
    return objective;
  case Target::Rows:
    return rows;
  case Target::Gradient:
    return gradient;
  case Target::Jacobian:
    return jacobian;
  case Target::Hessian:
    return hessian;
  case Target::Shared:
    return shared;
  }
  return nullptr;
}

Destination Destination::adding(Target target, std::vector<int32_t> slots) {
  Destination to;
  to.target = target;
  to.base = slots.empty() ? 0 : slots[0];
  bool isRange = true, isSum = true;
  for (size_t s = 0; s < slots.size(); ++s) {
    isRange = isRange && slots[s] == to.base + int64_t(s);
    isSum = isSum && slots[s] == to.base;
  }
  to.mode = isSum ? Mode::Sum : isRange ? Mode::Range : Mode::Scatter;
  if (to.mode == Mode::Scatter)
    to.slots = std::move(slots);
  return to;
}

void Scratch::Free::operator()(double *memory) const { ::operator delete[](memory, alignment); }

double *Scratch::Doubles::atLeast(size_t count) {
  if (count > size) {
    memory.reset(static_cast<double *>(::operator new[](count * sizeof(double), alignment)));
    size = count;
  }
  return memory.get();
}

size_t KernelCall::adders() const {
  return size_t(std::count_if(destinations.begin(), destinations.end(),
                              [](auto &o) { return o.mode != Destination::Mode::Store; }));
}

/// A block's columns fill half of a first-level cache of 32 KiB. Blocks are whole steps of vector loops (8
/// lanes, up to 8 vectors): what is left over at an end runs through scalar functions, whose last bit may
/// differ.
int64_t KernelCall::blockSize() const {
  constexpr int64_t doubles = 2048, step = 64;
  return std::max(step, doubles / std::max<int64_t>(1, int64_t(adders())) / step * step);
}

/// Columns of adding destinations lie `distance` apart from `columns`, whose first element is instance
/// `begin`.
void KernelCall::setArguments(std::span<void *const> inputs, const Targets &targets, double *columns,
                              int64_t distance, int64_t begin, std::vector<void *> &args) const {
  args.assign(inputs.begin(), inputs.end());
  int64_t next = 0;
  for (const Destination &to : destinations)
    args.push_back(to.mode == Destination::Mode::Store ? static_cast<void *>(targets.of(to.target) + to.base)
                                                       : shifted(columns + distance * next++, begin));
}

void KernelCall::addBlock(const Targets &targets, double *columns, int64_t distance, int64_t begin,
                          int64_t end) const {
  int64_t next = 0;
  for (const Destination &to : destinations) {
    if (to.mode == Destination::Mode::Store) {
      doubleListed(to, targets.of(to.target) + to.base + begin, begin, end);
      continue;
    }
    double *column = columns + distance * next++;
    doubleListed(to, column, begin, end);
    addColumn(to, targets.of(to.target), column, begin, end);
  }
}

void KernelCall::run(std::span<void *const> inputs, int64_t instances, const Targets &targets,
                     Scratch &scratch, const costate_host *host) const {
  constexpr double worthwhile = 80e3; // ns: several times what waking a thread costs
  if (!kernel || instances == 0)
    return;
  if (host && host->parallel_for && nanoseconds * double(instances) >= worthwhile)
    return runParallel(inputs, instances, targets, scratch, *host);
  int64_t adding = int64_t(adders()), block = adding ? blockSize() : instances;
  double *columns = scratch.doubles(size_t(adding * block));
  for (int64_t begin = 0; begin < instances; begin += block) {
    int64_t end = std::min(begin + block, instances);
    setArguments(inputs, targets, columns, block, begin, scratch.args);
    kernel(scratch.args.data(), begin, end);
    addBlock(targets, columns, block, begin, end);
  }
}

/// Whole columns, so that threads do not meet; they are added up afterwards, block by block as above.
void KernelCall::runParallel(std::span<void *const> inputs, int64_t instances, const Targets &targets,
                             Scratch &scratch, const costate_host &host) const {
  constexpr double share = 20e3; // ns of one piece of work
  struct Task {
    costate_kernel kernel;
    void *const *args;
    int64_t block, instances;
  };
  int64_t adding = int64_t(adders()), block = blockSize(), blocks = (instances + block - 1) / block;
  double *columns = scratch.doubles(size_t(adding * instances));
  setArguments(inputs, targets, columns, instances, 0, scratch.args);
  Task task{kernel, scratch.args.data(), block, instances};
  auto part = [](void *arg, int64_t begin, int64_t end) {
    auto &own = *static_cast<Task *>(arg);
    own.kernel(own.args, begin * own.block, std::min(end * own.block, own.instances));
  };
  int64_t grain = std::max<int64_t>(1, int64_t(share / (nanoseconds * double(block))));
  host.parallel_for(host.context, 0, blocks, grain, part, &task);
  for (int64_t begin = 0; begin < instances; begin += block)
    addBlock(targets, columns + begin, instances, begin, std::min(begin + block, instances));
}

void KernelCall::runOne(std::span<void *const> inputs, int64_t instance, std::span<double> results,
                        Scratch &scratch) const {
  scratch.args.assign(inputs.begin(), inputs.end());
  for (size_t k = 0; k < destinations.size(); ++k)
    scratch.args.push_back(shifted(&results[k], instance));
  kernel(scratch.args.data(), instance, instance + 1);
}

} // namespace costate::rt
