// Operations on whole arrays => calls of the runtime: addresses of all arrays and all their sizes in two
// lists.
#include "passes/FunctionLowering.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace costate {

/// The address of the first entry.
Value FunctionLowering::address(const Buffer &buffer) {
  Value start = address(buffer.memory);
  if (!buffer.offset)
    return start;
  Type element = cast<MemRefType>(buffer.memory.getType()).getElementType();
  int64_t width = std::max<int64_t>(1, element.getIntOrFloatBitWidth() / 8);
  Value bytes = b.create<arith::MulIOp>(loc, toI64(buffer.offset), toI64(index(width)));
  return b.create<arith::AddIOp>(loc, start, bytes);
}

/// The address of a list of numbers on the stack.
Value FunctionLowering::list(ValueRange numbers) {
  Value memory = allocate(b.getI64Type(), index(int64_t(numbers.size())));
  for (auto [k, number] : llvm::enumerate(numbers))
    b.create<memref::StoreOp>(loc, number, memory, index(int64_t(k)));
  return address(memory);
}

LogicalResult FunctionLowering::callRuntime(RuntimeOperation operation) {
  Values arrays, sizes;
  auto pass = [&](const Buffer &buffer) {
    arrays.push_back(address(buffer));
    for (Value size : buffer.sizes)
      sizes.push_back(toI64(size));
  };
  for (Value operand : operation.passed())
    pass(buffers.lookup(operand));
  SmallVector<Buffer> numbers;
  for (OpResult result : operation->getResults()) {
    auto type = dyn_cast<RankedTensorType>(result.getType());
    FailureOr<Values> own = type ? sizesAhead(result) : FailureOr<Values>(Values());
    if (failed(own))
      return mlir::failure();
    numbers.push_back(type ? resultBuffer(result, *own)
                           : Buffer{allocate(result.getType(), index(1)), {}, {}});
    pass(numbers.back());
  }
  Value place = b.create<arith::ConstantOp>(
      loc, b.getI64IntegerAttr(operation->getAttrOfType<IntegerAttr>("place").getInt()));
  call("costate_at", {failureNote, place}, false);
  call(operation.symbol(), {list(arrays), list(sizes), failureNote}, false);
  for (auto [result, buffer] : llvm::zip(operation->getResults(), numbers))
    if (!isa<RankedTensorType>(result.getType()))
      scalars.map(result, b.create<memref::LoadOp>(loc, buffer.memory, index(0)).getResult());
  return success();
}

} // namespace costate
