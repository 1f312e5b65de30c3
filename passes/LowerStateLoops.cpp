// Loops over carried values. Arrays live in two blocks of bytes, one read and one written, which change
// places after every step; scalars are carried in registers. A recorded loop has its blocks from a tape
// (LowerTapes.cpp), a new one for every step, with the scalars in them; the steps in reverse read them where
// they are. Arrays that those do not read stay in two blocks where the tape holds every state.
#include "passes/FunctionLowering.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace costate {
namespace {

constexpr int64_t alignment = 64;

int64_t widthOf(Type type) {
  Type element = isa<RankedTensorType>(type) ? cast<RankedTensorType>(type).getElementType() : type;
  return element.isIndex() ? 8 : std::max<int64_t>(1, element.getIntOrFloatBitWidth() / 8);
}

bool isArray(Type type) { return isa<RankedTensorType>(type); }

} // namespace

FailureOr<CarriedState> FunctionLowering::layout(ValueRange starts, bool isRecorded,
                                                 const llvm::BitVector &isRest) {
  CarriedState state;
  state.isRest = isRest;
  state.offsets.resize(starts.size());
  Values known;
  for (Value start : starts) {
    state.types.push_back(start.getType());
    FailureOr<Values> sizes = isArray(start.getType()) ? sizesAhead(start) : FailureOr<Values>(Values());
    if (failed(sizes))
      return mlir::failure();
    llvm::append_range(known, *sizes);
    state.sizes.push_back(std::move(*sizes));
    state.hasArrays |= isArray(start.getType());
  }
  OpBuilder::InsertionGuard guard(b);
  if (Operation *around = outermost(known))
    b.setInsertionPoint(around);
  auto plus = [&](Value x, Value y) { return b.createOrFold<arith::AddIOp>(loc, x, y); };
  auto rounded = [&](Value bytes) {
    Value lines = b.createOrFold<arith::DivUIOp>(loc, plus(bytes, index(alignment - 1)), index(alignment));
    return b.createOrFold<arith::MulIOp>(loc, lines, index(alignment));
  };
  Value end = index(0), restEnd = index(0);
  for (auto [k, type] : llvm::enumerate(state.types)) {
    if (!isArray(type))
      continue;
    state.sizes[k] = here(state.sizes[k]);
    Value bytes = b.createOrFold<arith::MulIOp>(loc, count(state.sizes[k]), index(widthOf(type)));
    Value &next = isRest[unsigned(k)] ? restEnd : end;
    state.offsets[k] = next;
    next = plus(next, rounded(bytes));
  }
  for (auto [k, type] : llvm::enumerate(state.types))
    if (isRecorded && !isArray(type)) {
      state.offsets[k] = end;
      end = plus(end, index(8));
    }
  state.bytes = state.hasArrays ? rounded(end) : end;
  state.restBytes = isRest.any() ? restEnd : Value();
  return state;
}

// ---- blocks --------------------------------------------------------------------------------------------

/// What a loop carries of its blocks: the one that is read, then the one that is written, if no tape gives
/// it; of the rest of a recorded state both.
FunctionLowering::Values FunctionLowering::blocks(const CarriedState &state, const StateTape *tape,
                                                  Values &made) {
  auto make = [&](Value bytes) {
    made.push_back(allocate(b.getIntegerType(8), bytes));
    return made.back();
  };
  if (!tape && !state.hasArrays)
    return {};
  if (!tape)
    return {make(state.bytes), make(state.bytes)};
  if (tape->stack)
    return {blockOnStack(*tape, index(0)).block};
  Value first = stateOrAsk(*tape, index(0), "costate_tape_start", tape->number);
  if (!state.restBytes)
    return {memoryAt(first)};
  Value rest = restAt(*tape, first, make(state.restBytes));
  return {memoryAt(first), rest, make(state.restBytes)};
}

StateBlock FunctionLowering::readBlock(const CarriedState &state, ValueRange carried) {
  if (carried.empty())
    return {};
  return {carried[0], state.restBytes ? carried[1] : Value()};
}

