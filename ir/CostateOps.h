// The dialect's generated declarations.
#pragma once

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/RegionKindInterface.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include <optional>

namespace costate {
/// What a choosing operation gives: operand `yes` where the condition (i1) holds, else operand `no`.
struct Choice {
  mlir::Value condition;
  unsigned yes = 0, no = 0;
};
/// How the position of a load follows from the instance s and a column q (PatternOp).
enum class PositionKind : int32_t {
  Own = 0,   // s
  Table = 1, // q[s]
  Shift = 2, // s + q[0]
  Row = 3,   // q[0]
  Moved = 4  // q[s], which is another column plus one number for all s
};
} // namespace costate

#include "ir/CostateDialect.h.inc"
#include "ir/CostateInterfaces.h.inc"

#define GET_TYPEDEF_CLASSES
#include "ir/CostateTypes.h.inc"

#define GET_OP_CLASSES
#include "ir/CostateOps.h.inc"

namespace costate {
/// Attaches derivative rules to the operations of arith and math (ScalarDerivatives.cpp).
void registerScalarDerivatives(mlir::DialectRegistry &registry);
/// Does an operation accumulate into an `into` tensor of one around it?
bool accumulatesOutside(mlir::Operation *op);
/// Is the argument an `into` tensor of its operation?
bool isAccumulator(mlir::BlockArgument arg);
/// A size of a tensor as a value that the operation which makes the tensor was given; null where there is
/// none.
mlir::Value sizeKnownTo(mlir::Value array, uint64_t dimension, mlir::OpBuilder &builder);
/// `tensor<?xT>`: a column of any length.
mlir::RankedTensorType columnOf(mlir::Type element);
} // namespace costate
