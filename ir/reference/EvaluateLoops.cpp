// Kernels lowered to loops, operation by operation.
#include "ir/reference/Evaluate.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include <deque>

using namespace mlir;

namespace costate::reference {
namespace {

class LoopRunner {
public:
  DenseMap<Value, Scalar> scalars;
  DenseMap<Value, Tensor *> memory;

  LogicalResult run(Block &block) {
    for (Operation &op : block)
      if (failed(step(op)))
        return failure();
    return success();
  }

private:
  SmallVector<Scalar> values(ValueRange operands) {
    return llvm::map_to_vector(operands, [&](Value v) { return scalars.lookup(v); });
  }

  Scalar *entry(Operation &op, Value buffer, ValueRange indices) {
    SmallVector<int64_t> place =
        llvm::map_to_vector(indices, [&](Value v) { return integer(scalars.lookup(v)); });
    Scalar *found = memory.lookup(buffer)->at(place);
    if (!found)
      op.emitError("index outside the memory");
    return found;
  }

  /// Runs a region and gives what its terminator yields to `results`.
  LogicalResult runInto(Block &block, ValueRange results) {
    if (failed(run(block)))
      return failure();
    define(results, values(block.getTerminator()->getOperands()));
    return success();
  }

  void define(ValueRange names, ArrayRef<Scalar> given) {
    for (auto [name, value] : llvm::zip_equal(names, given))
      scalars[name] = value;
  }

  LogicalResult runLoop(scf::ForOp loop) {
    SmallVector<Scalar> bounds = values({loop.getLowerBound(), loop.getUpperBound(), loop.getStep()});
    define(loop.getRegionIterArgs(), values(loop.getInitArgs()));
    for (int64_t i = integer(bounds[0]); i < integer(bounds[1]); i += integer(bounds[2])) {
      scalars[loop.getInductionVar()] = i;
      if (failed(runInto(*loop.getBody(), loop.getRegionIterArgs())))
        return failure();
    }
    define(loop.getResults(), values(loop.getRegionIterArgs()));
    return success();
  }

  LogicalResult step(Operation &op) {
    if (isa<func::ReturnOp, scf::YieldOp>(op))
      return success();
    if (auto loop = dyn_cast<scf::ForOp>(op))
      return runLoop(loop);
    if (auto choice = dyn_cast<scf::IfOp>(op)) {
      Block *taken = integer(scalars.lookup(choice.getCondition())) ? choice.thenBlock() : choice.elseBlock();
      return taken ? runInto(*taken, choice.getResults()) : success();
    }
    if (auto buffer = dyn_cast<memref::AllocaOp>(op)) {
      buffers.push_back({buffer.getType().getShape().vec(), {}});
      buffers.back().entries.resize(size_t(buffer.getType().getNumElements()));
      memory[buffer] = &buffers.back();
      return success();
    }
    if (auto load = dyn_cast<memref::LoadOp>(op)) {
      Scalar *from = entry(op, load.getMemRef(), load.getIndices());
      return from ? (scalars[load.getResult()] = *from, success()) : failure();
    }
    if (auto store = dyn_cast<memref::StoreOp>(op)) {
      Scalar *to = entry(op, store.getMemRef(), store.getIndices());
      return to ? (*to = scalars.lookup(store.getValue()), success()) : failure();
    }
    std::optional<Scalar> result = evaluateScalar(&op, values(op.getOperands()));
    if (!result)
      return op.emitError("'") << op.getName() << "' is not known to the reference evaluator";
    scalars[op.getResult(0)] = *result;
    return success();
  }

  std::deque<Tensor> buffers; // on the kernel's stack
};

} // namespace

LogicalResult runLoops(func::FuncOp kernel, int64_t begin, int64_t end, std::vector<Tensor> &memory,
                       ArrayRef<int64_t> sizes) {
  Block &block = kernel.getBody().front();
  if (block.getNumArguments() != 2 + sizes.size() + memory.size())
    return kernel.emitError("a kernel of ")
           << block.getNumArguments() - 2 << " further sizes and arrays, given " << sizes.size() << " and "
           << memory.size();
  LoopRunner runner;
  runner.scalars[block.getArgument(0)] = begin;
  runner.scalars[block.getArgument(1)] = end;
  for (auto [argument, size] : llvm::zip(block.getArguments().drop_front(2), sizes))
    runner.scalars[argument] = size;
  for (auto [argument, tensor] : llvm::zip_equal(block.getArguments().drop_front(2 + sizes.size()), memory))
    runner.memory[argument] = &tensor;
  return runner.run(block);
}

} // namespace costate::reference
