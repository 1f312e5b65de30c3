// What a term computes from data alone => a column, computed once when data is bound.
//
//   term over s: (g[s] / tap[s]^2) * x[a[s]] / tap[s]    =>    c1[s] = g[s] / tap[s]^2,  c2[s] = 1 / tap[s]
//                                                              term over s: c1[s] * x[a[s]] * c2[s]
#include "passes/Passes.h"

#include "passes/PatternKernels.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_HOISTINVARIANTS
#include "passes/Passes.h.inc"

namespace {

bool isReal(Value value) { return value.getType().isF64(); }

/// Of a term or a shared expression over the rows of a column (null: one instance).
class BodyInvariants {
public:
  BodyInvariants(Block &body, Value over, OpBuilder &outside, bool strict)
      : body(body), over(over), loc(body.getParentOp()->getLoc()), outside(outside), strict(strict) {}

  unsigned run() {
    findActive();
    if (!strict)
      divideByMultiplying();
    SmallVector<Value> roots = expressions();
    if (!roots.empty())
      hoist(roots);
    return unsigned(roots.size());
  }

private:
  /// Values that depend on variables.
  void findActive() {
    for (Operation &op : body) {
      auto at = dyn_cast<AtOp>(op);
      bool isLoad = at && at.getArray().getDefiningOp<VariableOp>();
      if (isLoad || llvm::any_of(op.getOperands(), [&](Value v) { return active.contains(v); }))
        active.insert(op.result_begin(), op.result_end());
    }
  }

  /// x / d with d from data is x * (1 / d), which differs by one rounding; not for constants.
  void divideByMultiplying() {
    for (auto quotient : llvm::make_early_inc_range(body.getOps<arith::DivFOp>())) {
      Value x = quotient.getLhs(), d = quotient.getRhs();
      if (!active.contains(x) || active.contains(d) || matchPattern(d, m_Constant()))
        continue;
      OpBuilder b(quotient);
      Value one = b.create<arith::ConstantOp>(quotient.getLoc(), b.getF64FloatAttr(1));
      Value inverse = b.create<arith::DivFOp>(quotient.getLoc(), one, d);
      Value product = b.create<arith::MulFOp>(quotient.getLoc(), x, inverse);
      quotient.replaceAllUsesWith(product);
      active.erase(quotient.getResult()); // its memory may serve a new operation
      active.insert(product);
      quotient.erase();
    }
  }

  /// Largest expressions of data that are worth a column of their own.
  SmallVector<Value> expressions() {
    SmallVector<Value> roots;
    for (Operation &op : body.without_terminator()) {
      if (op.getNumResults() != 1 || !isReal(op.getResult(0)) || active.contains(op.getResult(0)) ||
          isa<AtOp, arith::ConstantOp>(op))
        continue;
      bool isUsed = llvm::any_of(op.getUsers(), [&](Operation *user) {
        return user == body.getTerminator() || active.contains(user->getResult(0));
      });
      if (isUsed && isWorthwhile(op.getResult(0)))
        roots.push_back(op.getResult(0));
    }
    return roots;
  }

  /// Reading a column costs about as much as one operation and no more than the columns it stands for.
  bool isWorthwhile(Value root) {
    SmallVector<Value> stack{root};
    llvm::SmallSetVector<Value, 8> columns, seen;
    bool isExpensive = false;
    unsigned operations = 0;
    while (!stack.empty()) {
      Value value = stack.pop_back_val();
      Operation *op = value.getDefiningOp();
      if (!op || !seen.insert(value))
        continue;
      if (auto at = dyn_cast<AtOp>(op)) {
        columns.insert(at.getArray());
        continue;
      }
      if (isa<arith::ConstantOp>(op))
        continue;
      ++operations;
      isExpensive |= isa<arith::DivFOp>(op) || isa<math::MathDialect>(op->getDialect());
      stack.append(op->operand_begin(), op->operand_end());
    }
    return !columns.empty() && (isExpensive || operations > 1 || columns.size() > 1);
  }

  void hoist(ArrayRef<Value> roots) {
    Value size = over ? outside.create<LengthOp>(loc, outside.getIndexType(), over).getResult()
                      : outside.create<arith::ConstantIndexOp>(loc, 1).getResult();
    for (Value root : roots) {
      auto map = outside.create<MapOp>(root.getLoc(), ValueRange{size}, ValueRange{},
                                       TypeRange{columnOf(outside.getF64Type())});
      OpBuilder inner = OpBuilder::atBlockEnd(map.getBody());
      IRMapping mapping;
      mapping.map(body.getArgument(0), map.getBody()->getArgument(0));
      inner.create<YieldOp>(loc, cloneScalar(root, inner, mapping));
      OpBuilder here(root.getDefiningOp());
      Value read = here.create<AtOp>(root.getLoc(), map.getResult(0), body.getArgument(0));
      root.replaceAllUsesWith(read);
    }
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
      if (isOpTriviallyDead(&op))
        op.erase();
  }

  Block &body;
  Value over;
  Location loc;
  OpBuilder &outside;
  bool strict;
  DenseSet<Value> active;
};

struct HoistInvariants : impl::HoistInvariantsBase<HoistInvariants> {
  using HoistInvariantsBase::HoistInvariantsBase;
  void runOnOperation() override {
    getOperation().walk([&](ProblemOp problem) {
      OpBuilder outside(problem);
      for (auto shared : problem.getOps<SharedOp>())
        if (!shared.getRegion().empty()) // else it has its kernels
          numHoisted += BodyInvariants(shared.getRegion().front(), shared.getOver(), outside, strict).run();
      for (auto term : problem.getOps<TermOp>())
        numHoisted += BodyInvariants(term.getRegion().front(), term.getOver(), outside, strict).run();
    });
  }
};

} // namespace
} // namespace costate
