// Bodies with sums => terms without.
//
//   row[i]: a*sum(j) f(i,j) + g(i)      =>   term over (i,j): a*f     term over i: g
//   row[i]: exp(sum(j) f(i,j))          =>   hidden h[i]: h[i] - sum(j) f(i,j) == 0     term over i: exp(h[i])
#include "passes/Passes.h"

#include "ir/CostateOps.h"

#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_SPLITSUMS
#include "passes/Passes.h.inc"

namespace {

/// A factor of a contribution: multiplied or divided, computed in an enclosing space.
struct Factor {
  Value value;
  bool divides = false;
};

/// What is being split: where its terms go and the space of its rows.
struct Target {
  int number = -1;  // of the constraint; -1 the objective
  Value over;       // column of the row space; null: one row
  Value rowOf;      // for a nested space: the row each instance adds to; null: the instance itself
  std::string name; // of the family, for hidden variables
};


class Splitter {
public:
  Splitter(ProblemOp problem, OpBuilder atProgram) : problem(problem), outside(atProgram) {
    for (auto constraint : problem.getOps<ConstraintOp>())
      ++numConstraints, (void)constraint;
  }
  unsigned numTerms = 0, numLifted = 0;

  void run() {
    int number = 0;
    SmallVector<Operation *> families;
    for (Operation &op : problem.getRegion().front())
      if (isa<ConstraintOp, ObjectiveOp>(op))
        families.push_back(&op);
    for (Operation *op : families) {
      Target target;
      if (auto constraint = dyn_cast<ConstraintOp>(op)) {
        target.number = number++;
        target.over = constraint.getOver();
        target.name = constraint.getName().str();
      } else {
        target.name = cast<ObjectiveOp>(op).getName().str();
      }
      Region &region = op->getRegion(0);
      if (region.empty())
        continue;
      split(region, target, op->getLoc());
      region.getBlocks().clear();
    }
  }

private:
  bool hasSum(Value value) {
    if (auto known = sums.find(value); known != sums.end())
      return known->second;
    Operation *op = value.getDefiningOp();
    bool result = op && (isa<SumOp>(op) || llvm::any_of(op->getOperands(), [&](Value v) { return hasSum(v); }));
    return sums[value] = result;
  }

  void split(Region &region, const Target &target, Location loc) {
    Block &body = region.front();
    Value row = body.getNumArguments() ? body.getArgument(0) : Value();
    rest.clear();
    add(body.getTerminator()->getOperand(0), {}, false, target, row);
    if (!rest.empty())
      plainTerm(rest, target, row, loc);
  }

  struct Part {
    Value value;
    SmallVector<Factor> factors;
    bool negative;
  };

  /// Walks the additive structure; what holds no sum is collected in `rest`.
  void add(Value value, SmallVector<Factor> factors, bool negative, const Target &target, Value row) {
    if (!hasSum(value)) {
      rest.push_back({value, factors, negative});
      return;
    }
    Operation *op = value.getDefiningOp();
    if (isa<arith::AddFOp, arith::SubFOp>(op)) {
      add(op->getOperand(0), factors, negative, target, row);
      add(op->getOperand(1), factors, negative != isa<arith::SubFOp>(op), target, row);
    } else if (isa<arith::NegFOp>(op)) {
      add(op->getOperand(0), factors, !negative, target, row);
    } else if (isa<arith::MulFOp>(op) && !(hasSum(op->getOperand(0)) && hasSum(op->getOperand(1)))) {
      int sum = hasSum(op->getOperand(0)) ? 0 : 1;
      factors.push_back({op->getOperand(1 - sum), false});
      add(op->getOperand(sum), factors, negative, target, row);
    } else if (isa<arith::DivFOp>(op) && !hasSum(op->getOperand(1))) {
      factors.push_back({op->getOperand(1), true});
      add(op->getOperand(0), factors, negative, target, row);
    } else if (auto sum = dyn_cast<SumOp>(op)) {
      nested(sum, factors, negative, target, row);
    } else {
      lift(op, target, row);
      rest.push_back({value, factors, negative});
    }
  }

