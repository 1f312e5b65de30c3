// Registration, the syntax of map, and the verifiers.
#include "ir/CostateOps.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace costate;

#include "ir/CostateDialect.cpp.inc"
#include "ir/CostateInterfaces.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "ir/CostateTypes.cpp.inc"
#define GET_OP_CLASSES
#include "ir/CostateOps.cpp.inc"

void CostateDialect::initialize() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "ir/CostateTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "ir/CostateOps.cpp.inc"
      >();
}

// ---- map -----------------------------------------------------------------------------------------------

ParseResult MapOp::parse(OpAsmParser &p, OperationState &state) {
  SmallVector<OpAsmParser::Argument> args;
  SmallVector<OpAsmParser::UnresolvedOperand> sizes, inits;
  SmallVector<Type> initTypes, resultTypes;
  Type index = p.getBuilder().getIndexType();
  auto dimension = [&]() -> ParseResult {
    auto &arg = args.emplace_back();
    arg.type = index;
    return failure(p.parseArgument(arg) || p.parseLess() || p.parseOperand(sizes.emplace_back()));
  };
  if (p.parseCommaSeparatedList(AsmParser::Delimiter::Paren, dimension))
    return failure();
  auto initPlace = p.getCurrentLocation();
  auto init = [&]() -> ParseResult {
    OpAsmParser::Argument arg;
    if (p.parseArgument(arg) || p.parseEqual() || p.parseOperand(inits.emplace_back()) || p.parseColonType(arg.type))
      return failure();
    initTypes.push_back(arg.type);
    args.push_back(arg);
    return success();
  };
  if (succeeded(p.parseOptionalKeyword("into")) &&
      p.parseCommaSeparatedList(AsmParser::Delimiter::Paren, init))
    return failure();
  if (succeeded(p.parseOptionalArrow()) && (p.parseLParen() || p.parseTypeList(resultTypes) || p.parseRParen()))
    return failure();
  Region *body = state.addRegion();
  if (p.parseRegion(*body, args) || p.parseOptionalAttrDict(state.attributes) ||
      p.resolveOperands(sizes, index, state.operands) ||
      p.resolveOperands(inits, initTypes, initPlace, state.operands))
    return failure();
  state.addTypes(resultTypes);
  state.addTypes(initTypes);
  state.getOrAddProperties<MapOp::Properties>().operandSegmentSizes = {int32_t(sizes.size()), int32_t(inits.size())};
  return success();
}

void MapOp::print(OpAsmPrinter &p) {
  auto args = getBody()->getArguments();
  p << " (";
  llvm::interleaveComma(llvm::zip(args, getSizes()), p,
                        [&](auto it) { p << std::get<0>(it) << " < " << std::get<1>(it); });
  p << ")";
  if (!getInits().empty()) {
    p << " into (";
    llvm::interleaveComma(llvm::zip(args.drop_front(rank()), getInits()), p, [&](auto it) {
      p << std::get<0>(it) << " = " << std::get<1>(it) << " : " << std::get<1>(it).getType();
    });
    p << ")";
  }
  if (numYielded()) {
    p << " -> (";
    llvm::interleaveComma(TypeRange(getResultTypes()).take_front(numYielded()), p);
    p << ")";
  }
  p << " ";
  p.printRegion(getRegion(), /*printEntryBlockArgs=*/false, /*printBlockTerminators=*/true);
  p.printOptionalAttrDict((*this)->getAttrs(), {"operandSegmentSizes"});
}

