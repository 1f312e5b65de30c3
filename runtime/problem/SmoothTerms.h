// All that a problem has of compiled functions of whole variables.
#pragma once

#include "runtime/problem/SmoothObjective.h"
#include "runtime/problem/SmoothRows.h"

namespace costate::rt {

/// The objective or families of constraints. The Hessian of their Lagrangian has an entry for two variables
/// that one row, or one addend of the objective, reads both of; it is made of few products, see Sweeps.
class SmoothTerms {
public:
  SmoothTerms() = default;
  SmoothTerms(Machine &machine, const Json &list, const std::vector<Range> &variables,
              const std::vector<Range> &rows);
  explicit operator bool() const { return objective || !families.empty(); }
  /// False where that takes too many products: the problem has no second derivatives then, only products.
  bool hasHessian() const { return isKnown; }
  int32_t numProducts() const { return sweeps.count(); } // of a Hessian
  const std::vector<SmoothRows> &rows() const { return families; }

  /// Adds the objective to f, sets rows of c.
  void values(const double *x, double *f, double *c, Scratch &scratch) const;
  /// The entries that first() writes into J, second() into H.
  void list(EntryList &jacobian, EntryList &hessian);
  /// Adds the objective's gradient to g.
  void first(const double *x, double *g, double *J, Scratch &scratch) const;
  void second(const double *x, double weight, const double *y, double *H) const;
  /// Adds the Hessian of weight * f + y'c, times v, to u.
  void product(const double *x, double weight, const double *y, const double *v, double *u) const;
  bool isOwn(int64_t hessianEntry) const { return hessianEntry >= begin && hessianEntry < end; }
  /// Why one of the functions fails at x, with its place; empty where none does.
  std::string trace(const double *x) const;

private:
  static constexpr int32_t mostProducts = 500;
  void chooseSweeps();

  SmoothObjective objective;
  std::vector<SmoothRows> families;
  std::vector<int32_t> entries; // of x, increasing
  ReadSets neighbors;           // of each entry, by their places among these
  Sweeps sweeps;
  bool isKnown = false;                   // whether they are
  int64_t begin = 0, end = 0, filled = 0; // of their entries in H, and how many are no gaps
};

} // namespace costate::rt
