// Which solver for which structure.
#include "runtime/problem/Epigraph.h"
#include "runtime/program/State.h"
#include "runtime/solvers/BoxProblem.h"

#include <algorithm>
#include <cmath>

namespace costate::rt {
namespace {

bool hasConstraints(const Instance &p) {
  return std::any_of(p.rows.begin(), p.rows.end(),
                     [](const FamilyRange &family) { return family.defines < 0 && family.size > 0; });
}

/// Whether solvers with bounds can take the hidden variables for functions of the others.
bool definitionsAreShort(const Instance &p) {
  if (p.m == 0)
    return true;
  Functions functions(p.problem(), p.handle());
  return BoxProblem(functions).read().empty();
}

/// A factor below zero makes residuals that are not numbers.
bool residualsAreFinite(const Instance &p) {
  std::vector<double> r(static_cast<size_t>(p.numResiduals));
  Scratch scratch;
  p.residualValues(p.xStart.data(), r.data(), scratch);
  return std::all_of(r.begin(), r.end(), [](double value) { return std::isfinite(value); });
}

} // namespace

Choice chooseSolver(const Instance &p) {
  auto choice = [](const char *name, const char *why) { return Choice{solverNamed(name), why}; };
  if (hasConstraints(p))
    return choice("ipm", "it has constraints");
  if (Epigraph(p.problem(), p.handle()).isNeeded())
    return choice("ipm", "its objective has absolute values");
  bool hasSecond = p.problem().second;
  if (!hasSecond && p.numResiduals > 0 && residualsAreFinite(p))
    return choice("lm", "a sum of squares without constraints");
  if (!hasSecond)
    return choice("lbfgsb", "its second derivatives are dense in many variables");
  if (p.hessian.size() == 0)
    return choice("ipm", "it has no second derivatives");
  if (!definitionsAreShort(p))
    return choice("ipm", "its hidden variables form long chains");
  if (p.numResiduals > 0 && residualsAreFinite(p))
    return choice("lm", "a sum of squares without constraints");
  return choice("newton", "no constraints but bounds");
}

} // namespace costate::rt
