// Verifiers of the operations that bind data.
#include "ir/CostateOps.h"

using namespace mlir;
using namespace costate;

static Type elementOf(Value column) { return cast<RankedTensorType>(column.getType()).getElementType(); }

static LogicalResult verifyRoot(Operation *op, int64_t root, int64_t least) {
  if (root < least)
    return op->emitOpError("has root ") << root << ", expected " << least << " or more";
  return success();
}

static LogicalResult verifyPairs(Operation *op, size_t left, size_t right) {
  if (left != right || left == 0)
    return op->emitOpError("has ") << left << " and " << right << " columns, expected as many, at least one";
  return success();
}

static LogicalResult verifyRootPerColumn(Operation *op, ArrayAttr roots, size_t columns) {
  if (roots.size() != columns)
    return op->emitOpError("has ") << roots.size() << " roots for " << columns << " index columns";
  return success();
}

// ---- tables --------------------------------------------------------------------------------------------

LogicalResult TableOp::verify() {
  if (!llvm::is_contained({"csv", "tsv", "json", "npy", "npz", "mtx"}, getFormat())) // C1
    return emitOpError("has format `") << getFormat() << "`, expected csv, tsv, json, npy, npz or mtx";
  return success();
}

LogicalResult RowsOp::verify() { return verifyRoot(*this, int32_t(getRoot()), -1); }   // C1
LogicalResult KeysOp::verify() { return verifyRoot(*this, int32_t(getRoot()), 0); }    // C1
LogicalResult ForeignOp::verify() { return verifyRoot(*this, int32_t(getRoot()), 0); } // C1

LogicalResult ElementsOp::verify() {
  auto all = [&](auto isKind) { return llvm::all_of(getLabels(), isKind); };
  if (!all([](Attribute label) { return isa<StringAttr>(label); }) &&
      !all([](Attribute label) { return isa<IntegerAttr>(label); })) // C1
    return emitOpError("has labels that are neither all texts nor all integers");
  return verifyRoot(*this, int32_t(getRoot()), 0); // C2
}

LogicalResult LabelOp::verify() {
  if (!isa<StringAttr, IntegerAttr>(getLabel())) // C1
    return emitOpError("has label ") << getLabel() << ", expected a text or an integer";
  return verifyRoot(*this, int32_t(getRoot()), 0); // C2
}

LogicalResult ParamOp::verify() {
  Type element = elementOf(getValue());
  bool fits = (getKind() == "real" && element.isF64()) || (getKind() == "int" && element.isInteger(64)) ||
              (getKind() == "bool" && element.isInteger(1)) ||
              (getKind() == "text" && element.isInteger(32)) ||
              (getKind() == "case" && element.isInteger(64) && (*this)->hasAttrOfType<IntegerAttr>("root"));
  if (!fits) // C1
    return emitOpError("of kind `")
           << getKind() << "` has element type " << element
           << ", expected real f64, int i64, bool i1, text i32 or case i64 with a root";
  if (getFallback() && getFallback().getType() != getValue().getType()) // C2
    return emitOpError("has a fallback of type ")
           << getFallback().getType() << ", expected " << getValue().getType();
  return success();
}

// ---- columns -------------------------------------------------------------------------------------------

LogicalResult LiteralOp::verify() {
  auto type = getValues().getShapedType();
  if (type.getRank() != 1 || type.getElementType() != elementOf(getColumn())) // C1
    return emitOpError("has values of type ") << type << " for a column of " << elementOf(getColumn());
  return success();
}

LogicalResult FillOp::verify() {
  if (getValue().getType() != elementOf(getColumn())) // C1
    return emitOpError("fills a column of ") << elementOf(getColumn()) << " with " << getValue();
  return success();
}

LogicalResult GatherOp::verify() {
  if (getSource().getType() != getColumn().getType()) // C1
    return emitOpError("gathers ") << getColumn().getType() << " from " << getSource().getType();
  return success();
}

LogicalResult ConcatOp::verify() {
  if (getFirst().getType() != getColumn().getType() || getSecond().getType() != getColumn().getType()) // C1
    return emitOpError("joins ") << getFirst().getType() << " and " << getSecond().getType() << " to "
                                 << getColumn().getType();
  return success();
}

// ---- sets ----------------------------------------------------------------------------------------------

template <class Locate> static LogicalResult verifyLocate(Locate op) {
  if (failed(verifyPairs(op, op.getQuery().size(), op.getMembers().size()))) // C1
    return failure();
  if (!llvm::is_contained({"error", "minus_one"}, op.getMissing())) // C2
    return op.emitOpError("has missing = `") << op.getMissing() << "`, expected error or minus_one";
  if (!op.getRoots().empty() && op.getRoots().size() != op.getQuery().size()) // C3
    return op.emitOpError("has ") << op.getRoots().size() << " roots for " << op.getQuery().size()
                                  << " query columns";
  return success();
}

LogicalResult LocateOp::verify() { return verifyLocate(*this); }
LogicalResult LocateProductOp::verify() { return verifyLocate(*this); }
LogicalResult JoinOp::verify() { return verifyPairs(*this, getLeft().size(), getRight().size()); } // C1

LogicalResult SortOp::verify() {
  if (getColumns().empty()) // C1
    return emitOpError("has no columns");
  return success();
}

LogicalResult UniqueOp::verify() {
  if (getColumns().empty()) // C1
    return emitOpError("has no columns");
  if (!llvm::is_contained({"drop", "error"}, getOnDuplicate())) // C2
    return emitOpError("has on_duplicate = `") << getOnDuplicate() << "`, expected drop or error";
  return success();
}

LogicalResult CheckDomainOp::verify() {
  return verifyRootPerColumn(*this, getRoots(), getIndex().size());
} // C1
LogicalResult CheckRowsOp::verify() {
  return verifyRootPerColumn(*this, getRoots(), getIndex().size());
} // C1
