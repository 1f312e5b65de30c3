// Kernel functions of a pattern: maps that yield one scalar per result and instance.
#pragma once

#include "ir/CostateOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"

#include <string>

namespace costate {

/// Copies `value` and the scalar operations it is made of to the builder's place; what the mapping knows,
/// columns and variables are shared. No recursion: bodies may be long. Cost: O(operations).
mlir::Value cloneScalar(mlir::Value value, mlir::OpBuilder &builder, mlir::IRMapping &mapping,
                        llvm::function_ref<mlir::Value(mlir::Value)> outside = nullptr);

/// A kernel function under construction, open at the end of the body of its map.
struct PatternKernel {
  mlir::func::FuncOp function;
  MapOp map;
  mlir::OpBuilder builder;
  mlir::IRMapping mapping; // from the terms, or from the kernel this one was copied from
  mlir::ValueRange inputs, more;

  mlir::Value instance() { return map.getBody()->getArgument(0); }
  mlir::Value load(mlir::Value column, mlir::Value at) {
    return builder.create<AtOp>(map.getLoc(), column, at);
  }
  /// An entry of a column of positions, as an index.
  mlir::Value position(mlir::Value column, mlir::Value at);
};

/// func @<name><suffix>(n, inputs.., more..) -> one column per scalar given to close().
class PatternKernels {
public:
  PatternKernels(mlir::ModuleOp module, mlir::Location loc, std::string name,
                 llvm::ArrayRef<mlir::Value> inputs)
      : module(module), loc(loc), name(std::move(name)), inputs(inputs.begin(), inputs.end()) {}

  PatternKernel open(llvm::StringRef suffix, mlir::TypeRange more = {});
  /// A kernel that starts with the body of another; its mapping leads from there.
  PatternKernel openCopy(PatternKernel &other, llvm::StringRef suffix, mlir::TypeRange more = {});
  /// Yields the scalars; what they do not need is dropped, what is there twice is computed once.
  mlir::FlatSymbolRefAttr close(PatternKernel &kernel, llvm::ArrayRef<mlir::Value> results);

private:
  mlir::ModuleOp module;
  mlir::Location loc;
  std::string name;
  llvm::SmallVector<mlir::Value> inputs;
};

} // namespace costate
