// The passes, in the order they run (Pipelines.cpp).
#ifndef COSTATE_PASSES
#define COSTATE_PASSES

include "mlir/Pass/PassBase.td"

def CollectResiduals : Pass<"costate-collect-residuals", "::mlir::ModuleOp"> {
  let summary = "state the residuals of objectives that are sums of squares";
  let description = [{
    Before: an objective made by sums, `+`, `-`, products and quotients by data, of squares (`r*r`, even powers) and of
    data, where no square is subtracted; where it is maximized, none is added.
    After: the same, and a `costate.residual` for every square: its root, times the root of its factors. A factor below
    zero gives residuals that are not numbers when data is bound. Other objectives stay as they are, also those with
    more than 64 squares in their text, and those where a square inside a sum needs another sum around it.
    Keeps: the objective.

    Run `tests/passes/collect-residuals.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::costate::CostateDialect"];
  let statistics = [Statistic<"numFamilies", "num-families", "families of residuals">];
}

def SplitSums : Pass<"costate-split-sums", "::mlir::ModuleOp"> {
  let summary = "make terms of the bodies of constraints and objectives";
  let description = [{
    Before: constraints, objectives and residuals with bodies, which may hold `costate.sum` and `costate.fold`.
    After: their regions are empty; `costate.term` operations without sums hold the contributions. A sum is split off
    where the body is affine in it, with its factor multiplied in; elsewhere (under a function, in a divisor, in a
    product of sums) it becomes a hidden variable with a constraint that defines it, one for equal sums over one
    space; but an operation on sums over the rows of one filter and its complement, at most one row each, moves into
    them. A fold becomes hidden running values, each defined by the one before it.
    Residuals that would need hidden variables which the objective does not have are dropped.
    Keeps: names, numbers and places of families; the value of every row where the defining constraints hold. Its cost
    does not depend on data.

    Run `tests/passes/split-sums.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::costate::CostateDialect"];
  let statistics = [Statistic<"numTerms", "num-terms", "terms made">,
                    Statistic<"numLifted", "num-lifted", "sums that became hidden variables">];
}

def ExpandPowers : Pass<"costate-expand-powers", "::mlir::ModuleOp"> {
  let summary = "write small constant powers as multiplications";
  let description = [{
    Before: `math.fpowi`, and `math.powf` with constant exponents.
    After: powers with constant integer exponents up to 64 in magnitude are multiplications by repeated squaring (a
    reciprocal for negative exponents, `x^0 = 1`); with `roots`, half-integral exponents take one square root as well.
    Other integer powers are `math.powf`.
    Keeps: values up to rounding; with `roots` also at 0, but -inf^0.5 becomes not a number. Differentiate first and
    expand roots afterwards: the product rule for x * sqrt(x) would give 0 * inf at 0.

    Run `tests/passes/expand-powers.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect"];
  let options = [Option<"roots", "roots", "bool", "false", "also half-integral exponents, with a square root">];
}

def GroupTerms : Pass<"costate-group-terms", "::mlir::ModuleOp"> {
  let summary = "make one term of many addends of one shape";
  let description = [{
    Before: `costate.term` operations without sums.
    After: where a term with one instance adds up `fewest` or more addends of one shape, they are one term over as many
    instances; what differs between them (constants, rows of data and of variables) stands in columns. Shape: the
    operations, the variables, and which uses are of one value.
    Keeps: the value of every row, but for the order in which its addends are summed, and a constant factor of a sum
    is multiplied into its addends.

    Run `tests/passes/group-terms.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::costate::CostateDialect"];
  let options = [Option<"fewest", "fewest", "unsigned", "32", "addends that are worth a term of their own">];
  let statistics = [Statistic<"numGroups", "num-groups", "terms made of many addends">];
}

def StoreExpressions : Pass<"costate-store-expressions", "::mlir::ModuleOp"> {
  let summary = "compute expensive expressions of a row once, where terms read them at several rows";
  let description = [{
    Before: `costate.term` operations without sums.
    After: an expression of one row of variables and data over one space (constants and single rows may be in it),
    with a function or several quotients, that the terms of a problem hold at two positions or more, equal but for
    the row, is a `costate.shared` before the terms; they hold `costate.stored` instead. Largest such expressions are
    taken, but what is used outside of one, too, is shared for itself.
    A cost model decides: the operations of values and second derivatives at every position, against once and an
    array per derivative to write, and to read at every position, row by row or through a table.
    Keeps: expressions at one position, which common subexpressions take care of; values and derivatives up to
    rounding. Its cost does not depend on data.

    Run `tests/passes/store-expressions.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::costate::CostateDialect"];
  let statistics = [Statistic<"numStored", "num-stored", "expressions stored">];
}

def HoistInvariants : Pass<"costate-hoist-invariants", "::mlir::ModuleOp"> {
  let summary = "compute what terms need of data alone once, when data is bound";
  let description = [{
    Before: `costate.term` operations without sums, `costate.shared`.
    After: an expression of data in them that costs more than reading a column (a quotient, a function, several
    operations, several columns) is a column of the program, made by a map over their space. A quotient by data
    is a product with its reciprocal, which differs by one rounding; not with `strict`.
    Keeps: everything that depends on variables.

    Run `tests/passes/hoist-invariants.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::costate::CostateDialect"];
  let options = [Option<"strict", "strict", "bool", "false", "only rewritings that keep every bit">];
  let statistics = [Statistic<"numHoisted", "num-hoisted", "columns made">];
}

def SparseDerivatives : Pass<"costate-sparse-derivatives", "::mlir::ModuleOp"> {
  let summary = "differentiate terms: kernels for values, Jacobian and Hessian entries";
  let description = [{
    Before: `costate.term` operations, whose indices are made of loads, casts and constants; they may hold
    `costate.stored`.
    After: `costate.pattern` operations, one for the terms over one space (more where their bodies are large), with
    kernel functions that yield values, Jacobian entries (reverse mode over the scalar bodies; those that do not
    depend on variables in a kernel of their own) and merged Hessian entries of the Lagrangian (forward over reverse,
    lower half, structural zeros left out). Loads of one variable at one position are one load, however the position is
    written; positions at a fixed distance from others are found from them, without a table of their own. Data read
    through an index is a column of its own; what terms share is computed once.
    Where a value is used only if a select, min or max takes it, its derivatives are selected too, so that what is not
    finite elsewhere stays there.
    Keeps: the order of terms. Its cost does not depend on data. An operation on variables without a
    derivative rule is an error.

    Run `tests/passes/sparse-derivatives.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::func::FuncDialect",
                           "::costate::CostateDialect"];
  let statistics = [Statistic<"numPatterns", "num-patterns", "patterns made">];
}

def LiftFromBranches : Pass<"costate-lift-from-branches", "::mlir::ModuleOp"> {
  let summary = "compute what branches in loops compute again and again once";
  let description = [{
    Before: functions over arrays, also with derivative operators.
    After: what a branch of a condition in maps and reductions computes that does not depend on their indices, and costs
    more than an entry of an array, is computed before the outermost of these loops, if any of its instances takes the
    branch, else it is zeros. The conditions between must be straight lines from indices and what is outside.
    Keeps: values, also which failures are met: what no instance wants is not computed.

    Run `tests/passes/lift-from-branches.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect", "::costate::CostateDialect"];
  let statistics = [Statistic<"numLifted", "num-lifted", "branches with less in them">];
}

def Differentiate : Pass<"costate-differentiate", "::mlir::ModuleOp"> {
  let summary = "derivative operators as operations";
  let description = [{
    Before: functions (`costate.function`) with `costate.jvp` and `costate.vjp`, which may stand inside of each other
    and in loops, maps and reductions.
    After: neither; derivatives are computed beside values (jvp), or by the operations in reverse order with adjoints
    (vjp), where loops leave tapes and reversed maps accumulate into the adjoints of what they read. What no result
    depends on is not computed. Products and extremes become loops and choices that have derivatives.
    Keeps: values. An operation without a derivative on the way is an error.

    Run `tests/passes/differentiate.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::scf::SCFDialect"];
  let statistics = [Statistic<"numOperators", "num-operators", "derivative operators expanded">];
}

def OutlineKernels : Pass<"costate-outline-kernels", "::mlir::ModuleOp"> {
  let summary = "make kernel functions of the maps of a program and of shared expressions";
  let description = [{
    Before: `costate.map` in a program, over the lengths of columns or one instance; `costate.shared` with regions.
    After: the regions are functions `@<problem>.shared.0.value`, `.first`, `.second`; `costate.kernel` calls of functions of one map each, `@data.0`, `@data.1`, ...; their arguments are the
    sizes, the arrays the body reads and the initial accumulators.
    Keeps: results and their order.

    Run `tests/passes/outline-kernels.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::func::FuncDialect", "::costate::CostateDialect"];
  let statistics = [Statistic<"numKernels", "num-kernels", "kernels made">];
}

def MergeKernels : Pass<"costate-merge-kernels", "::mlir::ModuleOp"> {
  let summary = "keep one of equal kernel functions";
  let description = [{
    Before: kernel functions and calls.
    After: no two kernel functions are equal, and each one is called; the first of equal ones stays.
    Keeps: results. Places of the others are lost.

    Run `tests/passes/merge-kernels.mlir` for examples.
  }];
  let statistics = [Statistic<"numErased", "num-erased", "kernels erased">];
}

def LowerMapsToLoops : Pass<"costate-lower-maps-to-loops", "::mlir::ModuleOp"> {
  let summary = "kernel functions over memory: one loop per dimension";
  let description = [{
    Before: functions marked `costate.kernel` that take sizes, tensors and the initial accumulators and return the
    results of their one map.
    After: functions of `begin, end`, further sizes, and memory of inputs, results and accumulators that compute the
    instances begin..end-1 of the first dimension in place; `costate.inputs` counts the inputs. Accumulators are
    updated in order of instances.
    Keeps: names; the order of operations in a body.

    Run `tests/passes/lower-maps-to-loops.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::func::FuncDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}

def SeparateProducts : Pass<"costate-separate-products", "::mlir::ModuleOp"> {
  let summary = "sums of products as products of two matrices, where their factors part";
  let description = [{
    Before: functions marked `costate.function`, fused.
    After: a sum over k of products in a map over i and j, of which each factor depends on i or on j alone besides k, is
    the sum of the entries of two matrices; what is no entry already is computed for every k and i, or k and j, before
    the map, where it was for all three. LowerFunctionsToLoops takes such sums for products of matrices.
    Keeps: sums of which a factor depends on both, or holds loops; values up to the order of factors.

    Run `tests/passes/separate-products.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::costate::CostateDialect"];
  let statistics = [Statistic<"numSeparated", "num-separated", "sums made products of matrices">];
}

def LowerFunctionsToLoops : Pass<"costate-lower-functions-to-loops", "::mlir::ModuleOp"> {
  let summary = "functions over tensors as functions over memory, with loops";
  let description = [{
    Before: functions marked `costate.function` over columns, without derivative operators.
    After: functions of `begin, end` (which nobody reads), memory of arguments, results, the arguments' lengths and the
    failure, with one loop per dimension; `costate.inputs` counts the arguments. A tensor is written where it is wanted; else its memory
    is made outside of the loops that its sizes do not depend on (on the stack, where it is small and its size is
    known) and freed after its last use. Carried arrays have two places that change after every step. States of recorded
    loops are on the stack where they are few, else on a tape of the runtime, side by side where that has room for all
    of them; what no reverse loop reads of them is not kept then. Sums that are products of matrices, of many of them,
    or filters over arrays, are calls of the runtime, for some rows at a time where the map goes on with them.
    Keeps: the order of operations in a body; sums may be reordered.

    Run `tests/passes/lower-functions-to-loops.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}

def InlineMath : Pass<"costate-inline-math", "::mlir::ModuleOp"> {
  let summary = "functions in loops as operations that vectorize";
  let description = [{
    Before: innermost loops with `math.sin`, `math.cos`, `math.exp`, `math.log` of f64.
    After: where instances are independent (nothing is read that is written, nothing carried), these are arithmetic
    without branches; sine and cosine of one argument share their work. Arguments of sine and cosine from 2^30 on are
    found by an `or` that the loop carries; then a second loop computes all again with calls of the C library for them.
    Keeps: values within 2 ulp, special values of IEEE 754, loops that accumulate.

    Run `tests/passes/inline-math.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
                           "::mlir::LLVM::LLVMDialect"];
}

def StageGathers : Pass<"costate-stage-gathers", "::mlir::ModuleOp"> {
  let summary = "loads through tables into buffers, strip by strip";
  let description = [{
    Before: innermost loops over instances, some with loads of f64 at positions that are loaded, too.
    After: where instances are independent and there is arithmetic besides, a loop over strips of at most 256 instances;
    in each a loop stores these loads into buffers on the stack, then the loop as it was reads the buffers.
    Keeps: every bit; loops that carry values carry them through the strips. For processors that gather slowly.

    Run `tests/passes/stage-gathers.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
  let statistics = [Statistic<"numLoops", "num-loops", "loops divided">];
}

def OrderLoops : Pass<"costate-order-loops", "::mlir::ModuleOp"> {
  let summary = "add to arrays row by row instead of column by column";
  let description = [{
    Before: maps of functions over one index that yield nothing, whose bodies are straight lines and end in such a map over
    another index, which adds; maps that take sums over rows of arrays, of their columns.
    After: where the inner one touches arrays of several dimensions and none of them along their last, it is the outer
    one. What the columns compute and costs more than a load is stored before; additions to a place that is the same
    for all columns are sums. Sums of columns are taken row by row, into arrays of all of them. A nest that adds at places
    which its last outer index moves by one along rows, while its last inner one has few values, as the adjoints of filters
    do, is one map whose last index is that one; products of entries are summed first over indices that do not move the
    place. Sums of entries that a nest adds to few places, with rows and columns, are products of matrices in maps of
    their own, and what its outer map adds is summed there, too.
    Keeps: values; sums are taken in another order.

    Run `tests/passes/order-loops.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::costate::CostateDialect"];
  let statistics = [Statistic<"numTurned", "num-turned", "nests whose loops change places">];
}

def NarrowReals : Pass<"costate-narrow-reals", "::mlir::ModuleOp"> {
  let summary = "compute functions in single precision";
  let description = [{
    Before: functions marked `costate.single`, whose reals are f64.
    After: their arrays and the scalars in the bodies of operations are f32; the mark is gone. These stay f64: scalars of
    the function's own block, sums and products over an index space taken there, maps that make results, operations of
    the runtime, random numbers, and loops that end by a condition. Data of a problem's functions comes in columns of f32, each made once;
    variables, other arguments and results stay f64.
    Keeps: what is computed, but for rounding. Constants that f32 cannot hold become its greatest and least numbers.

    Run `tests/passes/narrow-reals.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::costate::CostateDialect"];
  let statistics = [Statistic<"numNarrowed", "num-narrowed", "functions in single precision">];
}

def MergeLoops : Pass<"costate-merge-loops", "::mlir::ModuleOp"> {
  let summary = "write loops side by side over the same entries as one loop";
  let description = [{
    Before: loops of functions, some of which stand beside each other with arithmetic alone between them.
    After: two that have the same bounds, read some memory both, write none that the other touches, hold no functions
    that become arithmetic where they stand alone and at most 120 operations together are one; its stores come last.
    Keeps: every bit.

    Run `tests/passes/merge-loops.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
  let statistics = [Statistic<"numMerged", "num-merged", "loops that are part of another">];
}

def SplitRanges : Pass<"costate-split-ranges", "::mlir::ModuleOp"> {
  let summary = "write loops with questions about their index as loops without";
  let description = [{
    Before: loops of functions, by steps of one, with branches on comparisons of the index, or that and what the loop
    does not change, with what the loop does not change.
    After: three loops, one after the other: in the middle all comparisons have one answer, and where they end at one
    place, so they have before and behind it. Equality counts where it holds at the loop's first index. Comparisons that
    choose a value count with the others where they end at the same place or within 8 entries of an end; what is true at
    every index is written so. Inner loops are split first; a loop of more than 400 operations stays.
    Keeps: every bit.

    Run `tests/passes/split-ranges.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"];
  let statistics = [Statistic<"numSplit", "num-split", "loops split">];
}

def JamRows : Pass<"costate-jam-rows", "::mlir::ModuleOp"> {
  let summary = "run loops that read an array at several rows for six rows at once";
  let description = [{
    Before: loops of functions over rows with loops over entries in them, all by steps of one, that read nothing they write
    and whose places are sums of products of the indices and what the loops do not change.
    After: where one of the inner loops is the same for all rows, has at most 60 operations and loads from one array at
    places which rows less than six apart share, it does six rows in each step, first up to an entry that begins a
    line of the cache, then all others; the inner loops beside it run for these six rows. The rows that are left have
    the loops as they were.
    Keeps: every bit.

    Run `tests/passes/jam-rows.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
  let statistics = [Statistic<"numJammed", "num-jammed", "loops over rows">];
}

def GatherAdjoints : Pass<"costate-gather-adjoints", "::mlir::ModuleOp"> {
  let summary = "compute what maps accumulate entry by entry, where their indices invert";
  let description = [{
    Before: maps in functions that add to tensors inside of maps, reductions and branches.
    After: where every index of an addition is another loop index of a size known before the map, or that shifted by
    (or subtracted from) what no loop changes, and nothing but maps, reductions and branches stands around it, a map
    over the tensor's entries adds the sum of the contributions over the loops that are left. An initial tensor of
    zeros is not read. Entries that a loop does not reach are passed over by a branch. Additions at one index map
    share a map, also those to other tensors of the same sizes. Additions elsewhere, at positions from data say, stay.
    Operations of outer bodies that would be computed again for inner indices decide the form: cheap ones are
    repeated; else maps stand one in the other, or expensive scalars are stored; else the addition stays. So it is with
    a function or loop that would be written more than twice.
    Keeps: values up to the order of sums. Its cost does not depend on data.

    Run `tests/passes/gather-adjoints.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect", "::costate::CostateDialect"];
  let statistics = [Statistic<"numGathered", "num-gathered", "maps over tensors made">];
}

def FuseMaps : Pass<"costate-fuse-maps", "::mlir::ModuleOp"> {
  let summary = "compute maps where they are read; merge those over one index space";
  let description = [{
    Before: functions over arrays.
    After: a map whose entries are read once each is computed where they are read, also through `costate.reshape` of a
    column. Where entries are read several times, or in loops that the indices do not count, that holds for what costs
    less than writing and reading an array, which is a formula in FuseMaps.cpp; never for bodies with functions or
    loops of unknown length, nor for products of matrices outside of maps over the same indices. Maps over one space that read the same array, or one what the other makes at the same
    indices, are one map; so are reductions of one kind. An expression that is an entry of a map is read from it, if it
    holds a loop, or where the map is stored anyhow. A sum that would run a loop which a map over the same instances runs,
    too, is taken by that map, if it adds to arrays. Loads of constant maps are constants; results that nothing
    reads are gone.
    Keeps: values; the order of sums; no loop runs in more loops than before. Running the pass twice changes nothing.
    Its cost does not depend on data.

    Run `tests/passes/fuse-maps.mlir` for examples.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::costate::CostateDialect"];
  let options = [Option<"maxBody", "max-body", "unsigned", "96", "merge no body of more operations than this">];
  let statistics = [Statistic<"numInlined", "num-inlined", "maps computed where they are read">,
                    Statistic<"numMerged", "num-merged", "pairs of maps or reductions merged">,
                    Statistic<"numReused", "num-reused", "expressions that an array holds">];
}

#endif
