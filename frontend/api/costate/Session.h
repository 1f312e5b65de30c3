// Costate as a library: compile models, run them, read results. One session owns its MLIR context, compiled
// code and diagnostics; nothing is static. Sessions are independent of each other; use one from one thread at
// a time.
#pragma once

#include "costate/Diagnostic.h"
#include "costate/rt/Program.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace costate {

struct CompileOptions {
  int opt_level = 3;
  std::string cpu;     // empty: this machine
  bool strict = false; // the operations as written: no contraction of a*b + c, no reciprocals
  bool cache = true;   // keep compiled kernels on disk
};

class Session {
public:
  explicit Session(CompileOptions options = {});
  ~Session();
  Session(const Session &) = delete;

  /// Reads and checks a model; further files give values to its parameters. False if there are errors; see
  /// diagnostics(). Data is not read.
  bool loadFiles(const std::vector<std::string> &paths);
  /// The same for a text; `name` is shown in messages.
  bool loadText(const std::string &name, const std::string &text);

  const std::vector<Diagnostic> &diagnostics() const;
  /// Diagnostics as text with source lines, in order of place.
  std::string renderedDiagnostics() const;
  /// One failure of a run as text with its source line.
  std::string rendered(const rt::RunFailure &failure) const;

  /// The text of a stage: ast problem functions loops llvm asm descriptor. False with a sentence in `error`.
  bool emit(const std::string &stage, std::string &text, std::string &error);
  /// Compiles in process; false with a sentence in `error`.
  bool compile(std::string &error);
  /// Compiles if needed and makes a program that runs with these options.
  std::unique_ptr<rt::Program> program(rt::RunOptions options, rt::Output output, std::string &error);
  /// Writes an executable that needs no compiler; `runtime_library` is the path of libcostate_rt.a.
  bool compileExecutable(const std::string &path, const std::string &runtime_library, std::string &error);
  bool compileObject(const std::string &path, std::string &error);

private:
  struct State;
  std::unique_ptr<State> state;
};

} // namespace costate
