// Programs and problems: what is stated before derivatives exist, and the patterns that come out of them.
#ifndef COSTATE_PROBLEM_OPS
#define COSTATE_PROBLEM_OPS

include "ir/CostateDialect.td"
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

    - (C1) It holds variable, constraint, objective, term and pattern operations only.
    - (C2) It has at most one objective.
    - (C3) Its variables are used by its own constraints, objective, terms and patterns only.

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

def Costate_TermOp : Costate_Op<"term", [AttrSizedOperandSegments, HasParent<"ProblemOp">]> {
  let summary = "contributions to rows: one scalar template over an index space";
  let description = [{
    Meaning: `target[row[s]] += body(s)` for every row `s` of `over`; without `over` there is one instance, without
    `row` the row is `s` itself. `target` numbers the constraints of the problem in order, -1 is the objective.

    - (C1) The body takes one `index`, yields one f64 and holds no sums or folds.
    - (C2) `target` is the number of a constraint of the problem, or -1.

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

def Costate_PatternOp : Costate_Op<"pattern", [AttrSizedOperandSegments, HasParent<"ProblemOp">,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "a term with its compiled value, first and second derivatives";
  let description = [{
    Meaning: that of the term it came from. The kernels take `inputs` (columns and variables), then what the runtime
    provides: `value` adds to the rows, `first` to the slots of the Jacobian entries, `second` (absent for a linear
    term) to those of the Hessian entries, weighted by the multiplier of the row.
    Load l reads variable `loadVariables[l]` at `tables[l]`; Jacobian entry e is with respect to load
    `jacobian[e]`, Hessian entry e with respect to loads `hessian[2e]` and `hessian[2e+1]`.

    Kernel arguments after the number of instances and `inputs`: value `C`; first `slots_1..k, J`; second
    `W, slots_1..h, H`, all columns.

    - (C1) There is one table per load.
    - (C2) Jacobian and Hessian entries name loads; Hessian entries come in pairs.
    - (C3) `second` is there where there are Hessian entries.
    - (C4) The kernels are functions of the module.

    Derivative: it holds them.

    Run `tests/ops/pattern.mlir` for examples.
  }];
  let arguments = (ins Optional<Costate_Column>:$over, Optional<Costate_Codes>:$row, Variadic<Costate_Codes>:$tables,
                   Variadic<Costate_Column>:$inputs, I32Attr:$target, DenseI32ArrayAttr:$loadVariables,
                   DenseI32ArrayAttr:$jacobian, DenseI32ArrayAttr:$hessian, FlatSymbolRefAttr:$value,
                   FlatSymbolRefAttr:$first, OptionalAttr<FlatSymbolRefAttr>:$second);
  let assemblyFormat = [{`into` $target (`over` $over^)? (`row` $row^)? `tables` `(` $tables `)` `inputs` `(` $inputs `)`
      attr-dict `:` functional-type(operands, results)}];
  let hasVerifier = 1;
}

#endif
