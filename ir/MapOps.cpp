// The syntax and verifiers of map, reduce and what stands in them; how sizes and loads of constants fold.
#include "ir/Bodies.h"
#include "ir/CostateOps.h"

#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace costate;

// ---- the syntax that operations with bodies share ---------------------------------------------------------

namespace {

using Arguments = SmallVector<OpAsmParser::Argument>;
using Operands = SmallVector<OpAsmParser::UnresolvedOperand>;

/// `(%i < %n, %j < %m)`
ParseResult parseSpace(OpAsmParser &p, Arguments &args, Operands &sizes) {
  return p.parseCommaSeparatedList(AsmParser::Delimiter::Paren, [&]() -> ParseResult {
    auto &arg = args.emplace_back();
    arg.type = p.getBuilder().getIndexType();
    return failure(p.parseArgument(arg) || p.parseLess() || p.parseOperand(sizes.emplace_back()));
  });
}

void printSpace(OpAsmPrinter &p, ValueRange args, ValueRange sizes) {
  p << " (";
  llvm::interleaveComma(llvm::zip(args, sizes), p,
                        [&](auto it) { p << std::get<0>(it) << " < " << std::get<1>(it); });
  p << ")";
}

/// `-> (types) inner (%m)`
ParseResult parseResults(OpAsmParser &p, SmallVector<Type> &types, Operands &inner) {
  if (succeeded(p.parseOptionalArrow()) && (p.parseLParen() || p.parseTypeList(types) || p.parseRParen()))
    return failure();
  if (succeeded(p.parseOptionalKeyword("inner")))
    return p.parseOperandList(inner, AsmParser::Delimiter::Paren);
  return success();
}

void printResults(OpAsmPrinter &p, TypeRange types, ValueRange inner) {
  if (!types.empty())
    p << " -> (" << types << ")";
  if (!inner.empty())
    p << " inner (" << inner << ")";
}

} // namespace

ParseResult costate::parseBindings(OpAsmParser &p, StringRef keyword, Arguments &args, Operands &values,
                                   SmallVector<Type> &types) {
  if (failed(p.parseOptionalKeyword(keyword)))
    return success();
  return p.parseCommaSeparatedList(AsmParser::Delimiter::Paren, [&]() -> ParseResult {
    OpAsmParser::Argument arg;
    if (p.parseArgument(arg) || p.parseEqual() || p.parseOperand(values.emplace_back()) ||
        p.parseColonType(arg.type))
      return failure();
    types.push_back(arg.type);
    args.push_back(arg);
    return success();
  });
}

void costate::printBindings(OpAsmPrinter &p, StringRef keyword, ValueRange args, ValueRange values) {
  if (values.empty())
    return;
  p << " " << keyword << " (";
  llvm::interleaveComma(llvm::zip(args, values), p, [&](auto it) {
    p << std::get<0>(it) << " = " << std::get<1>(it) << " : " << std::get<1>(it).getType();
  });
  p << ")";
}

bool costate::accumulatesOutside(Operation *op) {
  WalkResult walked = op->walk([&](AccumulateOp add) {
    Operation *owner = cast<BlockArgument>(add.getArray()).getOwner()->getParentOp();
    return owner->isProperAncestor(op) ? WalkResult::interrupt() : WalkResult::advance();
  });
  return walked.wasInterrupted();
}

void costate::bodyEffects(Operation *op,
                          SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects) {
  if (accumulatesOutside(op))
    effects.emplace_back(MemoryEffects::Write::get());
}

LogicalResult costate::verifyBody(Operation *owner, Block *body) {
  WalkResult walked = body->walk([&](Operation *op) -> WalkResult {
    if (!isa<AccumulateOp>(op) && op->getNumRegions() == 0 && !isMemoryEffectFree(op))
      return op->emitOpError("has side effects in the body of `") << owner->getName() << "`";
    auto isOwn = [&](Value value) {
      auto arg = dyn_cast<BlockArgument>(value);
      return arg && arg.getOwner() == body && isAccumulator(arg);
    };
    if (!isa<AccumulateOp, SizeOp>(op) && llvm::any_of(op->getOperands(), isOwn))
      return op->emitOpError("uses an `into` argument, into which one accumulates");
    return WalkResult::advance();
  });
  return failure(walked.wasInterrupted());
}

