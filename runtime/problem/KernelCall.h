// Running a compiled map over its instances, and where its results go.
#pragma once

#include "costate/rt/Abi.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace costate::rt {

/// What a problem's kernels write to.
enum class Target : uint8_t { Objective, Rows, Gradient, Jacobian, Hessian, Shared };

/// The arrays behind the targets during one evaluation.
struct Targets {
  double *objective = nullptr, *rows = nullptr, *gradient = nullptr, *jacobian = nullptr, *hessian = nullptr,
         *shared = nullptr;
  double *of(Target target) const;
};

/// Where one result of a kernel goes: instance s adds to, or is, one entry of the target.
struct Destination {
  enum class Mode : uint8_t {
    Store,  // entry base + s is this result alone: the kernel writes there
    Range,  // adds to entry base + s
    Sum,    // all instances add to entry base
    Scatter // adds to entry slots[s]
  };
  Target target = Target::Rows;
  Mode mode = Mode::Store;
  int64_t base = 0;
  std::vector<int32_t> slots;
  std::vector<int32_t> doubled; // instances that count twice, increasing

  /// Finds out by itself whether the slots are a range or one entry.
  static Destination adding(Target target, std::vector<int32_t> slots);
};

/// Memory that one thread needs while kernels run; grows to what the largest call needs.
class Scratch {
public:
  /// `count` doubles, aligned to 64 bytes; what was there is lost.
  double *doubles(size_t count) { return columns.atLeast(count); }
  /// The same for shared arrays, which stay while kernels run.
  double *shared(size_t count) { return arrays.atLeast(count); }
  std::vector<void *> args;
  /// The objective's function where its gradient was taken last, which gives its value as well.
  struct {
    std::vector<double> x;
    double f = 0;
  } known;

private:
  struct Free {
    void operator()(double *memory) const;
  };
  struct Doubles {
    double *atLeast(size_t count);
    std::unique_ptr<double[], Free> memory;
    size_t size = 0;
  };
  Doubles columns, arrays;
};

/// One kernel with its results.
struct KernelCall {
  costate_kernel kernel = nullptr; // null: nothing to run
  std::vector<Destination> destinations;
  double nanoseconds = 1; // of one instance, as the cost model has it

  /// Computes all instances. `inputs` are the kernel's arguments before its results. Results that add up go
  /// through blocks that stay in the cache; the order of additions does not depend on how `host` divides the
  /// work.
  void run(std::span<void *const> inputs, int64_t instances, const Targets &targets, Scratch &scratch,
           const costate_host *host) const;
  /// The results of one instance.
  void runOne(std::span<void *const> inputs, int64_t instance, std::span<double> results,
              Scratch &scratch) const;

private:
  int64_t blockSize() const;
  void runParallel(std::span<void *const> inputs, int64_t instances, const Targets &targets, Scratch &scratch,
                   const costate_host &host) const;
  size_t adders() const;
  void setArguments(std::span<void *const> inputs, const Targets &targets, double *columns, int64_t distance,
                    int64_t begin, std::vector<void *> &args) const;
  void addBlock(const Targets &targets, double *columns, int64_t distance, int64_t begin, int64_t end) const;
};

} // namespace costate::rt
