// What operations with bodies share: syntax, effects, verification, sizes. Internal to ir.
#pragma once

#include "ir/CostateOps.h"

namespace costate {

/// `keyword (%arg = %value : type, ...)`, which may be absent.
mlir::ParseResult parseBindings(mlir::OpAsmParser &p, llvm::StringRef keyword,
                                llvm::SmallVector<mlir::OpAsmParser::Argument> &args,
                                llvm::SmallVector<mlir::OpAsmParser::UnresolvedOperand> &values,
                                llvm::SmallVector<mlir::Type> &types);
void printBindings(mlir::OpAsmPrinter &p, llvm::StringRef keyword, mlir::ValueRange args,
                   mlir::ValueRange values);

/// Only accumulation into what belongs to an operation around this one is an effect.
void bodyEffects(
    mlir::Operation *op,
    llvm::SmallVectorImpl<mlir::SideEffects::EffectInstance<mlir::MemoryEffects::Effect>> &effects);

/// No side effects but `costate.accumulate`, no loads of accumulators.
mlir::LogicalResult verifyBody(mlir::Operation *owner, mlir::Block *body);
/// Each value over `rank` dimensions makes its result, with an inner size per dimension of its own.
mlir::LogicalResult verifyYielded(mlir::Operation *op, mlir::ValueRange values, mlir::TypeRange results,
                                  int64_t rank, size_t numInner);

} // namespace costate
