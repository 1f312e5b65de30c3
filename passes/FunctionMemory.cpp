// Where tensors live: in the place they are wanted in, else in memory of their own, made outside of the loops
// that their sizes do not depend on and freed after their last use.
#include "passes/FunctionLowering.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace costate {
namespace {

constexpr int64_t mostOnStack = 4096; // bytes of one array

bool isAlias(Operation *op) {
  return isa<ReshapeOp, StopOp>(op) && isa<RankedTensorType>(op->getResult(0).getType());
}

/// The operation of `block` that holds the use.
Operation *userIn(Block *block, Operation *user) { return block->findAncestorOpInBlock(*user); }

/// The last operation of the value's block that reads it or an alias of it; null without any.
Operation *lastUseOf(Value value, Block *block) {
  Operation *last = nullptr;
  auto note = [&](Operation *op) {
    if (op && (!last || last->isBeforeInBlock(op)))
      last = op;
  };
  for (Operation *user : value.getUsers()) {
    Operation *here = userIn(block, user);
    note(here);
    if (here == user && isAlias(user))
      note(lastUseOf(user->getResult(0), block));
  }
  return last;
}

} // namespace

void FunctionLowering::noteUses(Block &source) {
  for (Operation &op : source)
    for (Value result : op.getResults()) {
      if (!isa<RankedTensorType, TapeType>(result.getType()))
        continue;
      Operation *last = lastUseOf(result, &source);
      endsAt[last ? last : &op].push_back(result);
    }
}

void FunctionLowering::freeAfter(Operation &op) {
  for (Value value : endsAt.lookup(&op)) {
    auto tape = tapes.find(value);
    if (tape != tapes.end() && tape->second.number &&
        tape->second.number.getParentBlock() == b.getInsertionBlock())
      call("costate_tape_release", tape->second.number, false);
    if (Value memory = owned.lookup(value))
      b.create<memref::DeallocOp>(loc, memory);
    owned.erase(value);
  }
}

/// Where a value is wanted by what its block yields; empty where it is not.
Buffer FunctionLowering::wanted(Value result) {
  if (Buffer known = destinations.lookup(result))
    return known;
  for (OpOperand &use : result.getUses()) {
    Operation *user = use.getOwner();
    if (user->getBlock() != result.getParentBlock())
      continue;
    if (isAlias(user))
      if (Buffer next = wanted(user->getResult(0)))
        return next;
    auto map = dyn_cast<MapOp>(user);
    if (!map || !result.hasOneUse() || use.getOperandNumber() < map.rank() ||
        use.getOperandNumber() >= map.rank() + map.getInits().size())
      continue;
    return wanted(map.getResult(map.numYielded() + use.getOperandNumber() - map.rank()));
  }
  return {};
}

/// Memory for a result: where it is wanted, or new.
Buffer FunctionLowering::resultBuffer(Value result, Values sizes) {
  Buffer buffer = wanted(result);
  Type element = cast<RankedTensorType>(result.getType()).getElementType();
  if (!buffer) {
    Operation *before = b.getInsertionBlock()->getParentOp();
    buffer.memory = allocate(element, sizes);
    bool isHere = buffer.memory.getDefiningOp<memref::AllocOp>() &&
                  buffer.memory.getDefiningOp()->getParentOp() == before;
    if (isHere)
      owned[result] = buffer.memory;
  }
  buffer.sizes = std::move(sizes);
  buffers[result] = buffer;
  return buffer;
}

/// The result's memory with the initial entries in it: that of `init` where nobody else reads it.
Buffer FunctionLowering::accumulatorBuffer(Value init, Value result) {
  Buffer start = buffers.lookup(init);
  Operation *op = init.getDefiningOp();
  bool isOwn = op && op->getBlock() == result.getParentBlock() && init.hasOneUse() && !isAlias(op);
  if (isOwn) {
    if (Value memory = owned.lookup(init)) {
      owned.erase(init);
      owned[result] = memory;
    }
    destinations.erase(init);
    buffers[result] = start;
    if (Buffer place = wanted(result); place && place.memory != start.memory) {
      Type element = cast<RankedTensorType>(result.getType()).getElementType();
      place.sizes = start.sizes;
      copy(start, place, element);
      buffers[result] = place;
    }
    return buffers[result];
  }
  Buffer buffer = resultBuffer(result, start.sizes);
  copy(start, buffer, cast<RankedTensorType>(result.getType()).getElementType());
  return buffer;
}

