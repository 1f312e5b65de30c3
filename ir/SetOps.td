// What happens when data arrives: tables, sets, joins and look-ups. Every value is a column; every op is a
// step of the descriptor that the runtime executes (runtime/bind).
#ifndef COSTATE_SET_OPS
#define COSTATE_SET_OPS

include "ir/CostateDialect.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/SymbolInterfaces.td"

def Costate_TableOp : Costate_Op<"table", [Pure]> {
  let summary = "an open data table";
  let description = [{
    Meaning: the data of a file, opened when the program is bound; its columns are read as they are used. A
    relative path starts at the folder of the model or of `--data`. `key` names the columns that identify a
    row.

    - (C1) `format` is csv, tsv, json, npy, npz or mtx.

    Derivative: none, it works on data.

    Run `tests/ops/table.mlir` for examples.
  }];
  let arguments = (ins StrAttr:$name, StrAttr:$path, StrAttr:$format, StrArrayAttr:$key);
  let results = (outs Costate_Table:$table);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Costate_RowsOp : Costate_Op<"rows", [MemoryEffects<[MemWrite]>]> {
  let summary = "the rows of a table as elements";
  let description = [{
    Meaning: the codes 0..n-1 of the rows of a table; their labels are the row numbers from 1. Root -1:
    plain row numbers, no root of their own.

    - (C1) `root` is -1 or more.

    Derivative: none, it works on data.

    Run `tests/ops/rows.mlir` for examples.
  }];
  let arguments = (ins Costate_Table:$table, I32Attr:$root);
  let results = (outs Costate_Codes:$codes);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Costate_KeysOp : Costate_Op<"keys", [MemoryEffects<[MemWrite]>]> {
  let summary = "the rows of a table as elements labelled by a column";
  let description = [{
    Meaning: the codes 0..n-1 of the rows of a table, labelled by a column. Two equal labels are an error
    that names both rows.

    - (C1) `root` is 0 or more.

    Derivative: none, it works on data.

    Run `tests/ops/keys.mlir` for examples.
  }];
  let arguments = (ins Costate_Table:$table, StrAttr:$column, I32Attr:$root);
  let results = (outs Costate_Codes:$codes);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Costate_ColumnOp : Costate_Op<"column", [Pure]> {
  let summary = "a column of a table";
  let description = [{
    Meaning: A column of a table, read as the type of the result: reals, integers, truth values, or texts as
    codes of the program's pool. An empty cell is an error, unless there is `needed` and none of it is its row:
    then it is read as zero, false or the empty text.

    Derivative: none, it works on data.

    Run `tests/ops/column.mlir` for examples.
  }];
  let arguments = (ins Costate_Table:$table, Optional<Costate_Codes>:$needed, StrAttr:$column);
  let results = (outs Costate_Column:$values);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}

def Costate_PresentOp : Costate_Op<"present", [Pure]> {
  let summary = "the rows of a table that have a value in a column";
  let description = [{
    Meaning: true where the cell of the column is not empty. Read as texts, a quoted empty cell is a value.

    Derivative: none, it works on data.

    Run `tests/ops/present.mlir` for examples.
  }];
  let arguments = (ins Costate_Table:$table, StrAttr:$column, UnitAttr:$as_text);
  let results = (outs Costate_Truths:$mask);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}

def Costate_ForeignOp : Costate_Op<"foreign", [Pure]> {
  let summary = "a column of labels as elements of a root";
  let description = [{
    Meaning: A column of labels as codes of the root's elements. A label that is not there is an error with
    its place: file, line and column. Where there is `needed`, labels in other rows may be empty or unknown: they
    are read as code 0.

    - (C1) `root` is 0 or more.

    Derivative: none, it works on data.

    Run `tests/ops/foreign.mlir` for examples.
  }];
  let arguments = (ins Costate_Table:$table, Optional<Costate_Codes>:$needed, StrAttr:$column, I32Attr:$root);
  let results = (outs Costate_Codes:$codes);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Costate_ElementsOp : Costate_Op<"elements", [MemoryEffects<[MemWrite]>]> {
  let summary = "a set written out";
  let description = [{
    Meaning: the codes 0..n-1 of a set written out, which declares its root. A repeated label is an error.

    - (C1) Labels are texts or integers, all alike.
    - (C2) `root` is 0 or more.

    Derivative: none, it works on data.

    Run `tests/ops/elements.mlir` for examples.
  }];
  let arguments = (ins ArrayAttr:$labels, I32Attr:$root);
  let results = (outs Costate_Codes:$codes);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Costate_LiteralOp : Costate_Op<"literal", [Pure]> {
  let summary = "a constant column";
  let description = [{
    Meaning: the numbers `values`.

    - (C1) `values` have one dimension and the element type of the result.

    Derivative: none, it works on data.

    Run `tests/ops/literal.mlir` for examples.
  }];
  let arguments = (ins ElementsAttr:$values);
  let results = (outs Costate_Column:$column);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Costate_LabelOp : Costate_Op<"label", [Pure]> {
  let summary = "the element of one label";
  let description = [{
    Meaning: the code of one label of a root, one row. An unknown label is an error.

    - (C1) The label is a text or an integer.
    - (C2) `root` is 0 or more.

    Derivative: none, it works on data.

    Run `tests/ops/label.mlir` for examples.
  }];
  let arguments = (ins I32Attr:$root, AnyAttr:$label);
  let results = (outs Costate_Codes:$code);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Costate_TextOp : Costate_Op<"text", [Pure]> {
  let summary = "a text as its code";
  let description = [{
    Meaning: the code of a text in the program's pool of texts, one row; equal texts have equal codes.

    Derivative: none, it works on data.

    Run `tests/ops/text.mlir` for examples.
  }];
  let arguments = (ins StrAttr:$value);
  let results = (outs Costate_Codes:$code);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}

def Costate_ParamOp : Costate_Op<"param", [Pure]> {
  let summary = "a parameter of one row";
  let description = [{
    Meaning: what is set from outside (`--set name=value`, a data file), else the fallback, else an error.

    - (C1) `kind` is real, int, bool, text or case, and the result has its element type. A case is a number from 0 on
      of an element of the `root`.
    - (C2) The fallback has the type of the result.

    Derivative: none, it works on data.

    Run `tests/ops/param.mlir` for examples.
  }];
  let arguments = (ins Optional<Costate_Column>:$fallback, StrAttr:$name, StrAttr:$kind);
  let results = (outs Costate_Column:$value);
  let assemblyFormat = "$name $kind (`=` $fallback^)? attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Costate_RangeOp : Costate_Op<"range", [Pure]> {
  let summary = "the integers from low to high";
  let description = [{
    Meaning: `low..high`, both included; empty when high < low. `low` and `high` have one row.

    Derivative: none, it works on data.

    Run `tests/ops/range.mlir` for examples.
  }];
  let arguments = (ins Costate_Integers:$low, Costate_Integers:$high);
  let results = (outs Costate_Codes:$codes);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}

def Costate_ExpandOp : Costate_Op<"expand", [Pure]> {
  let summary = "a range for every row";
  let description = [{
    Meaning: for every row r the integers `low[r]..high[r]`: the row and the integer of each, by row.

    Derivative: none, it works on data.

    Run `tests/ops/expand.mlir` for examples.
  }];
  let arguments = (ins Costate_Integers:$low, Costate_Integers:$high);
  let results = (outs Costate_Codes:$parent, Costate_Codes:$value);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}

def Costate_ProductOp : Costate_Op<"product", [Pure]> {
  let summary = "all pairs of rows";
  let description = [{
    Meaning: all pairs of a row of `left` and a row of `right`, the left row outermost. Cost O(left *
    right), its result.

    Derivative: none, it works on data.

    Run `tests/ops/product.mlir` for examples.
  }];
  let arguments = (ins Costate_Column:$left, Costate_Column:$right);
  let results = (outs Costate_Codes:$leftRow, Costate_Codes:$rightRow);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}

def Costate_JoinOp : Costate_Op<"join", [Pure, AttrSizedOperandSegments]> {
  let summary = "the pairs of rows whose keys are equal";
  let description = [{
    Meaning: all pairs of rows whose keys are equal, by left row, then by right row. Cost O(left + right +
    pairs), never the product.

    - (C1) There are as many left as right keys, at least one.

    Derivative: none, it works on data.

    Run `tests/ops/join.mlir` for examples.
  }];
  let arguments = (ins Variadic<Costate_Keys>:$left, Variadic<Costate_Keys>:$right);
  let results = (outs Costate_Codes:$leftRow, Costate_Codes:$rightRow);
  let assemblyFormat = "`(` $left `)` `,` `(` $right `)` attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Costate_FilterOp : Costate_Op<"filter", [Pure]> {
  let summary = "the rows where a mask is true";
  let description = [{
    Meaning: the numbers of the rows where the mask is true (`negated`: false), increasing.

    Derivative: none, it works on data.

    Run `tests/ops/filter.mlir` for examples.
  }];
  let arguments = (ins Costate_Truths:$mask, UnitAttr:$negated);
  let results = (outs Costate_Codes:$rows);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}

def Costate_GatherOp : Costate_Op<"gather", [Pure]> {
  let summary = "entries of a column by row";
  let description = [{
    Meaning: `source[rows]`.

    - (C1) The result has the type of the source.

    Derivative: none, it works on data.

    Run `tests/ops/gather.mlir` for examples.
  }];
  let arguments = (ins Costate_Column:$source, Costate_Codes:$rows);
  let results = (outs Costate_Column:$column);
  let builders = [
    OpBuilder<(ins "::mlir::Value":$source, "::mlir::Value":$rows), [{
      build($_builder, $_state, source.getType(), source, rows);
    }]>
  ];
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Costate_LocateOp : Costate_Op<"locate", [Pure, AttrSizedOperandSegments]> {
  let summary = "the position of each query tuple among the members";
  let description = [{
    Meaning: for every query tuple the row of the members that equals it. Where there is none: an error that
    names `array`, index and `set`, or says `sentence` (`missing` is error), or -1 (minus_one). Cost
    O(query + members): arithmetic where the members are consecutive, else a hash.

    - (C1) There are as many query as member columns, at least one.
    - (C2) `missing` is error or minus_one.
    - (C3) There is one root per query column, or none.

    Derivative: none, it works on data.

    Run `tests/ops/locate.mlir` for examples.
  }];
  let arguments = (ins Variadic<Costate_Keys>:$query, Variadic<Costate_Keys>:$members, I32ArrayAttr:$roots,
                   StrAttr:$array, StrAttr:$set, StrAttr:$missing, OptionalAttr<StrAttr>:$sentence);
  let results = (outs Costate_Codes:$positions);
  let assemblyFormat = "`(` $query `)` `in` `(` $members `)` attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Costate_LocateProductOp : Costate_Op<"locate_product", [Pure, AttrSizedOperandSegments]> {
  let summary = "the position of each query tuple in a product of sets";
  let description = [{
    Meaning: for every query tuple its row in the row-major product of the sets `members`, one column each;
    missing tuples as for locate. Cost O(query + members), never the product.

    - (C1) There are as many query as member columns, at least one.
    - (C2) `missing` is error or minus_one.
    - (C3) There is one root per query column, or none.

    Derivative: none, it works on data.

    Run `tests/ops/locate_product.mlir` for examples.
  }];
  let arguments = (ins Variadic<Costate_Keys>:$query, Variadic<Costate_Keys>:$members, I32ArrayAttr:$roots,
                   StrAttr:$array, StrAttr:$set, StrAttr:$missing);
  let results = (outs Costate_Codes:$positions);
  let assemblyFormat = "`(` $query `)` `in` `(` $members `)` attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Costate_SortOp : Costate_Op<"sort", [Pure]> {
  let summary = "the rows in order";
  let description = [{
    Meaning: the rows in lexicographic order of the columns; equal rows keep their order.

    - (C1) There is at least one column.

    Derivative: none, it works on data.

    Run `tests/ops/sort.mlir` for examples.
  }];
  let arguments = (ins Variadic<Costate_Keys>:$columns);
  let results = (outs Costate_Codes:$permutation);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Costate_UniqueOp : Costate_Op<"unique", [Pure]> {
  let summary = "the rows that are the first with their values";
  let description = [{
    Meaning: the rows that are the first with their values, increasing; a repetition is dropped
    (`on_duplicate` is drop) or an error naming it (error).

    - (C1) There is at least one column.
    - (C2) `on_duplicate` is drop or error.

    Derivative: none, it works on data.

    Run `tests/ops/unique.mlir` for examples.
  }];
  let arguments = (ins Variadic<Costate_Keys>:$columns, StrAttr:$on_duplicate, I32ArrayAttr:$roots);
  let results = (outs Costate_Codes:$rows);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Costate_ConcatOp : Costate_Op<"concat", [Pure]> {
  let summary = "one column after another";
  let description = [{
    Meaning: the rows of the first, then of the second.

    - (C1) Both and the result have one type.

    Derivative: none, it works on data.

    Run `tests/ops/concat.mlir` for examples.
  }];
  let arguments = (ins Costate_Column:$first, Costate_Column:$second);
  let results = (outs Costate_Column:$column);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Costate_FillOp : Costate_Op<"fill", [Pure]> {
  let summary = "one value in every row";
  let description = [{
    Meaning: one value in as many rows as `like` has.

    - (C1) The value has the element type of the result.

    Derivative: none, it works on data.

    Run `tests/ops/fill.mlir` for examples.
  }];
  let arguments = (ins Costate_Column:$like, TypedAttrInterface:$value);
  let results = (outs Costate_Column:$column);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Costate_LengthOp : Costate_Op<"length", [Pure]> {
  let summary = "the number of rows, as the size of a map";
  let description = [{
    Meaning: the number of rows. It is no step: it names the space of a kernel.

    Derivative: none, it works on data.

    Run `tests/ops/length.mlir` for examples.
  }];
  let arguments = (ins Costate_Column:$column);
  let results = (outs Index:$size);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}

def Costate_CountOp : Costate_Op<"count", [Pure]> {
  let summary = "the number of rows, as data";
  let description = [{
    Meaning: the number of rows, one row.

    Derivative: none, it works on data.

    Run `tests/ops/count.mlir` for examples.
  }];
  let arguments = (ins Costate_Column:$column);
  let results = (outs Costate_Integers:$size);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}

def Costate_CheckDomainOp : Costate_Op<"check_domain", [AttrSizedOperandSegments,
    AllTypesMatch<["column", "checked"]>]> {
  let summary = "a column whose every value was checked";
  let description = [{
    Meaning: `column`; an error, naming the entry, where a value is not a number, infinite (unless allowed), zero
    (where it divides), below `low` or above `high`, which have one row. What reads the result does not run
    then. `sentence` replaces the message; `{}` in it stands for the value,
    `{expected}` for the lower bound.

    - (C1) There is one root per index column.

    Derivative: none, it works on data.

    Run `tests/ops/check_domain.mlir` for examples.
  }];
  let arguments = (ins Costate_Column:$column, Optional<Costate_Column>:$low, Optional<Costate_Column>:$high,
                   Variadic<Costate_Column>:$index, StrAttr:$name, I32ArrayAttr:$roots, UnitAttr:$allow_infinite,
                   UnitAttr:$divides, OptionalAttr<StrAttr>:$sentence);
  let results = (outs Costate_Column:$checked);
  let assemblyFormat = [{$name $column (`low` $low^)? (`high` $high^)? (`index` `(` $index^ `)`)? attr-dict
      `:` functional-type(operands, results)}];
  let hasVerifier = 1;
}

def Costate_CheckRowsOp : Costate_Op<"check_rows"> {
  let summary = "rows of a nested space, some for every row outside";
  let description = [{
    Meaning: `parent`; an error where a row of the outer space has no row of the nested one: a `min`, `max` or `mean`
    over nothing.

    - (C1) There is one root per index column.

    Derivative: none, it works on data.

    Run `tests/ops/check_rows.mlir` for examples.
  }];
  let arguments = (ins Costate_Codes:$parent, Costate_Column:$outer, Variadic<Costate_Column>:$index, StrAttr:$what,
                   I32ArrayAttr:$roots);
  let results = (outs Costate_Codes:$checked);
  let assemblyFormat = [{$what $parent `of` $outer (`index` `(` $index^ `)`)? attr-dict
      `:` functional-type(operands, results)}];
  let hasVerifier = 1;
}

def Costate_KernelOp : Costate_Op<"kernel", [Pure, AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "the results of a compiled map";
  let description = [{
    Meaning: the results of a kernel function: one instance per tuple of rows of `over` (one instance where there is
    none); accumulators start as `inits`, which keep their values.

    - (C1) The callee is a function marked `costate.kernel`.
    - (C2) Until it is lowered to loops, it takes one size for each column of `over` (one where there is none), the
      inputs and the inits, and returns the results.

    Derivative: none, it works on data.

    Run `tests/ops/kernel.mlir` for examples.
  }];
  let arguments = (ins FlatSymbolRefAttr:$callee, Variadic<Costate_Array>:$inputs,
                   Variadic<Costate_Array>:$inits, Variadic<Costate_Column>:$over);
  let results = (outs Variadic<Costate_Array>:$results);
  let assemblyFormat = [{$callee `(` $inputs `)` (`into` `(` $inits^ `)`)? (`over` $over^)? attr-dict
      `:` functional-type(operands, results)}];
}

def Costate_CallOp : Costate_Op<"call", [Pure, AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "the results of a function";
  let description = [{
    Meaning: the results of a function that takes the inputs; result k has as many rows as `like` k. `places` are the
    source places that failures of the function count.

    - (C1) The callee is a function marked `costate.function`.
    - (C2) It takes the inputs and returns the results, columns all.
    - (C3) There is one `like` per result.

    Derivative: none, it works on data; functions contain the derivatives that are asked for.

    Run `tests/ops/call.mlir` for examples.
  }];
  let arguments = (ins FlatSymbolRefAttr:$callee, Variadic<Costate_Column>:$inputs,
                   Variadic<Costate_Column>:$like, OptionalAttr<ArrayAttr>:$places);
  let results = (outs Variadic<Costate_Column>:$results);
  let assemblyFormat = [{$callee `(` $inputs `)` `like` `(` $like `)` attr-dict
      `:` functional-type(operands, results)}];
}

#endif
