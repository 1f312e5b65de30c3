// Loops with loads through tables => strips: first the loads one by one into buffers, then the arithmetic.
//
//   for i { y[i] = f(x[t[i]], a[i]) }
//     =>   for s in steps of 256 { for i of the strip { buffer[i - s] = x[t[i]] }
//                                  for i of the strip { y[i] = f(buffer[i - s], a[i]) } }
//
// Where a processor gathers slowly, a vector of loads through a table is put together lane by lane, which
// takes the units that the arithmetic needs; the loads of a strip come through the cache at little cost
// and the vector loop is left with whole vectors. Branches of AC power flow (16,049 branches, four loads
// through tables in three buffers) on Zen 4: the Jacobian kernel takes 75 us without strips and 62 with
// them; a product of two such loads 71 and 113, so there has to be arithmetic.
#include "passes/IndependentLoops.h"
#include "passes/Passes.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_STAGEGATHERS
#include "passes/Passes.h.inc"

namespace {

/// One innermost loop over instances that only reads its inputs.
class Strips {
public:
  explicit Strips(scf::ForOp loop) : loop(loop), b(loop), loc(loop.getLoc()) { findGathers(); }

  /// Buffers cost a store and a load each, which arithmetic has to hide.
  bool isWorthIt() {
    constexpr size_t operationsPerBuffer = 16;
    return !gathers.empty() && arithmetic() >= operationsPerBuffer * gathers.size() && isIndependent(loop);
  }

  void make() {
    makeBuffers();
    auto strips =
        b.create<scf::ForOp>(loc, loop.getLowerBound(), loop.getUpperBound(), length, loop.getInitArgs());
    for (auto [old, now] : llvm::zip(loop.getResults(), strips.getResults()))
      old.replaceAllUsesWith(now);
    Block *body = strips.getBody();
    b = body->empty() ? OpBuilder::atBlockEnd(body) : OpBuilder(&body->back());
    Value begin = strips.getInductionVar();
    Value full = b.create<arith::AddIOp>(loc, begin, length);
    Value end = b.create<arith::MinSIOp>(loc, full, loop.getUpperBound());
    makeGathers(begin, end);
    moveLoop(strips, begin, end);
  }

private:
  void findGathers() {
    for (auto load : loop.getBody()->getOps<memref::LoadOp>())
      if (load.getType().isF64() && llvm::any_of(load.getIndices(), [&](Value v) { return isLoaded(v); }))
        gathers.insert(load);
    for (Operation &op : *loop.getBody())
      if (isa<arith::AddFOp, arith::SubFOp>(op) && isGatheredOnce(op.getOperand(0)) &&
          isGatheredOnce(op.getOperand(1)))
        join(op);
  }

  bool isGatheredOnce(Value value) const { return gathers.contains(value) && value.hasOneUse(); }

  /// One buffer instead of two.
  void join(Operation &op) {
    for (Value operand : op.getOperands())
      gathers.remove(operand);
    gathers.insert(op.getResult(0));
  }

  /// Whether a value of the body comes from a load that differs from instance to instance.
  bool isLoaded(Value value) {
    Operation *op = value.getDefiningOp();
    if (!op || op->getBlock() != loop.getBody())
      return false;
    if (auto load = dyn_cast<memref::LoadOp>(op))
      return llvm::any_of(load.getIndices(), [&](Value v) { return varies(v); });
    return llvm::any_of(op->getOperands(), [&](Value v) { return isLoaded(v); });
  }

  bool varies(Value value) {
    Operation *op = value.getDefiningOp();
    return op ? op->getBlock() == loop.getBody() &&
                    llvm::any_of(op->getOperands(), [&](Value v) { return varies(v); })
              : value == loop.getInductionVar();
  }

  size_t arithmetic() {
    return size_t(llvm::count_if(*loop.getBody(), [](Operation &op) {
      return op.getNumResults() == 1 && op.getResult(0).getType().isF64() && !isa<memref::LoadOp>(op);
    }));
  }

