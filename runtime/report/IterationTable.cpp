// The columns of the iteration table.
#include "runtime/report/IterationTable.h"
#include "runtime/report/Printable.h"

#include <fmt/format.h>

#include <cmath>

namespace costate::rt {

std::string iterationHeader() {
  return "iter       objective   inf_pr   inf_du  lg(mu)     |d|  lg(rg)  alpha_d  alpha_p   ls";
}

std::string iterationLine(const IterationRow &r) {
  auto logarithm = [](double v) { return v > 0 ? fmt::format("{:7.1f}", std::log10(v)) : "      -"; };
  return fmt::format("{:4} {:>15.7e} {:8.2e} {:8.2e} {} {:7.1e} {} {:8.2e} {:8.2e}{} {:3}", r.iteration,
                     printable(r.objective), r.primal_infeasibility, r.dual_infeasibility,
                     logarithm(r.barrier), r.step, logarithm(r.regularization), r.alpha_dual, r.alpha_primal,
                     r.kind, r.trials);
}

std::string stepHeader(bool isMonitored) {
  std::string head = "    step       objective      |pg|       |d|      rate        ms";
  return isMonitored ? head + "         monitor" : head;
}

std::string stepLine(const IterationRow &r) {
  std::string line =
      fmt::format("{:8} {:>15.7e} {:9.2e} {:9.2e} {:9.2e} {:9.3f}", r.iteration, printable(r.objective),
                  r.dual_infeasibility, r.step, r.alpha_primal, 1e3 * r.seconds);
  return std::isnan(r.monitor) ? line : line + fmt::format(" {:15.7e}", r.monitor);
}

bool isStepShown(const IterationRow &r) {
  int unit = 1;
  while (r.iteration / unit >= 10)
    unit *= 10;
  return r.iteration % unit == 0 || r.iteration == r.planned;
}

} // namespace costate::rt
