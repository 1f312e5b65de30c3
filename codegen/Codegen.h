// Kernel functions => machine code: in process, as an object, as assembly.
#pragma once

#include "codegen/Descriptor.h"
#include "costate/rt/Abi.h"

#include "llvm/Support/Error.h"

#include <memory>

namespace llvm {
class LLVMContext;
class Module;
namespace orc {
class LLJIT;
}
} // namespace llvm

namespace costate {

struct CodegenOptions {
  int opt_level = 3;
  std::string cpu;     // empty: this machine
  bool strict = false; // the operations as written: no contraction of a*b + c, no reciprocals, no regrouping
  bool cache = true;   // keep compiled kernels on disk
  bool inline_math = true; // sin, cos, exp, log as arithmetic of loops, where a*b + c is one instruction
  int vector_width = 8;    // reals in a vector at most: 2, 4 or 8; the processor may have less
};

/// The stages `emit` can show.
enum class Stage { Problem, Functions, Loops, Llvm, Assembly, Descriptor };

/// Kernels in memory and the module the runtime loads; both live as long as this.
class JitModule {
public:
  static llvm::Expected<std::unique_ptr<JitModule>> compile(mlir::ModuleOp module,
                                                            const CodegenOptions &options);
  ~JitModule();
  const costate_module_v1 &get() const { return table; }

private:
  JitModule();
  Descriptor descriptor;
  std::unique_ptr<llvm::orc::LLJIT> jit;
  std::vector<costate_kernel> kernels;
  costate_module_v1 table{};
};

/// Dialects and passes this project uses.
void registerDialects(mlir::DialectRegistry &registry);

/// The text of a stage; consumes the module.
llvm::Expected<std::string> emit(mlir::ModuleOp module, Stage stage, const CodegenOptions &options);

/// Writes an object file: kernels, the descriptor, the table `costate_module` and, with `main`, an entry that
/// runs the program (costate_main of the runtime).
llvm::Error emitObject(mlir::ModuleOp module, const CodegenOptions &options, const std::string &path,
                       bool withMain);

/// Links an object with the runtime library by the installed `cc`.
llvm::Error linkExecutable(const std::string &object, const std::string &runtimeLibrary,
                           const std::string &path);

} // namespace costate
