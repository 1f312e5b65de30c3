// The syntax and verifiers of loops, unwinding and derivative operators; sizes of their results.
#include "ir/Bodies.h"
#include "ir/CostateOps.h"

using namespace mlir;
using namespace costate;

namespace {

using Arguments = SmallVector<OpAsmParser::Argument>;
using Operands = SmallVector<OpAsmParser::UnresolvedOperand>;
using Effects = SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>;

bool parseFlag(OpAsmParser &p, StringRef name) { return succeeded(p.parseOptionalKeyword(name)); }

/// `(%a, %b)` of known types.
ParseResult parseArguments(OpAsmParser &p, Arguments &args, TypeRange types) {
  if (p.parseArgumentList(args, AsmParser::Delimiter::Paren))
    return failure();
  if (args.size() != types.size())
    return p.emitError(p.getCurrentLocation(), "expected ") << types.size() << " arguments";
  for (auto [arg, type] : llvm::zip(args, types))
    arg.type = type;
  return success();
}

void printArguments(OpAsmPrinter &p, ValueRange args) {
  p << " (";
  p.printOperands(args);
  p << ") ";
}

void printBody(OpAsmPrinter &p, Region &region) {
  p << " ";
  p.printRegion(region, /*printEntryBlockArgs=*/false, /*printBlockTerminators=*/true);
}

Block *addBody(OperationState &state, TypeRange types) {
  Block *body = new Block;
  state.addRegion()->push_back(body);
  for (Type type : types)
    body->addArgument(type, state.location);
  return body;
}

YieldOp yieldOf(Block &block) { return block.empty() ? YieldOp() : dyn_cast<YieldOp>(block.back()); }

TypeRange yieldedTypes(Block &block) {
  YieldOp yield = yieldOf(block);
  return yield ? TypeRange(yield.getValues()) : TypeRange();
}

bool isReal(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return (tensor ? tensor.getElementType() : type).isF64();
}

} // namespace

// ---- scan ----------------------------------------------------------------------------------------------

void ScanOp::build(OpBuilder &b, OperationState &state, Value size, ValueRange starts, TypeRange collected,
                   ValueRange inits, ValueRange inner, bool reversed, bool record) {
  state.addOperands(size);
  state.addOperands(starts);
  state.addOperands(inits);
  state.addOperands(inner);
  state.addTypes(starts.getTypes());
  state.addTypes(collected);
  state.addTypes(inits.getTypes());
  if (record)
    state.addTypes(TapeType::get(b.getContext(), SmallVector<Type>(starts.getTypes())));
  auto &properties = state.getOrAddProperties<Properties>();
  properties.operandSegmentSizes = {1, int32_t(starts.size()), int32_t(inits.size()), int32_t(inner.size())};
  if (reversed)
    properties.reversed = b.getUnitAttr();
  if (record)
    properties.record = b.getUnitAttr();
  SmallVector<Type> types{b.getIndexType()};
  llvm::append_range(types, starts.getTypes());
  llvm::append_range(types, inits.getTypes());
  addBody(state, types);
}

