// A problem behind the runtime's C table, solved by Ipopt: both solvers run on the same compiled functions.
#pragma once

#include "costate/rt/Abi.h"
#include "costate/rt/Options.h"
#include "tests/bench/IpoptLibrary.h"

namespace costate::bench {

struct IpoptResult {
  std::string status = "refused";
  double objective = 0, violation = 0; // of the minimization; of the rows
  int iterations = 0;
  double seconds = 0, evaluate_seconds = 0; // evaluate: inside our functions, entries added up included
};

/// `options` gives tol, max_iter, time_limit and mu_init; all else is Ipopt's default, with MUMPS.
IpoptResult solveWithIpopt(const IpoptLibrary &ipopt, const costate_problem_v1 &problem,
                           const costate_instance *instance, const rt::InteriorPointOptions &options);

} // namespace costate::bench