/// The block that step t writes.
StateBlock FunctionLowering::nextBlock(const CarriedState &state, const StateTape *tape, Value t,
                                       ValueRange carried) {
  if (!tape)
    return {carried.empty() ? Value() : carried[1], {}};
  Value after = b.create<arith::AddIOp>(loc, t, index(1));
  if (tape->stack)
    return blockOnStack(*tape, after);
  Value next = stateOrAsk(*tape, after, "costate_tape_next", {tape->number, toI64(t)});
  return {memoryAt(next), state.restBytes ? restAt(*tape, next, carried[2]) : Value()};
}

Buffer FunctionLowering::view(const CarriedState &state, unsigned k, StateBlock block) {
  Type type = state.types[k];
  Type element = isArray(type) ? cast<RankedTensorType>(type).getElementType() : type;
  Buffer buffer;
  buffer.sizes = state.sizes[k];
  buffer.memory = b.create<memref::ViewOp>(loc, MemRefType::get({ShapedType::kDynamic}, element),
                                           state.isRest[k] ? block.rest : block.block, state.offsets[k],
                                           ValueRange{count(buffer.sizes)});
  return buffer;
}

void FunctionLowering::fill(const CarriedState &state, StateBlock block, ValueRange starts) {
  for (auto [k, start] : llvm::enumerate(starts))
    if (isArray(state.types[k]))
      copy(buffers.lookup(start), view(state, unsigned(k), block), {});
}

FunctionLowering::Values FunctionLowering::scalarsOf(const CarriedState &state, ValueRange values) {
  Values result;
  for (auto [k, value] : llvm::enumerate(values))
    if (!isArray(state.types[k]))
      result.push_back(scalars.lookup(value));
  return result;
}

/// Binds the names of a body to what is carried; gives where its next arrays are wanted.
FunctionLowering::Buffers FunctionLowering::enter(const CarriedState &state, ValueRange names,
                                                  StateBlock current, StateBlock next, ValueRange values) {
  Buffers places;
  unsigned scalar = 0;
  for (auto [k, name] : llvm::enumerate(names)) {
    if (!isArray(state.types[k])) {
      scalars.map(name, values[scalar++]);
      places.emplace_back();
      continue;
    }
    if (!name.use_empty())
      buffers[name] = view(state, unsigned(k), current);
    places.push_back(next.block ? view(state, unsigned(k), next) : Buffer());
  }
  return places;
}

/// Results are what the last block holds.
void FunctionLowering::leave(const CarriedState &state, ValueRange results, StateBlock block,
                             ValueRange values) {
  unsigned scalar = 0;
  for (auto [k, result] : llvm::enumerate(results)) {
    if (!isArray(state.types[k])) {
      scalars.map(result, values[scalar++]);
    } else if (!result.use_empty()) {
      Buffer place = resultBuffer(result, state.sizes[k]);
      copy(view(state, unsigned(k), block), place, {});
    }
  }
}

/// The scalars of a state that a tape may hold.
void FunctionLowering::store(const CarriedState &state, StateBlock block, ValueRange values) {
  unsigned scalar = 0;
  for (unsigned k = 0; k < state.types.size(); ++k)
    if (!isArray(state.types[k]))
      b.create<memref::StoreOp>(loc, values[scalar++], view(state, k, block).memory, index(0));
}

/// The scalars of a state of a tape.
FunctionLowering::Values FunctionLowering::restored(const CarriedState &state, StateBlock block) {
  Values values;
  for (unsigned k = 0; k < state.types.size(); ++k)
    if (!isArray(state.types[k]))
      values.push_back(b.create<memref::LoadOp>(loc, view(state, k, block).memory, index(0)));
  return values;
}

