// Loops over carried values. Arrays live in two blocks of bytes, one read and one written, which change
// places after every step; scalars are carried in registers. A recorded loop has its blocks from a tape, a
// new one for every step, with the scalars in them; the steps in reverse read them where they are.
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

FailureOr<CarriedState> FunctionLowering::layout(ValueRange starts, bool isRecorded) {
  CarriedState state;
  Value next = index(0);
  for (Value start : starts) {
    Type type = start.getType();
    state.types.push_back(type);
    state.offsets.push_back(next);
    auto &sizes = state.sizes.emplace_back();
    state.hasArrays |= isArray(type);
    if (isArray(type)) {
      FailureOr<Values> known = sizesAhead(start);
      if (failed(known))
        return mlir::failure();
      sizes = *known;
    } else if (!isRecorded) {
      continue;
    }
    Value bytes = b.create<arith::MulIOp>(loc, count(sizes), index(widthOf(type)));
    Value rounded = b.create<arith::AddIOp>(loc, bytes, index(alignment - 1));
    rounded = b.create<arith::DivUIOp>(loc, rounded, index(alignment));
    rounded = b.create<arith::MulIOp>(loc, rounded, index(alignment));
    next = b.create<arith::AddIOp>(loc, next, rounded);
  }
  state.bytes = b.createOrFold<arith::AddIOp>(loc, next, index(0));
  return state;
}

/// The blocks that a loop carries: the one that is read, then the one that is written, if no tape gives it.
FunctionLowering::Values FunctionLowering::blocks(const CarriedState &state, Value tape) {
  if (tape)
    return {tapeBlock("costate_tape_start", tape)};
  if (!state.hasArrays)
    return {};
  Type byte = b.getIntegerType(8);
  return {allocate(byte, state.bytes), allocate(byte, state.bytes)};
}

/// A block of a tape: what one of its functions gives.
Value FunctionLowering::tapeBlock(StringRef function, ValueRange arguments) {
  Type block = MemRefType::get({ShapedType::kDynamic}, b.getIntegerType(8));
  return b.create<UnrealizedConversionCastOp>(loc, block, call(function, arguments, true)).getResult(0);
}

/// The block that step t writes.
Value FunctionLowering::nextBlock(Value tape, Value t, ValueRange carried) {
  if (tape)
    return tapeBlock("costate_tape_next", {tape, toI64(t)});
  return carried.empty() ? Value() : carried[1];
}

Buffer FunctionLowering::view(const CarriedState &state, unsigned k, Value block) {
  Type type = state.types[k];
  Type element = isArray(type) ? cast<RankedTensorType>(type).getElementType() : type;
  Buffer buffer;
  buffer.sizes = state.sizes[k];
  buffer.memory = b.create<memref::ViewOp>(loc, MemRefType::get({ShapedType::kDynamic}, element), block,
                                           state.offsets[k], ValueRange{count(buffer.sizes)});
  return buffer;
}

