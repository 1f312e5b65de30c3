// What was built, what its kernels cost, and how near they come to what the machine can do.
#include "runtime/program/State.h"
#include "runtime/report/MachineSpeed.h"
#include "runtime/report/Timer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>

namespace costate::rt {
namespace {

/// The families that the terms of a pattern add to.
std::string termNames(const Instance &p, const Pattern &pattern) {
  std::string names;
  for (const Pattern::Term &term : pattern.terms) {
    std::string name = term.target < 0 ? "the objective" : p.rows[size_t(term.target)].shownName();
    if (!names.ends_with(name))
      names += (names.empty() ? "" : ", ") + name;
  }
  return names;
}

/// Times the kernels of a problem at its start, each alone, least of several rounds.
class KernelTimes {
public:
  KernelTimes(const Instance &p) : p(p), c(size_t(p.m)), g(size_t(p.n)), y(size_t(p.m), 1.0) {
    J = aligned(p.jacobian.size()), H = aligned(p.hessian.size());
    targets = {&f, c.data(), g.data(), J, H, nullptr};
    x = aligned(p.n);
    std::copy(p.xStart.begin(), p.xStart.end(), x);
  }

  double of(const SharedArrays::Expression &expression, Part part) {
    return least([&] { p.shared.compute(expression, part, x, scratch, nullptr); });
  }
  double of(const Pattern &pattern, Part part) {
    const double sigma = 1;
    Point point{x, p.shared.compute(Part::Second, x, scratch, nullptr)};
    return least([&] {
      if (part == Part::Value)
        pattern.values(point, targets, scratch, nullptr);
      else if (part == Part::First)
        pattern.first(point, targets, scratch, nullptr);
      else
        pattern.second(point, &sigma, y.data(), targets, scratch, nullptr);
    });
  }
  /// The entry points of the ABI: {f, c}, {g, J}, {g, J, H}.
  double wholeValues() {
    return least([&] { p.values(x, &f, c.data(), scratch); });
  }
  double wholeFirst() {
    return least([&] { p.first(x, g.data(), J, scratch); });
  }
  double wholeSecond() {
    return least([&] { p.second(x, 1, y.data(), g.data(), J, H, scratch); });
  }

private:
  template <class Work> static double least(Work work) {
    constexpr int rounds = 7;
    constexpr double seconds = 2e-3; // of one round
    auto began = Timer::Clock::now();
    work();
    int64_t repeats = std::max<int64_t>(1, int64_t(seconds / std::max(1e-8, Timer::since(began))));
    double best = 1e300;
    for (int round = 0; round < rounds; ++round) {
      began = Timer::Clock::now();
      for (int64_t r = 0; r < repeats; ++r)
        work();
      best = std::min(best, Timer::since(began) / double(repeats));
    }
    return best;
  }
  double *aligned(int64_t size) {
    memory.push_back(std::make_unique<Scratch>());
    double *array = memory.back()->doubles(size_t(std::max<int64_t>(1, size)));
    std::fill_n(array, size, 0.0);
    return array;
  }

