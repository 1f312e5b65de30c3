// Values that equations define.
#ifndef COSTATE_IMPLICIT_OPS
#define COSTATE_IMPLICIT_OPS

include "ir/MapOps.td"

def Costate_RootOp : Costate_BodyOp<"root", [SingleBlock, AllTypesMatch<["start", "solution"]>]> {
  let summary = "the solution of equations";
  let description = [{
    Meaning: x near `start` with F(x) = 0, where F is the body; with `fixed` x = F(x). Values from outside are
    parameters of the equations. Newton's method with halved steps finds a root, repetition a fixed point. Where they do
    not converge, or the Jacobian of F is singular, the function fails with the sentence of number `place`.

    - (C1) The start is f64 or a tensor of f64.
    - (C2) The body takes one argument of its type and yields one value of its type, of the same sizes.
    - (C3) The body has no side effects.

    Derivative: by the implicit function theorem F_x dx = -F_p dp (with `fixed` dx - F_x dx = F_p dp), to any order; the
    start has none.

    Run `tests/ops/root.mlir` for examples.
  }];
  let arguments = (ins Costate_Value:$start, UnitAttr:$fixed, I32Attr:$place);
  let results = (outs Costate_Value:$solution);
  let regions = (region SizedRegion<1>:$region);
  let builders = [
    // With an empty body: its argument exists, the terminator is the caller's.
    OpBuilder<(ins "::mlir::Value":$start, "bool":$fixed, "int32_t":$place)>
  ];
  let assemblyFormat = [{(`fixed` $fixed^)? `from` $start `else` $place attr-dict-with-keyword
      `:` type($start) $region}];
  let hasRegionVerifier = 1;
}

def Costate_ConvergedOp : Costate_Op<"converged", [Pure]> {
  let summary = "whether an iteration has reached what it should";
  let description = [{
    Meaning: whether `left <= allowed`; if not, the function fails with the sentence of number `place`.

    Derivative: none.

    Run `tests/ops/converged.mlir` for examples.
  }];
  let arguments = (ins F64:$left, F64:$allowed, I64:$steps, I32Attr:$place);
  let results = (outs I1:$isConverged);
  let assemblyFormat = "$left `<` `=` $allowed `after` $steps `else` $place attr-dict";
}

#endif
