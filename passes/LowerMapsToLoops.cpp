// Kernel functions over tensors => functions over memory with loops.
//
//   func @k(%n, %x, %c0) -> (%y, %c)    =>    func @k(%begin, %end, %x, %y, %c)
#include "passes/Passes.h"

#include "ir/CostateOps.h"

#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_LOWERMAPSTOLOOPS
#include "passes/Passes.h.inc"

namespace {

MemRefType memoryOf(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return MemRefType::get(tensor.getShape(), tensor.getElementType());
}

class KernelToLoops {
public:
  explicit KernelToLoops(func::FuncOp source)
      : source(source), b(source.getContext()), loc(source.getLoc()) {}

  LogicalResult run() {
    auto maps = llvm::to_vector(source.getBody().front().getOps<MapOp>());
    if (maps.size() != 1)
      return source.emitError("a kernel holds ") << maps.size() << " maps, expected 1";
    map = maps[0];
    numSizes = llvm::count_if(source.getArgumentTypes(), [](Type type) { return type.isIndex(); });
    if (map.getSizes().empty() || map.getSizes()[0] != source.getArgument(0))
      return source.emitError("the first size of a kernel's map is its first argument");
    makeFunction();
    Block *entry = &target.getBody().front();
    b.setInsertionPointToStart(entry);
    for (Operation &op : source.getBody().front().without_terminator())
      if (&op != map.getOperation())
        b.clone(op, known);
    SmallVector<Value> instance = makeLoops(entry);
    fillBody(instance, entry->getArguments().take_back(map.getNumResults()));
    source.erase();
    return success();
  }

private:
  /// begin, end, further sizes, then memory of inputs, results and accumulators.
  void makeFunction() {
    b.setInsertionPoint(source);
    unsigned numInputs = source.getNumArguments() - numSizes - map.getInits().size();
    SmallVector<Type> types(numSizes + 1, b.getIndexType());
    for (unsigned k = 0; k < numInputs; ++k)
      types.push_back(memoryOf(source.getArgument(numSizes + k).getType()));
    for (Type type : map.getResultTypes())
      types.push_back(memoryOf(type));
    target = b.create<func::FuncOp>(loc, source.getName(), b.getFunctionType(types, {}));
    target->setAttr("costate.kernel", b.getUnitAttr());
    target->setAttr("costate.inputs", b.getI32IntegerAttr(int32_t(numInputs)));
    Block *entry = target.addEntryBlock();
    for (unsigned k = 1; k < numSizes + numInputs; ++k)
      known.map(source.getArgument(k), entry->getArgument(k + 1));
    auto accumulators = entry->getArguments().take_back(map.getInits().size());
    for (auto [k, memory] : llvm::enumerate(accumulators))
      known.map(map.getBody()->getArgument(map.rank() + k), memory);
  }

  /// One loop per dimension, the first from begin to end; leaves the builder in the innermost.
  SmallVector<Value> makeLoops(Block *entry) {
    Value zero = b.create<arith::ConstantIndexOp>(loc, 0), one = b.create<arith::ConstantIndexOp>(loc, 1);
    SmallVector<Value> instance;
    for (unsigned d = 0; d < map.rank(); ++d) {
      Value begin = d == 0 ? entry->getArgument(0) : zero;
      Value end = d == 0 ? entry->getArgument(1) : known.lookup(map.getSizes()[d]);
      auto loop = b.create<scf::ForOp>(loc, begin, end, one);
      if (d == 0)
        b.create<func::ReturnOp>(loc);
      b.setInsertionPointToStart(loop.getBody());
      instance.push_back(loop.getInductionVar());
      known.map(map.getBody()->getArgument(d), loop.getInductionVar());
    }
    return instance;
  }

  void fillBody(ValueRange instance, ValueRange results) {
    for (Operation &op : map.getBody()->without_terminator()) {
      if (auto at = dyn_cast<AtOp>(op)) {
        Value entry =
            b.create<memref::LoadOp>(at.getLoc(), known.lookup(at.getArray()), lookup(at.getIndices()));
        known.map(at.getValue(), entry);
      } else if (auto add = dyn_cast<AccumulateOp>(op)) {
        accumulate(add);
      } else {
        b.clone(op, known);
      }
    }
    for (auto [value, memory] : llvm::zip(map.getBody()->getTerminator()->getOperands(), results))
      b.create<memref::StoreOp>(loc, known.lookup(value), memory, instance);
  }

  SmallVector<Value> lookup(ValueRange values) {
    return llvm::map_to_vector(values, [&](Value v) { return known.lookup(v); });
  }

  void accumulate(AccumulateOp add) {
    SmallVector<Value> slot = lookup(add.getIndices());
    Value memory = known.lookup(add.getArray()), value = known.lookup(add.getValue());
    Value old = b.create<memref::LoadOp>(loc, memory, slot);
    b.create<memref::StoreOp>(loc, combine(add.getKind(), old, value), memory, slot);
  }

  template <class Real, class Integer> Value arithmetic(Value old, Value value) {
    return value.getType().isF64() ? b.create<Real>(loc, old, value).getResult()
                                   : b.create<Integer>(loc, old, value).getResult();
  }

  Value combine(StringRef kind, Value old, Value value) {
    bool isTruth = value.getType().isInteger(1);
    if (kind == "add")
      return arithmetic<arith::AddFOp, arith::AddIOp>(old, value);
    if (kind == "mul")
      return arithmetic<arith::MulFOp, arith::MulIOp>(old, value);
    if (kind == "min")
      return isTruth ? b.create<arith::AndIOp>(loc, old, value).getResult()
                     : arithmetic<arith::MinimumFOp, arith::MinSIOp>(old, value);
    return isTruth ? b.create<arith::OrIOp>(loc, old, value).getResult()
                   : arithmetic<arith::MaximumFOp, arith::MaxSIOp>(old, value);
  }

  func::FuncOp source, target;
  MapOp map;
  unsigned numSizes = 1;
  OpBuilder b;
  Location loc;
  IRMapping known;
};

struct LowerMapsToLoops : impl::LowerMapsToLoopsBase<LowerMapsToLoops> {
  using LowerMapsToLoopsBase::LowerMapsToLoopsBase;
  void runOnOperation() override {
    for (auto function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (function->hasAttr("costate.kernel") && failed(KernelToLoops(function).run()))
        return signalPassFailure();
  }
};

} // namespace
} // namespace costate