void FunctionLowering::fill(const CarriedState &state, Value block, ValueRange starts) {
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
FunctionLowering::Buffers FunctionLowering::enter(const CarriedState &state, ValueRange names, Value current,
                                                  Value next, ValueRange values) {
  Buffers places;
  unsigned scalar = 0;
  for (auto [k, name] : llvm::enumerate(names)) {
    if (!isArray(state.types[k])) {
      scalars.map(name, values[scalar++]);
      places.emplace_back();
      continue;
    }
    buffers[name] = view(state, unsigned(k), current);
    places.push_back(next ? view(state, unsigned(k), next) : Buffer());
  }
  return places;
}

/// Results are what the last block holds.
void FunctionLowering::leave(const CarriedState &state, ValueRange results, Value block, ValueRange values) {
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
void FunctionLowering::store(const CarriedState &state, Value block, ValueRange values) {
  unsigned scalar = 0;
  for (unsigned k = 0; k < state.types.size(); ++k)
    if (!isArray(state.types[k]))
      b.create<memref::StoreOp>(loc, values[scalar++], view(state, k, block).memory, index(0));
}

/// The scalars of a state of a tape.
FunctionLowering::Values FunctionLowering::restored(const CarriedState &state, Value block) {
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
SmallVector<Value> advanced(ValueRange carried, Value next) {
  if (carried.size() < 2)
    return SmallVector<Value>(carried.size(), next);
  return {next, carried[0]};
}

} // namespace

/// The number `t` of a loop's step, counted from the end where it is reversed.
static Value stepIndex(OpBuilder &b, Location loc, Value t, Value size, bool reversed) {
  if (!reversed)
    return t;
  Value one = b.create<arith::ConstantIndexOp>(loc, 1);
  return b.create<arith::SubIOp>(loc, b.create<arith::SubIOp>(loc, size, one), t);
}

void FunctionLowering::release(const CarriedState &state, ValueRange blocks) {
  Operation *here = b.getInsertionBlock()->getParentOp();
  for (Value block : blocks)
    if (auto made = block.getDefiningOp<memref::AllocOp>(); made && made->getParentOp() == here)
      b.create<memref::DeallocOp>(loc, block);
}

LogicalResult FunctionLowering::scan(ScanOp scan) {
  Value size = scalars.lookup(scan.getSize());
  FailureOr<CarriedState> state = layout(scan.getStarts(), scan.getRecord());
  if (failed(state))
    return mlir::failure();
  Value tape;
  if (scan.getRecord()) {
    Value unlimited = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(0));
    tape = call("costate_tape_begin", {toI64(size), toI64(state->bytes), unlimited}, true);
    tapes[scan.getResult(scan.getNumResults() - 1)] = tape;
  }
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

  Values pair = blocks(*state, tape), values = scalarsOf(*state, scan.getStarts());
  if (!pair.empty())
    fill(*state, pair[0], scan.getStarts());
  if (tape)
    store(*state, pair[0], values);
  auto loop = b.create<scf::ForOp>(loc, index(0), size, index(1), joined(pair, values));
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    ValueRange carried = loop.getRegionIterArgs(), own = carried.take_front(pair.size());
    Value current = own.empty() ? Value() : own[0], next = nextBlock(tape, loop.getInductionVar(), own);
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
  Value last = pair.empty() ? Value() : loop.getResult(0);
  leave(*state, scan.getResults().take_front(scan.numCarried()), last,
        loop.getResults().drop_front(pair.size()));
  release(*state, pair);
  if (tape)
    call("costate_tape_end", {tape, toI64(size)}, false);
  return success();
}

LogicalResult FunctionLowering::iterate(IterateOp iterate) {
  FailureOr<CarriedState> state = layout(iterate.getStarts(), iterate.getRecord());
  if (failed(state))
    return mlir::failure();
  Value tape;
  auto number = [&](int64_t value) -> Value {
    return b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(value));
  };
  if (iterate.getRecord()) {
    tape = call("costate_tape_begin", {number(-1), toI64(state->bytes), number(0)}, true);
    tapes[iterate.getResult(iterate.numCarried())] = tape;
  }
  Values pair = blocks(*state, tape), start = joined(pair, scalarsOf(*state, iterate.getStarts()));
  if (!pair.empty())
    fill(*state, pair[0], iterate.getStarts());
  if (tape)
    store(*state, pair[0], ValueRange(start).drop_front(pair.size()));
  start.push_back(index(0)); // counts steps
  SmallVector<Type> types(ValueRange(start).getTypes());
  auto loop = b.create<scf::WhileOp>(loc, types, start);
  auto region = [&](Region &to, Block &from, bool isBody) -> LogicalResult {
    OpBuilder::InsertionGuard guard(b);
    Block *entry = b.createBlock(&to, {}, types, SmallVector<Location>(types.size(), loc));
    ValueRange carried = entry->getArguments(), own = carried.take_front(pair.size());
    Value current = own.empty() ? Value() : own[0];
    Value next = isBody ? nextBlock(tape, carried.back(), own) : Value();
    Buffers places =
        enter(*state, from.getArguments(), current, next, carried.drop_front(pair.size()).drop_back());
    FailureOr<Values> yielded = block(from, isBody ? places : Buffers());
    if (failed(yielded))
      return mlir::failure();
    loc = iterate.getLoc();
    if (!isBody) {
      Value goes = call("costate_goes_on", failureNote, true);
      goes = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::ne, goes, number(0));
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
  Value last = pair.empty() ? Value() : loop.getResult(0);
  leave(*state, iterate.getResults().take_front(iterate.numCarried()), last,
        loop.getResults().drop_front(pair.size()).drop_back());
  release(*state, pair);
  if (tape)
    call("costate_tape_end", {tape, toI64(loop.getResults().back())}, false);
  return success();
}

/// for k = n-1, ..., 0:  the state k, from the nearest one that the tape kept;  then the adjoint.
LogicalResult FunctionLowering::unwind(UnwindOp unwind) {
  Operation *recorded = unwind.getTape().getDefiningOp();
  auto starts =
      isa<ScanOp>(recorded) ? cast<ScanOp>(recorded).getStarts() : cast<IterateOp>(recorded).getStarts();
  FailureOr<CarriedState> state = layout(starts, true), own = layout(unwind.getStarts(), false);
  if (failed(state) || failed(own))
    return mlir::failure();
  Value tape = tapes.lookup(unwind.getTape());
  for (auto [init, result, arg] : llvm::zip(
           unwind.getInits(), unwind.getResults().drop_front(unwind.numCarried()), unwind.accumulators()))
    buffers[arg] = accumulatorBuffer(init, result);
  Values ownPair = blocks(*own, {});
  if (own->hasArrays)
    fill(*own, ownPair[0], unwind.getStarts());
  Value size = b.create<arith::IndexCastOp>(loc, b.getIndexType(), call("costate_tape_steps", tape, true));
  auto loop = b.create<scf::ForOp>(loc, index(0), size, index(1),
                                   joined(ownPair, scalarsOf(*own, unwind.getStarts())));
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value t = stepIndex(b, loc, loop.getInductionVar(), size, true); // of the recorded loop
    Value found = call("costate_tape_seek", {tape, toI64(t)}, true);
    Value held = tapeBlock("costate_tape_state", {tape, found});
    Value from = b.create<arith::IndexCastOp>(loc, b.getIndexType(), found);
    auto again = b.create<scf::ForOp>(loc, from, t, index(1), joined(held, restored(*state, held)));
    {
      OpBuilder::InsertionGuard inner(b);
      b.setInsertionPointToStart(again.getBody());
      ValueRange carried = again.getRegionIterArgs();
      Value next = nextBlock(tape, again.getInductionVar(), carried.take_front());
      Block &step = unwind.getStep().front();
      scalars.map(step.getArgument(0),
                  stepIndex(b, loc, again.getInductionVar(), size, unwind.getReversed()));
      Buffers places =
          enter(*state, step.getArguments().drop_front(), carried[0], next, carried.drop_front());
      FailureOr<Values> yielded = block(step, places);
      if (failed(yielded))
        return mlir::failure();
      loc = unwind.getLoc();
      Values values = onlyScalars(state->types, *yielded);
      store(*state, next, values);
      b.create<scf::YieldOp>(loc, joined(next, values));
    }
    Block &adjoint = unwind.getAdjoint().front();
    scalars.map(adjoint.getArgument(0), stepIndex(b, loc, t, size, unwind.getReversed()));
    enter(*state, adjoint.getArguments().slice(1, state->types.size()), again.getResult(0), {},
          again.getResults().drop_front());
    ValueRange carried = loop.getRegionIterArgs(), blocks = carried.take_front(ownPair.size());
    Value current = blocks.empty() ? Value() : blocks[0], next = nextBlock({}, {}, blocks);
    Buffers places = enter(*own, adjoint.getArguments().slice(1 + state->types.size(), unwind.numCarried()),
                           current, next, carried.drop_front(ownPair.size()));
    FailureOr<Values> yielded = block(adjoint, places);
    if (failed(yielded))
      return mlir::failure();
    loc = unwind.getLoc();
    Values after = joined(advanced(blocks, next), onlyScalars(own->types, *yielded));
    if (!after.empty())
      b.create<scf::YieldOp>(loc, after);
  }
  Value last = own->hasArrays ? loop.getResult(0) : Value();
  leave(*own, unwind.getResults().take_front(unwind.numCarried()), last,
        loop.getResults().drop_front(ownPair.size()));
  release(*own, ownPair);
  return success();
}

} // namespace costate