LogicalResult MapOp::verifyRegions() {
  Block *body = getBody();
  if (body->getNumArguments() != rank() + getInits().size()) // C1
    return emitOpError("has ") << rank() << " dimensions and " << getInits().size()
                               << " accumulated tensors, but its body takes " << body->getNumArguments()
                               << " arguments";
  for (unsigned d = 0; d < rank(); ++d)
    if (!body->getArgument(d).getType().isIndex()) // C1
      return emitOpError("body argument ") << d << " is " << body->getArgument(d).getType() << ", expected index";
  for (auto [init, arg] : llvm::zip(getInits(), body->getArguments().drop_front(rank())))
    if (init.getType() != arg.getType()) // C1
      return emitOpError("accumulates into ") << init.getType() << ", but its body takes " << arg.getType();
  auto yield = dyn_cast<YieldOp>(body->getTerminator());
  if (!yield || yield.getValues().size() != numYielded()) // C2
    return emitOpError("yields ") << (yield ? yield.getValues().size() : 0) << " scalars for " << numYielded()
                                  << " results";
  for (auto [value, result] : llvm::zip(yield.getValues(), getResults())) {
    auto type = cast<RankedTensorType>(result.getType());
    if (type.getElementType() != value.getType() || type.getRank() != int64_t(rank())) // C3
      return emitOpError("yields ") << value.getType() << " over " << rank() << " dimensions for a result of type "
                                    << type;
  }
  return success();
}

LogicalResult AtOp::verify() {
  auto type = cast<RankedTensorType>(getArray().getType());
  if (type.getRank() != int64_t(getIndices().size())) // C1
    return emitOpError("has ") << getIndices().size() << " indices for an array of rank " << type.getRank();
  if (type.getElementType() != getValue().getType()) // C2
    return emitOpError("loads ") << getValue().getType() << " from " << type;
  return success();
}

LogicalResult AccumulateOp::verify() {
  auto arg = dyn_cast<BlockArgument>(getArray());
  if (!arg || !isa_and_nonnull<MapOp>(arg.getOwner()->getParentOp())) // C1
    return emitOpError("adds to a tensor that is not an `into` argument of a map");
  if (!llvm::is_contained({"add", "mul", "min", "max"}, getKind())) // C2
    return emitOpError("has kind ") << getKind() << ", expected add, mul, min or max";
  return success();
}

// ---- scalar regions ------------------------------------------------------------------------------------

static LogicalResult verifyScalarBody(Operation *op, Region &region, unsigned arguments) {
  Block &body = region.front();
  if (body.getNumArguments() != arguments)
    return op->emitOpError("body takes ") << body.getNumArguments() << " arguments, expected " << arguments;
  auto yield = body.empty() ? nullptr : dyn_cast<YieldOp>(body.back());
  if (!yield || yield.getValues().size() != 1 || !yield.getValues()[0].getType().isF64())
    return op->emitOpError("body does not yield one f64");
  return success();
}

LogicalResult SumOp::verifyRegions() { return verifyScalarBody(*this, getRegion(), 1); } // C1
LogicalResult ConstraintOp::verifyRegions() {
  return getRegion().empty() ? success() : verifyScalarBody(*this, getRegion(), 1); // C1
}
LogicalResult ObjectiveOp::verifyRegions() {
  return getRegion().empty() ? success() : verifyScalarBody(*this, getRegion(), 0); // C1
}
LogicalResult TermOp::verifyRegions() {
  if (failed(verifyScalarBody(*this, getRegion(), 1))) // C1
    return failure();
  for (Operation &op : getRegion().front())
    if (isa<SumOp>(op))
      return emitOpError("body holds a sum"); // C1
  return success();
}

LogicalResult ProblemOp::verifyRegions() {
  int objectives = 0;
  for (Operation &op : getRegion().front()) {
    if (!isa<VariableOp, ConstraintOp, ObjectiveOp, TermOp, PatternOp>(op)) // C1
      return op.emitOpError("cannot stand in a problem");
    objectives += isa<ObjectiveOp>(op);
  }
  if (objectives > 1) // C2
    return emitOpError("has ") << objectives << " objectives";
  return success();
}

// ---- sets ----------------------------------------------------------------------------------------------

static LogicalResult verifyPairs(Operation *op, size_t left, size_t right) {
  if (left != right || left == 0)
    return op->emitOpError("has ") << left << " and " << right << " columns, expected as many, at least one";
  return success();
}

LogicalResult JoinOp::verify() { return verifyPairs(*this, getLeft().size(), getRight().size()); } // C1
LogicalResult LocateOp::verify() { return verifyPairs(*this, getQuery().size(), getMembers().size()); } // C1
LogicalResult LocateProductOp::verify() { return verifyPairs(*this, getQuery().size(), getMembers().size()); } // C1
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
