// Which expressions functions of the IR must, or can, compute. Lets are looked at once, however often they
// are used.
#pragma once

#include "frontend/sema/Checked.h"

#include <map>

namespace costate::lower {

class FunctionNeeds {
public:
  /// Whether a number needs loops, derivatives or library operations on variables.
  bool needsFunction(const sema::Expr &number);
  /// Whether a computation that reads variables is part of it, be it of integers, which have no derivatives.
  bool readsComputed(const sema::Expr &expr);
  /// Whether it takes functions that are not linear of sums over variables, or products and extremes. As
  /// terms of a problem, each such reduction is a row of its own; in a function it is a loop.
  bool bendsSums(const sema::Expr &number) { return bendsSums(number, false); }
  /// Whether a function can compute an array of a function's body, which is no other name of an array.
  bool canCompute(const sema::Let &array);
  /// The same for a reduction of such arrays, or the position of an extreme.
  bool canCompute(const sema::Expr &number);
  /// The same for a reduction that depends on indices around it, also through arrays of a function's body.
  bool canComputeRows(const sema::Expr &number);
  /// Whether a branch of a choice by data holds a computation that a function can leave out if it is not
  /// taken.
  bool canChoose(const sema::Expr &choice);

private:
  using Known = std::map<const sema::Let *, bool>;

  bool isPositionOrOfArrays(const sema::Expr &number);
  bool readsArrays(const sema::Expr &expr);
  bool isPlain(const sema::Expr &expr);
  bool holdsComputation(const sema::Expr &expr);
  bool isPlainAccess(const sema::Expr &expr);
  bool bendsSums(const sema::Expr &number, bool isBent);

  Known needing, computing, reading, plain, holding;
  std::map<std::pair<const sema::Let *, bool>, bool> bending;
};

} // namespace costate::lower
