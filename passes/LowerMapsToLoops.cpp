// Kernel functions over tensors => functions over memory with loops.
//
//   func @k(%n, %x, %c0) -> %c    =>    func @k(%begin, %end, %x, %c)
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
  explicit KernelToLoops(func::FuncOp source) : source(source), b(source.getContext()), loc(source.getLoc()) {}

  void run() {
    MapOp map = *source.getBody().front().getOps<MapOp>().begin();
    b.setInsertionPoint(source);
    unsigned numInputs = source.getNumArguments() - 1 - map.getInits().size();
    SmallVector<Type> types{b.getIndexType(), b.getIndexType()};
    for (unsigned k = 0; k < numInputs; ++k)
      types.push_back(memoryOf(source.getArgumentTypes()[1 + k]));
    for (Type type : map.getResultTypes())
      types.push_back(memoryOf(type));
    target = b.create<func::FuncOp>(loc, source.getName(), b.getFunctionType(types, {}));
    target->setAttr("costate.kernel", b.getUnitAttr());
    target->setAttr("costate.inputs", b.getI32IntegerAttr(numInputs));
    Block *entry = target.addEntryBlock();
    b.setInsertionPointToStart(entry);
    IRMapping known;
    for (unsigned k = 0; k < numInputs; ++k)
      known.map(source.getArgument(1 + k), entry->getArgument(2 + k));
    auto results = entry->getArguments().drop_front(2 + numInputs);
    for (unsigned k = 0; k < map.getInits().size(); ++k)
      known.map(map.getBody()->getArgument(map.rank() + k), results[map.numYielded() + k]);
    for (Operation &op : source.getBody().front().without_terminator())
      if (&op != map)
        b.clone(op, known);
    Value one = b.create<arith::ConstantIndexOp>(loc, 1);
    auto loop = b.create<scf::ForOp>(loc, entry->getArgument(0), entry->getArgument(1), one);
    b.create<func::ReturnOp>(loc);
    b.setInsertionPointToStart(loop.getBody());
    known.map(map.getBody()->getArgument(0), loop.getInductionVar());
    body(map, loop.getInductionVar(), known, results);
    source.erase();
  }

private:
  void body(MapOp map, Value instance, IRMapping &known, ValueRange results) {
    for (Operation &op : map.getBody()->without_terminator()) {
      if (auto at = dyn_cast<AtOp>(op)) {
        SmallVector<Value> indices = llvm::map_to_vector(at.getIndices(), [&](Value v) { return known.lookup(v); });
        known.map(at.getValue(), b.create<memref::LoadOp>(at.getLoc(), known.lookup(at.getArray()), indices).getResult());
      } else if (auto add = dyn_cast<AccumulateOp>(op)) {
        accumulate(add, known);
      } else {
        b.clone(op, known);
      }
    }
    for (auto [k, value] : llvm::enumerate(map.getBody()->getTerminator()->getOperands()))
      b.create<memref::StoreOp>(loc, known.lookup(value), results[k], ValueRange{instance});
  }

  void accumulate(AccumulateOp add, IRMapping &known) {
    SmallVector<Value> slot = llvm::map_to_vector(add.getIndices(), [&](Value v) { return known.lookup(v); });
    Value memory = known.lookup(add.getArray()), value = known.lookup(add.getValue());
    Value old = b.create<memref::LoadOp>(loc, memory, slot);
    b.create<memref::StoreOp>(loc, combine(add.getKind(), old, value), memory, slot);
  }

  Value combine(StringRef kind, Value old, Value value) {
    bool isReal = value.getType().isF64(), isTruth = value.getType().isInteger(1);
    if (kind == "add")
      return isReal ? b.create<arith::AddFOp>(loc, old, value).getResult() : b.create<arith::AddIOp>(loc, old, value);
    if (kind == "mul")
      return isReal ? b.create<arith::MulFOp>(loc, old, value).getResult() : b.create<arith::MulIOp>(loc, old, value);
    if (isTruth)
      return kind == "min" ? b.create<arith::AndIOp>(loc, old, value).getResult()
                           : b.create<arith::OrIOp>(loc, old, value);
    if (kind == "min")
      return isReal ? b.create<arith::MinimumFOp>(loc, old, value).getResult() : b.create<arith::MinSIOp>(loc, old, value);
    return isReal ? b.create<arith::MaximumFOp>(loc, old, value).getResult() : b.create<arith::MaxSIOp>(loc, old, value);
  }

  func::FuncOp source, target;
  OpBuilder b;
  Location loc;
};

struct LowerMapsToLoops : impl::LowerMapsToLoopsBase<LowerMapsToLoops> {
  using LowerMapsToLoopsBase::LowerMapsToLoopsBase;
  void runOnOperation() override {
    for (auto function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (function->hasAttr("costate.kernel"))
        KernelToLoops(function).run();
  }
};

} // namespace
} // namespace costate
