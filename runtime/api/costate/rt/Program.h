// A compiled file with its data: binding, commands, values by name. The same for the JIT and for executables.
#pragma once

#include "costate/rt/Abi.h"
#include "costate/rt/Observer.h"
#include "costate/rt/Result.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace costate::rt {

struct RunOptions {
  std::string base_folder = ".";             // where relative paths of data start
  std::string output_folder = ".";           // where those of `write` start
  std::map<std::string, std::string> values; // parameter name to text, as of --set
  bool verbose = false;                      // iteration tables
  bool explain = false;                      // what every step and problem came to
  // What to explain instead; see explainTopics().
  bool memory = false, solution = false, scaling = false;
  /// Threads that evaluate functions; 0: as many as there are processors, at most 4. One where the host has
  /// its own parallel_for or a context.
  int threads = 0;
  const costate_host *host = nullptr;
};

/// What `explain` tells on demand, instead of the sizes and times of what was built. One row each feeds the
/// command line, its help and the manual.
struct ExplainTopic {
  const char *name;
  bool RunOptions::*wanted;
  const char *meaning;
};
const std::vector<ExplainTopic> &explainTopics();

/// A failure with its place in the model (file number as in the descriptor; -1 none).
struct RunFailure {
  std::string id, message, file;
  int line = 0, column = 0;
  int status = 1;
};

/// Where lines of output go; nothing else prints.
struct Output {
  std::function<void(const std::string &line)> print;
  std::function<void(const RunFailure &failure)> report;
  /// Called with every step of a first-order solve, and with null after it. May be empty.
  std::function<void(const std::string &problem, const IterationRow *row)> progress = {};
};

class Program {
public:
  /// The module must outlive the program.
  Program(const costate_module_v1 &module, RunOptions options, Output output);
  ~Program();
  Program(const Program &) = delete;

  /// Runs all steps and commands in order. Status: 0; 1 model or data error; 2 a solve was not optimal; 3 a
  /// failed assert or check; 130 interrupted.
  int run();

  /// Gives a scalar parameter another value, a text as of `--set`, or all reals of a family, in the order of
  /// its index set. After run(): what depends on it is bound again, without compiling; commands are not
  /// repeated. The sentence that refuses it, or empty.
  std::string set(const std::string &parameter, const std::string &text);
  std::string set(const std::string &parameter, const std::vector<double> &values);
  /// Solves a problem with the options of its last `solve` command; `warm` starts from its last result. Null
  /// where no problem of that name is bound. The pointer stays valid.
  const Result *solve(const std::string &problem, bool warm = false);

  /// The last result of a problem, or null.
  const Result *result(const std::string &problem) const;
  /// Values of a variable family after the last solve, in order of its index set; empty if unknown.
  std::vector<double> value(const std::string &problem, const std::string &variable) const;

  struct State; // internal

private:
  std::unique_ptr<State> state;
};

/// Entry of executables: options --data DIR, --set NAME=VALUE, --verbose, --help.
extern "C" int costate_main(const costate_module_v1 *module, int argc, char **argv);

} // namespace costate::rt