ParseResult ScanOp::parse(OpAsmParser &p, OperationState &state) {
  Arguments args(1);
  Operands starts, inits, inner;
  OpAsmParser::UnresolvedOperand size;
  SmallVector<Type> startTypes, initTypes, collected;
  Type index = p.getBuilder().getIndexType();
  auto &properties = state.getOrAddProperties<Properties>();
  if (parseFlag(p, "reversed"))
    properties.reversed = p.getBuilder().getUnitAttr();
  if (parseFlag(p, "record"))
    properties.record = p.getBuilder().getUnitAttr();
  args[0].type = index;
  auto place = p.getCurrentLocation();
  if (p.parseLParen() || p.parseArgument(args[0]) || p.parseLess() || p.parseOperand(size) ||
      p.parseRParen() || parseBindings(p, "carry", args, starts, startTypes) ||
      parseBindings(p, "into", args, inits, initTypes))
    return failure();
  if (succeeded(p.parseOptionalArrow()) && (p.parseLParen() || p.parseTypeList(collected) || p.parseRParen()))
    return failure();
  if (parseFlag(p, "inner") && p.parseOperandList(inner, AsmParser::Delimiter::Paren))
    return failure();
  Region *body = state.addRegion();
  if (p.parseRegion(*body, args) || p.parseOptionalAttrDict(state.attributes) ||
      p.resolveOperand(size, index, state.operands) ||
      p.resolveOperands(starts, startTypes, place, state.operands) ||
      p.resolveOperands(inits, initTypes, place, state.operands) ||
      p.resolveOperands(inner, index, state.operands))
    return failure();
  state.addTypes(startTypes);
  state.addTypes(collected);
  state.addTypes(initTypes);
  if (properties.record)
    state.addTypes(TapeType::get(p.getContext(), startTypes));
  properties.operandSegmentSizes = {1, int32_t(starts.size()), int32_t(inits.size()), int32_t(inner.size())};
  return success();
}

void ScanOp::print(OpAsmPrinter &p) {
  if (getReversed())
    p << " reversed";
  if (getRecord())
    p << " record";
  p << " (" << getBody()->getArgument(0) << " < " << getSize() << ")";
  printBindings(p, "carry", carried(), getStarts());
  printBindings(p, "into", accumulators(), getInits());
  if (numCollected())
    p << " -> (" << collected().getTypes() << ")";
  if (!getInner().empty())
    p << " inner (" << getInner() << ")";
  printBody(p, getRegion());
  p.printOptionalAttrDict((*this)->getAttrs(), {"operandSegmentSizes", "reversed", "record"});
}

void ScanOp::getEffects(Effects &effects) { bodyEffects(*this, effects); }
Speculation::Speculatability ScanOp::getSpeculatability() { return Speculation::Speculatable; }

LogicalResult ScanOp::verifyRegions() {
  Block *body = getBody();
  SmallVector<Type> arguments{IndexType::get(getContext())};
  llvm::append_range(arguments, getStarts().getTypes());
  llvm::append_range(arguments, getInits().getTypes());
  if (body->getArgumentTypes() != TypeRange(arguments)) // C1
    return emitOpError("has a body whose arguments are not the position, ")
           << numCarried() << " carried values and " << getInits().size() << " accumulated tensors";
  size_t fixed = numCarried() + getInits().size() + (getRecord() ? 1 : 0);
  if (getNumResults() < fixed) // C4
    return emitOpError("has ") << getNumResults() << " results, expected " << fixed << " or more";
  YieldOp yield = yieldOf(*body);
  if (!yield || yield.getValues().size() != numCarried() + numCollected() ||
      TypeRange(yield.getValues()).take_front(numCarried()) != TypeRange(getStarts())) // C2
    return emitOpError("yields other values than ")
           << numCarried() << " carried and " << numCollected() << " collected ones";
  auto results = getResultTypes();
  bool isTape = !getRecord() || getResult(getNumResults() - 1).getType() ==
                                    TapeType::get(getContext(), SmallVector<Type>(getStarts().getTypes()));
  if (TypeRange(results).take_front(numCarried()) != TypeRange(getStarts()) ||
      accumulated().getTypes() != TypeRange(getInits()) || !isTape) // C4
    return emitOpError("has results of other types than what it carries and accumulates");
  if (failed(verifyYielded(*this, yield.getValues().drop_front(numCarried()), collected().getTypes(), 1,
                           getInner().size()))) // C3
    return failure();
  return verifyBody(*this, body); // C5
}

// ---- iterate -------------------------------------------------------------------------------------------

