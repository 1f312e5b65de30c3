// Programs and problems: what is stated before derivatives exist, and the patterns that come out of them.
#ifndef COSTATE_PROBLEM_OPS
#define COSTATE_PROBLEM_OPS

include "ir/CostateDialect.td"
include "ir/CostateInterfaces.td"
include "mlir/IR/SymbolInterfaces.td"

def Costate_ProgramOp : Costate_Op<"program", [NoTerminator, SingleBlock, IsolatedFromAbove]> {
  let summary = "a file: what happens when data arrives, problems and commands, in order";
  let description = [{
    Meaning: its operations are executed in order. `roots` names the element types of its sets by number.

    - (C1) Its block takes no arguments.
    - (C2) Its problems have different names.

    Derivative: none.

    Run `tests/ops/program.mlir` for examples.
  }];
  let arguments = (ins StrArrayAttr:$roots);
  let regions = (region SizedRegion<1>:$region);
  let assemblyFormat = "attr-dict-with-keyword $region";
  let hasRegionVerifier = 1;
}

def Costate_ProblemOp : Costate_Op<"problem", [NoTerminator, SingleBlock, HasParent<"ProgramOp">]> {
  let summary = "minimize or maximize f(x) subject to lower <= c(x) <= upper and bounds on x";
  let description = [{
    Meaning: the variables, constraints and the objective in its region; columns of the program may be used.

    - (C1) It holds variable, constraint, objective, smooth, let, residual, shared, term and pattern operations only.
    - (C2) It has at most one objective.
    - (C3) Its variables are used by its own constraints, objective, shared expressions, terms and patterns only.

    Derivative: of its patterns, see SparseDerivatives.

    Run `tests/ops/problem.mlir` for examples.
  }];
  let arguments = (ins StrAttr:$sym_name);
  let regions = (region SizedRegion<1>:$region);
  let assemblyFormat = "$sym_name attr-dict-with-keyword $region";
  let hasRegionVerifier = 1;
}

def Costate_VariableOp : Costate_Op<"variable", [AttrSizedOperandSegments, HasParent<"ProblemOp">]> {
  let summary = "the values of a family of variables";
  let description = [{
    Meaning: one variable per row of `like`, named by the index columns; `lower`, `upper` and `start` have a row each
    or one row for all (missing: -inf, inf, 0). A `hidden` family was made by SplitSums.

    - (C1) There is one root per index column.
    - (C2) `kind` is real, int or binary.

    Derivative: what derivatives are taken with respect to.

    Run `tests/ops/variable.mlir` for examples.
  }];
  let arguments = (ins Costate_Column:$like, Variadic<Costate_Column>:$index, Optional<Costate_Reals>:$lower,
                   Optional<Costate_Reals>:$upper, Optional<Costate_Reals>:$start, StrAttr:$name,
                   I32ArrayAttr:$roots, StrAttr:$kind, OptionalAttr<StrAttr>:$doc, UnitAttr:$hidden);
  let results = (outs Costate_Reals:$values);
  let assemblyFormat = [{$name `like` $like (`index` `(` $index^ `)`)? (`lower` $lower^)? (`upper` $upper^)?
      (`start` $start^)? attr-dict `:` functional-type(operands, results)}];
  let hasVerifier = 1;
}

