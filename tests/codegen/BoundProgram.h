// A module compiled to machine code, with its steps run by the runtime's machine: columns and bound problems.
#pragma once

#include "codegen/Codegen.h"
#include "runtime/problem/Instance.h"

#include "mlir/IR/BuiltinOps.h"

#include <map>
#include <memory>
#include <string>

namespace costate::test {

/// A context with the dialects of compiled programs.
std::unique_ptr<mlir::MLIRContext> makeContext();

class BoundProgram {
public:
  /// Consumes the module. Adds a test failure where it does not compile. Commands are not executed; `print`
  /// keeps its columns under their labels.
  BoundProgram(mlir::ModuleOp module, const CodegenOptions &options, const std::string &baseFolder = ".");

  bool isValid() const { return bool(machine); }
  /// The column printed under a label, or null.
  const rt::Column *printed(const std::string &label) const;
  const rt::Instance *problem(const std::string &name) const;
  /// The step that states a problem, as the descriptor has it.
  const rt::Json &stated(const std::string &name) const { return statements.at(name); }
  rt::Machine &runtime() { return *machine; }
  const std::vector<rt::Step> &steps() const { return machine->steps; }
  /// The slot of the column printed under a label, or -1.
  int slotOf(const std::string &label) const;
  const std::vector<rt::Failure> &failures() const { return machine->failures; }

private:
  std::unique_ptr<JitModule> code;
  std::unique_ptr<rt::Machine> machine;
  std::map<std::string, int> columns;
  std::map<std::string, std::unique_ptr<rt::Instance>> problems;
  std::map<std::string, rt::Json> statements;
};

} // namespace costate::test