void IterateOp::build(OpBuilder &b, OperationState &state, ValueRange starts, bool record) {
  state.addOperands(starts);
  state.addTypes(starts.getTypes());
  if (record) {
    state.addTypes(TapeType::get(b.getContext(), SmallVector<Type>(starts.getTypes())));
    state.getOrAddProperties<Properties>().record = b.getUnitAttr();
  }
  addBody(state, starts.getTypes());
  addBody(state, starts.getTypes());
}

ParseResult IterateOp::parse(OpAsmParser &p, OperationState &state) {
  Arguments args, again;
  Operands starts;
  SmallVector<Type> types;
  auto &properties = state.getOrAddProperties<Properties>();
  if (parseFlag(p, "record"))
    properties.record = p.getBuilder().getUnitAttr();
  auto place = p.getCurrentLocation();
  Region *condition = state.addRegion(), *body = state.addRegion();
  if (parseBindings(p, "carry", args, starts, types) || p.parseKeyword("while") ||
      p.parseRegion(*condition, args) || p.parseKeyword("do") || parseArguments(p, again, types) ||
      p.parseRegion(*body, again) || p.parseOptionalAttrDict(state.attributes) ||
      p.resolveOperands(starts, types, place, state.operands))
    return failure();
  state.addTypes(types);
  if (properties.record)
    state.addTypes(TapeType::get(p.getContext(), types));
  return success();
}

void IterateOp::print(OpAsmPrinter &p) {
  if (getRecord())
    p << " record";
  printBindings(p, "carry", getCondition().front().getArguments(), getStarts());
  p << " while";
  printBody(p, getCondition());
  p << " do";
  printArguments(p, getBody().front().getArguments());
  p.printRegion(getBody(), false, true);
  p.printOptionalAttrDict((*this)->getAttrs(), {"record"});
}

void IterateOp::getEffects(Effects &effects) { bodyEffects(*this, effects); }
Speculation::Speculatability IterateOp::getSpeculatability() { return Speculation::NotSpeculatable; }

LogicalResult IterateOp::verifyRegions() {
  Block &condition = getCondition().front(), &body = getBody().front();
  TypeRange carried(getStarts());
  if (condition.getArgumentTypes() != carried || body.getArgumentTypes() != carried) // C1
    return emitOpError("carries ") << numCarried() << " values, but its regions take other arguments";
  if (yieldedTypes(condition) != TypeRange(Type(IntegerType::get(getContext(), 1))) ||
      yieldedTypes(body) != carried) // C2
    return emitOpError("yields other values than one i1 and what it carries");
  SmallVector<Type> results(carried);
  if (getRecord())
    results.push_back(TapeType::get(getContext(), SmallVector<Type>(carried)));
  if (TypeRange(getResultTypes()) != TypeRange(results)) // C3
    return emitOpError("has results of other types than what it carries");
  if (accumulatesOutside(*this)) // C4
    return emitOpError("accumulates in a loop of unknown length");
  return success(succeeded(verifyBody(*this, &condition)) && succeeded(verifyBody(*this, &body)));
}

// ---- unwind --------------------------------------------------------------------------------------------

void UnwindOp::build(OpBuilder &b, OperationState &state, Value tape, ValueRange starts, ValueRange inits,
                     bool reversed) {
  state.addOperands(tape);
  state.addOperands(starts);
  state.addOperands(inits);
  state.addTypes(starts.getTypes());
  state.addTypes(inits.getTypes());
  auto &properties = state.getOrAddProperties<Properties>();
  properties.operandSegmentSizes = {1, int32_t(starts.size()), int32_t(inits.size())};
  if (reversed)
    properties.reversed = b.getUnitAttr();
  SmallVector<Type> types{b.getIndexType()};
  llvm::append_range(types, cast<TapeType>(tape.getType()).getStates());
  addBody(state, types);
  llvm::append_range(types, starts.getTypes());
  llvm::append_range(types, inits.getTypes());
  addBody(state, types);
}

