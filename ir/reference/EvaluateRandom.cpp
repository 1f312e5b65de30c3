// Philox4x32-10 [SMDS11] as the paper states it.
#include "ir/reference/Evaluate.h"

#include <array>

using namespace mlir;

namespace costate::reference {
namespace {

std::array<uint64_t, 2> draw(uint64_t key, uint64_t high, uint64_t low) {
  uint32_t c[4] = {uint32_t(low), uint32_t(low >> 32), uint32_t(high), uint32_t(high >> 32)};
  uint32_t k[2] = {uint32_t(key), uint32_t(key >> 32)};
  for (int round = 0; round < 10; ++round) {
    uint64_t p = 0xD2511F53ull * c[0], q = 0xCD9E8D57ull * c[2];
    uint32_t next[4] = {uint32_t(q >> 32) ^ c[1] ^ k[0], uint32_t(q), uint32_t(p >> 32) ^ c[3] ^ k[1],
                        uint32_t(p)};
    std::copy(next, next + 4, c);
    k[0] += 0x9E3779B9u;
    k[1] += 0xBB67AE85u;
  }
  return {c[0] | uint64_t(c[1]) << 32, c[2] | uint64_t(c[3]) << 32};
}

} // namespace

LogicalResult Evaluator::random(UniformOp op) {
  FailureOr<SmallVector<Scalar>> args = allScalars(op->getOperands());
  if (failed(args))
    return failure();
  uint64_t seed = uint64_t(integer((*args)[0])), stream = uint64_t(integer((*args)[1])),
           index = uint64_t(integer((*args)[2]));
  uint64_t bits = draw(seed, stream, index >> 1)[index & 1];
  scalars[op.getNumber()] = double(bits >> 11 | 1) / 9007199254740992.0;
  return success();
}

LogicalResult Evaluator::random(StreamOp op) {
  FailureOr<SmallVector<Scalar>> args = allScalars(op->getOperands());
  if (failed(args))
    return failure();
  uint64_t seed = uint64_t(integer((*args)[0])), stream = uint64_t(integer((*args)[1])),
           index = uint64_t(integer((*args)[2]));
  scalars[op.getOther()] = int64_t(draw(~seed, stream, index)[0]);
  return success();
}

} // namespace costate::reference