bool costate::isAccumulator(BlockArgument arg) {
  Operation *owner = arg.getOwner()->getParentOp();
  auto isOneOf = [&](auto accumulators) {
    return !accumulators.empty() && arg.getArgNumber() >= accumulators.front().getArgNumber();
  };
  if (auto map = dyn_cast_or_null<MapOp>(owner))
    return isOneOf(map.accumulators());
  if (auto scan = dyn_cast_or_null<ScanOp>(owner))
    return isOneOf(scan.accumulators());
  auto unwind = dyn_cast_or_null<UnwindOp>(owner);
  return unwind && arg.getOwner() == &unwind.getAdjoint().front() && isOneOf(unwind.accumulators());
}

// ---- map -----------------------------------------------------------------------------------------------

void MapOp::build(OpBuilder &builder, OperationState &state, ValueRange sizes, ValueRange inits,
                  TypeRange yielded, ValueRange inner) {
  state.addOperands(sizes);
  state.addOperands(inits);
  state.addOperands(inner);
  state.addTypes(yielded);
  state.addTypes(inits.getTypes());
  state.getOrAddProperties<Properties>().operandSegmentSizes = {int32_t(sizes.size()), int32_t(inits.size()),
                                                                int32_t(inner.size())};
  Block *body = new Block;
  state.addRegion()->push_back(body);
  for (Value size : sizes)
    body->addArgument(size.getType(), state.location);
  for (Value init : inits)
    body->addArgument(init.getType(), state.location);
}

ParseResult MapOp::parse(OpAsmParser &p, OperationState &state) {
  Arguments args;
  Operands sizes, inits, inner;
  SmallVector<Type> initTypes, resultTypes;
  Type index = p.getBuilder().getIndexType();
  if (parseSpace(p, args, sizes))
    return failure();
  auto initPlace = p.getCurrentLocation();
  Region *body = state.addRegion();
  if (parseBindings(p, "into", args, inits, initTypes) || parseResults(p, resultTypes, inner) ||
      p.parseRegion(*body, args) || p.parseOptionalAttrDict(state.attributes) ||
      p.resolveOperands(sizes, index, state.operands) ||
      p.resolveOperands(inits, initTypes, initPlace, state.operands) ||
      p.resolveOperands(inner, index, state.operands))
    return failure();
  state.addTypes(resultTypes);
  state.addTypes(initTypes);
  state.getOrAddProperties<Properties>().operandSegmentSizes = {int32_t(sizes.size()), int32_t(inits.size()),
                                                                int32_t(inner.size())};
  return success();
}

void MapOp::print(OpAsmPrinter &p) {
  auto args = getBody()->getArguments();
  printSpace(p, args.take_front(rank()), getSizes());
  printBindings(p, "into", args.drop_front(rank()), getInits());
  printResults(p, TypeRange(getResultTypes()).take_front(numYielded()), getInner());
  p << " ";
  p.printRegion(getRegion(), /*printEntryBlockArgs=*/false, /*printBlockTerminators=*/true);
  p.printOptionalAttrDict((*this)->getAttrs(), {"operandSegmentSizes"});
}

void MapOp::getEffects(SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects) {
  bodyEffects(*this, effects);
}
Speculation::Speculatability MapOp::getSpeculatability() { return Speculation::Speculatable; }

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

LogicalResult costate::verifyYielded(Operation *op, ValueRange values, TypeRange results, int64_t rank,
                                     size_t numInner) {
  size_t needed = 0;
  for (auto [value, result] : llvm::zip(values, results)) {
    auto type = cast<RankedTensorType>(result);
    auto array = dyn_cast<RankedTensorType>(value.getType());
    int64_t own = array ? array.getRank() : 0;
    Type element = array ? array.getElementType() : value.getType();
    if (type.getElementType() != element || type.getRank() != rank + own)
      return op->emitOpError("yields ")
             << value.getType() << " over " << rank << " dimensions for a result of type " << type;
    needed += size_t(own);
  }
  if (needed != numInner)
    return op->emitOpError("has ") << numInner << " inner sizes, expected " << needed;
  return success();
}

