// Bodies with sums => terms without.
//
//   row[i]: a*sum(j) f(i,j) + g(i)      =>   term over (i,j): a*f     term over i: g
//   row[i]: exp(sum(j) f(i,j))          =>   hidden h[i]: h[i] - sum(j) f(i,j) == 0     term over i:
//   exp(h[i])
//   row[i]: prod(j) f(i,j)              =>   hidden running products, see FoldChain
//
// A body is affine in the sums that stand under +, -, and products and quotients with factors free of sums.
// The factor each sum ends up with is its adjoint in that affine expression, found by one reverse sweep; what
// remains is the body with these sums left out.
#include "passes/AffineSums.h"
#include "passes/Choices.h"
#include "passes/FoldChain.h"
#include "passes/HiddenVariables.h"
#include "passes/Passes.h"
#include "passes/PatternKernels.h"

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_SPLITSUMS
#include "passes/Passes.h.inc"

namespace {

/// A space whose instances a body is computed for, and how they map to rows of the target.
struct Level {
  int target = -1;    // number of the constraint; -1: the objective; below: residuals
  std::string family; // the name of the model's family, for hidden variables
  Value over;         // column of the space; null: one instance
  Value row;          // row of the target of each instance; null: the instance itself
  Value index;        // the body's argument; null: one instance
  Value parent;       // of a nested space: the enclosing instance of each
  const Level *outer = nullptr;
  SmallVector<Value> tuples; // index tuples that name the instances
  ArrayAttr roots;           // of their elements; null: nothing names them

  /// The rows of a constraint or let.
  template <class Family> void setRows(Family op) {
    family = op.getName().str();
    over = op.getOver();
    index = op.getRegion().getArgument(0);
    tuples = llvm::to_vector(op.getIndex());
    roots = op.getRoots();
  }
};

class Splitter {
public:
  explicit Splitter(ProblemOp problem) : problem(problem), outside(problem), hidden(problem) {}
  unsigned numTerms = 0, numLifted = 0;

  void run() {
    SmallVector<Operation *> families;
    for (Operation &op : problem.getRegion().front())
      if (isa<ConstraintOp, ObjectiveOp>(op))
        families.push_back(&op);
    for (Operation *op : families)
      numConstraints += isa<ConstraintOp>(op);
    // Last: their sums are those of the objective.
    auto residuals = llvm::to_vector(problem.getOps<ResidualOp>());
    families.append(residuals.begin(), residuals.end());
    int constraints = 0, residual = 0;
    for (Operation *op : families) {
      Level level = levelOf(op);
      level.target = isa<ConstraintOp>(op) ? constraints++ : isa<ResidualOp>(op) ? -2 - residual++ : -1;
      Region &region = op->getRegion(0);
      if (region.empty())
        continue;
      level.index = region.getNumArguments() ? Value(region.getArgument(0)) : Value();
      split(region.front(), level, {});
      region.dropAllReferences();
      region.getBlocks().clear();
    }
    if (!residualsAreSplit)
      dropResiduals();
    hidden.forget();
    auto all = llvm::to_vector(problem.getOps<LetOp>());
    for (LetOp let : llvm::reverse(all)) // later ones use earlier ones
      let.erase();
  }

private:
  static Level levelOf(Operation *op) {
    Level level;
    if (auto constraint = dyn_cast<ConstraintOp>(op)) {
      if (!constraint.getRegion().empty())
        level.setRows(constraint);
    } else if (auto residual = dyn_cast<ResidualOp>(op)) {
      level.family = residual.getName().str();
      level.over = residual.getOver();
    } else {
      level.family = cast<ObjectiveOp>(op).getName().str();
    }
    return level;
  }

  /// Residuals are a second view of the objective: they may not add variables to the problem.
  void dropResiduals() {
    for (TermOp term : llvm::to_vector(problem.getOps<TermOp>()))
      if (int32_t(term.getTarget()) < -1)
        term.erase();
    for (ResidualOp residual : llvm::to_vector(problem.getOps<ResidualOp>()))
      residual.erase();
  }

