// Checked AST => IR: one `costate.program` in a module of its own.
#pragma once

#include "frontend/sema/Checked.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace costate::lower {

/// Every user error was reported by sema; what comes out here passes the verifier. Cost: linear in the
/// source.
mlir::OwningOpRef<mlir::ModuleOp> lower(const sema::Program &program, const Files &files,
                                        mlir::MLIRContext &context);

} // namespace costate::lower