  /// Splits the body of a sum over its own space; nothing of the enclosing space but `factors` is used in it.
  void nested(SumOp sum, ArrayRef<Factor> factors, bool negative, const Target &target, Value row) {
    Target inner = target;
    Location loc = sum.getLoc();
    inner.over = sum.getParent();
    inner.rowOf = target.rowOf ? outside.create<GatherOp>(loc, target.rowOf.getType(), target.rowOf, sum.getParent())
                               : sum.getParent();
    if (target.number < 0)
      inner.rowOf = {};
    Block &body = sum.getRegion().front();
    SmallVector<Part> outerRest = std::exchange(rest, {});
    // The factors of the enclosing row, recomputed per instance with the row it belongs to.
    OpBuilder inside(&body, body.begin());
    Value parentRow;
    if (row && llvm::any_of(factors, [&](auto &f) { return dependsOn(f.value, row); })) {
      Value entry = inside.create<AtOp>(loc, inside.getI32Type(), sum.getParent(), ValueRange{body.getArgument(0)});
      parentRow = inside.create<arith::IndexCastOp>(loc, inside.getIndexType(), entry);
    }
    IRMapping mapping;
    if (row && parentRow)
      mapping.map(row, parentRow);
    SmallVector<Factor> own;
    for (auto &factor : factors)
      own.push_back({cloneInto(factor.value, inside, mapping), factor.divides});
    add(body.getTerminator()->getOperand(0), own, negative, inner, body.getArgument(0));
    if (!rest.empty())
      plainTerm(rest, inner, body.getArgument(0), loc);
    rest = std::move(outerRest);
  }

  bool dependsOn(Value value, Value row) {
    if (value == row)
      return true;
    Operation *op = value.getDefiningOp();
    return op && op->getParentRegion() == row.getParentRegion() &&
           llvm::any_of(op->getOperands(), [&](Value v) { return dependsOn(v, row); });
  }

  /// Copies the scalar operations that compute `value` to the builder's place; columns and variables are shared.
  Value cloneInto(Value value, OpBuilder &builder, IRMapping &mapping) {
    if (Value known = mapping.lookupOrNull(value))
      return known;
    Operation *op = value.getDefiningOp();
    bool isScalar = op && !isa<RankedTensorType>(value.getType());
    if (!isScalar)
      return value;
    for (Value operand : op->getOperands())
      cloneInto(operand, builder, mapping);
    builder.clone(*op, mapping);
    return mapping.lookup(value);
  }

  /// One term for all parts over the row space of the target.
  void plainTerm(ArrayRef<Part> parts, const Target &target, Value row, Location loc) {
    OpBuilder builder = OpBuilder::atBlockEnd(&problem.getRegion().front());
    SmallVector<Value> operands;
    SmallVector<int32_t> sizes{0, 0};
    if (target.over)
      operands.push_back(target.over), sizes[0] = 1;
    if (target.rowOf)
      operands.push_back(target.rowOf), sizes[1] = 1;
    OperationState state(loc, TermOp::getOperationName());
    state.addOperands(operands);
    state.addAttribute("target", builder.getI32IntegerAttr(target.number));
    state.addAttribute("operandSegmentSizes", builder.getDenseI32ArrayAttr(sizes));
    Block *block = new Block;
    state.addRegion()->push_back(block);
    Value instance = block->addArgument(builder.getIndexType(), loc);
    OpBuilder inside(problem.getContext());
    inside.setInsertionPointToEnd(block);
    IRMapping mapping;
    if (row)
      mapping.map(row, instance);
    Value total;
    for (auto &part : parts) {
      Value value = cloneInto(part.value, inside, mapping);
      for (auto &factor : part.factors) {
        Value f = cloneInto(factor.value, inside, mapping);
        value = factor.divides ? inside.create<arith::DivFOp>(loc, value, f).getResult()
                               : inside.create<arith::MulFOp>(loc, value, f).getResult();
      }
      if (!total)
        total = part.negative ? inside.create<arith::NegFOp>(loc, value).getResult() : value;
      else
        total = part.negative ? inside.create<arith::SubFOp>(loc, total, value).getResult()
                              : inside.create<arith::AddFOp>(loc, total, value).getResult();
    }
    inside.create<YieldOp>(loc, ValueRange{total});
    builder.create(state);
    ++numTerms;
  }

  /// Every sum below a nonlinear operation becomes a hidden variable over the current space.
  void lift(Operation *op, const Target &target, Value row) {
    for (Value operand : llvm::to_vector(op->getOperands())) {
      if (!hasSum(operand))
        continue;
      Operation *inner = operand.getDefiningOp();
      if (auto sum = dyn_cast<SumOp>(inner))
        replace(sum, target, row);
      else
        lift(inner, target, row);
    }
    sums.clear();
  }

