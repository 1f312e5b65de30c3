// Registration of types and operations, and where their constants live.
#include "ir/CostateOps.h"

#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FoldInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace costate;

#include "ir/CostateDialect.cpp.inc"
#include "ir/CostateInterfaces.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "ir/CostateTypes.cpp.inc"
#define GET_OP_CLASSES
#include "ir/CostateOps.cpp.inc"

namespace {

/// Scalar bodies keep their constants, so that they can be copied whole.
struct KeepConstantsInBodies : DialectFoldInterface {
  using DialectFoldInterface::DialectFoldInterface;
  bool shouldMaterializeInto(Region *region) const final {
    return isa<MapOp, ReduceOp, ScanOp, IterateOp, UnwindOp, JvpOp, VjpOp, RootOp, SumOp, FoldOp,
               ConstraintOp, ObjectiveOp, LetOp, ResidualOp, TermOp, SharedOp>(region->getParentOp());
  }
};

} // namespace

void CostateDialect::initialize() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "ir/CostateTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "ir/CostateOps.cpp.inc"
      >();
  addInterfaces<KeepConstantsInBodies>();
}

RankedTensorType costate::columnOf(Type element) {
  return RankedTensorType::get({ShapedType::kDynamic}, element);
}