ParseResult UnwindOp::parse(OpAsmParser &p, OperationState &state) {
  Arguments stepArgs, args;
  Operands starts, inits;
  OpAsmParser::UnresolvedOperand tape;
  TapeType type;
  SmallVector<Type> startTypes, initTypes;
  auto &properties = state.getOrAddProperties<Properties>();
  if (parseFlag(p, "reversed"))
    properties.reversed = p.getBuilder().getUnitAttr();
  auto place = p.getCurrentLocation();
  if (p.parseOperand(tape) || p.parseColonType(type))
    return failure();
  SmallVector<Type> types{p.getBuilder().getIndexType()};
  llvm::append_range(types, type.getStates());
  Region *step = state.addRegion(), *adjoint = state.addRegion();
  if (p.parseKeyword("step") || parseArguments(p, stepArgs, types) || p.parseRegion(*step, stepArgs) ||
      p.parseKeyword("adjoint") || parseArguments(p, args, types) ||
      parseBindings(p, "carry", args, starts, startTypes) ||
      parseBindings(p, "into", args, inits, initTypes) || p.parseRegion(*adjoint, args) ||
      p.parseOptionalAttrDict(state.attributes) || p.resolveOperand(tape, type, state.operands) ||
      p.resolveOperands(starts, startTypes, place, state.operands) ||
      p.resolveOperands(inits, initTypes, place, state.operands))
    return failure();
  state.addTypes(startTypes);
  state.addTypes(initTypes);
  properties.operandSegmentSizes = {1, int32_t(starts.size()), int32_t(inits.size())};
  return success();
}

void UnwindOp::print(OpAsmPrinter &p) {
  if (getReversed())
    p << " reversed";
  p << " " << getTape() << " : " << getTape().getType() << " step";
  printArguments(p, getStep().front().getArguments());
  p.printRegion(getStep(), false, true);
  p << " adjoint";
  auto args = getAdjoint().front().getArguments();
  size_t own = 1 + states().size();
  p << " (";
  p.printOperands(args.take_front(own));
  p << ")";
  printBindings(p, "carry", args.slice(own, numCarried()), getStarts());
  printBindings(p, "into", args.drop_front(own + numCarried()), getInits());
  printBody(p, getAdjoint());
  p.printOptionalAttrDict((*this)->getAttrs(), {"operandSegmentSizes", "reversed"});
}

void UnwindOp::getEffects(Effects &effects) { bodyEffects(*this, effects); }
Speculation::Speculatability UnwindOp::getSpeculatability() { return Speculation::NotSpeculatable; }

LogicalResult UnwindOp::verifyRegions() {
  Block &step = getStep().front(), &adjoint = getAdjoint().front();
  SmallVector<Type> types{IndexType::get(getContext())};
  llvm::append_range(types, states());
  if (step.getArgumentTypes() != TypeRange(types) || yieldedTypes(step) != TypeRange(states())) // C1
    return emitOpError("has a step that does not take and give the states of the tape");
  llvm::append_range(types, getStarts().getTypes());
  llvm::append_range(types, getInits().getTypes());
  if (adjoint.getArgumentTypes() != TypeRange(types) || yieldedTypes(adjoint) != TypeRange(getStarts())) // C2
    return emitOpError("has an adjoint that does not take and give what it carries");
  SmallVector<Type> results(getStarts().getTypes());
  llvm::append_range(results, getInits().getTypes());
  if (TypeRange(getResultTypes()) != TypeRange(results)) // C3
    return emitOpError("has results of other types than what it carries and accumulates");
  WalkResult walked = step.walk([&](AccumulateOp add) {
    Operation *owner = cast<BlockArgument>(add.getArray()).getOwner()->getParentOp();
    return (*this)->isProperAncestor(owner) ? WalkResult::advance() : WalkResult::interrupt();
  });
  if (walked.wasInterrupted()) // C4
    return emitOpError("accumulates in its step");
  return success(succeeded(verifyBody(*this, &step)) && succeeded(verifyBody(*this, &adjoint)));
}

