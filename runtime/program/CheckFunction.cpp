// Derivatives of a function against central differences and the adjoint identity, a parameter at a time.
#include "runtime/program/State.h"
#include "runtime/report/Printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace costate::rt {
namespace {

/// Empty where the numbers of a parameter fit: the derivative in a direction, forward and backward, and
/// differences with a step and with half of it. How far those two are apart bounds the error of the second.
std::string mismatch(const std::string &function, const std::string &parameter, const double *numbers) {
  double forward = numbers[0], backward = numbers[1], far = numbers[2], near = numbers[3];
  double difference = near + (near - far) / 3; // of order 4
  constexpr double ofDifferences = 1e-6, ofSums = 1e-9;
  double scale = std::max(1.0, std::abs(forward));
  std::string by = fmt::format("`{}` by `{}`: ", function, parameter);
  if (!(std::abs(forward - backward) <= ofSums * scale))
    return by +
           fmt::format("derivative {:.9g} forward, {:.9g} backward", printable(forward), printable(backward));
  if (!(std::abs(forward - difference) <= ofDifferences * scale + std::abs(near - far)))
    return by +
           fmt::format("derivative {:.9g}, difference {:.9g}", printable(forward), printable(difference));
  return "";
}

} // namespace

void checkFunction(Program::State &state, Step &step) {
  std::string function = step.attr("function").get<std::string>(), worst;
  const Json &parameters = step.attr("parameters");
  for (size_t k = 0; k < parameters.size() && worst.empty(); ++k) {
    double numbers[4];
    for (size_t part = 0; part < 4; ++part)
      numbers[part] = state.machine.column(step.in[0][4 * k + part]).real(0);
    worst = mismatch(function, parameters[k], numbers);
  }
  state.output.print(
      fmt::format("{}: derivatives {}", function, worst.empty() ? "agree with differences" : "differ"));
  if (!worst.empty())
    throw StepFailure{"derivatives", worst + " (in a random direction)", 3};
}

} // namespace costate::rt
