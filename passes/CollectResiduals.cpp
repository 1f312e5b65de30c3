// Sums of squares => residuals.
//
//   minimize sum(i) w[i]*r(i)^2 + s^2    =>   the same, and   residual over i: sqrt(w[i])*r(i)   residual: s
#include "passes/Passes.h"

#include "ir/CostateOps.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_COLLECTRESIDUALS
#include "passes/Passes.h.inc"

namespace {

constexpr size_t mostSquares = 64; // of one objective's text; each becomes a family

/// A body that holds squares: the objective's or a sum's.
struct Level {
  Block *block = nullptr;
  Value over; // column of the space; null: one instance
  const Level *outer = nullptr;
};

/// A factor of a square, or a divisor.
struct Weight {
  Value value;
  bool isDivisor = false, isNegated = false;
};

/// What a value is multiplied by: weights, each of them at least 0, and a sign.
struct Factors {
  SmallVector<Weight> weights;
  bool isNegative = false;
};

class Collector {
public:
  explicit Collector(ObjectiveOp objective) : objective(objective) {}

  /// Number of families made.
  size_t run() {
    Level level{&objective.getRegion().front(), {}, nullptr};
    bool isMaximum = objective.getSense() == "maximize";
    bool isGood = visit(level.block->getTerminator()->getOperand(0), level, {{}, isMaximum});
    if (!isGood || made.empty()) {
      for (ResidualOp residual : made)
        residual.erase();
      return 0;
    }
    return made.size();
  }

private:
  /// Whether the value, times the factors, is a sum of squares and data; makes a family for each square.
  bool visit(Value value, const Level &level, Factors factors) {
    if (isData(value))
      return true;
    Operation *op = value.getDefiningOp();
    if (!op)
      return false;
    if (auto sum = dyn_cast<SumOp>(op)) {
      Level inner{&sum.getRegion().front(), sum.getParent(), &level};
      return visit(inner.block->getTerminator()->getOperand(0), inner, factors);
    }
    if (auto [root, power] = squareRoot(op); root)
      return !factors.isNegative && make(root, power, level, factors.weights);
    if (isa<arith::AddFOp, arith::SubFOp>(op)) {
      Factors second = factors;
      second.isNegative ^= isa<arith::SubFOp>(op);
      return visit(op->getOperand(0), level, factors) && visit(op->getOperand(1), level, second);
    }
    if (isa<arith::NegFOp>(op)) {
      factors.isNegative = !factors.isNegative;
      return visit(op->getOperand(0), level, factors);
    }
    if (!isa<arith::MulFOp, arith::DivFOp>(op))
      return false;
    bool isQuotient = isa<arith::DivFOp>(op);
    unsigned known = isQuotient || isData(op->getOperand(1)) ? 1 : 0;
    Value factor = op->getOperand(known);
    if (!isData(factor))
      return false;
    factors.weights.push_back({factor, isQuotient, isNegative(factor)});
    factors.isNegative ^= isNegative(factor);
    return visit(op->getOperand(1 - known), level, factors);
  }

  static bool isNegative(Value value) {
    FloatAttr constant;
    return matchPattern(value, m_Constant(&constant)) && !(constant.getValueAsDouble() >= 0);
  }

  /// r and n with op = (r^n)^2; null where there are none.
  static std::pair<Value, int64_t> squareRoot(Operation *op) {
    APInt whole;
    FloatAttr real;
    if (isa<arith::MulFOp>(op) && op->getOperand(0) == op->getOperand(1))
      return {op->getOperand(0), 1};
    int64_t power = 0;
    if (isa<math::FPowIOp>(op) && matchPattern(op->getOperand(1), m_ConstantInt(&whole)))
      power = whole.getSExtValue();
    if (isa<math::PowFOp>(op) && matchPattern(op->getOperand(1), m_Constant(&real)))
      power =
          int64_t(real.getValueAsDouble()) == real.getValueAsDouble() ? int64_t(real.getValueAsDouble()) : 0;
    return power >= 2 && power % 2 == 0 ? std::pair(op->getOperand(0), power / 2)
                                        : std::pair(Value(), int64_t(0));
  }

  /// Depends on no variable. Sums of data alone are columns before they come here.
  bool isData(Value value) {
    if (auto known = data.find(value); known != data.end())
      return known->second;
    Operation *op = value.getDefiningOp();
    auto at = dyn_cast_or_null<AtOp>(op);
    bool answer = !op || !isa<SumOp, FoldOp>(op);
    if (at && isa_and_nonnull<VariableOp, LetOp>(at.getArray().getDefiningOp()))
      answer = false;
    for (unsigned k = 0; op && answer && k < op->getNumOperands(); ++k)
      answer = isa<RankedTensorType>(op->getOperand(k).getType()) || isData(op->getOperand(k));
    return data[value] = answer;
  }