// ---- jvp, vjp ------------------------------------------------------------------------------------------

void JvpOp::build(OpBuilder &, OperationState &state, ValueRange at, ValueRange tangents, TypeRange yielded) {
  state.addOperands(at);
  state.addOperands(tangents);
  state.addTypes(yielded);
  state.addTypes(yielded);
  state.getOrAddProperties<Properties>().operandSegmentSizes = {int32_t(at.size()), int32_t(tangents.size())};
  addBody(state, at.getTypes());
}

void JvpOp::getEffects(Effects &effects) { bodyEffects(*this, effects); }
Speculation::Speculatability JvpOp::getSpeculatability() { return Speculation::NotSpeculatable; }

LogicalResult JvpOp::verifyRegions() {
  if (TypeRange(getAt()) != TypeRange(getTangents()) || !llvm::all_of(getAt().getTypes(), isReal)) // C1
    return emitOpError("has other tangents than one real value for each of `at`");
  TypeRange yielded = yieldedTypes(*getBody());
  if (getBody()->getArgumentTypes() != TypeRange(getAt()) || !llvm::all_of(yielded, isReal)) // C2
    return emitOpError("has a body that takes other values than `at`, or does not yield reals");
  SmallVector<Type> results(yielded);
  llvm::append_range(results, yielded);
  if (TypeRange(getResultTypes()) != TypeRange(results)) // C3
    return emitOpError("has ") << getNumResults() << " results for " << yielded.size()
                               << " yielded values and their derivatives";
  if (accumulatesOutside(*this)) // C4
    return emitOpError("accumulates into what stands around it");
  return verifyBody(*this, getBody());
}

void VjpOp::build(OpBuilder &, OperationState &state, ValueRange at, ValueRange seeds) {
  state.addOperands(at);
  state.addOperands(seeds);
  state.addTypes(seeds.getTypes());
  state.addTypes(at.getTypes());
  state.getOrAddProperties<Properties>().operandSegmentSizes = {int32_t(at.size()), int32_t(seeds.size())};
  addBody(state, at.getTypes());
}

void VjpOp::getEffects(Effects &effects) { bodyEffects(*this, effects); }
Speculation::Speculatability VjpOp::getSpeculatability() { return Speculation::NotSpeculatable; }

LogicalResult VjpOp::verifyRegions() {
  if (getBody()->getArgumentTypes() != TypeRange(getAt()) || !llvm::all_of(getAt().getTypes(), isReal)) // C1
    return emitOpError("has a body that takes other values than the reals `at`");
  if (yieldedTypes(*getBody()) != TypeRange(getSeeds()) || !llvm::all_of(getSeeds().getTypes(), isReal)) // C2
    return emitOpError("has other seeds than one real value for each yielded one");
  SmallVector<Type> results(getSeeds().getTypes());
  llvm::append_range(results, getAt().getTypes());
  if (TypeRange(getResultTypes()) != TypeRange(results)) // C3
    return emitOpError("has results of other types than seeds and `at`");
  if (accumulatesOutside(*this)) // C4
    return emitOpError("accumulates into what stands around it");
  return verifyBody(*this, getBody());
}

// ---- sizes ---------------------------------------------------------------------------------------------

/// Of what a map or scan makes: `outer` sizes, then its share of the inner ones.
static Value sizeOfMade(OpResult result, uint64_t dimension, ValueRange outer, ResultRange made,
                        ValueRange inner) {
  if (dimension < outer.size())
    return outer[dimension];
  size_t before = 0;
  for (Value other : made) {
    if (other == result)
      return inner[before + dimension - outer.size()];
    before += size_t(cast<RankedTensorType>(other.getType()).getRank()) - outer.size();
  }
  return {};
}