namespace {

/// The scalars among what a body yields.
SmallVector<Value> onlyScalars(ArrayRef<Type> types, ValueRange yielded) {
  SmallVector<Value> values;
  for (auto [type, value] : llvm::zip(types, yielded))
    if (!isArray(type))
      values.push_back(value);
  return values;
}

SmallVector<Value> joined(ValueRange first, ValueRange second) {
  SmallVector<Value> all(first);
  llvm::append_range(all, second);
  return all;
}

/// The blocks that a loop carries on when a step has written `next`.
SmallVector<Value> advanced(ValueRange carried, StateBlock next) {
  if (next.rest)
    return {next.block, next.rest, carried[1]};
  if (carried.size() < 2)
    return SmallVector<Value>(carried.size(), next.block);
  return {next.block, carried[0]};
}

/// Arrays of recorded states that no reverse loop reads.
llvm::BitVector notRead(ScanOp scan) {
  llvm::BitVector isRest(scan.numCarried());
  if (!scan.getRecord())
    return isRest;
  for (auto [k, start] : llvm::enumerate(scan.getStarts()))
    if (isArray(start.getType()))
      isRest.set(unsigned(k));
  for (Operation *user : scan.getResults().back().getUsers()) {
    auto unwind = dyn_cast<UnwindOp>(user);
    for (unsigned k = 0; k < scan.numCarried(); ++k)
      if (!unwind || !unwind.getAdjoint().front().getArgument(1 + k).use_empty())
        isRest.reset(k);
  }
  return isRest;
}

} // namespace

/// The number `t` of a loop's step, counted from the end where it is reversed.
static Value stepIndex(OpBuilder &b, Location loc, Value t, Value size, bool reversed) {
  if (!reversed)
    return t;
  Value one = b.create<arith::ConstantIndexOp>(loc, 1);
  return b.create<arith::SubIOp>(loc, b.create<arith::SubIOp>(loc, size, one), t);
}

void FunctionLowering::release(ValueRange blocks) {
  Operation *here = b.getInsertionBlock()->getParentOp();
  for (Value block : blocks)
    if (auto made = block.getDefiningOp<memref::AllocOp>(); made && made->getParentOp() == here)
      b.create<memref::DeallocOp>(loc, block);
}

LogicalResult FunctionLowering::scan(ScanOp scan) {
  Value size = scalars.lookup(scan.getSize());
  FailureOr<CarriedState> state = layout(scan.getStarts(), scan.getRecord(), notRead(scan));
  if (failed(state))
    return mlir::failure();
  std::optional<StateTape> recorded;
  if (scan.getRecord())
    recorded = beginTape(scan.getResults().back(), *state, size);
  const StateTape *tape = recorded ? &*recorded : nullptr;
  Buffers collected;
  Values inner = lookup(scan.getInner());
  ArrayRef<Value> rest(inner);
  for (Value result : scan.collected()) {
    size_t own = size_t(cast<RankedTensorType>(result.getType()).getRank()) - 1;
    collected.push_back(resultBuffer(result, joined(size, rest.take_front(own))));
    rest = rest.drop_front(own);
  }
  for (auto [init, result, arg] : llvm::zip(scan.getInits(), scan.accumulated(), scan.accumulators()))
    buffers[arg] = accumulatorBuffer(init, result);

  Values made, pair = blocks(*state, tape, made), values = scalarsOf(*state, scan.getStarts());
  if (!pair.empty())
    fill(*state, readBlock(*state, pair), scan.getStarts());
  if (tape)
    store(*state, readBlock(*state, pair), values);
  auto loop = b.create<scf::ForOp>(loc, index(0), size, index(1), joined(pair, values));
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    ValueRange carried = loop.getRegionIterArgs(), own = carried.take_front(pair.size());
    StateBlock current = readBlock(*state, own), next = nextBlock(*state, tape, loop.getInductionVar(), own);
    Value t = stepIndex(b, loc, loop.getInductionVar(), size, scan.getReversed());
    scalars.map(scan.getBody()->getArgument(0), t);
    Buffers places = enter(*state, scan.carried(), current, next, carried.drop_front(pair.size()));
    SmallVector<Type> types(state->types);
    for (auto [k, buffer] : llvm::enumerate(collected)) {
      Value value = scan.getBody()->getTerminator()->getOperand(unsigned(scan.numCarried() + k));
      places.push_back(isArray(value.getType()) ? row(buffer, t) : Buffer());
    }
    FailureOr<Values> yielded = block(*scan.getBody(), places);
    if (failed(yielded))
      return mlir::failure();
    loc = scan.getLoc();
    for (auto [k, buffer] : llvm::enumerate(collected))
      if (!places[scan.numCarried() + k])
        b.create<memref::StoreOp>(loc, (*yielded)[scan.numCarried() + k], buffer.memory, entry(buffer, t));
    values = onlyScalars(state->types, *yielded);
    if (tape)
      store(*state, next, values);
    Values after = joined(advanced(own, next), values);
    if (!after.empty())
      b.create<scf::YieldOp>(loc, after);
  }
  leave(*state, scan.getResults().take_front(scan.numCarried()),
        readBlock(*state, loop.getResults().take_front(pair.size())),
        loop.getResults().drop_front(pair.size()));
  release(made);
  if (tape)
    endTape(*tape, size);
  return success();
}

