// What a branch computes again for every instance of the loops around it is computed once, if any wants it.
//
//   map (k < n) { if c(k) { w = rfft(x);  w[k] } else { 0 } }
//     =>  w = if any(k < n) c(k) { rfft(x) } else { zeros };  map (k < n) { if c(k) { w[k] } else { 0 } }
//
// A branch may hold what fails elsewhere, or takes long, so that it is not computed before its condition is
// known. Before derivatives: the adjoint of the transform above is one transform, too.
#include "passes/Passes.h"

#include "passes/ArrayNests.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_LIFTFROMBRANCHES
#include "passes/Passes.h.inc"

namespace {

/// In multiplications: what costs more is worth an array.
constexpr double mostRepeated = 16;

bool isExpensive(Operation *op) {
  auto isTensor = [](Type type) { return isa<RankedTensorType>(type); };
  bool isLibrary =
      op->getNumRegions() == 0 && !isa<ReshapeOp, StopOp>(op) && llvm::any_of(op->getResultTypes(), isTensor);
  auto map = dyn_cast<MapOp>(op); // its entries are computed where they are read
  Work work = map && map.getInits().empty() ? workOf(*map.getBody()) : workOf(op);
  return isLibrary || !work.isBounded || work.operations > mostRepeated;
}

bool isLoop(Operation *op) { return isa<MapOp, ReduceOp>(op); }

ValueRange sizesOf(Operation *loop) {
  auto map = dyn_cast<MapOp>(loop);
  return map ? ValueRange(map.getSizes()) : ValueRange(cast<ReduceOp>(loop).getSizes());
}

/// A branch of a condition, as seen from one of the loops around it.
class Branch {
public:
  Branch(Block *branch, Operation *loop) : branch(branch), loop(loop), b(loop), loc(loop->getLoc()) {}

  /// Computes what the loop does not change before it, if something expensive is among that.
  bool lift() {
    findLifted();
    if (lifted.empty() || !findWanted() || !isKnownBefore() || !findSizes())
      return false;
    write(any(0, b, IRMapping()));
    return true;
  }

private:
  // ---- which ----

  bool isOutside(Value value) { return !loop->isAncestor(value.getParentBlock()->getParentOp()); }

  bool isInvariant(Value value) {
    if (isOutside(value))
      return true;
    Operation *op = value.getDefiningOp();
    return op && isInvariant(op);
  }

  bool isInvariant(Operation *op) {
    auto [known, isNew] = invariant.try_emplace(op, false);
    if (!isNew)
      return known->second;
    llvm::SetVector<Value> read;
    getUsedValuesDefinedAbove(op->getRegions(), read);
    read.insert(op->operand_begin(), op->operand_end());
    bool is = isMemoryEffectFree(op) && !accumulatesOutside(op) &&
              llvm::all_of(read, [&](Value value) { return isInvariant(value); });
    return invariant[op] = is;
  }

  /// What is expensive, and what is made of it alone.
  void findLifted() {
    bool hasExpensive = false;
    for (Operation &op : branch->without_terminator())
      if (isInvariant(&op)) {
        lifted.push_back(&op);
        hasExpensive |= isExpensive(&op);
      }
    if (!hasExpensive)
      lifted.clear();
  }

  /// What the rest reads of it; false where an array of it cannot be made of zeros.
  bool findWanted() {
    auto isLifted = [&](Operation *op) {
      return llvm::is_contained(lifted, branch->findAncestorOpInBlock(*op));
    };
    for (Operation *op : lifted)
      for (Value result : op->getResults())
        if (llvm::any_of(result.getUsers(), [&](Operation *user) { return !isLifted(user); }))
          wanted.push_back(result);
    return llvm::all_of(wanted, [](Value value) {
      Type type = value.getType();
      auto tensor = dyn_cast<RankedTensorType>(type);
      Type entry = tensor ? tensor.getElementType() : type;
      return entry.isF64() || entry.isIntOrIndex();
    });
  }