Value costate::sizeKnownTo(Value array, uint64_t dimension, OpBuilder &b) {
  auto sizeOf = [&](Value other) -> Value {
    return b.create<SizeOp>(array.getLoc(), other, int64_t(dimension));
  };
  if (auto arg = dyn_cast<BlockArgument>(array)) { // carried values keep their sizes
    Operation *owner = arg.getOwner()->getParentOp();
    unsigned k = arg.getArgNumber();
    if (auto scan = dyn_cast_or_null<ScanOp>(owner); scan && k > 0)
      return k <= scan.numCarried() ? sizeOf(scan.getStarts()[k - 1])
                                    : sizeOf(scan.getInits()[k - 1 - scan.numCarried()]);
    if (auto iterate = dyn_cast_or_null<IterateOp>(owner))
      return sizeOf(iterate.getStarts()[k]);
    if (auto map = dyn_cast_or_null<MapOp>(owner); map && k >= map.rank())
      return sizeOf(map.getInits()[k - map.rank()]);
    if (auto jvp = dyn_cast_or_null<JvpOp>(owner))
      return sizeOf(jvp.getAt()[k]);
    if (auto vjp = dyn_cast_or_null<VjpOp>(owner))
      return sizeOf(vjp.getAt()[k]);
    if (auto root = dyn_cast_or_null<RootOp>(owner))
      return sizeOf(root.getStart());
    auto unwind = dyn_cast_or_null<UnwindOp>(owner);
    if (!unwind)
      return {};
    size_t own = 1 + unwind.states().size();
    if (k < own) {
      Operation *loop = unwind.getTape().getDefiningOp();
      if (auto scan = dyn_cast_or_null<ScanOp>(loop))
        return sizeOf(scan.getStarts()[k - 1]);
      auto iterate = dyn_cast_or_null<IterateOp>(loop);
      return iterate ? sizeOf(iterate.getStarts()[k - 1]) : Value();
    }
    k -= unsigned(own);
    return k < unwind.numCarried() ? sizeOf(unwind.getStarts()[k])
                                   : sizeOf(unwind.getInits()[k - unwind.numCarried()]);
  }
  auto result = cast<OpResult>(array);
  unsigned k = result.getResultNumber();
  Operation *op = result.getOwner();
  if (auto map = dyn_cast<MapOp>(op))
    return k < map.numYielded() ? sizeOfMade(result, dimension, map.getSizes(),
                                             map.getResults().take_front(map.numYielded()), map.getInner())
                                : sizeOf(map.getInits()[k - map.numYielded()]);
  if (auto operation = dyn_cast<RuntimeOperation>(op))
    return operation.sizeOf(b, k, unsigned(dimension));
  if (auto reshape = dyn_cast<ReshapeOp>(op))
    return reshape.getSizes()[dimension];
  if (auto stop = dyn_cast<StopOp>(op))
    return sizeOf(stop.getValue());
  if (auto scan = dyn_cast<ScanOp>(op)) {
    if (k < scan.numCarried())
      return sizeOf(scan.getStarts()[k]);
    if (k < scan.numCarried() + scan.numCollected())
      return sizeOfMade(result, dimension, scan.getSize(), scan.collected(), scan.getInner());
    return sizeOf(scan.getInits()[k - scan.numCarried() - scan.numCollected()]);
  }
  if (auto iterate = dyn_cast<IterateOp>(op))
    return sizeOf(iterate.getStarts()[k]);
  if (auto unwind = dyn_cast<UnwindOp>(op))
    return k < unwind.numCarried() ? sizeOf(unwind.getStarts()[k])
                                   : sizeOf(unwind.getInits()[k - unwind.numCarried()]);
  if (auto root = dyn_cast<RootOp>(op))
    return sizeOf(root.getStart());
  if (auto vjp = dyn_cast<VjpOp>(op))
    return k < vjp.getSeeds().size() ? sizeOf(vjp.getSeeds()[k])
                                     : sizeOf(vjp.getAt()[k - vjp.getSeeds().size()]);
  return {};
}
