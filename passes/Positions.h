// Where the entries that a term reads stand: columns of positions, each made once per problem.
#pragma once

#include "passes/LookUps.h"

#include "llvm/ADT/DenseMap.h"

namespace costate {

/// Whether every row is the row before plus one: ranges, ranges shifted by constants, and the positions of
/// such integers in a range.
bool isConsecutive(mlir::Value column);

/// A position as a function of the instance s of a space.
struct Position {
  PositionKind kind = PositionKind::Own;
  mlir::Value column; // of table, shift and row; null for own
  bool operator==(const Position &other) const = default;
};

/// Equal positions are seen to be equal: equal columns are made once.
class Positions {
public:
  explicit Positions(ProblemOp problem) : outside(problem) {}

  /// What an index in the body of a term is; nothing where it is not made of loads, casts and constants. Rows
  /// of rows are composed when data is bound.
  std::optional<Position> of(mlir::Value index, TermOp term);

  /// source[position] for every instance, as a column of its own. Not for own positions.
  mlir::Value gathered(mlir::Value source, const Position &position, TermOp term);

  static bool isInstance(mlir::Value index, TermOp term) { return index == term.getRegion().getArgument(0); }

private:
  mlir::Value gather(mlir::Value source, mlir::Value rows);
  mlir::Value literal(int64_t row, mlir::Location loc);
  mlir::Value table(const Position &position, TermOp term);

  mlir::OpBuilder outside; // before the problem, in the program
  llvm::DenseMap<std::pair<mlir::Value, mlir::Value>, mlir::Value> gathers, repetitions;
  llvm::DenseMap<int64_t, mlir::Value> literals;
  LookUps lookUps;
};

} // namespace costate
