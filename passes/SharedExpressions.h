// An expression of one row as a costate.shared operation: its value and derivatives, each a column.
#pragma once

#include "passes/KernelCost.h"
#include "passes/RowExpressions.h"

namespace costate {

/// A costate.shared with what a term needs to read it.
struct SharedExpression {
  SharedOp op;
  llvm::SmallVector<int> arguments; // the expressions of the variable entries it loads
  mlir::ArrayAttr partials;         // as in StoredOp
  KernelCost value, second;         // of one row
};

/// Writes an expression over the rows of its variables and differentiates it twice; the operation stands at
/// the builder's place. Nothing where its columns are not known to have equally many rows, or it has an
/// operation without derivative rule, or is longer than the bounds below.
std::optional<SharedExpression> shareExpression(const RowExpressions &rows, const RowExpression &expression,
                                                mlir::OpBuilder builder);

/// The loads of variables among operations, by expression, in order.
llvm::SmallVector<std::pair<int, AtOp>> variableLoads(const RowExpressions &rows,
                                                      llvm::ArrayRef<mlir::Operation *> operations);

/// Longer expressions are not shared: registers hold no more.
constexpr size_t mostSharedOperations = 200, mostSharedArguments = 6;

} // namespace costate
