// Variables and defining constraints that SplitSums adds to a problem.
#pragma once

#include "ir/CostateOps.h"

namespace costate {

class HiddenVariables {
public:
  explicit HiddenVariables(ProblemOp problem) : problem(problem), outside(problem) {}
  ~HiddenVariables() { forget(); }
  HiddenVariables(const HiddenVariables &) = delete;

  /// A column of one row, for what has no space.
  mlir::Value oneRow();
  /// A hidden variable, and for a fold the places of its final values.
  struct Declared {
    mlir::Value variable, last;
  };
  /// What was remembered for an equal sum or fold in a body over `around`; null members where there is none.
  /// Equal: the same operations over the same columns and variables.
  Declared equalTo(mlir::Operation *reduction, mlir::Value around) const;
  /// The name of a hidden family and the index tuples of its entries: columns and the types of their
  /// elements.
  struct Name {
    std::string family;
    llvm::SmallVector<mlir::Value> index;
    mlir::ArrayAttr roots; // null: there are none
  };
  /// A new hidden variable over `like`, after the others, and the constraint of that name for the rows that
  /// define it, after everything: numbers of families do not change. `start` stands until the rows give a
  /// better one.
  mlir::Value declare(mlir::Location loc, mlir::Value like, Name name, double start);
  /// Keeps what was declared for a reduction, if nothing in it belongs to the body around.
  void remember(mlir::Operation *reduction, mlir::Value around, Declared declared);
  /// Drops what was remembered: it uses columns of lets.
  void forget();

private:
  struct Known {
    mlir::Operation *reduction; // a copy without a place
    mlir::Value around;
    Declared declared;
  };
  mlir::Value number(mlir::Location loc, double value); // a column of one row

  ProblemOp problem;
  mlir::OpBuilder outside; // before the problem, in the program
  mlir::Value single;
  llvm::SmallVector<Known> known;
};

} // namespace costate
