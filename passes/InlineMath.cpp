// sin, cos, exp, log in innermost loops => operations that LLVM's loop vectorizer knows.
//
//   for i { y[i] = sin(x[i]) }   =>   m = for i (m = 0) { y[i] = <sin of |x[i]| < 2^30>; m |= margin }
//                                     if m < 0: for i { y[i] = |x[i]| < 2^30 ? <the same> : call sin(x[i]) }
//
// Sine and cosine reduce |x| < 2^30 in doubles. What lies beyond (or is not finite) only happens when
// something diverges, so the loop that vectorizes carries nothing but one `or` per argument, and where that
// found anything the loop runs again with calls of the C library for those arguments. Running again is right
// because nothing is read that the loop writes; the bits of an element do not depend on its neighbours. The
// calls are opaque (`nobuiltin`): else LLVM would make a second vector loop of them, with libmvec's 4 ulp.
// Exponential and logarithm need no second loop, so that they are written into sums as well.
//
// Sine and cosine of 4096 numbers on Zen 4 with 8 and 4 lanes, ns per element: so 1.32 and 1.85, without the
// `or` 1.18 and 1.80, where one argument is outside 8.0 and 9.0; a call by `scf.if` in the one loop 6.6
// and 7.2 (opaque: scalar) or 2.7 and 3.9 (math.sin: LLVM computes both and selects); libmvec 1.5 and 1.8.
// The second loop costs 8 ms of compilation. With 4 lanes exp and log are slower than libmvec's (1.09 against
// 0.93, 1.63 against 1.16), at half to two thirds of its error; tests/bench/vector_math.cpp prints the rows
// of today.
#include "passes/IndependentLoops.h"
#include "passes/Passes.h"
#include "passes/StraightLineMath.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_INLINEMATH
#include "passes/Passes.h.inc"

namespace {

bool isElementary(Operation &op) {
  return isa<math::SinOp, math::CosOp, math::ExpOp, math::LogOp>(op) && op.getResult(0).getType().isF64();
}

/// Whether instances are independent and running them again gives the same memory.
bool canRunAgain(scf::ForOp loop) { return loop.getInitArgs().empty() && isIndependent(loop); }

/// Whether the loop is a sum with functions that never have to run again. (Other loops that carry values stay
/// scalar, where the C library's functions are the faster ones.)
bool isSumOfExponentials(scf::ForOp loop) {
  return isSum(loop) && llvm::none_of(*loop.getBody(), llvm::IsaPred<math::SinOp, math::CosOp>);
}

/// The C library's function, opaque to LLVM.
LLVM::LLVMFuncOp declare(ModuleOp module, StringRef name) {
  if (auto known = module.lookupSymbol<LLVM::LLVMFuncOp>(name))
    return known;
  auto b = OpBuilder::atBlockBegin(module.getBody());
  Type f64 = b.getF64Type();
  auto function = b.create<LLVM::LLVMFuncOp>(module.getLoc(), name, LLVM::LLVMFunctionType::get(f64, {f64}));
  function.setPassthroughAttr(b.getStrArrayAttr({"nobuiltin", "nounwind"}));
  return function;
}

/// `loop` with one more carried value: the `or` of these values of its body.
Value carry(scf::ForOp loop, ArrayRef<Value> margins) {
  IRRewriter b(loop);
  Value none = b.create<arith::ConstantOp>(loop.getLoc(), b.getI64IntegerAttr(0));
  auto join = [&](OpBuilder &b, Location loc, ArrayRef<BlockArgument> carried) -> SmallVector<Value> {
    Value all = carried[0];
    for (Value margin : margins)
      all = b.create<arith::OrIOp>(loc, all, margin);
    return {all};
  };
  auto extended = *loop.replaceWithAdditionalYields(b, none, /*replaceInitOperandUsesInLoop=*/false, join);
  return extended->getResult(0);
}

/// Replaces the functions of one loop.
class LoopBody {
public:
  LoopBody(scf::ForOp loop, StraightLineMath &code, bool withCalls)
      : loop(loop), code(code), withCalls(withCalls) {}

