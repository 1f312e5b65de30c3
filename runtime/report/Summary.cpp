// The lines of the summary.
#include "runtime/report/Summary.h"

#include <fmt/format.h>

namespace costate::rt {

std::string costs(const Result &r) {
  double other = r.seconds - r.evaluate_seconds - r.factor_seconds - r.solve_seconds;
  std::string text = fmt::format("residuals     rows {:.1e}, dual {:.1e}, complementarity {:.1e}",
                                 r.primal_infeasibility, r.dual_infeasibility, r.complementarity);
  text += fmt::format(
      "\niterations    {}, with {} values, {} first and {} second derivatives, {} factorizations",
      r.iterations, r.value_evaluations, r.first_evaluations, r.second_evaluations, r.factorizations);
  text += fmt::format("\nseconds       {:.3f}: evaluate {:.3f}, factor {:.3f}, solve {:.3f}, other {:.3f}",
                      r.seconds, r.evaluate_seconds, r.factor_seconds, r.solve_seconds, other);
  if (r.diagnosis_seconds > 0)
    text += fmt::format("; and {:.3f} to explain it", r.diagnosis_seconds);
  return text;
}

std::string summary(const Result &r) {
  std::string text = fmt::format("{}: {}", toString(r.status), r.reason);
  if (r.status == Status::not_run)
    return text;
  return text + fmt::format("\nobjective     {:.9g}\n", r.objective) + costs(r);
}

} // namespace costate::rt
