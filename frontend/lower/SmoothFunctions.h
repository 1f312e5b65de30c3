// Derivatives of functions of whole variables, as functions beside them. See costate.smooth.
#pragma once

#include "ir/CostateOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <string>

namespace costate::lower {

/// Where variables stand among what a function takes.
llvm::SmallVector<int32_t> variableInputs(llvm::ArrayRef<mlir::Value> inputs);

/// `value` returns a column c; derivatives are by the arguments `variables`. Functions of rows take weights
/// of them, others return one number whose weight is 1.
class SmoothFunctions {
public:
  SmoothFunctions(mlir::func::FuncOp value, llvm::ArrayRef<int32_t> variables, bool isOfRows)
      : value(value), variables(variables), isOfRows(isOfRows) {}

  /// The names of functions with the same arguments and more.
  std::string gradient();
  std::string product();
  std::string forward();

private:
  using Values = llvm::SmallVector<mlir::Value>;
  mlir::func::FuncOp makeFunction(const std::string &suffix, size_t more);
  void finish(mlir::func::FuncOp function, mlir::OpBuilder &b, mlir::ValueRange results);
  Values variablesOf(mlir::ValueRange arguments);
  /// Clones the function into a region; `arguments` are its own but for the variables, which are the block's.
  void fill(mlir::Block *block, mlir::ValueRange arguments);
  mlir::Value one(mlir::OpBuilder &b);
  /// c and its derivative times weights, where the function's arguments are these and then the weights.
  Values reversed(mlir::OpBuilder &b, mlir::ValueRange arguments);

  mlir::func::FuncOp value;
  llvm::ArrayRef<int32_t> variables;
  bool isOfRows;
};

} // namespace costate::lower
