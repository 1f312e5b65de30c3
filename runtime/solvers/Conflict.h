// Which rows and bounds contradict each other where a problem is infeasible.
#pragma once

#include "costate/rt/Solve.h"

namespace costate::rt {

/// Whether rows can be met near a point.
struct Feasibility {
  enum class Kind { Met, Violated, Unknown } kind = Kind::Unknown;
  std::vector<double> x; // [n] with the least violation
  double violation = 0;  // there
  std::string reason;    // why the search ended
};

/// Looks for a point that meets all rows, and where there is none fills the conflicts of the result, from the
/// problem in which rows may be violated at a price (problem/Elastic.h), solved near result.x:
///
/// - once at nearly equal prices, once more at prices that fall where much is violated, which gathers the
/// violation
///   in few rows [CWB08];
/// - its multipliers tell the rows and bounds that are in the way;
/// - where that is few, every row is left out for a trial, and for good if the others still contradict each
///   other (deletion filter, [Chi08]): then no row can be missed;
/// - linear rows are added up with their multipliers to see that they prove it (Farkas).
///
/// Costs one solve of a problem with one more variable per bound of a row; where rows stay violated two, and
/// for small problems up to one per row; within what the time limit leaves.
Feasibility findConflicts(const costate_problem_v1 &problem, const costate_instance *instance,
                          const costate_host *host, const InteriorPointOptions &options, Result &result);

} // namespace costate::rt
