// The index comprehension: map, its loads, sums and accumulations.
#ifndef COSTATE_MAP_OPS
#define COSTATE_MAP_OPS

include "ir/CostateDialect.td"
include "ir/CostateInterfaces.td"

class Costate_BodyOp<string mnemonic, list<Trait> traits = []> : Costate_Op<mnemonic, !listconcat([
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
    DeclareOpInterfaceMethods<ConditionallySpeculatable>], traits)>;

def Costate_MapOp : Costate_BodyOp<"map", [AttrSizedOperandSegments, SingleBlock]> {
  let summary = "tensors defined entry by entry over an index space";
  let description = [{
    Meaning: for every `(i, j, ...)` below the sizes the body yields one value per result; `into` tensors are the
    initial ones with everything accumulated, in any order. Iterations are independent. A yielded tensor becomes the
    last dimensions of its result; `inner` are their sizes, result after result.

    ```mlir
    %y, %s = costate.map (%i < %n) into (%acc = %s0 : tensor<?xf64>) -> (tensor<?xf64>) {
      %v = costate.at %x[%i] : tensor<?xf64> -> f64
      costate.accumulate %v into %acc[%i] "add" : f64, tensor<?xf64>
      costate.yield %v : f64
    }
    ```
    - (C1) The body has one `index` argument per size, then one argument per `into` tensor, of its type.
    - (C2) The body yields one value per result that is not an `into` result.
    - (C3) A result has the rank of the space and that of what is yielded, and its element type. There is one inner
      size for each dimension of what is yielded.
    - (C4) The `into` results are the last ones and have the types of their initial tensors.
    - (C5) The body has no side effects but `costate.accumulate`, and does not load from an `into` argument.

    Derivative: of the body, entry by entry; the adjoint of an entry that is loaded is accumulated. See
    passes/Differentiate.cpp and, for problems, passes/SparseDerivatives.cpp.

    Run `tests/ops/map.mlir` for examples.
  }];
  let arguments = (ins Variadic<Index>:$sizes, Variadic<AnyRankedTensor>:$inits, Variadic<Index>:$inner);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let regions = (region SizedRegion<1>:$region);
  let builders = [
    // A map with an empty body: index and accumulator arguments exist, the terminator is the caller's.
    OpBuilder<(ins "::mlir::ValueRange":$sizes, "::mlir::ValueRange":$inits, "::mlir::TypeRange":$yielded,
                   CArg<"::mlir::ValueRange", "{}">:$inner)>
  ];
  let hasCustomAssemblyFormat = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    unsigned rank() { return getSizes().size(); }
    unsigned numYielded() { return getNumResults() - getInits().size(); }
    ::mlir::Block::BlockArgListType accumulators() { return getBody()->getArguments().drop_front(rank()); }
  }];
}

def Costate_ReduceOp : Costate_BodyOp<"reduce", [SingleBlock]> {
  let summary = "sum, product, least or greatest of a body over an index space";
  let description = [{
    Meaning: over all `(i, j, ...)` below the sizes, in any order, the sum (`kind` is add), product (mul), least (min)
    or greatest (max) of each value that the body yields. Over no instances: 0, 1, +infinity, -infinity, for integers
    the greatest and the least, for truth values true (min) and false (max). With argmin and argmax the body yields
    one real, and the result is the number (i64, last index fastest) of the first instance with the least or greatest
    value; -1 over no instances, and that of the first which is not a number, if there is one.

    - (C1) The body has one `index` argument per size.
    - (C2) `kind` is add, mul, min, max, argmin or argmax.
    - (C3) The body yields one scalar per result, of its type; argmin and argmax yield one f64 for one i64.
    - (C4) Truth values have min and max alone.

    Derivative: the sum of the derivatives; of a product the sum of the products with one factor replaced by its
    derivative; of min and max that of the first instance that is the least or greatest.

    Run `tests/ops/reduce.mlir` for examples.
  }];
  let arguments = (ins StrAttr:$kind, Variadic<Index>:$sizes);
  let results = (outs Variadic<Costate_Scalar>:$results);
  let regions = (region SizedRegion<1>:$region);
  let builders = [
    // A reduction with an empty body: index arguments exist, the terminator is the caller's.
    OpBuilder<(ins "::llvm::StringRef":$kind, "::mlir::ValueRange":$sizes, "::mlir::TypeRange":$results)>
  ];
  let hasCustomAssemblyFormat = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    unsigned rank() { return getSizes().size(); }
    bool isPosition() { return getKind().starts_with("arg"); }
  }];
}

