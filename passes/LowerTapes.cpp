// Where the states of recorded loops are. Few of them, of a loop whose length is a number, are on the stack.
// A tape of the runtime (costate/rt/Functions.h) is made outside of the loops that its sizes do not depend
// on, and starts again for every recording; where it has room for all states, these are written and read side
// by side without a call.
#include "passes/FunctionLowering.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace costate {
namespace {

constexpr int64_t mostOnStack = 4096; // bytes of all states of one loop

std::optional<int64_t> number(Value value) {
  APInt known;
  return value && matchPattern(value, m_ConstantInt(&known)) ? std::optional(known.getSExtValue())
                                                             : std::nullopt;
}

} // namespace

/// `size` is the loop's length, if known.
StateTape FunctionLowering::beginTape(Value name, const CarriedState &state, Value size) {
  StateTape tape;
  tape.state = state;
  tape.size = size;
  beginOnStack(tape);
  if (!tape.states)
    askForTape(tape);
  tapes[name] = tape;
  return tape;
}

/// Unless they are too many.
void FunctionLowering::beginOnStack(StateTape &tape) {
  auto steps = number(tape.size), bytes = number(tape.state.bytes);
  if (!steps || !bytes || *steps < 0 || *steps >= mostOnStack || (*steps + 1) * *bytes > mostOnStack)
    return;
  Value memory = allocate(b.getIntegerType(8), index((*steps + 1) * *bytes));
  tape.states = address(memory);
  if (!tape.state.hasArrays)
    tape.stack = memory;
}

void FunctionLowering::askForTape(StateTape &tape) {
  Values known{tape.state.bytes};
  for (Value size : {tape.size, tape.state.restBytes})
    if (size)
      known.push_back(size);
  Operation *around = outermost(known);
  {
    OpBuilder::InsertionGuard guard(b);
    if (around)
      b.setInsertionPoint(around);
    Value bytes = here(tape.state.bytes)[0], all = bytes;
    if (tape.state.restBytes)
      all = b.createOrFold<arith::AddIOp>(loc, bytes, here(tape.state.restBytes)[0]);
    auto integer = [&](int64_t value) -> Value {
      return b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(value));
    };
    Value steps = tape.size ? toI64(here(tape.size)[0]) : integer(-1);
    tape.number = call("costate_tape_begin", {steps, toI64(all), integer(0)}, true);
    if (tape.size) {
      tape.states = call("costate_tape_all", {tape.number, toI64(bytes)}, true);
      tape.hasAll = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::ne, tape.states, integer(0));
    }
    if (around) {
      b.setInsertionPointAfter(around);
      call("costate_tape_release", tape.number, false);
    }
  }
  if (around)
    call("costate_tape_restart", tape.number, false);
}

void FunctionLowering::endTape(const StateTape &tape, Value steps) {
  if (tape.number)
    call("costate_tape_end", {tape.number, toI64(steps)}, false);
}

Value FunctionLowering::stepsOf(const StateTape &tape) {
  if (tape.size)
    return tape.size;
  return b.create<arith::IndexCastOp>(loc, b.getIndexType(), call("costate_tape_steps", tape.number, true));
}

/// The address of state t among all states.
Value FunctionLowering::placeOf(const StateTape &tape, Value t) {
  Value bytes = b.create<arith::MulIOp>(loc, t, tape.state.bytes, arith::IntegerOverflowFlags::nsw);
  return b.create<arith::AddIOp>(loc, tape.states, toI64(bytes));
}

/// The address of state t, where the tape has it, else what one of its functions says.
Value FunctionLowering::stateOrAsk(const StateTape &tape, Value t, StringRef function, ValueRange arguments) {
  if (!tape.states)
    return call(function, arguments, true);
  if (!tape.number)
    return placeOf(tape, t);
  auto choice = b.create<scf::IfOp>(loc, b.getI64Type(), tape.hasAll, /*withElse=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(choice.thenBlock());
  b.create<scf::YieldOp>(loc, placeOf(tape, t));
  b.setInsertionPointToStart(choice.elseBlock());
  b.create<scf::YieldOp>(loc, call(function, arguments, true));
  return choice.getResult(0);
}

/// The address of the nearest state up to t that is held, and its number.
std::pair<Value, Value> FunctionLowering::heldState(const StateTape &tape, Value t) {
  if (!tape.number)
    return {placeOf(tape, t), t};
  auto ask = [&]() -> std::pair<Value, Value> {
    Value found = call("costate_tape_seek", {tape.number, toI64(t)}, true);
    Value held = call("costate_tape_state", {tape.number, found}, true);
    return {held, b.create<arith::IndexCastOp>(loc, b.getIndexType(), found)};
  };
  if (!tape.states)
    return ask();
  auto choice = b.create<scf::IfOp>(loc, TypeRange{b.getI64Type(), b.getIndexType()}, tape.hasAll,
                                    /*withElse=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(choice.thenBlock());
  b.create<scf::YieldOp>(loc, ValueRange{placeOf(tape, t), t});
  b.setInsertionPointToStart(choice.elseBlock());
  auto [held, from] = ask();
  b.create<scf::YieldOp>(loc, ValueRange{held, from});
  return {choice.getResult(0), choice.getResult(1)};
}

/// The rest of the state at an address: behind it, or in memory of its own where the tape has all states.
Value FunctionLowering::restAt(const StateTape &tape, Value address, Value own) {
  if (!tape.number)
    return own;
  Value behind = b.create<arith::AddIOp>(loc, address, toI64(tape.state.bytes));
  Value owned = this->address(own);
  return memoryAt(b.create<arith::SelectOp>(loc, tape.hasAll, owned, behind));
}

/// The state at an address that a tape gave which does not hold all states.
StateBlock FunctionLowering::blockAt(const StateTape &tape, Value address) {
  if (!tape.state.restBytes || !tape.number)
    return {memoryAt(address), {}};
  return {memoryAt(address), memoryAt(b.create<arith::AddIOp>(loc, address, toI64(tape.state.bytes)))};
}

/// State t as a part of the stack: what is loaded from there is known where the loop is unrolled. Arrays are
/// not, since loops read one state and write another.
StateBlock FunctionLowering::blockOnStack(const StateTape &tape, Value t) {
  Value place = b.create<arith::MulIOp>(loc, t, tape.state.bytes, arith::IntegerOverflowFlags::nsw);
  auto type = MemRefType::get({ShapedType::kDynamic}, b.getIntegerType(8));
  return {b.create<memref::ViewOp>(loc, type, tape.stack, place, ValueRange{tape.state.bytes}), {}};
}

Value FunctionLowering::memoryAt(Value address) {
  Type memory = MemRefType::get({ShapedType::kDynamic}, b.getIntegerType(8));
  return b.create<UnrealizedConversionCastOp>(loc, memory, address).getResult(0);
}

} // namespace costate