  /// Replaces a sum, a fold or an entry of a let of a residual that is none of the objective's.
  void giveUp(Operation *reduction) {
    residualsAreSplit = false;
    OpBuilder builder(reduction);
    reduction->getResult(0).replaceAllUsesWith(
        builder.create<arith::ConstantOp>(reduction->getLoc(), builder.getF64FloatAttr(0)).getResult());
    reduction->erase();
  }

  /// Makes terms of `seed * body`.
  void split(Block &body, const Level &level, Factor seed) {
    for (AtOp at : llvm::make_early_inc_range(body.getOps<AtOp>()))
      if (auto let = at.getArray().getDefiningOp<LetOp>())
        replaceEntry(at, let, level);
    for (FoldOp fold : llvm::make_early_inc_range(body.getOps<FoldOp>()))
      replaceFold(fold, level);
    AffineSums affine(body);
    while (Operation *op = affine.firstNonlinear())
      makeAffine(op, level);
    AffineSums::Parts parts = affine.parts(seed);
    if (parts.rest)
      makeTerm(level, parts.rest, body.getParentOp()->getLoc());
    for (auto &[sum, factor] : parts.sums)
      split(sum.getRegion().front(), nested(sum, level), factor);
  }

  void replaceEntry(AtOp at, LetOp let, const Level &level) {
    if (level.target < -1 && !lets.contains(let))
      return giveUp(at);
    HiddenVariables::Declared declared = declaredFor(let);
    at.getArrayMutable().assign(declared.variable);
    if (!declared.last)
      return;
    OpBuilder builder(at);
    Value place = builder.create<AtOp>(at.getLoc(), declared.last, at.getIndices().front());
    at.getIndicesMutable().assign(
        builder.create<arith::IndexCastOp>(at.getLoc(), builder.getIndexType(), place).getResult());
  }

  /// Before what reads them: solvers that eliminate hidden variables rely on their order.
  void declareEntries(Region &region) {
    region.walk([&](AtOp at) {
      if (auto let = at.getArray().getDefiningOp<LetOp>())
        declaredFor(let);
    });
  }

  /// One step: a sum below the operation is lifted; where only choices by one condition are left, the
  /// operation moves into them.
  void makeAffine(Operation *op, const Level &level) {
    SmallVector<SumOp> sums = sumsBelow(op->getResult(0));
    Value mask = choiceMask(sums.front());
    auto other = llvm::find_if(sums, [&](SumOp sum) { return !mask || choiceMask(sum) != mask; });
    if (other != sums.end())
      lift(*other, level);
    else
      distribute(op, mask, outside);
  }

  Level nested(SumOp sum, const Level &level) {
    Level inner;
    inner.target = level.target;
    inner.family = level.family;
    inner.over = inner.parent = sum.getParent();
    inner.index = sum.getRegion().getArgument(0);
    inner.outer = &level;
    if (level.target != -1)
      inner.row = level.row ? outside.create<GatherOp>(sum.getLoc(), level.row, sum.getParent()).getResult()
                            : sum.getParent();
    return inner;
  }

  /// A term over the level's space whose body computes `value`; values of enclosing bodies are recomputed for
  /// the enclosing instance.
  void makeTerm(const Level &level, Value value, Location loc) {
    OpBuilder builder = OpBuilder::atBlockEnd(&problem.getRegion().front());
    auto term = builder.create<TermOp>(loc, level.over, level.row, builder.getI32IntegerAttr(level.target));
    Block &block = term.getRegion().emplaceBlock();
    Value instance = block.addArgument(builder.getIndexType(), loc);
    builder.setInsertionPointToStart(&block);
    IRMapping mapping;
    auto indexOf = [&](Value wanted) {
      Value at = instance;
      const Level *from = &level;
      for (; from->index != wanted; from = from->outer) {
        assert(from->outer && "a body uses indices of the bodies around it");
        Value entry = builder.create<AtOp>(loc, from->parent, at);
        at = builder.create<arith::IndexCastOp>(loc, builder.getIndexType(), entry);
      }
      return at;
    };
    Value result = cloneScalar(value, builder, mapping, indexOf);
    builder.create<YieldOp>(loc, result);
    ++numTerms;
  }