  /// The sizes of what is wanted, before the loop; false where they follow from what is computed with it.
  bool findSizes() {
    IRMapping values;
    for (Value value : wanted) {
      SmallVector<Value> &all = sizes.emplace_back();
      auto tensor = dyn_cast<RankedTensorType>(value.getType());
      for (int64_t d = 0; tensor && d < tensor.getRank(); ++d)
        if (Value size = sizeAhead(value, d, values))
          all.push_back(size);
        else
          return false;
    }
    return true;
  }

  Value sizeAhead(Value array, int64_t dimension, IRMapping &values) {
    if (isOutside(array))
      return sizeOf(b, loc, array, dimension);
    OpBuilder here(array.getContext());
    here.setInsertionPointAfterValue(array);
    Value known = sizeKnownTo(array, uint64_t(dimension), here);
    return known ? ahead(known, values) : Value();
  }

  Value ahead(Value value, IRMapping &values) {
    if (values.contains(value) || isOutside(value))
      return values.lookupOrDefault(value);
    Operation *op = value.getDefiningOp();
    if (auto size = dyn_cast_or_null<SizeOp>(op))
      return sizeAhead(size.getArray(), int64_t(size.getDimension()), values);
    if (!op || op->getNumRegions() || isa<AtOp>(op) || !isMemoryEffectFree(op))
      return {};
    for (Value operand : op->getOperands()) {
      Value known = ahead(operand, values);
      if (!known)
        return {};
      values.map(operand, known);
    }
    return b.clone(*op, values)->getResult(cast<OpResult>(value).getResultNumber());
  }

  /// Whether the conditions between are cheap and follow from indices of the loops.
  bool isKnownBefore() {
    for (Block *block = branch;; block = block->getParentOp()->getBlock()) {
      Operation *op = block->getParentOp();
      around.insert(around.begin(), block);
      auto choice = dyn_cast<scf::IfOp>(op);
      if (!choice && !isLoop(op))
        return false;
      if (choice && !isStraight(choice.getCondition()))
        return false;
      if (!choice && !llvm::all_of(sizesOf(op), [&](Value size) { return isStraight(size); }))
        return false;
      if (op == loop)
        return true;
    }
  }

  bool isStraight(Value value) {
    if (isOutside(value))
      return true;
    if (auto argument = dyn_cast<BlockArgument>(value))
      return isLoop(argument.getOwner()->getParentOp()) && sizeOfIndex(value);
    Operation *op = value.getDefiningOp();
    return op->getNumRegions() == 0 && isMemoryEffectFree(op) && !isExpensive(op) &&
           llvm::all_of(op->getOperands(), [&](Value operand) { return isStraight(operand); });
  }

  // ---- how ----

  /// A value of the loop, or of something in it, at `body`.
  Value copied(Value value, OpBuilder &body, IRMapping &values) {
    if (values.contains(value) || isOutside(value))
      return values.lookupOrDefault(value);
    return copied(value.getDefiningOp(), body, values)->getResult(cast<OpResult>(value).getResultNumber());
  }

  Operation *copied(Operation *op, OpBuilder &body, IRMapping &values) {
    llvm::SetVector<Value> read;
    getUsedValuesDefinedAbove(op->getRegions(), read);
    read.insert(op->operand_begin(), op->operand_end());
    for (Value value : read)
      copied(value, body, values);
    return body.clone(*op, values);
  }

  /// Whether an instance of the loops from `around[level]` on comes to the branch.
  Value any(size_t level, OpBuilder &body, IRMapping values) {
    if (level == around.size())
      return body.create<arith::ConstantOp>(loc, body.getBoolAttr(true));
    Block *block = around[level];
    Operation *op = block->getParentOp();
    if (auto choice = dyn_cast<scf::IfOp>(op))
      return isTaken(choice, level, body, values);
    SmallVector<Value> sizes;
    for (Value size : sizesOf(op))
      sizes.push_back(copied(size, body, values));
    auto found = body.create<ReduceOp>(loc, "max", sizes, TypeRange{body.getI1Type()});
    values.map(block->getArguments().take_front(sizes.size()), found.getBody()->getArguments());
    OpBuilder inside = OpBuilder::atBlockEnd(found.getBody());
    inside.create<YieldOp>(loc, any(level + 1, inside, values));
    return found.getResult(0);
  }