  void replace() {
    for (Operation &op : loop.getBody()->without_terminator())
      if (isa<math::SinOp, math::CosOp>(op))
        wanted[op.getOperand(0)] |= isa<math::SinOp>(op) ? 1 : 2;
    for (Operation &op : llvm::make_early_inc_range(loop.getBody()->without_terminator())) {
      if (!isElementary(op))
        continue;
      code.setInsertionPoint(&op);
      op.getResult(0).replaceAllUsesWith(valueOf(op));
      op.erase();
    }
  }

  /// One value for each argument of sine and cosine, negative where the C library has to be called.
  SmallVector<Value> margins() {
    auto list = llvm::map_to_vector(reduced, [](auto &entry) { return entry.second.margin; });
    list.append(alone);
    return list;
  }

private:
  Value valueOf(Operation &op) {
    Value x = op.getOperand(0);
    if (isa<math::ExpOp>(op))
      return code.exponential(x);
    if (isa<math::LogOp>(op))
      return code.logarithm(x);
    bool isSine = isa<math::SinOp>(op);
    StraightLineMath::Alone result = wanted.lookup(x) == 3 ? together(x, isSine)
                                     : isSine              ? code.sineAlone(x)
                                                           : code.cosineAlone(x);
    if (wanted.lookup(x) != 3)
      alone.push_back(result.margin);
    return withCalls ? callOutside(op, result.margin, result.value, isSine ? "sin" : "cos") : result.value;
  }

  /// Sine and cosine of one argument share their reduction and polynomials.
  StraightLineMath::Alone together(Value x, bool isSine) {
    auto found = reduced.find(x);
    if (found == reduced.end())
      found = reduced.insert({x, code.reduce(x)}).first;
    return {isSine ? code.sine(found->second) : code.cosine(found->second), found->second.margin};
  }

  Value callOutside(Operation &op, Value margin, Value inside, StringRef name) {
    auto function = declare(loop->getParentOfType<ModuleOp>(), name);
    OpBuilder b(&op);
    Location loc = op.getLoc();
    Value zero = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(0));
    Value isOutside = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::slt, margin, zero);
    auto call = [&](OpBuilder &b, Location loc) {
      b.create<scf::YieldOp>(loc, b.create<LLVM::CallOp>(loc, function, op.getOperand(0)).getResult());
    };
    auto keep = [&](OpBuilder &b, Location loc) { b.create<scf::YieldOp>(loc, inside); };
    return b.create<scf::IfOp>(loc, isOutside, call, keep).getResult(0);
  }

  scf::ForOp loop;
  StraightLineMath &code;
  bool withCalls;
  DenseMap<Value, int> wanted; // of an argument: 1 its sine, 2 its cosine, 3 both
  llvm::MapVector<Value, StraightLineMath::Reduced> reduced;
  SmallVector<Value> alone; // margins
};

void rewrite(scf::ForOp loop, StraightLineMath &code) {
  Location loc = loop.getLoc();
  scf::ForOp original = loop.clone();
  LoopBody body(loop, code, /*withCalls=*/false);
  body.replace();
  SmallVector<Value> margins = body.margins();
  if (margins.empty())
    return original.erase();
  Value worst = carry(loop, margins);
  OpBuilder b(loc.getContext());
  b.setInsertionPointAfterValue(worst);
  Value zero = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(0));
  Value isOutside = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::slt, worst, zero);
  auto again = b.create<scf::IfOp>(loc, isOutside, /*withElseRegion=*/false);
  again.thenBlock()->getOperations().push_front(original);
  LoopBody(original, code, /*withCalls=*/true).replace();
}

struct InlineMath : impl::InlineMathBase<InlineMath> {
  using InlineMathBase::InlineMathBase;

  void runOnOperation() override {
    for (auto function : llvm::to_vector(getOperation().getOps<func::FuncOp>())) {
      SmallVector<scf::ForOp> loops;
      function.walk([&](scf::ForOp loop) {
        bool isAny = llvm::any_of(*loop.getBody(), isElementary);
        if (isAny && (canRunAgain(loop) || isSumOfExponentials(loop)))
          loops.push_back(loop);
      });
      if (loops.empty())
        continue;
      StraightLineMath code(function);
      for (auto loop : loops)
        rewrite(loop, code);
    }
  }
};

} // namespace
} // namespace costate
