// The dialect's generated declarations.
#pragma once

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/RegionKindInterface.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "ir/CostateDialect.h.inc"
#include "ir/CostateInterfaces.h.inc"

#define GET_TYPEDEF_CLASSES
#include "ir/CostateTypes.h.inc"

#define GET_OP_CLASSES
#include "ir/CostateOps.h.inc"

namespace costate {
/// Attaches derivative rules to the operations of arith and math (ScalarDerivatives.cpp).
void registerScalarDerivatives(mlir::DialectRegistry &registry);
} // namespace costate
