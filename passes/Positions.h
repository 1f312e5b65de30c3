// Where the entries that a term reads stand: columns of positions, each made once per problem.
#pragma once

#include "passes/LookUps.h"
#include "passes/PositionForms.h"

#include "llvm/ADT/SetVector.h"

namespace costate {

/// A position as a function of the instance s of a space.
struct Position {
  PositionKind kind = PositionKind::Own;
  mlir::Value column; // null for own
  mlir::Value from;   // of moved: the column that is read row by row
  bool operator==(const Position &other) const = default;
};

/// Equal positions are seen to be equal: equal columns are made once.
class Positions {
public:
  explicit Positions(ProblemOp problem) : outside(problem) {}

  /// What an index in the body of a term is; nothing where it is not made of loads, casts and constants. Rows
  /// of rows are composed when data is bound.
  std::optional<Position> of(mlir::Value index, TermOp term);
  /// Makes of a table one that is moved from another, where they differ by one number in all rows.
  bool moveFrom(const Position &other, Position &position);
  /// Columns that equal others, or the instances: nothing reads them, but their positions are to be checked.
  llvm::ArrayRef<mlir::Value> onlyChecked() const { return checked.getArrayRef(); }

  /// source[position] for every instance, as a column of its own. Not for own positions.
  mlir::Value gathered(mlir::Value source, const Position &position, TermOp term);

  static bool isInstance(mlir::Value index, TermOp term) { return index == term.getRegion().getArgument(0); }

private:
  Position inRow(mlir::Value column, mlir::Value over);
  mlir::Value gather(mlir::Value source, mlir::Value rows);
  mlir::Value literal(int64_t row, mlir::Location loc);
  mlir::Value table(const Position &position, TermOp term);

  mlir::OpBuilder outside; // before the problem, in the program
  llvm::DenseMap<std::pair<mlir::Value, mlir::Value>, mlir::Value> gathers, repetitions;
  llvm::DenseMap<int64_t, mlir::Value> literals;
  PositionForms forms;
  llvm::DenseMap<mlir::Value, llvm::SmallVector<mlir::Value>> tables; // by space: no two have one form
  llvm::SetVector<mlir::Value> checked;
  LookUps lookUps;
};

} // namespace costate