LogicalResult FunctionLowering::iterate(IterateOp iterate) {
  FailureOr<CarriedState> state =
      layout(iterate.getStarts(), iterate.getRecord(), llvm::BitVector(iterate.numCarried()));
  if (failed(state))
    return mlir::failure();
  std::optional<StateTape> recorded;
  if (iterate.getRecord())
    recorded = beginTape(iterate.getResult(iterate.numCarried()), *state, Value());
  const StateTape *tape = recorded ? &*recorded : nullptr;
  Values made, pair = blocks(*state, tape, made),
               start = joined(pair, scalarsOf(*state, iterate.getStarts()));
  if (!pair.empty())
    fill(*state, readBlock(*state, pair), iterate.getStarts());
  if (tape)
    store(*state, readBlock(*state, pair), ValueRange(start).drop_front(pair.size()));
  start.push_back(index(0)); // counts steps
  SmallVector<Type> types(ValueRange(start).getTypes());
  auto loop = b.create<scf::WhileOp>(loc, types, start);
  auto region = [&](Region &to, Block &from, bool isBody) -> LogicalResult {
    OpBuilder::InsertionGuard guard(b);
    Block *entry = b.createBlock(&to, {}, types, SmallVector<Location>(types.size(), loc));
    ValueRange carried = entry->getArguments(), own = carried.take_front(pair.size());
    StateBlock current = readBlock(*state, own);
    StateBlock next = isBody ? nextBlock(*state, tape, carried.back(), own) : StateBlock();
    Buffers places =
        enter(*state, from.getArguments(), current, next, carried.drop_front(pair.size()).drop_back());
    FailureOr<Values> yielded = block(from, isBody ? places : Buffers());
    if (failed(yielded))
      return mlir::failure();
    loc = iterate.getLoc();
    if (!isBody) {
      Value goes = call("costate_goes_on", failureNote, true);
      Value no = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(0));
      goes = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::ne, goes, no);
      Value both = b.create<arith::AndIOp>(loc, (*yielded)[0], goes);
      b.create<scf::ConditionOp>(loc, both, carried);
      return success();
    }
    Values values = onlyScalars(state->types, *yielded);
    if (tape)
      store(*state, next, values);
    Values after = joined(advanced(own, next), values);
    after.push_back(b.create<arith::AddIOp>(loc, carried.back(), index(1)));
    b.create<scf::YieldOp>(loc, after);
    return success();
  };
  if (failed(region(loop.getBefore(), iterate.getCondition().front(), false)) ||
      failed(region(loop.getAfter(), iterate.getBody().front(), true)))
    return mlir::failure();
  leave(*state, iterate.getResults().take_front(iterate.numCarried()),
        readBlock(*state, loop.getResults().take_front(pair.size())),
        loop.getResults().drop_front(pair.size()).drop_back());
  release(made);
  if (tape)
    endTape(*tape, loop.getResults().back());
  return success();
}

