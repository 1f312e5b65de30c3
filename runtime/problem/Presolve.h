// What can be said about a bound problem before it is solved: rows that are bounds, and rows that are
// decided.
#pragma once

#include "costate/rt/Solve.h"
#include "runtime/problem/Functions.h"

namespace costate::rt {

/// Tightens the bounds of a problem and frees the rows that say no more than they do:
///
/// - a row  lo <= a x_j + b <= hi  whose entry a does not depend on x, and whose other variables are all
///   fixed, becomes bounds on x_j; equal bounds fix x_j, which may bring more rows into this form;
/// - a row without variables that are not fixed has one value: it holds, or the problem is infeasible.
///
/// Nothing is renumbered: such rows get infinite bounds and solvers pass over them. Results are those of the
/// problem as it was: the multiplier of a bound goes to the row or the variable that the bound came from.
///
/// Cost: O(jac nnz) and one evaluation of the rows per round, a round more while rows fix variables.
class Presolve {
public:
  /// Rows may be violated by `allowed`, in their own units. Where no point is feasible, the sentence that
  /// says so; else empty, and `functions` has the new bounds. This object must outlive their use.
  std::string run(Functions &functions, double allowed);
  /// The rows and bounds of that sentence.
  const std::vector<Conflict> &conflicts() const { return contradicting; }

  /// A start of the problem as it was, as one of the problem with the new bounds.
  WarmStart moved(WarmStart warm) const;
  /// Rows, multipliers and violation of the problem as it was, from a result with the new bounds.
  void restore(Functions &functions, Result &result) const;

private:
  using Kind = JacobianConstants::Kind;
  /// Row `row` is  slope x_variable + offset  while the fixed variables stay where they are.
  struct BoundRow {
    int64_t row;
    int32_t variable;
    double slope, offset;
  };
  struct Candidate {
    int64_t row;
    int64_t entry; // of the Jacobian; -1: the row has one value
  };

  void start(const Functions &functions, double allowed);
  bool round(Functions &functions);
  std::vector<Candidate> candidates() const;
  Vector point() const;
  void decide(const Functions &functions, int64_t row, double value);
  void becomeBound(const Functions &functions, const BoundRow &row);
  bool raise(const Functions &functions, const BoundRow &row, double low);
  bool reduce(const Functions &functions, const BoundRow &row, double high);
  bool isWithin(const BoundRow &row, double lower, double upper) const;
  void closeGap(int32_t variable);
  void cross(const Functions &functions, const BoundRow &row, bool isLower, double bound);
  static std::string need(const Functions &functions, int64_t owner, int32_t variable, bool isLower,
                          double bound);
  Conflict part(const BoundRow &row, bool isLower) const;
  void release(int64_t row);
  Vector jacobianAt(Functions &functions, const std::vector<double> &x) const;

  ProblemShape original, form;
  JacobianConstants constants;
  double allowed = 0;
  std::vector<double> xLower, xUpper, cLower, cUpper;
  std::vector<int64_t> lowerOwner, upperOwner; // [n] the row that a bound came from; -1: the variable's own
  std::vector<bool> isDecided;                 // [m]
  std::vector<int64_t> constantRows;
  std::vector<BoundRow> boundRows; // in the order in which they became bounds
  std::string conflict;
  std::vector<Conflict> contradicting;
};

} // namespace costate::rt
