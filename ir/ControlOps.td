// Loops over state, the tapes they leave, and the derivative operators.
#ifndef COSTATE_CONTROL_OPS
#define COSTATE_CONTROL_OPS

include "ir/MapOps.td"

def Costate_ScanOp : Costate_BodyOp<"scan", [AttrSizedOperandSegments, SingleBlock]> {
  let summary = "a loop of known length over carried values";
  let description = [{
    Meaning: the carried values start as `starts`; for every t below the size, in order (from the last one down with
    `reversed`), the body yields their next values, of the same sizes, then the values to be collected. Results are the
    last carried values, then one tensor per collected value whose first index is t (a collected tensor becomes the
    other dimensions; `inner` are their sizes, result after result), then the `into` tensors with everything
    accumulated. With `record` the tape of the carried values is the last result.

    ```mlir
    %last, %all = costate.scan (%t < %n) carry (%s = %s0 : f64) -> (tensor<?xf64>) {
      %next = arith.mulf %s, %s : f64
      costate.yield %next, %s : f64, f64
    }
    ```
    - (C1) The body has an `index`, one argument per carried value and one per `into` tensor, of their types.
    - (C2) The body yields one value per carried value, of its type, then one per collected one.
    - (C3) A collected result has the element type of what is collected and one dimension more.
    - (C4) Results have the types of what is carried and accumulated; the tape has that of the carried values.
    - (C5) The body has no side effects but `costate.accumulate`, and does not load from an `into` argument.

    Derivative: the loop with the derivatives carried along; its adjoint is `costate.unwind`.

    Run `tests/ops/scan.mlir` for examples.
  }];
  let arguments = (ins Index:$size, Variadic<Costate_Value>:$starts, Variadic<AnyRankedTensor>:$inits,
                   Variadic<Index>:$inner, UnitAttr:$reversed, UnitAttr:$record);
  let results = (outs Variadic<AnyType>:$results);
  let regions = (region SizedRegion<1>:$region);
  let builders = [
    // With an empty body: arguments exist, the terminator is the caller's.
    OpBuilder<(ins "::mlir::Value":$size, "::mlir::ValueRange":$starts, "::mlir::TypeRange":$collected,
                   CArg<"::mlir::ValueRange", "{}">:$inits, CArg<"::mlir::ValueRange", "{}">:$inner,
                   CArg<"bool", "false">:$reversed, CArg<"bool", "false">:$record)>
  ];
  let hasCustomAssemblyFormat = 1;
  let hasCanonicalizer = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    unsigned numCarried() { return getStarts().size(); }
    unsigned numCollected() {
      return getNumResults() - numCarried() - getInits().size() - (getRecord() ? 1 : 0);
    }
    ::mlir::Block::BlockArgListType carried() { return getBody()->getArguments().slice(1, numCarried()); }
    ::mlir::Block::BlockArgListType accumulators() {
      return getBody()->getArguments().drop_front(1 + numCarried());
    }
    ::mlir::ResultRange collected() { return getResults().slice(numCarried(), numCollected()); }
    ::mlir::ResultRange accumulated() {
      return getResults().slice(numCarried() + numCollected(), getInits().size());
    }
  }];
}