  const Instance &p;
  std::vector<std::unique_ptr<Scratch>> memory;
  double f = 0, *J = nullptr, *H = nullptr, *x = nullptr;
  std::vector<double> c, g, y;
  Targets targets;
  Scratch scratch;
};

void explainSteps(Program::State &state) {
  for (auto &step : state.machine.steps)
    if (step.rowsOut || step.probes)
      state.output.print(fmt::format("{:<16} rows in {:>9}  rows out {:>9}  probes {:>9}", step.op,
                                     step.rowsIn, step.rowsOut, step.probes));
}

/// One line of the table: what an instance costs, the bound this implies, and what was measured.
void explainKernel(Program::State &state, const std::string &name, Part part, const Cost &cost,
                   int64_t instances, double peak, double measured) {
  constexpr const char *suffix[] = {"values", "first", "second"};
  double bytes = double((cost.read + cost.written) * instances);
  double bound =
      std::max(bytes / triadBandwidth(int64_t(bytes)), cost.operations() * double(instances) / peak);
  state.output.print(fmt::format("  {:<34} {:>9} {:>6} {:>6} {:>6} {:>6} {:>7} {:>9.1f} {:>11.1f} {:>5.0f}%",
                                 name.substr(0, 26) + ": " + suffix[int(part)], instances, cost.flops,
                                 cost.roots, cost.calls, cost.read, cost.written, 1e6 * bound, 1e6 * measured,
                                 100 * bound / measured));
}

void explainKernels(Program::State &state, const Instance &p) {
  KernelTimes times(p);
  double peak = peakFlops();
  state.output.print(fmt::format("  {:<34} {:>9} {:>6} {:>6} {:>6} {:>6} {:>7} {:>9} {:>11} {:>6}", "kernel",
                                 "instances", "flops", "roots", "calls", "read", "written", "bound us",
                                 "measured us", "bound"));
  constexpr Part parts[] = {Part::Value, Part::First, Part::Second};
  for (size_t k = 0; k < p.shared.expressions.size(); ++k)
    for (Part part : parts)
      if (auto &e = p.shared.expressions[k]; e.has(part) && e.rows.size > 0)
        explainKernel(state, fmt::format("stored {}", k + 1), part, e.costs[size_t(part)], e.rows.size, peak,
                      times.of(e, part));
  for (const Pattern &pattern : p.patterns)
    for (Part part : parts)
      if (pattern.has(part) && pattern.instances > 0)
        explainKernel(state, termNames(p, pattern), part, pattern.cost(part), pattern.instances, peak,
                      times.of(pattern, part));
  state.output.print(
      fmt::format("  entry points: {{f, c}} {:.1f} us, {{g, J}} {:.1f} us, {{g, J, H}} {:.1f} us",
                  1e6 * times.wholeValues(), 1e6 * times.wholeFirst(), 1e6 * times.wholeSecond()));
}

/// `stored 1: the expression at model.opt:5:23, 100 rows, read at 3 positions: saves ...`
void explainStored(Program::State &state, const Instance &p) {
  for (size_t k = 0; k < p.shared.expressions.size(); ++k) {
    auto &e = p.shared.expressions[k];
    const Cost &cost = e.costs[0];
    std::string place = e.place.file < 0
                            ? ""
                            : fmt::format(" at {}:{}:{}", state.machine.files[size_t(e.place.file)],
                                          e.place.line, e.place.column);
    state.output.print(fmt::format(
        "  stored {}: the expression{} for {} rows; it is read at {} positions: computing it once saves {} "
        "times {} flops, {} roots and {} calls a row",
        k + 1, place, e.rows.size, e.positions, e.positions - 1, cost.flops, cost.roots, cost.calls));
  }
}

void explainSmooth(Program::State &state, const Instance &p) {
  if (!p.smooth)
    return;
  int32_t sweeps = 0;
  for (const SmoothRows &family : p.smooth.rows())
    sweeps += family.numSweeps();
  if (sweeps > 0)
    state.output.print(fmt::format("  the Jacobian of rows with loops takes {} sweep{} through them", sweeps,
                                   sweeps == 1 ? "" : "s"));
  int32_t products = p.smooth.numProducts();
  if (p.smooth.hasHessian())
    state.output.print(fmt::format("  the Hessian of functions with loops takes {} product{}", products,
                                   products == 1 ? "" : "s"));
  else
    state.output.print(
        "  functions with loops are curved in too many variables at once for a matrix of second "
        "derivatives, which would take more than 500 products: `ipm` approximates it");
}

void explainProblem(Program::State &state, const Instance &p) {
  state.output.print(
      fmt::format("{}: {} variables, {} rows, {} Jacobian entries ({} constant, written once), {} Hessian "
                  "entries",
                  p.name, p.n, p.m, p.jacobian.size(), p.jacobian.size() - p.numVarying, p.hessian.size()));
  Structure structure = structureOf(p.problem(), p.handle());
  state.output.print(fmt::format("  {} equations of structural rank {}, {} variables that are not fixed",
                                 structure.equations, structure.rank, structure.variables));
  checkStructure(state, p, structure);
  if (p.numResiduals > 0)
    state.output.print(fmt::format("  the objective is a sum of {} squares, with {} first derivatives",
                                   p.numResiduals, p.residualJacobian.size()));
  explainSmooth(state, p);
  if (size_t count = p.absolutes.weights.size(); count > 0)
    state.output.print(fmt::format("  the objective has {} known absolute value{} of linear functions", count,
                                   count == 1 ? "" : "s"));
  if (p.sampled)
    state.output.print(fmt::format("  batches take some of {} addends: the sum at {}:{}:{}",
                                   p.sampled.addends(), state.machine.files[size_t(p.sampled.place.file)],
                                   p.sampled.place.line, p.sampled.place.column));
  Choice choice = chooseSolver(p);
  state.output.print(fmt::format("  without `using` its solver is {}: {}", choice.solver->name, choice.why));
  for (auto &family : p.variables)
    if (family.hidden)
      state.output.print(fmt::format("  {} hidden variable{} for {}", family.size,
                                     family.size == 1 ? "" : "s", family.shownName()));
  for (const Pattern &pattern : p.patterns)
    state.output.print(fmt::format(
        "  pattern of {}: {} instances, each with {} first derivatives ({} constant) and {} second ones",
        termNames(p, pattern), pattern.instances, pattern.numJacobian(), pattern.numConstant(),
        pattern.numHessian()));
  explainStored(state, p);
  explainKernels(state, p);
}

/// Where a step stands: `model.opt:4:7`.
std::string placeText(const Machine &machine, const Step &step) {
  bool isKnown = step.place.file >= 0 && size_t(step.place.file) < machine.files.size();
  return isKnown ? fmt::format("{}:{}:{}", machine.files[size_t(step.place.file)], step.place.line,
                               step.place.column)
                 : "a function";
}

/// Bytes that calls of functions move where every array is read and written once: what they are given, what
/// they give, and what they store, which is 0 where all is computed where it is read.
void explainMoves(Program::State &state) {
  const Machine &machine = state.machine;
  auto bytes = [&](int slot) {
    bool isColumn = machine.isBound(slot) && machine.typeOf(slot) != Type::Table;
    const Column column = isColumn ? machine.column(slot) : Column();
    return isColumn ? column.size() * int64_t(sizeOf(column.type())) : 0;
  };
  std::string heading = "functions";
  for (auto &step : machine.steps) {
    if (step.op != "call" || step.out.empty() || !machine.isBound(step.out[0]))
      continue;
    int64_t given = 0, made = 0;
    for (int slot : step.in.front()) // others say how many rows there are
      given += bytes(slot);
    for (int slot : step.out)
      made += bytes(slot);
    if (!heading.empty())
      state.output.print(fmt::format("{:<44} {:>12} {:>14}", std::exchange(heading, ""), "stored", "moved"));
    state.output.print(fmt::format("{:<44} {:>12} {:>14}", placeText(machine, step), step.mostBytes,
                                   given + made + 2 * step.mostBytes));
  }
}

/// Arrays in memory, largest first: columns of the program, what functions store while they run, what
/// patterns hold, what a solve holds.
void explainMemory(Program::State &state) {
  struct Row {
    std::string name;
    int64_t entries, bytes;
  };
  std::vector<Row> rows;
  const Machine &machine = state.machine;
  std::map<const void *, size_t> seen; // checked columns share memory with what was checked
  for (auto &step : machine.steps)
    for (int slot : step.out) {
      if (!machine.isBound(slot) || machine.typeOf(slot) == Type::Table)
        continue;
      const Column &column = machine.column(slot);
      auto [known, isNew] = seen.try_emplace(column.data(), rows.size());
      if (isNew)
        rows.push_back(
            {"column of " + step.op, column.size(), column.size() * int64_t(sizeOf(column.type()))});
      if (!machine.nameOf(slot).empty())
        rows[known->second].name = "column " + machine.nameOf(slot);
    }
  for (auto &step : machine.steps)
    if (step.blocks > 0)
      rows.push_back({fmt::format("{} arrays inside of {}", step.blocks, placeText(machine, step)),
                      step.mostBytes / int64_t(sizeof(double)), step.mostBytes});
  for (auto &[name, problem] : state.problems) {
    const Instance &p = *problem.instance;
    int64_t jacobian = p.jacobian.size(), hessian = p.hessian.size(), slots = 0;
    for (const Pattern &pattern : p.patterns)
      slots += pattern.numSlots();
    constexpr int64_t real = sizeof(double), code = sizeof(int32_t);
    rows.push_back({name + ": bounds and start", 3 * p.n + 2 * p.m, (3 * p.n + 2 * p.m) * real});
    rows.push_back({name + ": Jacobian entries", jacobian, jacobian * (real + 2 * code)});
    rows.push_back({name + ": Hessian entries", hessian, hessian * (real + 2 * code)});
    if (int64_t stored = p.shared.size())
      rows.push_back({name + ": stored expressions", stored, stored * real});
    rows.push_back({name + ": slots of entries that add up", slots, slots * code});
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Row &a, const Row &b) { return a.bytes > b.bytes; });
  int64_t total = 0;
  state.output.print(fmt::format("{:<44} {:>12} {:>14}", "stored arrays", "entries", "bytes"));
  for (const Row &row : rows) {
    total += row.bytes;
    state.output.print(fmt::format("{:<44} {:>12} {:>14}", row.name, row.entries, row.bytes));
  }
  state.output.print(fmt::format("{:<44} {:>12} {:>14}", "altogether", "", total));
  explainMoves(state);
}

} // namespace

void explain(Program::State &state) {
  const RunOptions &options = state.options;
  if (options.memory)
    explainMemory(state);
  for (auto &[name, problem] : state.problems) {
    if (options.solution)
      explainSolution(state, problem);
    if (options.scaling) {
      state.output.print(fmt::format("{}: {}", name, toString(problem.result.status)));
      explainScaling(state, problem, true);
    }
  }
  if (options.memory || options.solution || options.scaling)
    return;
  explainSteps(state);
  for (auto &[name, problem] : state.problems)
    explainProblem(state, *problem.instance);
}

} // namespace costate::rt