def Costate_ConstraintOp : Costate_Op<"constraint", [AttrSizedOperandSegments, HasParent<"ProblemOp">]> {
  let summary = "a family of rows lower <= body <= upper";
  let description = [{
    Meaning: one row per row of `over`. Until SplitSums the region holds the body; after it the region is empty and
    `costate.term` operations add to the rows. `defines` is the number of the hidden variable the rows define.

    - (C1) The region is empty, or takes one `index` and yields one f64.
    - (C2) There is one root per index column.
    - (C3) `defines` is the number of a hidden variable of the problem.

    Derivative: of its terms.

    Run `tests/ops/constraint.mlir` for examples.
  }];
  let arguments = (ins Costate_Column:$over, Variadic<Costate_Column>:$index, Optional<Costate_Reals>:$lower,
                   Optional<Costate_Reals>:$upper, StrAttr:$name, I32ArrayAttr:$roots, OptionalAttr<StrAttr>:$doc,
                   OptionalAttr<I32Attr>:$defines);
  let regions = (region AnyRegion:$region);
  let assemblyFormat = [{$name `over` $over (`index` `(` $index^ `)`)? (`lower` $lower^)? (`upper` $upper^)?
      attr-dict-with-keyword `:` functional-type(operands, results) $region}];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

def Costate_ObjectiveOp : Costate_Op<"objective", [HasParent<"ProblemOp">]> {
  let summary = "what is minimized or maximized";
  let description = [{
    Meaning: as for a constraint of one row, without bounds. `sense` is minimize or maximize.

    - (C1) The region is empty, or takes nothing and yields one f64.
    - (C2) `sense` is minimize or maximize.

    Derivative: of its terms.

    Run `tests/ops/objective.mlir` for examples.
  }];
  let arguments = (ins StrAttr:$name, StrAttr:$sense);
  let regions = (region AnyRegion:$region);
  let assemblyFormat = "$name $sense attr-dict-with-keyword $region";
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

def Costate_SmoothOp : Costate_Op<"smooth", [AttrSizedOperandSegments, HasParent<"ProblemOp">,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "the objective, a family of constraints or one of residuals as functions of whole variables";
  let description = [{
    Meaning: constraint number `target` of the problem, or with `residuals` its residual of that number, or the objective
    (-1), whose region is empty, is `value(inputs)`: functions that take columns and variables of the problem.
    `variables` are the positions of variables among the inputs. Of constraints and residuals the column c has a row per
    row of the family; the objective f has one.
      `value`     returns c;
      `gradient`  takes weights w of the rows besides and returns c, then (dc/dv)' w for each of these variables v, a
                  column like v;
      `product`   takes the weights and then a column like each v, the direction d, and returns the entries of
                  (d2(w'c)/dv2) d for each; residuals have none;
      `forward`   takes the direction and returns (dc/dv) d.
    Those of the objective take no weights: w is 1. It has no `forward`.
    `places` are the source places that failures count.

    `sites` say what of the variables is read, three numbers each: a group, the position of a variable in `variables`,
    and how many columns of `reads` (i64) belong to the site. The columns of one group are as long as it has instances;
    every instance reads the entry of the variable in one column, the entries from that in the first to that in the
    second of two, and the whole variable where there are none; what lies outside of the variable counts for nothing.
    Rows of constraints and residuals are the instances of group 0 and read nothing else. The objective is a sum over
    all instances of all groups, where each reads nothing else. Without sites all is read.

    - (C1) The functions are marked `costate.function` and take the inputs.
    - (C2) `variables` are positions of inputs.
    - (C3) `target` is the number of a constraint or residual with an empty region, or -1.
    - (C4) There is a `forward` but for the objective, and a `product` but for residuals.
    - (C5) Sites have up to two columns each, and `reads` are these. Their variables are positions in `variables`, and
      their group is 0 but for the objective.

    Derivative: it holds them.

    Run `tests/ops/smooth.mlir` for examples.
  }];
  let arguments = (ins Variadic<Costate_Column>:$inputs, Variadic<Costate_Column>:$reads,
                   DenseI32ArrayAttr:$variables, DefaultValuedAttr<DenseI32ArrayAttr, "{}">:$sites,
                   FlatSymbolRefAttr:$value, FlatSymbolRefAttr:$gradient, OptionalAttr<FlatSymbolRefAttr>:$product,
                   OptionalAttr<FlatSymbolRefAttr>:$forward, DefaultValuedAttr<I32Attr, "-1">:$target,
                   UnitAttr:$residuals, ArrayAttr:$places);
  let assemblyFormat = [{`by` $value `,` $gradient (`product` $product^)? (`forward` $forward^)? `(` $inputs `)`
      (`reads` `(` $reads^ `)`)? attr-dict `:` functional-type(operands, results)}];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    bool isOfObjective() { return int32_t(getTarget()) < 0; }
  }];
}

def Costate_SampledOp : Costate_Op<"sampled", [HasParent<"ProblemOp">,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "the objective for some of its addends, as a function of whole variables";
  let description = [{
    Meaning: the objective is a constant times a sum or mean with one addend per row of `addends`, and other terms. The
    function `gradient` takes the inputs, columns and variables of the problem, and a column of numbers of addends (i64,
    from 0, they may repeat); it returns f, one row, then df/dv for each variable v of `variables`, positions of inputs.
    f is the objective with these addends alone, times the number of all divided by that of these; the other terms are
    whole. `places` are the source places that failures count. It stands beside the objective, in whatever form that
    has. Where it is `endless`, the addends are draws of random numbers, and any number from 0 on names one; f is then
    as large as for all rows of `addends`.

    - (C1) The function is marked `costate.function` and takes the inputs and a column more.
    - (C2) `variables` are positions of inputs.

    Derivative: it holds it.

    Run `tests/ops/sampled.mlir` for examples.
  }];
  let arguments = (ins Costate_Column:$addends, Variadic<Costate_Column>:$inputs, DenseI32ArrayAttr:$variables,
                   FlatSymbolRefAttr:$gradient, ArrayAttr:$places, UnitAttr:$endless);
  let assemblyFormat = [{$addends `by` $gradient `(` $inputs `)` attr-dict `:` functional-type(operands, results)}];
}

def Costate_ResidualOp : Costate_Op<"residual", [AttrSizedOperandSegments, HasParent<"ProblemOp">]> {
  let summary = "a family of numbers whose squares add up to the objective, or whose absolute values are a part of it";
  let description = [{
    Meaning: one residual per row of `over`, or one without it. The objective, or its negative where it is maximized, is
    the sum of the squares of all residuals of the problem and a number that does not depend on variables. A family
    with `weights`, one per row, is none of these: the sum over its rows of weight times absolute value is a part of the
    objective, or of its negative where it is maximized. Until SplitSums the region holds the body; after it the region
    is empty and `costate.term` operations add to the residuals, or a `costate.smooth` computes them.

    - (C1) The region is empty, or takes one `index` and yields one f64.

    Derivative: of its terms.

    Run `tests/ops/residual.mlir` for examples.
  }];
  let arguments = (ins Optional<Costate_Column>:$over, Optional<Costate_Reals>:$weights,
                   StrAttr:$name);
  let regions = (region AnyRegion:$region);
  let assemblyFormat = [{$name (`over` $over^)? (`weights` $weights^)?
      attr-dict-with-keyword `:` functional-type(operands, results) $region}];
  let hasRegionVerifier = 1;
}

def Costate_LetOp : Costate_Op<"let", [HasParent<"ProblemOp">, SingleBlock]> {
  let summary = "a family of expressions, one for each row of a column";
  let description = [{
    Meaning: the column has one entry per row of `over`, the body's. Sums and folds in other bodies name the entry they
    equal; SplitSums makes hidden variables of the column where they must be variables, once for all of them, and removes
    the operation. Where a body loads an entry, it is a hidden variable in any case.

    - (C1) The body takes one `index` and yields one f64.
    - (C2) There is one root per index column.

    Derivative: of the terms that SplitSums makes.

    Run `tests/ops/let.mlir` for examples.
  }];
  let arguments = (ins Costate_Column:$over, Variadic<Costate_Column>:$index, StrAttr:$name, I32ArrayAttr:$roots);
  let results = (outs Costate_Reals:$values);
  let regions = (region SizedRegion<1>:$region);
  let assemblyFormat = [{$name `over` $over (`index` `(` $index^ `)`)? attr-dict-with-keyword
      `:` functional-type(operands, results) $region}];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

def Costate_TermOp : Costate_Op<"term", [AttrSizedOperandSegments, HasParent<"ProblemOp">]> {
  let summary = "contributions to rows: one scalar template over an index space";
  let description = [{
    Meaning: `target[row[s]] += body(s)` for every row `s` of `over`; without `over` there is one instance, without
    `row` the row is `s` itself. `target` numbers the constraints of the problem in order, -1 is the objective, -2, -3,
    ... are its residual families in order.

    - (C1) The body takes one `index`, yields one f64 and holds no sums or folds.
    - (C2) `target` is the number of a constraint of the problem, -1, or that of a residual family.

    Derivative: of the scalar body, see SparseDerivatives.

    Run `tests/ops/term.mlir` for examples.
  }];
  let arguments = (ins Optional<Costate_Column>:$over, Optional<Costate_Codes>:$row, I32Attr:$target);
  let regions = (region SizedRegion<1>:$region);
  let assemblyFormat = [{`into` $target (`over` $over^)? (`row` $row^)? attr-dict-with-keyword
      `:` functional-type(operands, results) $region}];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

def Costate_SharedOp : Costate_Op<"shared", [HasParent<"ProblemOp">,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "an expression of variables, computed once for every row of a column, with its derivatives";
  let description = [{
    Meaning: for every row `s` of `over` the body yields the results' entries: the value, then first derivatives by the
    variable entries that it loads, then second ones. `parts` counts the results up to the value, up to first
    derivatives, and all. `positions` says at how many positions terms read the expression.

    OutlineKernels leaves the region empty: maps over the rows `value`, `first`, `second` take the number of rows and
    `inputs` (columns and variables) and yield the first `parts[0]`, `parts[1]`, `parts[2]` results. A kernel that would
    yield no more than the one before it is not there.

    - (C1) The region is empty, or takes one `index` and yields one f64 per result.
    - (C2) `parts` are three numbers that do not decrease, from 1 to the number of results.
    - (C3) Where the region is empty, each part that has results of its own has its kernel, a function of the module.

    Derivative: of its entries, see StoredOp.

    Run `tests/ops/shared.mlir` for examples.
  }];
  let arguments = (ins Costate_Column:$over, Variadic<Costate_Column>:$inputs, DenseI32ArrayAttr:$parts,
                   I32Attr:$positions, OptionalAttr<FlatSymbolRefAttr>:$value, OptionalAttr<FlatSymbolRefAttr>:$first,
                   OptionalAttr<FlatSymbolRefAttr>:$second);
  let results = (outs Variadic<Costate_Reals>:$columns);
  let regions = (region AnyRegion:$region);
  let assemblyFormat = [{`over` $over (`inputs` `(` $inputs^ `)`)? attr-dict-with-keyword
      `:` functional-type(operands, results) $region}];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

def Costate_StoredOp : Costate_Op<"stored", [Pure, AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<DifferentiableScalar>]> {
  let summary = "entry of a shared expression, as a function of the variable entries it was computed from";
  let description = [{
    Meaning: `arrays[taken][row]`. The arrays are the results of one `costate.shared`; `arguments` are the entries of
    variables that its body loads in that row. Terms take the value, array 0; differentiation takes the others.

    - (C1) `taken` is the number of an array.
    - (C2) `partials` has one entry per array and argument, arrays outermost: the number of an array, a real
      constant, or unit where the derivative is not kept.

    Derivative: by argument k, `partials[taken * arguments + k]`: an entry of another array in the same row, or a
    constant. It is exact, the chain rule through `arguments` is that of the expression written out.

    Run `tests/ops/stored.mlir` for examples.
  }];
  let arguments = (ins Variadic<Costate_Reals>:$arrays, Index:$row, Variadic<F64>:$arguments, I32Attr:$taken,
                   ArrayAttr:$partials);
  let results = (outs F64:$value);
  let assemblyFormat = [{$taken `of` `(` $arrays `)` `[` $row `]` `by` `(` $arguments `)` attr-dict
      `:` functional-type(operands, results)}];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The array that is read.
    ::mlir::Value array() { return getArrays()[getTaken()]; }
  }];
}

def Costate_PatternOp : Costate_Op<"pattern", [AttrSizedOperandSegments, HasParent<"ProblemOp">,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "terms over one space with their compiled values, first and second derivatives";
  let description = [{
    Meaning: for every instance s of `over` (one instance without it) term t adds to row r of constraint `targets[t]`
    (-1: the objective, row 0; below: residuals, as for terms); r is s itself where `rowOf[t]` is -1, else `rows[rowOf[t]][s]`.
    Load l reads variable `loadVariables[l]` at s (`loadKinds[l]` 0), or with q = `positions[loadPositions[l]]` at q[s]
    (1), s + q[0] (2: q is consecutive), q[0] (3), or q[s] again (4: kernels read q[0] only, q differs from the column
    of a load of kind 1 by one number). Positions that no load names are there to be checked when data is bound.

    Kernels are maps over the instances; their arguments are the number of instances and `inputs` (columns and
    variables), their results one column of reals each:
      `value`      the terms;
      `constants`  the last `numConstant` Jacobian entries, which do not depend on variables: computed once;
      `first`      the other Jacobian entries;
      `second`     the same, then the Hessian entries. It takes further arguments: `rows`, then one column of weights
                   per term, those of the rows of its target.
    Jacobian entry e is the derivative of term `jacobian[2e]` by load `jacobian[2e+1]`. Hessian entry e is that of
    sum_t weight_t[r_t] term_t by loads `hessian[2e]` and `hessian[2e+1]`; where these differ it stands for both
    halves of the matrix. The last `numConstantHessian` of them depend on weights and data alone.
    With `piecewise` some terms compare variables (if, abs, min, max, floor): first derivatives may jump, so that
    constant second ones make no quadratic problem.

    - (C1) There is one entry of `rowOf` per target, one kind and position per load; positions name columns.
    - (C2) Jacobian entries name terms and loads, Hessian entries name loads; both come in pairs.
    - (C3) `constants`, `first` and `second` are there where they have results of their own.
    - (C4) The kernels are functions of the module.

    Derivative: it holds them.

    Run `tests/ops/pattern.mlir` for examples.
  }];
  let arguments = (ins Optional<Costate_Column>:$over, Variadic<Costate_Codes>:$rows,
                   Variadic<Costate_Column>:$positions, Variadic<Costate_Column>:$inputs,
                   DenseI32ArrayAttr:$targets, DenseI32ArrayAttr:$rowOf, DenseI32ArrayAttr:$loadVariables,
                   DenseI32ArrayAttr:$loadKinds, DenseI32ArrayAttr:$loadPositions, DenseI32ArrayAttr:$jacobian,
                   I32Attr:$numConstant, DenseI32ArrayAttr:$hessian,
                   DefaultValuedAttr<I32Attr, "0">:$numConstantHessian, FlatSymbolRefAttr:$value,
                   OptionalAttr<FlatSymbolRefAttr>:$constants, OptionalAttr<FlatSymbolRefAttr>:$first,
                   OptionalAttr<FlatSymbolRefAttr>:$second, UnitAttr:$piecewise);
  let assemblyFormat = [{`into` $targets (`over` $over^)? (`rows` `(` $rows^ `)`)? (`positions` `(` $positions^ `)`)?
      `inputs` `(` $inputs `)` attr-dict `:` functional-type(operands, results)}];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    size_t numTerms() { return getTargets().size(); }
    size_t numLoads() { return getLoadVariables().size(); }
    size_t numJacobian() { return getJacobian().size() / 2; }
    size_t numVarying() { return numJacobian() - size_t(getNumConstant()); }
    size_t numHessian() { return getHessian().size() / 2; }
  }];
}

#endif