def Costate_SizeOp : Costate_Op<"size", [Pure]> {
  let summary = "a size of a tensor";
  let description = [{
    Meaning: the number of entries along dimension `dimension` of the tensor.

    - (C1) The tensor has that dimension.

    Derivative: none.

    Run `tests/ops/size.mlir` for examples.
  }];
  let arguments = (ins AnyRankedTensor:$array, I64Attr:$dimension);
  let results = (outs Index:$size);
  let builders = [
    OpBuilder<(ins "::mlir::Value":$array, "int64_t":$dimension), [{
      build($_builder, $_state, $_builder.getIndexType(), array, uint64_t(dimension));
    }]>
  ];
  let assemblyFormat = "$array `,` $dimension attr-dict `:` type($array)";
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
}

def Costate_ReshapeOp : Costate_Op<"reshape", [Pure, DeclareOpInterfaceMethods<DifferentiableArray>]> {
  let summary = "the same entries with other sizes";
  let description = [{
    Meaning: the tensor with the given sizes that has the same entries in row-major order; there are as many.

    - (C1) There is one size per dimension of the result.
    - (C2) The element type is that of the tensor.

    Derivative: the derivative, reshaped; its adjoint is reshaped back.

    Run `tests/ops/reshape.mlir` for examples.
  }];
  let arguments = (ins Costate_Array:$array, Variadic<Index>:$sizes);
  let results = (outs Costate_Array:$result);
  let assemblyFormat = "$array `to` `(` $sizes `)` attr-dict `:` type($array) `->` type($result)";
  let hasVerifier = 1;
}

def Costate_WithinOp : Costate_Op<"within", [Pure]> {
  let summary = "a position that is checked before it is used";
  let description = [{
    Meaning: the position, where `0 <= position < size`; else the function fails with the sentence of number `place`
    and the value is 0.

    Derivative: none.

    Run `tests/ops/within.mlir` for examples.
  }];
  let arguments = (ins Index:$position, Index:$size, I32Attr:$place);
  let results = (outs Index:$result);
  let builders = [
    OpBuilder<(ins "::mlir::Value":$position, "::mlir::Value":$size, "int32_t":$place), [{
      build($_builder, $_state, $_builder.getIndexType(), position, size, uint32_t(place));
    }]>
  ];
  let assemblyFormat = "$position ` ` `<` ` ` $size `else` $place attr-dict";
  let hasFolder = 1;
}