def Costate_IterateOp : Costate_BodyOp<"iterate", []> {
  let summary = "a loop over carried values while a condition holds";
  let description = [{
    Meaning: the carried values start as `starts`; while the condition yields true the body yields their next values,
    of the same sizes. Results are the last ones. With `record` the tape of the carried values is the last result.

    ```mlir
    %x = costate.iterate carry (%v = %x0 : f64) while {
      %c = arith.cmpf ogt, %v, %one : f64
      costate.yield %c : i1
    } do (%u) {
      %half = arith.mulf %u, %h : f64
      costate.yield %half : f64
    }
    ```
    - (C1) Both regions take one argument per carried value, of its type.
    - (C2) The condition yields one i1, the body one value per carried value, of its type.
    - (C3) Results have the types of what is carried; the tape has that of the carried values.
    - (C4) The regions have no side effects.

    Derivative: the loop with the derivatives carried along, for as many steps; its adjoint is `costate.unwind`.

    Run `tests/ops/iterate.mlir` for examples.
  }];
  let arguments = (ins Variadic<Costate_Value>:$starts, UnitAttr:$record);
  let results = (outs Variadic<AnyType>:$results);
  let regions = (region SizedRegion<1>:$condition, SizedRegion<1>:$body);
  let builders = [
    // With empty regions: arguments exist, the terminators are the caller's.
    OpBuilder<(ins "::mlir::ValueRange":$starts, CArg<"bool", "false">:$record)>
  ];
  let hasCustomAssemblyFormat = 1;
  let hasCanonicalizer = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    unsigned numCarried() { return getStarts().size(); }
  }];
}

def Costate_UnwindOp : Costate_BodyOp<"unwind", [AttrSizedOperandSegments]> {
  let summary = "the steps of a recorded loop, last first";
  let description = [{
    Meaning: the tape has states s of steps 0, 1, ..., n-1, where `step` gives the state t + 1 of the state t. The
    values w start as `starts`; for t = n-1, ..., 0 (0, ..., n-1 of a loop that was `reversed`, whose states are
    counted by its index) `adjoint` takes t, the state before the step and w, and yields the next w. Results are the
    last w, then the `into` tensors with everything accumulated. States that the tape does not hold are computed again
    by `step`.

    ```mlir
    %w = costate.unwind %tape : !costate.tape<f64> step (%t, %s) {
      %next = arith.mulf %s, %s : f64
      costate.yield %next : f64
    } adjoint (%t, %s) carry (%w = %w0 : f64) into (%acc = %a0 : tensor<?xf64>) {
      ...
      costate.yield %v : f64
    }
    ```
    - (C1) `step` takes an `index` and the states of the tape, and yields values of their types.
    - (C2) `adjoint` takes an `index`, the states, the values w and the `into` tensors, and yields values w.
    - (C3) Results have the types of what starts and of what is accumulated.
    - (C4) The regions have no side effects but `costate.accumulate` in `adjoint`.

    Derivative: with the derivatives of the tape's states beside them; for its adjoint all states are kept.

    Run `tests/ops/unwind.mlir` for examples.
  }];
  let arguments = (ins Costate_Tape:$tape, Variadic<Costate_Value>:$starts, Variadic<AnyRankedTensor>:$inits,
                   UnitAttr:$reversed);
  let results = (outs Variadic<Costate_Value>:$results);
  let regions = (region SizedRegion<1>:$step, SizedRegion<1>:$adjoint);
  let builders = [
    // With empty regions: arguments exist, the terminators are the caller's.
    OpBuilder<(ins "::mlir::Value":$tape, "::mlir::ValueRange":$starts, "::mlir::ValueRange":$inits,
                   "bool":$reversed)>
  ];
  let hasCustomAssemblyFormat = 1;
  let hasCanonicalizer = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    ::llvm::ArrayRef<::mlir::Type> states() { return getTape().getType().getStates(); }
    unsigned numCarried() { return getStarts().size(); }
    ::mlir::Block::BlockArgListType accumulators() {
      return getAdjoint().front().getArguments().drop_front(1 + states().size() + numCarried());
    }
  }];
}