LogicalResult MapOp::verifyRegions() {
  if (failed(verifyMapArguments(*this)))
    return failure();
  Block *body = getBody();
  auto yield = body->empty() ? YieldOp() : dyn_cast<YieldOp>(body->back());
  if (!yield || yield.getValues().size() != numYielded()) // C2
    return emitOpError("yields ") << (yield ? yield.getValues().size() : 0) << " values for " << numYielded()
                                  << " results";
  if (failed(verifyYielded(*this, yield.getValues(), getResultTypes(), rank(), getInner().size()))) // C3
    return failure();
  return verifyBody(*this, body); // C5
}

// ---- reduce --------------------------------------------------------------------------------------------

void ReduceOp::build(OpBuilder &builder, OperationState &state, StringRef kind, ValueRange sizes,
                     TypeRange results) {
  state.addOperands(sizes);
  state.addTypes(results);
  state.getOrAddProperties<Properties>().kind = builder.getStringAttr(kind);
  Block *body = new Block;
  state.addRegion()->push_back(body);
  for (Value size : sizes)
    body->addArgument(size.getType(), state.location);
}

ParseResult ReduceOp::parse(OpAsmParser &p, OperationState &state) {
  Arguments args;
  Operands sizes, inner;
  SmallVector<Type> types;
  StringAttr kind;
  Region *body = state.addRegion();
  if (p.parseAttribute(kind) || parseSpace(p, args, sizes) || parseResults(p, types, inner) ||
      p.parseRegion(*body, args) || p.parseOptionalAttrDict(state.attributes) ||
      p.resolveOperands(sizes, p.getBuilder().getIndexType(), state.operands))
    return failure();
  state.getOrAddProperties<Properties>().kind = kind;
  state.addTypes(types);
  return success();
}

void ReduceOp::print(OpAsmPrinter &p) {
  p << " " << getKindAttr();
  printSpace(p, getBody()->getArguments(), getSizes());
  printResults(p, getResultTypes(), {});
  p << " ";
  p.printRegion(getRegion(), /*printEntryBlockArgs=*/false, /*printBlockTerminators=*/true);
  p.printOptionalAttrDict((*this)->getAttrs(), {"kind"});
}

void ReduceOp::getEffects(SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects) {
  bodyEffects(*this, effects);
}
Speculation::Speculatability ReduceOp::getSpeculatability() { return Speculation::Speculatable; }

LogicalResult ReduceOp::verifyRegions() {
  Block *body = getBody();
  if (body->getArgumentTypes() != TypeRange(getSizes())) // C1
    return emitOpError("has ") << rank() << " dimensions, but its body takes " << body->getNumArguments()
                               << " arguments";
  if (!llvm::is_contained({"add", "mul", "min", "max", "argmin", "argmax"}, getKind())) // C2
    return emitOpError("has kind `") << getKind() << "`, expected add, mul, min, max, argmin or argmax";
  auto yield = body->empty() ? YieldOp() : dyn_cast<YieldOp>(body->back());
  auto types = yield ? SmallVector<Type>(yield.getValues().getTypes()) : SmallVector<Type>();
  if (isPosition()) { // C3
    if (types.size() != 1 || !types[0].isF64() || getNumResults() != 1 ||
        !getResult(0).getType().isInteger(64))
      return emitOpError("yields one f64 for one i64");
    return verifyBody(*this, body);
  }
  if (TypeRange(types) != TypeRange(getResultTypes())) // C3
    return emitOpError("yields values of other types than its results");
  for (Type type : types)
    if (type.isInteger(1) && getKind() != "min" && getKind() != "max") // C4
      return emitOpError("has kind `") << getKind() << "`, expected min or max for truth values";
  return verifyBody(*this, body);
}

// ---- size, reshape -------------------------------------------------------------------------------------

