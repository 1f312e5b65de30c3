// A scalar region under construction: where its operations go and the row it computes.
#pragma once

#include "frontend/lower/Lowering.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace costate::lower {

struct Lowering::Body {
  mlir::OpBuilder builder;
  mlir::Value row;        // index
  bool isProblem = false; // loads variables; data comes from columns built beforehand
  mlir::Location place;
  FunctionBuilder *function = nullptr; // whose scalar this is
  template <class Op, class... Args> mlir::Value make(Args &&...args) {
    return builder.create<Op>(place, std::forward<Args>(args)...);
  }
  mlir::Value number(double value) { return make<mlir::arith::ConstantOp>(builder.getF64FloatAttr(value)); }
  mlir::Value truth(bool value) { return make<mlir::arith::ConstantOp>(builder.getBoolAttr(value)); }
};

} // namespace costate::lower
