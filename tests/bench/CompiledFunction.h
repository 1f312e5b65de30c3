// A compiled function of a model, called again and again, and the least time of what takes turns.
#pragma once

#include "costate/Session.h"
#include "costate/rt/Functions.h"
#include "tests/codegen/BoundProgram.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"

#include <fmt/format.h>

#include <chrono>
#include <functional>

namespace costate::bench {

using Work = std::function<void()>;

inline double secondsOf(const Work &work) {
  auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The least seconds of each, over 25 rounds.
inline std::vector<double> leastSeconds(const std::vector<Work> &all) {
  std::vector<double> least(all.size(), 1e30);
  for (int round = 0; round < 25; ++round)
    for (size_t k = 0; k < all.size(); ++k)
      least[k] = std::min(least[k], secondsOf(all[k]));
  return least;
}

/// The last function that a model calls, with its arguments; its own computations in floats, if asked.
class Compiled {
public:
  explicit Compiled(const std::string &text, bool isSingle = false) : context(test::makeContext()) {
    CompileOptions options;
    Session session(options);
    std::string ir, error;
    if (!session.loadText("bench.opt", text) || !session.emit("problem", ir, error)) {
      fmt::print(stderr, "{}{}\n", session.renderedDiagnostics(), error);
      std::exit(1);
    }
    auto module = mlir::parseSourceString<mlir::ModuleOp>(ir, context.get());
    for (auto function : module->getOps<mlir::func::FuncOp>())
      if (isSingle && function->hasAttr("costate.function"))
        function->setAttr("costate.single", mlir::UnitAttr::get(context.get()));
    auto start = std::chrono::steady_clock::now();
    program = std::make_unique<test::BoundProgram>(*module, CodegenOptions{.cache = false});
    compileSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    for (auto &step : program->steps())
      if (step.op == "call")
        last = &step;
    rt::Machine &machine = program->runtime();
    kernel = machine.kernel(last->all.at("kernel").get<int>());
    for (int slot : last->in[0]) {
      args.push_back(const_cast<void *>(machine.column(slot).data()));
      lengths.push_back(machine.column(slot).size());
    }
    for (int slot : last->out)
      args.push_back(const_cast<void *>(machine.column(slot).data()));
    args.push_back(lengths.data());
    args.push_back(&failure);
  }
  void operator()() { kernel(args.data(), 0, 1); }
  double compileSeconds = 0;

private:
  std::unique_ptr<mlir::MLIRContext> context;
  std::unique_ptr<test::BoundProgram> program;
  const rt::Step *last = nullptr;
  costate_kernel kernel = nullptr;
  std::vector<void *> args;
  std::vector<int64_t> lengths;
  costate_failure failure = {};
};

inline void report(const char *name, Compiled &ours, const Work &byHand, const std::string &more = "") {
  std::vector<double> seconds = leastSeconds({[&] { ours(); }, byHand});
  fmt::print("{:<46} {:>9.1f} us {:>9.1f} us {:>6.2f}{}\n", name, seconds[0] * 1e6, seconds[1] * 1e6,
             seconds[0] / seconds[1], more);
}

} // namespace costate::bench