LogicalResult SizeOp::verify() {
  int64_t rank = cast<RankedTensorType>(getArray().getType()).getRank();
  if (getDimension() >= uint64_t(rank)) // C1
    return emitOpError("asks for dimension ") << getDimension() << " of a tensor of rank " << rank;
  return success();
}

LogicalResult ReshapeOp::verify() {
  auto from = cast<RankedTensorType>(getArray().getType()),
       to = cast<RankedTensorType>(getResult().getType());
  if (to.getRank() != int64_t(getSizes().size())) // C1
    return emitOpError("has ") << getSizes().size() << " sizes for a tensor of rank " << to.getRank();
  if (from.getElementType() != to.getElementType()) // C2
    return emitOpError("makes ") << to << " of " << from;
  return success();
}

/// The size of the index space that a value goes through; null where it is no index of a body.
static Value sizeOfIndex(Value position) {
  auto arg = dyn_cast<BlockArgument>(position);
  Operation *owner = arg ? arg.getOwner()->getParentOp() : nullptr;
  unsigned k = arg ? arg.getArgNumber() : 0;
  if (auto map = dyn_cast_or_null<MapOp>(owner))
    return k < map.rank() ? map.getSizes()[k] : Value();
  if (auto reduce = dyn_cast_or_null<ReduceOp>(owner))
    return reduce.getSizes()[k];
  auto scan = dyn_cast_or_null<ScanOp>(owner);
  return scan && k == 0 ? scan.getSize() : Value();
}

OpFoldResult WithinOp::fold(FoldAdaptor adaptor) {
  auto position = dyn_cast_or_null<IntegerAttr>(adaptor.getPosition()),
       size = dyn_cast_or_null<IntegerAttr>(adaptor.getSize());
  bool isKnown = position && size && position.getInt() >= 0 && position.getInt() < size.getInt();
  return isKnown || sizeOfIndex(getPosition()) == getSize() ? getPosition() : Value();
}

static Value reshapedLike(OpBuilder &b, Location loc, Value value, Value like) {
  auto type = cast<RankedTensorType>(like.getType());
  SmallVector<Value> sizes;
  for (int64_t d = 0; d < type.getRank(); ++d)
    sizes.push_back(b.create<SizeOp>(loc, like, d));
  return b.create<ReshapeOp>(loc, type, value, sizes);
}

SmallVector<Value> ReshapeOp::tangents(OpBuilder &builder, ValueRange operands) {
  if (!operands[0])
    return {Value()};
  return {builder.create<ReshapeOp>(getLoc(), getResult().getType(), operands[0], getSizes())};
}

SmallVector<Value> ReshapeOp::adjoints(OpBuilder &builder, ValueRange results, ArrayRef<bool>) {
  SmallVector<Value> all(getNumOperands());
  if (results[0])
    all[0] = reshapedLike(builder, getLoc(), results[0], getArray());
  return all;
}

namespace {

/// The size of what an operation makes is one that it was given.
struct SizeOfResult : OpRewritePattern<SizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SizeOp size, PatternRewriter &rewriter) const override {
    Value known = sizeKnownTo(size.getArray(), size.getDimension(), rewriter);
    if (!known)
      return failure();
    rewriter.replaceOp(size, known);
    return success();
  }
};

} // namespace

void SizeOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<SizeOfResult>(context);
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
  if (!arg || !isAccumulator(arg)) // C1
    return emitOpError("adds to a tensor that is not an `into` argument");
  auto type = cast<RankedTensorType>(getArray().getType());
  Type element = type.getElementType();
  bool isTruth = element.isInteger(1);
  if (!llvm::is_contained({"add", "mul", "min", "max"}, getKind()) ||
      (isTruth && !llvm::is_contained({"min", "max"}, getKind()))) // C2
    return emitOpError("has kind `") << getKind() << "`, expected "
                                     << (isTruth ? "min or max for truth values" : "add, mul, min or max");
  if (type.getRank() != int64_t(getIndices().size())) // C3
    return emitOpError("has ") << getIndices().size() << " indices for an array of rank " << type.getRank();
  bool isKnown =
      element.isF64() || element.isF32() || isTruth || element.isInteger(32) || element.isInteger(64);
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
