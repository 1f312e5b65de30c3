// Running values of a fold, in groups by enclosing row; t is a nested row, place[t] its running value.
//
//   prod(t) f(t)    =>    h[start of group] = 1,  h[place[t]] = h[place[t]-1]*f(t);  the product is the last
//   h min(t) f(t)     =>    h[place[t]] = f(t) if t is the first of its group, else min(h[place[t]-1], f(t))
#pragma once

#include "ir/CostateOps.h"

namespace costate {

/// Columns made at `outside` when data is bound. Cost there: two sorts of the rows.
class FoldChain {
public:
  /// `enclosing`: any column over the rows around the fold.
  FoldChain(FoldOp fold, mlir::Value enclosing, mlir::OpBuilder &outside);

  mlir::Value rows;   // the space of running values
  mlir::Value last;   // over the enclosing rows: the place of the final value
  mlir::Value starts; // over them: the place of the 1 that a product starts from; null for min and max
  mlir::Value place;  // over the nested rows

  /// Changes the body of the fold from f to what the running value `h` must be.
  void chain(mlir::Value h);

private:
  using Body = llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::Value row)>;
  mlir::Value rowNumbers(mlir::Value like);
  mlir::Value map(mlir::Value over, mlir::Type type, Body body);
  mlir::Value toIndex(mlir::OpBuilder &builder, mlir::Value column, mlir::Value row);
  mlir::Value lastOfEach(mlir::Value parent, mlir::Value enclosing);
  mlir::Value firstOfItsGroup(mlir::Value parent);
  mlir::Value placesAfter(mlir::Value inverse, mlir::Value enclosing);
  mlir::Value placesBefore();

  FoldOp fold;
  mlir::OpBuilder &outside;
  mlir::Location loc;
  mlir::Value isFirst; // over the nested rows of min and max
};

} // namespace costate
