// Commands: steps that solve, show, write and check.
#ifndef COSTATE_COMMAND_OPS
#define COSTATE_COMMAND_OPS

include "ir/CostateDialect.td"
include "mlir/IR/SymbolInterfaces.td"

def Costate_SolveOp : Costate_Op<"solve", [MemoryEffects<[MemRead, MemWrite]>, HasParent<"ProgramOp">,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "a solved problem";
  let description = [{
    Meaning: solves the problem with the method and its options and keeps the result. An empty method leaves the
    choice to the runtime, by the structure of the problem. With `continues` it starts at the point of the solve before
    it; that one has `goes_on`.

    With `by` the method is a function of the model. It takes the start, the bounds of variables and the bounds of rows
    (five columns of reals: variables and rows of the model, family after family), a column of one row with the number
    of entries of each history (i64), then the inputs. It returns the point, a column like the start, and the number of
    steps (i64, one row). For each of `reports`, the names that a loop reports, there follow the number of its steps
    and of those that count as one entry (i64, two rows), then a history per name (f64). `places` are the source places
    that failures of the function count.

    With `monitors` the method is a solver of the runtime whose option `monitor` the function is: it takes a column like
    the start, a point, then the inputs, and returns a number (f64, one row), the lower the better.

    - (C1) The program has a problem of that name before it.
    - (C2) The callee is a function marked `costate.function` that takes and returns these columns.

    Derivative: none; a problem inside an expression is an op of its own.

    Run `tests/ops/solve.mlir` for examples.
  }];
  let arguments = (ins FlatSymbolRefAttr:$problem, StrAttr:$method, OptionalAttr<FlatSymbolRefAttr>:$callee,
                   Variadic<Costate_Column>:$inputs, DictionaryAttr:$options, UnitAttr:$continues,
                   UnitAttr:$goes_on, UnitAttr:$monitors, OptionalAttr<ArrayAttr>:$reports, OptionalAttr<ArrayAttr>:$places);
  let assemblyFormat = "$problem $method (`by` $callee^)? ($inputs^ `:` type($inputs))? attr-dict";
  let hasVerifier = 1;
}

def Costate_SolutionOp : Costate_Op<"solution", [MemoryEffects<[MemRead]>, HasParent<"ProgramOp">]> {
  let summary = "values of the last solve of a problem";
  let description = [{
    Meaning: `field` (value, dual, reduced_cost, slack, lower, upper) of the variable or constraint `name`, one row per
    row of the family; or objective, status (its number) or iterations of the problem, where `name` is empty or the
    objective's; or report, the values that a method reported as `name`, one row per step that was kept.

    - (C1) The program has a problem of that name before it.
    - (C2) `field` is one of these.

    Derivative: none.

    Run `tests/ops/solution.mlir` for examples.
  }];
  let arguments = (ins FlatSymbolRefAttr:$problem, StrAttr:$name, StrAttr:$field);
  let results = (outs Costate_Reals:$values);
  let assemblyFormat = "$problem $name $field attr-dict `:` type($values)";
  let hasVerifier = 1;
}

def Costate_PrintOp : Costate_Op<"print", [MemoryEffects<[MemRead, MemWrite]>, HasParent<"ProgramOp">]> {
  let summary = "values shown, with their names";
  let description = [{
    Meaning: each item is a dictionary of its `label`, the number of its `column` among the operands (-1: a text), those
    of its `index` columns with their `roots`, and how to write it (`kind`, `root`). A complex number has the number
    of a column of `imaginary` parts besides.

    - (C1) Every item has a label, and its column and index numbers are those of operands.

    Derivative: none.

    Run `tests/ops/print.mlir` for examples.
  }];
  let arguments = (ins Variadic<Costate_Column>:$columns, ArrayAttr:$items);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Costate_WriteOp : Costate_Op<"write", [MemoryEffects<[MemRead, MemWrite]>, HasParent<"ProgramOp">]> {
  let summary = "values written to a file";
  let description = [{
    Meaning: the items, as for print, become the columns of a table; the file's ending gives the format.

    - (C1) Every item has a label, and its column and index numbers are those of operands.

    Derivative: none.

    Run `tests/ops/write.mlir` for examples.
  }];
  let arguments = (ins Variadic<Costate_Column>:$columns, ArrayAttr:$items, StrAttr:$path);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Costate_AssertOp : Costate_Op<"assert", [MemoryEffects<[MemRead, MemWrite]>, HasParent<"ProgramOp">]> {
  let summary = "a claim that must be true";
  let description = [{
    Meaning: a false claim fails the run; its message shows the text and the values under their labels.

    - (C1) There is one label per value shown.

    Derivative: none.

    Run `tests/ops/assert.mlir` for examples.
  }];
  let arguments = (ins Costate_Truths:$truth, Variadic<Costate_Column>:$shown, StrAttr:$text, StrArrayAttr:$labels);
  let assemblyFormat = "$truth (`shows` $shown^)? attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Costate_CheckDerivativesOp : Costate_Op<"check_derivatives", [MemoryEffects<[MemRead, MemWrite]>,
    HasParent<"ProgramOp">]> {
  let summary = "derivatives of a problem compared with differences";
  let description = [{
    Meaning: the gradient, Jacobian and Hessian at perturbed starts against central differences; a difference fails
    the run.

    - (C1) The program has a problem of that name before it.

    Derivative: none.

    Run `tests/ops/check_derivatives.mlir` for examples.
  }];
  let arguments = (ins FlatSymbolRefAttr:$problem);
  let assemblyFormat = "$problem attr-dict";
  let hasVerifier = 1;
}

def Costate_CheckFunctionOp : Costate_Op<"check_function", [MemoryEffects<[MemRead, MemWrite]>,
    HasParent<"ProgramOp">]> {
  let summary = "derivatives of a function compared with differences";
  let description = [{
    Meaning: for each parameter four columns of one number: the derivative in a direction, forward and backward, and
    central differences with a step and with half of it. What differs fails the run.

    - (C1) There are four columns per parameter.

    Derivative: none.

    Run `tests/ops/check_function.mlir` for examples.
  }];
  let arguments = (ins Variadic<Costate_Column>:$numbers, StrAttr:$function, StrArrayAttr:$parameters);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

#endif
