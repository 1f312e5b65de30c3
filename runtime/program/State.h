// What a running program keeps: the machine, its problems and their results.
#pragma once

#include "costate/rt/Program.h"
#include "costate/rt/Solve.h"
#include "runtime/problem/Instance.h"
#include "runtime/problem/Structure.h"
#include "runtime/program/ThreadPool.h"
#include "runtime/report/Names.h"

namespace costate::rt {

/// The solver for a problem that no `using` asks for, and why (ChooseSolver.cpp).
struct Choice {
  const SolverRow *solver = nullptr;
  std::string why;
};
Choice chooseSolver(const Instance &problem);

struct SolvedProblem {
  std::unique_ptr<Instance> instance;
  Result result;
  Choice chosen;                                      // empty: the program names a solver
  bool isSolved = false;                              // ran and has values
  bool isBroken = false;                              // a chain of methods ended before its last one
  bool isChecked = false;                             // its structure
  std::map<std::string, std::vector<double>> reports; // of the last method, by name
};

struct Program::State {
  State(const costate_module_v1 &module, RunOptions options, Output output)
      : options(std::move(options)), output(std::move(output)),
        host(this->options.host ? *this->options.host : costate_host{}),
        pool(host.parallel_for || host.context ? 1 : numThreads(this->options)),
        machine(module, this->options.base_folder, this->options.values, &host) {
    pool.serve(host);
  }

  RunOptions options;
  Output output;
  costate_host host; // the embedder's, completed
  ThreadPool pool;
  Machine machine;
  std::map<std::string, SolvedProblem> problems;
  int status = 0;

  static int numThreads(const RunOptions &options) {
    constexpr unsigned most = 4;
    return options.threads > 0 ? options.threads
                               : int(std::min(most, std::max(1u, std::thread::hardware_concurrency())));
  }
  void worsen(int code) { status = std::max(status, code); }
  SolvedProblem &problem(const Step &step, const char *attribute = "problem");
};

/// Runs the method of the model that a step names, from a point of all variables, and judges where it ends
/// (RunMethod.cpp). Throws what fails in it.
Result runMethod(Program::State &state, SolvedProblem &problem, const Step &step,
                 const std::vector<double> &from);

/// What was built and what it costs, or what was asked for (Explain.cpp).
void explain(Program::State &state);
/// Topics of it (ExplainTopics.cpp). `all`: also what is not extreme.
void explainSolution(Program::State &state, const SolvedProblem &problem);
void explainScaling(Program::State &state, const SolvedProblem &problem, bool all);
/// Prints status, reason and what explains it (ReportSolve.cpp).
void reportSolve(Program::State &state, const SolvedProblem &problem);
/// From the minimization to the maximization it stands for, and back (Program.cpp).
void turnSign(Result &result);

/// Of a problem's rows and variables (Names.cpp); borrows both.
Names namesOf(const Machine &machine, const Instance &problem);

/// Prints a warning for equations that are too many or too few (CheckStructure.cpp); no failure.
void checkStructure(Program::State &state, const Instance &problem, const Structure &structure);
void checkStructure(Program::State &state, const Instance &problem);

/// Commands (Show.cpp, Write.cpp, CheckDerivatives.cpp, CheckFunction.cpp).
void show(Program::State &state, Step &step);
void write(Program::State &state, Step &step);
void solution(Program::State &state, Step &step);
void checkDerivatives(Program::State &state, Step &step);
void checkFunction(Program::State &state, Step &step);
std::string valueText(const Machine &machine, const Json &item, const Column &column, int64_t row);

} // namespace costate::rt
