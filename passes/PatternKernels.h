// Kernel functions of a term: the scalar values of its body, accumulated where they belong.
#pragma once

#include "ir/CostateOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

#include <string>

namespace costate {

/// Copies `value` and the scalar operations it is made of to the builder's place; what the mapping knows,
/// columns and variables are shared. No recursion: bodies may be long. Cost: O(operations).
mlir::Value cloneScalar(mlir::Value value, mlir::OpBuilder &builder, mlir::IRMapping &mapping,
                        llvm::function_ref<mlir::Value(mlir::Value)> outside = nullptr);

/// Makes the kernels of one term, `<name>.value`, `.first` and `.second`:
///
///   value :  C[row] += value                    arguments  n, inputs, C
///   first :  J[slot_e] += entry_e               arguments  n, inputs, slot_1.., J
///   second:  H[slot_e] += W[row] * entry_e      arguments  n, inputs, W, slot_1.., H
class PatternKernels {
public:
  PatternKernels(TermOp term, mlir::ModuleOp module, std::string name, llvm::ArrayRef<mlir::Value> inputs)
      : term(term), module(module), name(std::move(name)), inputs(inputs.begin(), inputs.end()) {}

  mlir::FlatSymbolRefAttr value(mlir::Value output);
  mlir::FlatSymbolRefAttr first(llvm::ArrayRef<mlir::Value> entries) {
    return addTo(".first", entries, false);
  }
  mlir::FlatSymbolRefAttr second(llvm::ArrayRef<mlir::Value> entries) {
    return addTo(".second", entries, true);
  }

private:
  struct Kernel;
  Kernel begin(llvm::StringRef suffix, size_t numSlots, bool hasWeight);
  mlir::FlatSymbolRefAttr addTo(llvm::StringRef suffix, llvm::ArrayRef<mlir::Value> entries, bool isWeighted);
  mlir::FlatSymbolRefAttr finish(Kernel &kernel);

  TermOp term;
  mlir::ModuleOp module;
  std::string name;
  llvm::SmallVector<mlir::Value> inputs;
};

} // namespace costate
