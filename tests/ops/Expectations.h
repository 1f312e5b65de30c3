// What files of tests/ops expect, and how results are compared with it.
//
// An attribute `costate.expect` lists the values of an operation's results, or of the body of a constraint,
// objective or term at each row; `costate.ulps` says how many units in the last place they may be off (none:
// they are equal bit by bit), `costate.tolerance` by how much. `costate.values` gives a variable its values.
// A function has `costate.args` and what it returns for them, `costate.expect`, or a part of the sentence
// with which it fails, `costate.failure`.
#pragma once

#include "ir/reference/Evaluate.h"

#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace costate::test {

using reference::Tensor;

/// The files with values, found in the folder.
std::vector<std::string> opFiles();

Tensor expected(mlir::Attribute dense);
/// The units in the last place that an operation's results may be off.
int64_t ulpsOf(mlir::Operation *op);
/// Or by how much.
double toleranceOf(mlir::Operation *op);
void expectEqual(const Tensor &actual, const Tensor &wanted, int64_t ulps, double tolerance = 0);

/// The files that tables of these programs read.
extern const char *const dataFolder;
/// Whether the operation's value comes from a file: the reference evaluator reads none.
bool needsFile(mlir::Operation *op);

/// Gives the variables in the module their values.
void setVariables(mlir::ModuleOp module, reference::Evaluator &evaluator);
/// The number of rows of a constraint, objective or term; -1 after a diagnostic.
int64_t rowsOf(mlir::Operation *op, reference::Evaluator &evaluator);

} // namespace costate::test
