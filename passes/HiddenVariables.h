// Variables and defining constraints that SplitSums adds to a problem.
#pragma once

#include "ir/CostateOps.h"

namespace costate {

class HiddenVariables {
public:
  explicit HiddenVariables(ProblemOp problem) : problem(problem), outside(problem) {}
  ~HiddenVariables();
  HiddenVariables(const HiddenVariables &) = delete;

  /// A column of one row, for what has no space.
  mlir::Value oneRow();
  /// The hidden variable over `like` that was declared for an equal sum, or null. Equal: the same operations
  /// over the same columns and variables.
  mlir::Value equalTo(SumOp sum, mlir::Value like);
  /// A new hidden variable over `like`, after the others, and the constraint `name` for the rows that define
  /// it, after everything: numbers of families do not change.
  mlir::Value declare(SumOp sum, mlir::Value like, llvm::StringRef name);

private:
  struct Known {
    mlir::Operation *sum; // a copy without a place
    mlir::Value like, variable;
  };
  ProblemOp problem;
  mlir::OpBuilder outside; // before the problem, in the program
  mlir::Value single;
  llvm::SmallVector<Known> known;
};

} // namespace costate