  /// Unlike any name of a model; messages read the kind and the family from it.
  std::string hiddenName(StringRef kind, const Level &level) const {
    return ("$" + kind + "." + level.family + "." + Twine(numLifted)).str();
  }

  static Value indexOf(const Level &level, OpBuilder &builder, Location loc) {
    return level.index ? level.index : builder.create<arith::ConstantIndexOp>(loc, 0).getResult();
  }

  /// Replaces a sum by a hidden variable h over the same space, or over that of its let, with the rows
  /// h - sum == 0.
  void lift(SumOp sum, const Level &level) {
    if (level.target < -1 && !isDeclared(sum, level))
      return giveUp(sum);
    OpBuilder builder(sum);
    Value entry =
        builder.create<AtOp>(sum.getLoc(), declaredFor(sum, level).variable, rowOf(sum, level, builder));
    sum.getResult().replaceAllUsesWith(entry);
    sum.erase();
  }

  /// Replaces a fold by the last of its running values, hidden variables over the rows of its space.
  void replaceFold(FoldOp fold, const Level &level) {
    Location loc = fold.getLoc();
    if (level.target < -1 && !isDeclared(fold, level))
      return giveUp(fold);
    HiddenVariables::Declared declared = declaredFor(fold, level);
    OpBuilder builder(fold);
    Value place = builder.create<AtOp>(loc, declared.last, rowOf(fold, level, builder));
    Value index = builder.create<arith::IndexCastOp>(loc, builder.getIndexType(), place);
    fold.getResult().replaceAllUsesWith(builder.create<AtOp>(loc, declared.variable, index).getResult());
    fold.erase();
  }

  /// Whether the hidden variables of a sum or fold are there.
  template <class Reduction> bool isDeclared(Reduction op, const Level &level) {
    if (op.getLet())
      return lets.contains(op.getLet().getDefiningOp());
    return bool(hidden.equalTo(op, level.over ? level.over : hidden.oneRow()).variable);
  }

  /// The row of what is declared for a sum or fold.
  template <class Reduction> Value rowOf(Reduction op, const Level &level, OpBuilder &builder) {
    return op.getLet() ? Value(op.getRow()) : indexOf(level, builder, op.getLoc());
  }

  /// The hidden variables of a sum or fold: those of its let or of an equal one, or new ones.
  template <class Reduction> HiddenVariables::Declared declaredFor(Reduction op, const Level &level) {
    if (op.getLet())
      return declaredFor(op.getLet().template getDefiningOp<LetOp>());
    Value like = level.over ? level.over : hidden.oneRow();
    HiddenVariables::Declared declared = hidden.equalTo(op, like);
    return declared.variable ? declared : declare(op, level, like);
  }

  HiddenVariables::Declared declaredFor(LetOp let) {
    if (auto known = lets.find(let); known != lets.end())
      return known->second;
    Level level;
    level.setRows(let);
    Operation *reduction = let.getRegion().front().getTerminator()->getOperand(0).getDefiningOp();
    auto sum = dyn_cast_or_null<SumOp>(reduction);
    auto fold = dyn_cast_or_null<FoldOp>(reduction);
    HiddenVariables::Declared declared = sum    ? declaredFor(sum, level)
                                         : fold ? declaredFor(fold, level)
                                                : declare(let, level);
    lets.try_emplace(let, declared);
    return declared;
  }

