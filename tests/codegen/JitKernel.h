// One kernel of a program in IR, compiled in process and called with arrays.
#pragma once

#include "codegen/Codegen.h"

#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

namespace costate::test {

/// Arrays of these sizes in a file would take minutes to print and read, so results are kept by a `print`
/// that never runs: only the compiled kernel is called.
class JitKernel {
public:
  /// `body` computes `results` values, %r0, %r1, ..., of f64 from %x of f64. Ends the program where it does
  /// not compile.
  JitKernel(const std::string &body, int results, const CodegenOptions &options = {});
  ~JitKernel();

  /// arrays: x, then the results.
  void operator()(std::initializer_list<const void *> arrays, int64_t begin, int64_t end) const;

  /// The text of a stage of the same program.
  static std::string text(const std::string &body, int results, Stage stage, const CodegenOptions &options);

private:
  std::unique_ptr<JitModule> module;
};

} // namespace costate::test