/// Flat memory for so many entries: on the stack where that is little, else made before the outermost loop in
/// which the sizes do not change, and freed after it. Who gets memory in the present block frees it.
Value FunctionLowering::allocate(Type element, ValueRange sizes) {
  OpBuilder::InsertionGuard guard(b);
  int64_t entries = 1;
  for (Value size : sizes) {
    APInt known;
    entries = entries < 0 || !matchPattern(size, m_ConstantInt(&known)) ? -1 : entries * known.getSExtValue();
  }
  int64_t width = std::max<int64_t>(1, element.getIntOrFloatBitWidth() / 8);
  if (entries >= 0 && entries * width <= mostOnStack) {
    b.setInsertionPointToStart(&target.getBody().front());
    auto type = MemRefType::get({std::max<int64_t>(1, entries)}, element);
    auto memory = b.create<memref::AllocaOp>(loc, type, b.getI64IntegerAttr(64));
    return b.create<memref::CastOp>(loc, MemRefType::get({ShapedType::kDynamic}, element), memory);
  }
  Operation *around = outermost(sizes);
  if (around)
    b.setInsertionPoint(around);
  Value memory = b.create<memref::AllocOp>(loc, MemRefType::get({ShapedType::kDynamic}, element),
                                           count(here(sizes)), b.getI64IntegerAttr(64));
  if (around) {
    b.setInsertionPointAfter(around);
    b.create<memref::DeallocOp>(loc, memory);
  }
  return memory;
}

/// The outermost operation around here in front of which all of these values are known; null if there is
/// none.
Operation *FunctionLowering::outermost(ValueRange known) {
  Operation *outermost = nullptr;
  for (Operation *op = b.getInsertionBlock()->getParentOp(); op != target; op = op->getParentOp()) {
    bool isOutside = llvm::all_of(known, [&](Value value) {
      return matchPattern(value, m_Constant()) || !op->isAncestor(value.getParentBlock()->getParentOp());
    });
    if (!isOutside)
      break;
    outermost = op;
  }
  return outermost;
}

/// Constants written again, so that they stand before what is written here.
FunctionLowering::Values FunctionLowering::here(ValueRange known) {
  return llvm::map_to_vector(known, [&](Value value) {
    return matchPattern(value, m_Constant()) ? b.clone(*value.getDefiningOp())->getResult(0) : value;
  });
}

Value FunctionLowering::count(ValueRange sizes) {
  Value all;
  for (Value size : sizes)
    all = all ? b.create<arith::MulIOp>(loc, all, size).getResult() : size;
  return all ? all : index(1);
}

/// The place of an entry in its memory.
Value FunctionLowering::entry(const Buffer &buffer, ValueRange indices) {
  Value place;
  for (auto [d, i] : llvm::enumerate(indices)) {
    if (place) {
      place = b.create<arith::MulIOp>(loc, place, buffer.sizes[d], arith::IntegerOverflowFlags::nsw);
      place = b.create<arith::AddIOp>(loc, place, i, arith::IntegerOverflowFlags::nsw);
    } else {
      place = i;
    }
  }
  if (!place)
    return buffer.offset ? buffer.offset : index(0);
  return buffer.offset ? b.create<arith::AddIOp>(loc, buffer.offset, place, arith::IntegerOverflowFlags::nsw)
                             .getResult()
                       : place;
}

/// What stands at the first indices.
Buffer FunctionLowering::row(const Buffer &buffer, ValueRange indices) {
  Buffer result;
  result.memory = buffer.memory;
  result.sizes.assign(buffer.sizes.begin() + long(indices.size()), buffer.sizes.end());
  Buffer outer;
  outer.sizes.assign(buffer.sizes.begin(), buffer.sizes.begin() + long(indices.size()));
  Value at = b.create<arith::MulIOp>(loc, entry(outer, indices), count(result.sizes));
  result.offset = buffer.offset ? b.create<arith::AddIOp>(loc, buffer.offset, at).getResult() : at;
  return result;
}

void FunctionLowering::copy(const Buffer &from, const Buffer &to, Type) {
  OpBuilder::InsertionGuard guard(b);
  Value i = loops(count(from.sizes))[0];
  auto place = [&](const Buffer &buffer) {
    return buffer.offset ? b.create<arith::AddIOp>(loc, buffer.offset, i).getResult() : i;
  };
  Value value = b.create<memref::LoadOp>(loc, from.memory, place(from));
  b.create<memref::StoreOp>(loc, value, to.memory, place(to));
}

/// Memory as a number, for the runtime's functions.
Value FunctionLowering::address(Value memory) {
  return toI64(b.create<memref::ExtractAlignedPointerAsIndexOp>(loc, memory));
}

/// A function of the runtime (costate/rt/Functions.h): integers and addresses as i64, reals.
Value FunctionLowering::call(StringRef name, ValueRange arguments, bool hasResult) {
  SmallVector<Type> results(hasResult ? 1 : 0, b.getI64Type());
  if (!module.lookupSymbol(name)) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(module.getBody());
    auto function = b.create<func::FuncOp>(loc, name, b.getFunctionType(arguments.getTypes(), results));
    function.setPrivate();
  }
  auto called = b.create<func::CallOp>(loc, name, results, arguments);
  return hasResult ? called.getResult(0) : Value();
}

} // namespace costate