/// for k = n-1, ..., 0:  the state k, from the nearest one that the tape kept;  then the adjoint.
LogicalResult FunctionLowering::unwind(UnwindOp unwind) {
  FailureOr<CarriedState> own = layout(unwind.getStarts(), false, llvm::BitVector(unwind.numCarried()));
  if (failed(own))
    return mlir::failure();
  StateTape tape = tapes.lookup(unwind.getTape());
  for (auto [init, result, arg] : llvm::zip(
           unwind.getInits(), unwind.getResults().drop_front(unwind.numCarried()), unwind.accumulators()))
    buffers[arg] = accumulatorBuffer(init, result);
  Values made, ownPair = blocks(*own, nullptr, made);
  if (own->hasArrays)
    fill(*own, readBlock(*own, ownPair), unwind.getStarts());
  Value size = stepsOf(tape);
  auto loop = b.create<scf::ForOp>(loc, index(0), size, index(1),
                                   joined(ownPair, scalarsOf(*own, unwind.getStarts())));
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value t = stepIndex(b, loc, loop.getInductionVar(), size, true); // of the recorded loop
    auto before = stateBefore(unwind, tape, t, size);
    if (failed(before))
      return mlir::failure();
    Block &adjoint = unwind.getAdjoint().front();
    scalars.map(adjoint.getArgument(0), stepIndex(b, loc, t, size, unwind.getReversed()));
    enter(tape.state, adjoint.getArguments().slice(1, tape.state.types.size()), before->first, {},
          before->second);
    ValueRange carried = loop.getRegionIterArgs(), blocks = carried.take_front(ownPair.size());
    StateBlock current = readBlock(*own, blocks), next = nextBlock(*own, nullptr, t, blocks);
    Buffers places =
        enter(*own, adjoint.getArguments().slice(1 + tape.state.types.size(), unwind.numCarried()), current,
              next, carried.drop_front(ownPair.size()));
    FailureOr<Values> yielded = block(adjoint, places);
    if (failed(yielded))
      return mlir::failure();
    loc = unwind.getLoc();
    Values after = joined(advanced(blocks, next), onlyScalars(own->types, *yielded));
    if (!after.empty())
      b.create<scf::YieldOp>(loc, after);
  }
  leave(*own, unwind.getResults().take_front(unwind.numCarried()),
        readBlock(*own, loop.getResults().take_front(ownPair.size())),
        loop.getResults().drop_front(ownPair.size()));
  release(made);
  return success();
}

/// The state t, and its scalars: computed again from the nearest one below that the tape holds.
FailureOr<std::pair<StateBlock, FunctionLowering::Values>>
FunctionLowering::stateBefore(UnwindOp unwind, const StateTape &tape, Value t, Value size) {
  if (tape.stack) {
    StateBlock state = blockOnStack(tape, t);
    return std::pair(state, restored(tape.state, state));
  }
  auto [held, from] = heldState(tape, t);
  StateBlock start = blockAt(tape, held);
  if (!tape.number)
    return std::pair(start, restored(tape.state, start));
  auto again = b.create<scf::ForOp>(loc, from, t, index(1), joined(held, restored(tape.state, start)));
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(again.getBody());
    ValueRange carried = again.getRegionIterArgs();
    Value written = call("costate_tape_next", {tape.number, toI64(again.getInductionVar())}, true);
    Block &step = unwind.getStep().front();
    scalars.map(step.getArgument(0), stepIndex(b, loc, again.getInductionVar(), size, unwind.getReversed()));
    StateBlock next = blockAt(tape, written);
    Buffers places = enter(tape.state, step.getArguments().drop_front(), blockAt(tape, carried[0]), next,
                           carried.drop_front());
    FailureOr<Values> yielded = block(step, places);
    if (failed(yielded))
      return mlir::failure();
    loc = unwind.getLoc();
    Values values = onlyScalars(tape.state.types, *yielded);
    store(tape.state, next, values);
    b.create<scf::YieldOp>(loc, joined(written, values));
  }
  return std::pair(blockAt(tape, again.getResult(0)), Values(again.getResults().drop_front()));
}

} // namespace costate