  /// Half of a first-level cache of 32 KiB at most, and whole vectors.
  void makeBuffers() {
    constexpr int64_t most = 256, least = 32, doubles = 2048, lanes = 8, alignment = 64;
    int64_t count = std::clamp(doubles / int64_t(gathers.size()) / lanes * lanes, least, most);
    auto function = loop->getParentOfType<func::FuncOp>();
    OpBuilder entry = OpBuilder::atBlockBegin(&function.getBody().front());
    auto type = MemRefType::get({count}, b.getI64Type());
    for (size_t k = 0; k < gathers.size(); ++k)
      buffers.push_back(entry.create<memref::AllocaOp>(loc, type, entry.getI64IntegerAttr(alignment)));
    length = b.create<arith::ConstantIndexOp>(loc, count);
  }

  void makeGathers(Value begin, Value end) {
    auto copy = b.create<scf::ForOp>(loc, begin, end, loop.getStep());
    OpBuilder inside(copy.getBody()->getTerminator());
    IRMapping known;
    known.map(loop.getInductionVar(), copy.getInductionVar());
    llvm::SetVector<Operation *> slice;
    for (Value gather : gathers)
      addSlice(gather.getDefiningOp(), slice);
    for (Operation &op : loop.getBody()->without_terminator())
      if (slice.contains(&op))
        inside.clone(op, known);
    Value place = inside.create<arith::SubIOp>(loc, copy.getInductionVar(), begin);
    for (auto [gather, buffer] : llvm::zip(gathers, buffers)) {
      Value bits = inside.create<arith::BitcastOp>(loc, b.getI64Type(), known.lookup(gather));
      inside.create<memref::StoreOp>(loc, bits, buffer, place);
    }
  }

  void addSlice(Operation *op, llvm::SetVector<Operation *> &slice) {
    if (!op || op->getBlock() != loop.getBody() || !slice.insert(op))
      return;
    for (Value operand : op->getOperands())
      addSlice(operand.getDefiningOp(), slice);
  }

  /// The loop itself over one strip, with buffers instead of gathers; what fed them alone goes.
  void moveLoop(scf::ForOp strips, Value begin, Value end) {
    loop->moveBefore(strips.getBody(), b.getInsertionPoint());
    loop.setLowerBound(begin);
    loop.setUpperBound(end);
    for (auto [init, carried] : llvm::zip(loop.getInitArgsMutable(), strips.getRegionIterArgs()))
      init.set(carried);
    OpBuilder inside = OpBuilder::atBlockBegin(loop.getBody());
    Value place = inside.create<arith::SubIOp>(loc, loop.getInductionVar(), begin);
    for (auto [gather, buffer] : llvm::zip(gathers, buffers)) {
      inside.setInsertionPointAfterValue(gather);
      Value bits = inside.create<memref::LoadOp>(gather.getLoc(), buffer, place);
      Value whole = inside.create<arith::BitcastOp>(gather.getLoc(), b.getF64Type(), bits);
      Value(gather).replaceAllUsesWith(whole);
    }
    if (loop.getNumResults() > 0) {
      if (strips.getBody()->mightHaveTerminator())
        strips.getBody()->getTerminator()->erase();
      OpBuilder::atBlockEnd(strips.getBody()).create<scf::YieldOp>(loc, loop.getResults());
    }
  }

  scf::ForOp loop;
  OpBuilder b;
  Location loc;
  llvm::SetVector<Value> gathers; // loads through tables, sums and differences of two
  SmallVector<Value> buffers;
  Value length;
};

/// A loop with branches inside computes what does not vectorize anyway.
bool isPlain(scf::ForOp loop) {
  return !loop->getParentOfType<scf::IfOp>() && loop.getBody()->getOps<scf::ForOp>().empty();
}

struct StageGathers : impl::StageGathersBase<StageGathers> {
  using StageGathersBase::StageGathersBase;

  void runOnOperation() override {
    SmallVector<scf::ForOp> loops;
    getOperation().walk([&](scf::ForOp loop) {
      if (isPlain(loop))
        loops.push_back(loop);
    });
    for (scf::ForOp loop : loops)
      if (Strips strips(loop); strips.isWorthIt())
        strips.make(), ++numLoops;
  }
};

} // namespace
} // namespace costate
