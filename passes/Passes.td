// The passes, in the order they run (Pipelines.cpp).
#ifndef COSTATE_PASSES
#define COSTATE_PASSES

include "mlir/Pass/PassBase.td"

def SplitSums : Pass<"costate-split-sums", "::mlir::ModuleOp"> {
  let summary = "make terms of the bodies of constraints and objectives";
  let description = [{
    Before: bodies with sums in them. After: constraints and objectives with empty regions, and `costate.term`
    operations whose bodies hold no sums. A sum is split off where it adds to the body, with factors free of sums
    multiplied in; elsewhere (under a nonlinear function, in a product of sums) it becomes a hidden variable with a
    constraint that defines it. Keeps: names and places of families. Its size does not depend on data.

    Run `tests/passes/split-sums.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
  let statistics = [Statistic<"numTerms", "num-terms", "terms made">,
                    Statistic<"numLifted", "num-lifted", "sums that became hidden variables">];
}

def ExpandPowers : Pass<"costate-expand-powers", "::mlir::ModuleOp"> {
  let summary = "write small constant powers as multiplications";
  let description = [{
    Before: `math.fpowi` with a constant exponent up to 64 in magnitude, `math.powf` with a constant one.
    After: multiplications by repeated squaring (a reciprocal for negative exponents, `x^0 = 1`); `x^0.5` with
    x >= 0 stays a power. Other exponents become `math.powf`. Keeps: values up to rounding.

    Run `tests/passes/expand-powers.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect"];
}

def SparseDerivatives : Pass<"costate-sparse-derivatives", "::mlir::ModuleOp"> {
  let summary = "differentiate terms: kernels for value, Jacobian and Hessian entries";
  let description = [{
    Before: `costate.term` operations. After: `costate.pattern` operations and one kernel function each for the
    value, the Jacobian entries (reverse mode over the scalar body) and the Hessian entries of the Lagrangian
    (forward over reverse, lower half, structural zeros left out). Where a value is used only under one branch of a
    select, its derivatives are selected too, so that what is not finite in the other branch stays there.
    Keeps: the order of terms. Its size does not depend on data.

    Run `tests/passes/sparse-derivatives.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::func::FuncDialect"];
}

def OutlineKernels : Pass<"costate-outline-kernels", "::mlir::ModuleOp"> {
  let summary = "make kernel functions of the maps of a program";
  let description = [{
    Before: `costate.map` in a program. After: `costate.kernel` calls of functions of one map each.
    Keeps: results and their order.

    Run `tests/passes/outline-kernels.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::func::FuncDialect"];
}

def LowerMapsToLoops : Pass<"costate-lower-maps-to-loops", "::mlir::ModuleOp"> {
  let summary = "kernel functions over memory: one loop per dimension";
  let description = [{
    Before: functions marked `costate.kernel` that take a size, tensors and the initial accumulators and return the
    results of their map. After: functions of `begin, end`, buffers of inputs, results and accumulators that compute
    the instances begin..end-1 in place. Accumulators are updated in order of instances.

    Run `tests/passes/lower-maps-to-loops.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::func::FuncDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}

#endif
