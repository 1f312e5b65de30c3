// Which scalars in the bodies of terms are functions of one row of some columns, and which of them are equal
// but for the row.
#pragma once

#include "passes/LookUps.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallSet.h"

#include <map>
#include <vector>

namespace costate {

/// exp(a[r] u[r] + t): equal scalars, r left open. Entries at constant rows (t) are as constants are.
struct RowExpression {
  mlir::Value example; // in `term`
  TermOp term;
  bool readsRow = false;            // a variable at r, not only data or constant rows
  int calls = 0, roots = 0;         // written out; at most 2 are counted
  llvm::SmallSet<int, 4> users;     // expressions; -1 where it is used in something that reads two rows
  llvm::SmallSet<int, 4> positions; // at which it stands, numbers of (space, path to the row)
};

class RowExpressions {
public:
  /// No row is read: it may stand in expressions of any row.
  static constexpr int anyRow = -1;
  struct Scalar {
    int expression, position;
  };

  /// Takes in the scalars of a term.
  void add(TermOp term);

  /// Expressions in order: after their operands.
  const std::vector<RowExpression> &all() const { return expressions; }
  /// What a scalar of a term is; nothing where it reads several rows.
  std::optional<Scalar> of(mlir::Value value) const;
  /// The operations that a scalar is made of, from its loads and constants on, in order; none where they are
  /// more than `most`.
  llvm::SmallVector<mlir::Operation *> operations(mlir::Value value, size_t most) const;

  /// The columns that lead from an instance of `position` to its row: q1, q2 stand for q2[q1[s]].
  llvm::ArrayRef<mlir::Value> path(int position) const { return positions[size_t(position)].second; }

  /// The array that a load reads at the row: behind a gather its source.
  static mlir::Value arrayOf(AtOp load);
  /// Whether the load is at the row of its expression.
  bool isAtRow(AtOp load) const { return of(load.getValue())->position != anyRow; }

private:
  using Path = std::vector<mlir::Value>;
  using Position = std::pair<mlir::Value, Path>; // space and path

  std::optional<Scalar> load(AtOp at, TermOp term);
  std::optional<Scalar> combination(mlir::Operation &op);
  std::optional<Path> pathTo(mlir::Value index, TermOp term);
  void expand(mlir::Value column, Path &path);
  int number(const Position &position);
  int number(const std::vector<const void *> &key);
  void take(mlir::Operation &op, Scalar scalar, TermOp term);

  std::vector<RowExpression> expressions;
  llvm::DenseMap<mlir::Value, Scalar> scalars;
  std::map<std::vector<const void *>, int> numbers, positionNumbers;
  std::vector<Position> positions;
  LookUps lookUps;
};

} // namespace costate