  /// The residual of one square. Its body computes again what the bodies around its own do, at the row of
  /// each that its own row lies in.
  bool make(Value root, int64_t power, const Level &level, ArrayRef<Weight> weights) {
    if (made.size() == mostSquares)
      return false;
    Location loc = root.getLoc();
    OpBuilder builder = OpBuilder::atBlockEnd(objective->getBlock());
    std::string name = "$" + objective.getName().str() + "." + std::to_string(made.size());
    auto residual = builder.create<ResidualOp>(loc, level.over, Value(), builder.getStringAttr(name));
    made.push_back(residual);
    Block &body = residual.getRegion().emplaceBlock();
    Value instance = body.addArgument(builder.getIndexType(), loc);
    builder.setInsertionPointToStart(&body);
    IRMapping mapping;
    if (!copyBodies(level, neededFor(root, weights), instance, builder, mapping))
      return false;
    Value value = mapping.lookupOrDefault(root);
    if (power != 1) {
      Value exponent = builder.create<arith::ConstantOp>(loc, builder.getI32IntegerAttr(int32_t(power)));
      value = builder.create<math::FPowIOp>(loc, value, exponent);
    }
    for (const Weight &weight : weights) {
      Value factor = mapping.lookupOrDefault(weight.value);
      factor = weight.isNegated ? builder.create<arith::NegFOp>(loc, factor).getResult() : factor;
      factor = builder.create<math::SqrtOp>(loc, factor);
      value = weight.isDivisor ? builder.create<arith::DivFOp>(loc, value, factor).getResult()
                               : builder.create<arith::MulFOp>(loc, factor, value).getResult();
    }
    builder.create<YieldOp>(loc, value);
    return true;
  }

  /// The operations of all bodies that the root and its weights are computed by.
  static DenseSet<Operation *> neededFor(Value root, ArrayRef<Weight> weights) {
    DenseSet<Operation *> needed;
    SmallVector<Value> stack{root};
    for (const Weight &weight : weights)
      stack.push_back(weight.value);
    while (!stack.empty()) {
      Operation *op = stack.pop_back_val().getDefiningOp();
      if (!op || !isInBody(op) || !needed.insert(op).second)
        continue;
      llvm::append_range(stack, op->getOperands());
      llvm::SetVector<Value> captured;
      getUsedValuesDefinedAbove(op->getRegions(), captured);
      llvm::append_range(stack, captured);
    }
    return needed;
  }

  static bool isInBody(Operation *op) { return isa<ObjectiveOp, SumOp>(op->getParentOp()); }

  /// Copies what is needed, outermost first. False where that holds a reduction of a body around: its rows
  /// belong to that body's instances.
  bool copyBodies(const Level &level, const DenseSet<Operation *> &needed, Value instance, OpBuilder &builder,
                  IRMapping &mapping, bool isInnermost = true) {
    if (level.outer) {
      Location loc = level.block->getParentOp()->getLoc();
      Value entry = builder.create<AtOp>(loc, level.over, instance);
      Value around = builder.create<arith::IndexCastOp>(loc, builder.getIndexType(), entry);
      if (!copyBodies(*level.outer, needed, around, builder, mapping, false))
        return false;
    }
    if (level.block->getNumArguments())
      mapping.map(level.block->getArgument(0), instance);
    SmallVector<Operation *> own;
    for (Operation *op : needed)
      if (op->getBlock() == level.block)
        own.push_back(op);
    llvm::sort(own, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
    for (Operation *op : own) {
      if (!isInnermost && isa<SumOp, FoldOp>(op))
        return false;
      builder.clone(*op, mapping);
    }
    return true;
  }

  ObjectiveOp objective;
  SmallVector<ResidualOp> made;
  DenseMap<Value, bool> data;
};

struct CollectResiduals : impl::CollectResidualsBase<CollectResiduals> {
  using CollectResidualsBase::CollectResidualsBase;
  void runOnOperation() override {
    SmallVector<ObjectiveOp> objectives;
    getOperation().walk([&](ObjectiveOp objective) {
      auto isAbsolute = [](ResidualOp residual) { return bool(residual.getWeights()); };
      bool isOfSquares =
          llvm::none_of(cast<ProblemOp>(objective->getParentOp()).getOps<ResidualOp>(), isAbsolute);
      if (!objective.getRegion().empty() && isOfSquares)
        objectives.push_back(objective);
    });
    for (ObjectiveOp objective : objectives)
      numFamilies += Collector(objective).run();
  }
};

} // namespace
} // namespace costate