  Value isTaken(scf::IfOp choice, size_t level, OpBuilder &body, IRMapping &values) {
    Value condition = copied(choice.getCondition(), body, values);
    Value constant = body.create<arith::ConstantOp>(loc, body.getBoolAttr(true));
    bool holds = around[level] == choice.thenBlock();
    if (!holds)
      condition = body.create<arith::XOrIOp>(loc, condition, constant);
    if (level + 1 == around.size())
      return condition;
    auto inner = body.create<scf::IfOp>(loc, TypeRange{body.getI1Type()}, condition, /*withElse=*/true);
    OpBuilder yes = inner.getThenBodyBuilder(), no = inner.getElseBodyBuilder();
    yes.create<scf::YieldOp>(loc, any(level + 1, yes, values));
    Value never = no.create<arith::ConstantOp>(loc, no.getBoolAttr(false));
    no.create<scf::YieldOp>(loc, never);
    return inner.getResult(0);
  }

  void write(Value isWanted) {
    auto choice = b.create<scf::IfOp>(loc, TypeRange(ValueRange(wanted)), isWanted, /*withElse=*/true);
    OpBuilder yes = choice.getThenBodyBuilder(), no = choice.getElseBodyBuilder();
    IRMapping values;
    for (Operation *op : lifted)
      copied(op, yes, values);
    auto made = llvm::map_to_vector(wanted, [&](Value value) { return values.lookup(value); });
    yes.create<scf::YieldOp>(loc, made);
    SmallVector<Value> zeros;
    for (auto [value, size] : llvm::zip_equal(wanted, sizes))
      zeros.push_back(zero(no, value.getType(), size));
    no.create<scf::YieldOp>(loc, zeros);
    for (auto [value, result] : llvm::zip_equal(wanted, choice.getResults()))
      value.replaceAllUsesWith(result);
    for (Operation *op : llvm::reverse(lifted))
      op->erase();
  }

  Value zero(OpBuilder &body, Type type, ValueRange size) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor)
      return body.create<arith::ConstantOp>(loc, body.getZeroAttr(type));
    auto map = body.create<MapOp>(loc, size, ValueRange(), TypeRange{type});
    OpBuilder inside = OpBuilder::atBlockEnd(map.getBody());
    inside.create<YieldOp>(loc, zero(inside, tensor.getElementType(), {}));
    return map.getResult(0);
  }

  Block *branch;
  Operation *loop;
  OpBuilder b; // before the loop
  Location loc;
  llvm::DenseMap<Operation *, bool> invariant;
  SmallVector<Operation *> lifted;
  SmallVector<Value> wanted;
  SmallVector<SmallVector<Value>> sizes; // of what is wanted
  SmallVector<Block *> around;           // from the loop's body to the branch
};

/// The outermost loop first; one without branches between would change nothing.
bool lift(scf::IfOp choice) {
  SmallVector<Operation *> loops;
  for (Operation *op = choice->getParentOp(); isa<MapOp, ReduceOp, scf::IfOp>(op); op = op->getParentOp())
    if (isLoop(op))
      loops.push_back(op);
  for (Region &region : choice->getRegions())
    for (Block &block : region)
      if (llvm::any_of(block, [](Operation &op) { return isExpensive(&op); }))
        for (Operation *loop : llvm::reverse(loops))
          if (Branch(&block, loop).lift())
            return true;
  return false;
}

struct LiftFromBranches : impl::LiftFromBranchesBase<LiftFromBranches> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr("costate.function"))
        while (liftOne(function))
          ++numLifted;
  }

  static bool liftOne(func::FuncOp function) {
    return function
        .walk([](scf::IfOp choice) { return lift(choice) ? WalkResult::interrupt() : WalkResult::advance(); })
        .wasInterrupted();
  }
};

} // namespace
} // namespace costate