def Costate_JvpOp : Costate_BodyOp<"jvp", [SingleBlock, AttrSizedOperandSegments]> {
  let summary = "a function's value and its derivative in a direction";
  let description = [{
    Meaning: with y = body(at), the results y, then J v for each y, where J is the derivative of y by all values of
    `at` and v the `tangents`. Values from outside are constants.

    - (C1) There is one tangent per value of `at`, of its type: f64 or tensors of f64.
    - (C2) The body takes one argument per value of `at`, of its type, and yields f64 or tensors of f64.
    - (C3) The results have the types of what is yielded, twice.
    - (C4) The body has no side effects.

    Derivative: of the operations that `Differentiate` makes of it.

    Run `tests/ops/jvp.mlir` for examples.
  }];
  let arguments = (ins Variadic<Costate_Value>:$at, Variadic<Costate_Value>:$tangents);
  let results = (outs Variadic<Costate_Value>:$results);
  let regions = (region SizedRegion<1>:$region);
  let builders = [
    // With an empty body: arguments exist, the terminator is the caller's. `yielded` are the types of y.
    OpBuilder<(ins "::mlir::ValueRange":$at, "::mlir::ValueRange":$tangents, "::mlir::TypeRange":$yielded)>
  ];
  let assemblyFormat = [{`at` `(` $at `)` `tangents` `(` $tangents `)` attr-dict-with-keyword
      `:` functional-type(operands, results) $region}];
  let hasRegionVerifier = 1;
}

def Costate_VjpOp : Costate_BodyOp<"vjp", [SingleBlock, AttrSizedOperandSegments]> {
  let summary = "a function's value and its adjoint applied to a vector";
  let description = [{
    Meaning: with y = body(at), the results y, then J' w for each value of `at`, where J is the derivative of y by all
    values of `at` and w the `seeds`, one per y. Values from outside are constants.

    - (C1) The body takes one argument per value of `at`, of its type: f64 or tensors of f64.
    - (C2) There is one seed per value that the body yields, of its type: f64 or tensors of f64.
    - (C3) The results have the types of the seeds, then those of `at`.
    - (C4) The body has no side effects.

    Derivative: of the operations that `Differentiate` makes of it.

    Run `tests/ops/vjp.mlir` for examples.
  }];
  let arguments = (ins Variadic<Costate_Value>:$at, Variadic<Costate_Value>:$seeds);
  let results = (outs Variadic<Costate_Value>:$results);
  let regions = (region SizedRegion<1>:$region);
  let builders = [
    // With an empty body: arguments exist, the terminator is the caller's.
    OpBuilder<(ins "::mlir::ValueRange":$at, "::mlir::ValueRange":$seeds)>
  ];
  let assemblyFormat = [{`at` `(` $at `)` `seeds` `(` $seeds `)` attr-dict-with-keyword
      `:` functional-type(operands, results) $region}];
  let hasRegionVerifier = 1;
}

def Costate_RuledOp : Costate_BodyOp<"ruled", [DeclareOpInterfaceMethods<DifferentiableArray>]> {
  let summary = "a value whose derivative is given";
  let description = [{
    Meaning: what the body yields at `at`. The rule takes the same values, then a direction for each, and yields the
    derivative in these directions; it is linear in them.

    ```mlir
    %y = costate.ruled at (%x) : (f64) -> f64 {
    ^bb0(%u: f64):
      %v = math.exp %u : f64
      costate.yield %v : f64
    } rule {
    ^bb0(%u: f64, %du: f64):
      %v = math.exp %u : f64
      %dv = arith.mulf %v, %du : f64
      costate.yield %dv : f64
    }
    ```
    - (C1) `at` are reals or tensors of them, and so is the value.
    - (C2) The body takes one value per value of `at`, of its type; the rule takes them twice.
    - (C3) Both yield one value of the result's type.
    - (C4) The regions have no side effects.

    Derivative: the rule, whose own derivatives are those of the operations in it; its adjoint is that of a linear
    function.

    Run `tests/ops/ruled.mlir` for examples.
  }];
  let arguments = (ins Variadic<Costate_Value>:$at);
  let results = (outs Costate_Value:$value);
  let regions = (region SizedRegion<1>:$region, SizedRegion<1>:$rule);
  let builders = [
    // With empty regions: arguments exist, the terminators are the caller's.
    OpBuilder<(ins "::mlir::Type":$type, "::mlir::ValueRange":$at)>
  ];
  let assemblyFormat = "`at` `(` $at `)` attr-dict `:` functional-type($at, $value) $region `rule` $rule";
  let hasRegionVerifier = 1;
}

#endif
