// Loops over memory => LLVM IR with plain pointer arguments.
#pragma once

#include "codegen/Codegen.h"

#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

namespace costate {

/// Runs the passes from loops to the LLVM dialect.
llvm::Error lowerToLlvmDialect(mlir::ModuleOp module);

/// LLVM IR with a packed entry `<kernel>.packed` of type costate_kernel for each kernel; attributes and
/// metadata set.
llvm::Expected<std::unique_ptr<llvm::Module>> translate(mlir::ModuleOp module, llvm::LLVMContext &context,
                                                        llvm::TargetMachine &machine, int vectorWidth);
llvm::Expected<std::unique_ptr<llvm::TargetMachine>> targetMachine(const CodegenOptions &options);
void optimize(llvm::Module &module, llvm::TargetMachine &machine, int level);

} // namespace costate
