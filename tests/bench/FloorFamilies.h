// Families of rows with hand-written derivatives, described so that one driver can time, check and write
// them.
#pragma once

#include "FloorKernels.h"

#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace costate::bench {

/// Begins at a cache line, as the runtime's arrays do.
template <class T> struct CacheLines {
  using value_type = T;
  CacheLines() = default;
  template <class U> CacheLines(const CacheLines<U> &) {}
  T *allocate(size_t n) { return static_cast<T *>(std::aligned_alloc(64, (n * sizeof(T) + 63) / 64 * 64)); }
  void deallocate(T *p, size_t) { std::free(p); }
  bool operator==(const CacheLines &) const { return true; }
};
using Column = std::vector<double, CacheLines<double>>;

/// Rows in `equations` blocks of `positions` rows each; all equations of a position read the same local
/// variables. Kernels write one array [positions] per result.
struct Family {
  std::string name;
  long positions = 0;
  int equations = 1;
  std::vector<std::function<long(long)>> variable; // the column of local variable k at a position
  std::vector<std::pair<int, int>> pairs;          // local variables of each second derivative
  std::function<void(const double *x, double *const *c)> values;   // [equations]
  std::function<void(const double *x, double *const *j)> jacobian; // [equations * locals]
  std::function<void(const double *x, double *const *h)> hessian;  // [pairs], weighted by the multipliers
  std::function<long(int equation, long position)> flow; // column of a variable with derivative 1, or empty
  Column x;                                              // the point
  std::vector<Column> y;                                 // multipliers [equations][positions]
};

/// Constraints of Luksan-Vlcek 5.1 with n variables. With i from 1: x_i = (-1.2 if i is odd, else 1) +
/// i/(1000 n), multiplier i is sin(i).
Family luksanVlcek(const Kernels &kernels, long n);
/// Its objective, as rows with multiplier 1 at the same point.
Family luksanVlcekObjective(long n);

/// A network in the columns of the AC optimal power flow example; numbers of buses from 0.
struct Network {
  std::string name;
  long buses = 0;
  std::vector<int> from, to;
  Column r, x, b, tap, shift; // per unit, tap 1 where there is none, degrees
};
/// The bus and branch tables of a folder; nothing, and a sentence in `problem`, where they cannot be read.
std::optional<Network> readNetwork(const std::string &folder, std::string &problem);
/// Branch l leaves bus l*buses/branches for one of the next 20; the rest is drawn
/// from a counter-based generator with this seed.
Network syntheticNetwork(unsigned long seed, long buses = 9241, long branches = 16049);
/// Writes bus.csv, branch.csv, gen.csv and case.csv, for the optimal power flow example.
void writeNetwork(const Network &net, const std::string &folder);

/// The four flow rows of each branch. Columns: va of bus k (from 0) is k, vm is buses + k, the variable of
/// flow r at branch l is 2 buses + r branches + l. With k and l from 1: va = 0.3 sin(k), vm = 1 + 0.05 cos(2
/// k), flow r is sin(l + r)/2, its multiplier cos(l + r), r = 0..3.
Family branchFlows(const Kernels &kernels, const Network &net);

} // namespace costate::bench