  void replace(SumOp sum, const Target &target, Value row) {
    Location loc = sum.getLoc();
    std::string name = ("$" + target.name + "." + Twine(numLifted++)).str();
    Value like = target.over;
    OpBuilder before(problem.getContext());
    before.setInsertionPointToStart(&problem.getRegion().front());
    if (!like) {
      auto type = RankedTensorType::get({1}, outside.getI32Type());
      like = outside.create<LiteralOp>(loc, columnOf(outside.getI32Type()), DenseElementsAttr::get(type, 0));
    }
    auto hidden = makeHidden(before, loc, like, name);
    int variableNumber = 0;
    for (auto variable : problem.getOps<VariableOp>()) {
      if (variable == hidden)
        break;
      ++variableNumber;
    }
    Target definition{int(numConstraints++), like, {}, name};
    makeRow(loc, like, name, variableNumber);
    // h[row] - sum == 0
    OpBuilder builder(sum);
    Value index = row ? row : builder.create<arith::ConstantIndexOp>(loc, 0).getResult();
    Value h = builder.create<AtOp>(loc, builder.getF64Type(), hidden.getValues(), ValueRange{tableEntry(builder, loc, like, index)});
    SmallVector<Part> outerRest = std::exchange(rest, {});
    Value selfRow = row;
    rest.push_back({h, {}, false});
    nested(sum, {}, true, definition, row);
    plainTerm(rest, definition, selfRow, loc);
    rest = std::move(outerRest);
    sum.getResult().replaceAllUsesWith(h);
    sums.clear();
  }

  /// Loads of variables go through position tables everywhere; here the position is the row itself.
  Value tableEntry(OpBuilder &builder, Location loc, Value like, Value row) {
    auto i64 = columnOf(outside.getI64Type());
    auto scalar = [&](int64_t v) -> Value {
      return outside.create<LiteralOp>(loc, i64, DenseElementsAttr::get(RankedTensorType::get({1}, outside.getI64Type()), v));
    };
    // rows 0..n-1 of `like`: product of one row with it gives them as the right rows
    auto codes = columnOf(outside.getI32Type());
    auto product = outside.create<ProductOp>(loc, TypeRange{codes, codes}, scalar(0), like);
    Value entry = builder.create<AtOp>(loc, builder.getI32Type(), product.getRightRow(), ValueRange{row});
    return builder.create<arith::IndexCastOp>(loc, builder.getIndexType(), entry);
  }

  RankedTensorType columnOf(Type element) { return RankedTensorType::get({ShapedType::kDynamic}, element); }

  VariableOp makeHidden(OpBuilder &builder, Location loc, Value like, StringRef name) {
    OperationState state(loc, VariableOp::getOperationName());
    state.addOperands(like);
    state.addTypes(columnOf(builder.getF64Type()));
    state.addAttribute("name", builder.getStringAttr(name));
    state.addAttribute("roots", builder.getI32ArrayAttr({}));
    state.addAttribute("kind", builder.getStringAttr("real"));
    state.addAttribute("hidden", builder.getUnitAttr());
    state.addAttribute("operandSegmentSizes", builder.getDenseI32ArrayAttr({1, 0, 0, 0, 0}));
    // After the last variable, so that numbers of variables do not change.
    Operation *last = nullptr;
    for (auto variable : problem.getOps<VariableOp>())
      last = variable;
    if (last)
      builder.setInsertionPointAfter(last);
    return cast<VariableOp>(builder.create(state));
  }

  void makeRow(Location loc, Value like, StringRef name, int variable) {
    OpBuilder builder = OpBuilder::atBlockEnd(&problem.getRegion().front());
    auto zero = outside.create<LiteralOp>(loc, columnOf(builder.getF64Type()),
                                          DenseElementsAttr::get(RankedTensorType::get({1}, builder.getF64Type()), 0.0));
    OperationState state(loc, ConstraintOp::getOperationName());
    state.addOperands({like, zero, zero});
    state.addAttribute("name", builder.getStringAttr(name));
    state.addAttribute("roots", builder.getI32ArrayAttr({}));
    state.addAttribute("defines", builder.getI32IntegerAttr(variable));
    state.addAttribute("operandSegmentSizes", builder.getDenseI32ArrayAttr({1, 0, 1, 1}));
    state.addRegion();
    builder.create(state);
  }

  ProblemOp problem;
  OpBuilder outside; // before the problem, in the program
  unsigned numConstraints = 0;
  SmallVector<Part> rest;
  DenseMap<Value, bool> sums;
};

struct SplitSums : impl::SplitSumsBase<SplitSums> {
  using SplitSumsBase::SplitSumsBase;
  void runOnOperation() override {
    getOperation().walk([&](ProblemOp problem) {
      Splitter splitter(problem, OpBuilder(problem));
      splitter.run();
      numTerms += splitter.numTerms;
      numLifted += splitter.numLifted;
    });
  }
};

} // namespace
} // namespace costate
