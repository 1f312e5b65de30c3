// Checked AST => IR: one `costate.program` in a module of its own.
#pragma once

#include "costate/Diagnostic.h"
#include "frontend/sema/Checked.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace costate::lower {

/// Errors of the user were reported by sema, but for what is not available yet; without those what comes out
/// here passes the verifier. Cost: linear in the source.
mlir::OwningOpRef<mlir::ModuleOp> lower(const sema::Program &program, const Files &files,
                                        mlir::MLIRContext &context, std::vector<Diagnostic> &diagnostics);

} // namespace costate::lower
