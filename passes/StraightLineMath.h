// Elementary functions written as f64 and i64 operations without branches, so that loops stay vectors.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

namespace costate {

/// Emits code for functions of f64 values; at most 2 ulp from the exact result
/// (tests/codegen/InlineMathTest.cpp prints what it measures). Needs a fused multiply-add that is fast.
/// Constants are made once, at the function's entry.
class StraightLineMath {
public:
  explicit StraightLineMath(mlir::func::FuncOp function);

  /// Code is written before this operation.
  void setInsertionPoint(mlir::Operation *op) { b.setInsertionPoint(op); }

  /// x = quadrant * pi/2 + r; sine and cosine of r and what is needed to turn them into those of x.
  struct Reduced {
    mlir::Value sine, cosine; // of r
    mlir::Value quadrant;     // i64, only the last two bits count
    mlir::Value sign;         // i64, of x: only the highest bit is set, if any
    mlir::Value margin;       // i64, negative where |x| >= 2^30 or x is not finite: then the rest is wrong
  };
  Reduced reduce(mlir::Value x);
  mlir::Value sine(const Reduced &reduced);
  mlir::Value cosine(const Reduced &reduced);

  /// One of the two where the other is not needed: half a period around a zero and one polynomial do.
  struct Alone {
    mlir::Value value, margin; // as above
  };
  Alone sineAlone(mlir::Value x);
  Alone cosineAlone(mlir::Value x);

  mlir::Value exponential(mlir::Value x);
  mlir::Value logarithm(mlir::Value x);

private:
  mlir::Value real(double value);
  mlir::Value integer(int64_t value);
  mlir::Value add(mlir::Value x, mlir::Value y);
  mlir::Value subtract(mlir::Value x, mlir::Value y);
  mlir::Value negated(mlir::Value x);
  mlir::Value multiply(mlir::Value x, mlir::Value y);
  mlir::Value fused(mlir::Value x, mlir::Value y, mlir::Value z);
  mlir::Value polynomial(mlir::Value x, mlir::Value square, llvm::ArrayRef<double> coefficients);
  mlir::Value bits(mlir::Value x);
  mlir::Value fromBits(mlir::Value x);
  mlir::Value choose(mlir::arith::CmpFPredicate predicate, mlir::Value x, double bound, mlir::Value yes,
                     mlir::Value no);
  mlir::Value margin(mlir::Value absoluteBits);
  mlir::Value withoutMultiples(mlir::Value a, mlir::Value n);
  Alone aroundZero(mlir::Value a, mlir::Value multiples, mlir::Value margin, mlir::Value signs);
  mlir::Value turned(const Reduced &reduced, mlir::Value even, mlir::Value odd, mlir::Value flip);

  mlir::OpBuilder b, constants;
  mlir::Location loc;
  llvm::DenseMap<uint64_t, mlir::Value> reals, integers;
};

} // namespace costate
