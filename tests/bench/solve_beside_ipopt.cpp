// The problem of a file solved by Costate and by Ipopt on the same compiled functions, one thread each:
//
//   solve_beside_ipopt LIBIPOPT MODEL DATA_FOLDER > {"problem", "variables", "rows", "ours": {...}, "ipopt":
//   {...}}
//
// Both have the options of the file's `solve` command. Times are the least of some runs.
#include "costate/Session.h"
#include "costate/rt/Solve.h"
#include "tests/bench/IpoptSolve.h"
#include "tests/codegen/BoundProgram.h"

#include "mlir/Parser/Parser.h"

#include <iostream>

using namespace costate;
using rt::Json;

namespace {

constexpr double timeLimit = 60; // seconds of one solve
constexpr int mostRuns = 5;      // of each solver
constexpr double enoughTime = 4; // seconds of runs after which there is no other

int fail(const std::string &sentence) {
  std::cerr << sentence << "\n";
  return 1;
}

/// The run with the least time; `solve` gives results with a member `seconds`.
template <class Solve> auto fastest(Solve solve) {
  auto best = solve();
  double spent = best.seconds;
  for (int run = 1; run < mostRuns && spent < enoughTime; ++run) {
    auto again = solve();
    spent += again.seconds;
    if (again.seconds < best.seconds)
      best = again;
  }
  return best;
}

/// Name of the first problem that the file solves, and its options.
const rt::Step *firstSolve(const test::BoundProgram &program) {
  for (const rt::Step &step : program.steps())
    if (step.op == "solve")
      return &step;
  return nullptr;
}

Json compare(const bench::IpoptLibrary &ipopt, const rt::Instance &p, rt::InteriorPointOptions options) {
  options.time_limit = timeLimit;
  auto ours = fastest([&] { return rt::solve(p.problem(), p.handle(), nullptr, options, {}); });
  auto theirs = fastest([&] { return bench::solveWithIpopt(ipopt, p.problem(), p.handle(), options); });
  auto row = [](std::string status, const auto &r, double violation) {
    return Json{{"status", status},       {"objective", r.objective},
                {"violation", violation}, {"iterations", r.iterations},
                {"seconds", r.seconds},   {"evaluate_seconds", r.evaluate_seconds}};
  };
  return {{"problem", p.name},
          {"variables", p.n},
          {"rows", p.m},
          {"ours", row(rt::toString(ours.status), ours, ours.primal_infeasibility)},
          {"ipopt", row(theirs.status, theirs, theirs.violation)}};
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 4)
    return fail("usage: solve_beside_ipopt LIBIPOPT MODEL DATA_FOLDER");
  bench::IpoptLibrary ipopt;
  if (std::string sentence = ipopt.open(argv[1]); !sentence.empty())
    return fail(sentence);
  Session session;
  std::string text, error;
  if (!session.loadFiles({argv[2]}) || !session.emit("problem", text, error))
    return fail(session.renderedDiagnostics() + error);
  auto context = test::makeContext();
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, context.get());
  test::BoundProgram program(*module, {}, argv[3]);
  const rt::Step *step = program.isValid() ? firstSolve(program) : nullptr;
  const rt::Instance *problem = step ? program.problem(step->attr("problem")) : nullptr;
  if (!problem)
    return fail("the file solves no problem, or its data cannot be bound");
  rt::InteriorPointOptions options;
  for (auto &[name, value] : step->attr("options").items())
    rt::setOption(options, "ipm", name, value.get<double>());
  std::cout << compare(ipopt, *problem, options) << "\n";
}
