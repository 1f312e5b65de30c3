// The syntax and verifiers of map and what stands in it, and how loads of constant columns fold.
#include "ir/CostateOps.h"

#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace costate;

// ---- map -----------------------------------------------------------------------------------------------

void MapOp::build(OpBuilder &builder, OperationState &state, ValueRange sizes, ValueRange inits,
                  TypeRange yielded) {
  state.addOperands(sizes);
  state.addOperands(inits);
  state.addTypes(yielded);
  state.addTypes(inits.getTypes());
  state.getOrAddProperties<Properties>().operandSegmentSizes = {int32_t(sizes.size()), int32_t(inits.size())};
  Block *body = new Block;
  state.addRegion()->push_back(body);
  for (Value size : sizes)
    body->addArgument(size.getType(), state.location);
  for (Value init : inits)
    body->addArgument(init.getType(), state.location);
}

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
    if (p.parseArgument(arg) || p.parseEqual() || p.parseOperand(inits.emplace_back()) ||
        p.parseColonType(arg.type))
      return failure();
    initTypes.push_back(arg.type);
    args.push_back(arg);
    return success();
  };
  if (succeeded(p.parseOptionalKeyword("into")) &&
      p.parseCommaSeparatedList(AsmParser::Delimiter::Paren, init))
    return failure();
  if (succeeded(p.parseOptionalArrow()) &&
      (p.parseLParen() || p.parseTypeList(resultTypes) || p.parseRParen()))
    return failure();
  Region *body = state.addRegion();
  if (p.parseRegion(*body, args) || p.parseOptionalAttrDict(state.attributes) ||
      p.resolveOperands(sizes, index, state.operands) ||
      p.resolveOperands(inits, initTypes, initPlace, state.operands))
    return failure();
  state.addTypes(resultTypes);
  state.addTypes(initTypes);
  state.getOrAddProperties<Properties>().operandSegmentSizes = {int32_t(sizes.size()), int32_t(inits.size())};
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

static LogicalResult verifyMapArguments(MapOp map) {
  Block *body = map.getBody();
  unsigned rank = map.rank();
  if (map.getNumResults() < map.getInits().size()) // C4
    return map.emitOpError("has ") << map.getInits().size() << " accumulated tensors, but "
                                   << map.getNumResults() << " results";
  if (body->getNumArguments() != rank + map.getInits().size()) // C1
    return map.emitOpError("has ") << rank << " dimensions and " << map.getInits().size()
                                   << " accumulated tensors, but its body takes " << body->getNumArguments()
                                   << " arguments";
  for (unsigned d = 0; d < rank; ++d)
    if (!body->getArgument(d).getType().isIndex()) // C1
      return map.emitOpError("body argument ")
             << d << " is " << body->getArgument(d).getType() << ", expected index";
  for (auto [init, arg, result] : llvm::zip_equal(map.getInits(), body->getArguments().drop_front(rank),
                                                  map.getResults().drop_front(map.numYielded()))) {
    if (init.getType() != arg.getType()) // C1
      return map.emitOpError("accumulates into ")
             << init.getType() << ", but its body takes " << arg.getType();
    if (init.getType() != result.getType()) // C4
      return map.emitOpError("accumulates into ")
             << init.getType() << ", but its result is " << result.getType();
  }
  return success();
}

static LogicalResult verifyMapBody(MapOp map) {
  WalkResult walked = map.getBody()->walk([&](Operation *op) -> WalkResult {
    if (!isa<AccumulateOp>(op) && !isMemoryEffectFree(op)) // C5
      return op->emitOpError("has side effects in the body of a map");
    auto at = dyn_cast<AtOp>(op);
    auto arg = at ? dyn_cast<BlockArgument>(at.getArray()) : BlockArgument();
    if (arg && arg.getOwner() == map.getBody()) // C5
      return op->emitOpError("loads from an `into` argument");
    return WalkResult::advance();
  });
  return failure(walked.wasInterrupted());
}

LogicalResult MapOp::verifyRegions() {
  if (failed(verifyMapArguments(*this)))
    return failure();
  Block *body = getBody();
  auto yield = body->empty() ? YieldOp() : dyn_cast<YieldOp>(body->back());
  if (!yield || yield.getValues().size() != numYielded()) // C2
    return emitOpError("yields ") << (yield ? yield.getValues().size() : 0) << " scalars for " << numYielded()
                                  << " results";
  for (auto [value, result] : llvm::zip(yield.getValues(), getResults())) {
    auto type = cast<RankedTensorType>(result.getType());
    if (type.getElementType() != value.getType() || type.getRank() != int64_t(rank())) // C3
      return emitOpError("yields ") << value.getType() << " over " << rank()
                                    << " dimensions for a result of type " << type;
  }
  return verifyMapBody(*this);
}

// ---- at, accumulate ------------------------------------------------------------------------------------

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
  auto type = cast<RankedTensorType>(getArray().getType());
  Type element = type.getElementType();
  bool isTruth = element.isInteger(1);
  if (!llvm::is_contained({"add", "mul", "min", "max"}, getKind()) ||
      (isTruth && !llvm::is_contained({"min", "max"}, getKind()))) // C2
    return emitOpError("has kind `") << getKind() << "`, expected "
                                     << (isTruth ? "min or max for truth values" : "add, mul, min or max");
  if (type.getRank() != int64_t(getIndices().size())) // C3
    return emitOpError("has ") << getIndices().size() << " indices for an array of rank " << type.getRank();
  bool isKnown = element.isF64() || isTruth || element.isInteger(32) || element.isInteger(64);
  if (element != getValue().getType() || !isKnown) // C4
    return emitOpError("adds ") << getValue().getType() << " to " << type;
  return success();
}

namespace {

/// fill{v}[i] => v;  literal{a, b, ...}[constant] => its entry.
struct LoadOfConstant : OpRewritePattern<AtOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(AtOp at, PatternRewriter &rewriter) const override {
    TypedAttr value;
    if (auto fill = at.getArray().getDefiningOp<FillOp>())
      value = fill.getValue();
    else if (auto literal = at.getArray().getDefiningOp<LiteralOp>())
      value = entry(literal, at.getIndices());
    if (!value)
      return failure();
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(at, value);
    return success();
  }

  static TypedAttr entry(LiteralOp literal, ValueRange indices) {
    IntegerAttr index;
    auto values = dyn_cast<DenseElementsAttr>(literal.getValues());
    if (!values || indices.size() != 1 || !matchPattern(indices[0], m_Constant(&index)))
      return {};
    if (index.getInt() < 0 || index.getInt() >= values.getNumElements())
      return {};
    return cast<TypedAttr>(values.getValues<Attribute>()[size_t(index.getInt())]);
  }
};

/// gather(source, fill{k})[i] => source[k]: one row repeated is read from that row.
struct LoadOfRepeatedRow : OpRewritePattern<AtOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(AtOp at, PatternRewriter &rewriter) const override {
    auto gather = at.getArray().getDefiningOp<GatherOp>();
    auto rows = gather ? gather.getRows().getDefiningOp<FillOp>() : FillOp();
    if (!rows)
      return failure();
    int64_t row = cast<IntegerAttr>(rows.getValue()).getInt();
    Value index = rewriter.create<arith::ConstantIndexOp>(at.getLoc(), row);
    rewriter.replaceOpWithNewOp<AtOp>(at, gather.getSource(), index);
    return success();
  }
};

} // namespace

void AtOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<LoadOfConstant, LoadOfRepeatedRow>(context);
}
