// Time of one factorization of the interior point method's matrix for a model of a power network, beside a
// reference:
//
//   factor_network MODEL [CASE_FOLDER MILLISECONDS]...
//
// of the cases given, and of a synthetic network of 10,000 buses with as many branches per bus as
// case9241_pegase, 30 ms. The references are those of real networks; the synthetic one, in which branches
// reach up to 20 buses far, is cut by larger separators than a grid on a map: the same number of buses costs
// more operations.
#include "costate/Session.h"
#include "runtime/solvers/KktSystem.h"
#include "runtime/solvers/StandardForm.h"
#include "runtime/solvers/StartingPoint.h"
#include "tests/bench/FloorFamilies.h"
#include "tests/codegen/BoundProgram.h"

#include "mlir/Parser/Parser.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <memory>

using namespace costate;

namespace {

constexpr int repeats = 10;

/// Milliseconds of the fastest of some calls.
template <class Call> double least(int times, Call call) {
  using Clock = std::chrono::steady_clock;
  double best = std::numeric_limits<double>::infinity();
  for (int k = 0; k < times; ++k) {
    auto begin = Clock::now();
    call();
    best = std::min(best, std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
  }
  return best;
}

/// At the start, with multipliers 1 and a diagonal that makes every pivot regular.
void measure(const char *what, const rt::Instance &problem, double reference) {
  rt::Functions functions(problem.problem(), problem.handle());
  rt::StandardForm form(functions);
  rt::Iterate at;
  rt::Derivatives d;
  double mu = 0.1;
  if (!rt::startingPoint(form, nullptr, at, mu) ||
      !form.derivatives(at.v.data(), rt::Vector::Ones(form.m), d))
    return (void)std::printf("%s: the functions are not finite at the start\n", what);
  std::unique_ptr<rt::KktSystem> kkt;
  double analysis =
      least(1, [&] { kkt = std::make_unique<rt::KktSystem>(functions.shape(), form.isFixed, form.isFree); });
  rt::Vector a = rt::Vector::Constant(form.n, 1e4), D = rt::Vector::Constant(form.m, 1e-4), dx, dy;
  double factor = least(repeats, [&] { kkt->factorize(d.H, d.J, a, D); });
  double solve = least(repeats, [&] { kkt->solve(d.H, d.J, a, D, d.g, at.c, dx, dy); });
  std::printf("%-42s order %6lld, L %8lld: analysis %7.1f ms, factor %6.2f ms (reference %4.1f), refined "
              "solve %6.2f ms\n",
              what, (long long)(form.n + form.m), (long long)kkt->entries(), analysis, factor, reference,
              solve);
}

int fail(const std::string &sentence) {
  std::fprintf(stderr, "%s\n", sentence.c_str());
  return 1;
}

} // namespace

int main(int argc, char **argv) {
  if (argc < 2 || argc % 2 != 0)
    return fail("usage: factor_network MODEL [CASE_FOLDER MILLISECONDS]...");
  Session session;
  std::string text, error;
  if (!session.loadFiles({argv[1]}) || !session.emit("problem", text, error))
    return fail(session.renderedDiagnostics() + error);
  auto run = [&](const std::string &what, const std::string &folder, double reference) {
    auto context = test::makeContext();
    auto module = mlir::parseSourceString<mlir::ModuleOp>(text, context.get());
    test::BoundProgram program(*module, {}, folder);
    if (const rt::Instance *problem = program.isValid() ? program.problem("opf") : nullptr)
      measure(what.c_str(), *problem, reference);
    else
      std::printf("%s: skipped, no problem `opf` there\n", what.c_str());
  };
  for (int i = 2; i + 1 < argc; i += 2)
    run(std::filesystem::path(argv[i]).filename().string(), argv[i], std::atof(argv[i + 1]));
  bench::Network network = bench::syntheticNetwork(1, 10000, 17367);
  std::string folder = std::filesystem::temp_directory_path() / "costate-network";
  bench::writeNetwork(network, folder);
  run(network.name, folder, 30);
  std::filesystem::remove_all(folder);
}