  HiddenVariables::Declared declare(LetOp let, const Level &level) {
    Location loc = let.getLoc();
    declareEntries(let.getRegion());
    HiddenVariables::Name name{hiddenName("value", level), level.tuples, level.roots};
    HiddenVariables::Declared declared{hidden.declare(loc, level.over, name, /*start=*/0), {}};
    ++numLifted;
    Level rows = level;
    rows.target = numConstraints++;
    Block &body = let.getRegion().front();
    OpBuilder builder = OpBuilder::atBlockBegin(&body);
    makeTerm(rows, builder.create<AtOp>(loc, declared.variable, level.index), loc);
    split(body, rows, Factor{{}, {}, true});
    return declared;
  }

  HiddenVariables::Declared declare(SumOp sum, const Level &level, Value like) {
    Location loc = sum.getLoc();
    declareEntries(sum.getRegion());
    HiddenVariables::Name name{hiddenName("sum", level), level.tuples, level.roots};
    HiddenVariables::Declared declared{hidden.declare(loc, like, name, /*start=*/0), {}};
    hidden.remember(sum, like, declared);
    ++numLifted;
    Level rows = level; // the same instances, each a row of its own
    rows.target = numConstraints++;
    rows.over = like;
    rows.row = {};
    OpBuilder builder(sum);
    makeTerm(rows, builder.create<AtOp>(loc, declared.variable, indexOf(level, builder, loc)), loc);
    split(sum.getRegion().front(), nested(sum, rows), Factor{{}, {}, true});
    return declared;
  }

  HiddenVariables::Declared declare(FoldOp fold, const Level &level, Value like) {
    declareEntries(fold.getRegion());
    FoldChain chain(fold, like, outside);
    StringRef kind = fold.getKind() == "mul"   ? "running product"
                     : fold.getKind() == "min" ? "running minimum"
                                               : "running maximum";
    // Running products start at 1, so that logarithms and quotients of them are defined.
    HiddenVariables::Declared declared{
        hidden.declare(fold.getLoc(), chain.rows, {hiddenName(kind, level), {}, {}}, chain.starts ? 1 : 0),
        chain.last};
    hidden.remember(fold, like, declared);
    ++numLifted;
    defineChain(fold, chain, declared.variable, level);
    return declared;
  }

  /// Rows h - (what it must be) == 0, one per running value, inside the instances of the fold's body.
  void defineChain(FoldOp fold, FoldChain &chain, Value h, const Level &level) {
    Location loc = fold.getLoc();
    chain.chain(h);
    Level rows; // nothing refers to the instances around
    rows.target = numConstraints++;
    rows.over = chain.rows;
    Block own;
    rows.index = own.addArgument(outside.getIndexType(), loc);
    OpBuilder builder(outside.getContext());
    builder.setInsertionPointToEnd(&own);
    makeTerm(rows, builder.create<AtOp>(loc, h, rows.index), loc);
    if (chain.starts) {
      rows.over = chain.starts;
      rows.row = chain.starts;
      makeTerm(rows, builder.create<arith::ConstantOp>(loc, builder.getF64FloatAttr(-1)), loc);
    }
    Level nested;
    nested.target = rows.target;
    nested.family = level.family;
    nested.over = nested.parent = fold.getParent();
    nested.row = chain.place;
    nested.index = fold.getRegion().getArgument(0);
    nested.outer = &level;
    split(fold.getRegion().front(), nested, Factor{{}, {}, true});
  }

  ProblemOp problem;
  OpBuilder outside; // before the problem, in the program
  HiddenVariables hidden;
  DenseMap<Operation *, HiddenVariables::Declared> lets;
  int numConstraints = 0;
  bool residualsAreSplit = true;
};

struct SplitSums : impl::SplitSumsBase<SplitSums> {
  using SplitSumsBase::SplitSumsBase;
  void runOnOperation() override {
    getOperation().walk([&](ProblemOp problem) {
      Splitter splitter(problem);
      splitter.run();
      numTerms += splitter.numTerms;
      numLifted += splitter.numLifted;
    });
  }
};

} // namespace
} // namespace costate
