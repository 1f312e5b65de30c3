// Derivatives of a function of whole variables, as functions beside it.
#pragma once

#include "ir/CostateOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <string>

namespace costate::lower {

/// `value` returns one number, a column of one row; derivatives are by the arguments `variables`.
class SmoothFunctions {
public:
  SmoothFunctions(mlir::func::FuncOp value, llvm::ArrayRef<int32_t> variables)
      : value(value), variables(variables) {}

  /// The name of a function with the same arguments: f, then its gradient, one column per variable.
  std::string gradient();
  /// The name of a function that takes a direction for each variable besides: the Hessian times the
  /// direction.
  std::string product();

private:
  using Values = llvm::SmallVector<mlir::Value>;
  mlir::func::FuncOp makeFunction(const std::string &name, size_t directions);
  /// f and its gradient where the function's arguments are these.
  Values reversed(mlir::OpBuilder &b, mlir::ValueRange arguments);

  mlir::func::FuncOp value;
  llvm::ArrayRef<int32_t> variables;
};

} // namespace costate::lower
