// Random numbers by counters: what is drawn depends on seed, stream and index alone.
#ifndef COSTATE_RANDOM_OPS
#define COSTATE_RANDOM_OPS

include "ir/CostateDialect.td"
include "ir/CostateInterfaces.td"

def Costate_UniformOp : Costate_Op<"uniform", [Pure]> {
  let summary = "a random number between 0 and 1";
  let description = [{
    Meaning: number `index` of `stream` under `seed` by Philox4x32-10 [SMDS11], an odd multiple of 2^-53: `costate_uniform`
    of the runtime.

    Derivative: none.

    Run `tests/ops/uniform.mlir` for examples.
  }];
  let arguments = (ins I64:$seed, I64:$stream, I64:$index);
  let results = (outs F64:$number);
  let assemblyFormat = "$seed `,` $stream `,` $index attr-dict";
}

def Costate_StreamOp : Costate_Op<"stream", [Pure]> {
  let summary = "a stream of its own for an index of another";
  let description = [{
    Meaning: `costate_stream` of the runtime, which takes other keys than numbers do.

    Derivative: none.

    Run `tests/ops/stream.mlir` for examples.
  }];
  let arguments = (ins I64:$seed, I64:$stream, I64:$index);
  let results = (outs I64:$other);
  let assemblyFormat = "$seed `,` $stream `,` $index attr-dict";
}

def Costate_NormalQuantileOp : Costate_Op<"normal_quantile", [Pure,
    DeclareOpInterfaceMethods<DifferentiableScalar>]> {
  let summary = "the quantile of the standard normal distribution";
  let description = [{
    Meaning: x with (1 + erf(x / sqrt(2))) / 2 = p; infinite at 0 and 1, NaN outside.

    Derivative: sqrt(2 pi) exp(x^2 / 2).

    Run `tests/ops/normal_quantile.mlir` for examples.
  }];
  let arguments = (ins F64:$p);
  let results = (outs F64:$x);
  let assemblyFormat = "$p attr-dict";
}

#endif