def Costate_StopOp : Costate_Op<"stop", [Pure, AllTypesMatch<["value", "result"]>]> {
  let summary = "a value that derivatives take for a constant";
  let description = [{
    Meaning: the operand.

    Derivative: zero.

    Run `tests/ops/stop.mlir` for examples.
  }];
  let arguments = (ins Costate_Value:$value);
  let results = (outs Costate_Value:$result);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

def Costate_AtOp : Costate_Op<"at", [Pure]> {
  let summary = "entry of a tensor";
  let description = [{
    Meaning: `array[indices]`. Entries of constant columns fold to constants, and an entry of one row repeated
    (a gather by a fill) is read from that row.

    - (C1) There is one index per dimension.
    - (C2) The result has the element type of the array.

    Derivative: a load of a variable is what derivatives are taken with respect to; other loads have none.

    Run `tests/ops/at.mlir` for examples.
  }];
  let arguments = (ins AnyRankedTensor:$array, Variadic<Index>:$indices);
  let results = (outs AnyType:$value);
  let builders = [
    OpBuilder<(ins "::mlir::Value":$array, "::mlir::Value":$index), [{
      build($_builder, $_state, ::llvm::cast<::mlir::RankedTensorType>(array.getType()).getElementType(), array,
            ::mlir::ValueRange{index});
    }]>
  ];
  let assemblyFormat = "$array `[` $indices `]` attr-dict `:` type($array) `->` type($value)";
  let hasCanonicalizer = 1;
  let hasVerifier = 1;
}

def Costate_AccumulateOp : Costate_Op<"accumulate", [MemoryEffects<[MemWrite]>]> {
  let summary = "one contribution to a slot of an `into` tensor of an enclosing operation";
  let description = [{
    Meaning: `array[indices] = array[indices] kind value` with `kind` one of add, mul, min, max. On truth values min
    is and, max is or.

    - (C1) The array is an `into` argument of an enclosing map, scan or unwind.
    - (C2) `kind` is add, mul, min or max; for truth values min or max.
    - (C3) There is one index per dimension.
    - (C4) The value has the element type of the array: f64, f32, i64, i32 or i1.

    Derivative: add passes the adjoint of the slot on to the value; the other kinds are for data only.

    Run `tests/ops/accumulate.mlir` for examples.
  }];
  let arguments = (ins AnyType:$value, AnyRankedTensor:$array, Variadic<Index>:$indices, StrAttr:$kind);
  let assemblyFormat = "$value `into` $array `[` $indices `]` $kind attr-dict `:` type($value) `,` type($array)";
  let hasVerifier = 1;
}

def Costate_SumOp : Costate_Op<"sum", [Pure, SingleBlock, AttrSizedOperandSegments]> {
  let summary = "sum of a scalar body over the rows of a nested space that belong to the current row";
  let description = [{
    Meaning: the sum of the body over all rows `t` with `parent[t]` equal to the enclosing row; in an objective,
    which has the one row 0, over all rows with parent 0. It equals the entry `row` of `let`, where that is given.

    - (C1) The body takes one `index` and yields one f64.
    - (C2) It stands in the body of a constraint, an objective, a let, a residual, a fold or another sum.
    - (C3) `let` is the column of a `costate.let`; it has a `row`.

    Derivative: the sum of the derivatives; SplitSums makes terms of their own of it.

    Run `tests/ops/sum.mlir` for examples.
  }];
  let arguments = (ins Costate_Codes:$parent, Optional<Costate_Reals>:$let, Optional<Index>:$row);
  let results = (outs F64:$result);
  let regions = (region SizedRegion<1>:$region);
  let assemblyFormat = [{`over` $parent attr-dict-with-keyword `:` type($parent)
      (`as` $let^ `[` $row `]` `:` type($let))? $region}];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

def Costate_FoldOp : Costate_Op<"fold", [Pure, SingleBlock, AttrSizedOperandSegments]> {
  let summary = "product, least or greatest value of a scalar body over the rows of a nested space";
  let description = [{
    Meaning: over the rows `t` that a sum would take, the product (`kind` is mul), the least (min) or the greatest (max)
    value of the body. The product over no rows is 1; for min and max there is at least one row. It equals the entry
    `row` of `let`, where that is given.

    - (C1) The body takes one `index` and yields one f64.
    - (C2) It stands in the body of a constraint, an objective, a let, a residual, a sum or another fold.
    - (C3) `kind` is mul, min or max.
    - (C4) `let` is the column of a `costate.let`; it has a `row`.

    Derivative: of the hidden running values that SplitSums makes of it; of min and max that of the value taken.

    Run `tests/ops/fold.mlir` for examples.
  }];
  let arguments = (ins Costate_Codes:$parent, Optional<Costate_Reals>:$let, Optional<Index>:$row, StrAttr:$kind);
  let results = (outs F64:$result);
  let regions = (region SizedRegion<1>:$region);
  let assemblyFormat = [{$kind `over` $parent attr-dict-with-keyword `:` type($parent)
      (`as` $let^ `[` $row `]` `:` type($let))? $region}];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

def Costate_YieldOp : Costate_Op<"yield", [Pure, Terminator,
    ParentOneOf<["MapOp", "ReduceOp", "ScanOp", "IterateOp", "UnwindOp", "JvpOp", "VjpOp", "RootOp", "RuledOp", "SumOp", "FoldOp", "ConstraintOp", "ObjectiveOp", "LetOp", "ResidualOp", "TermOp", "SharedOp"]>]> {
  let summary = "results of a body";
  let description = [{
    Meaning: ends the body of a map, reduction, loop, derivative, root, sum, fold, constraint, objective, residual, term or
    shared expression.

    - (C1) It stands in one of these.

    Derivative: that of its operands.

    Run `tests/ops/yield.mlir` for examples.
  }];
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

#endif
