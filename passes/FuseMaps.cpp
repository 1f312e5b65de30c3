// Maps are computed where their entries are read, if no work is repeated that is worth an array.
//
//   y = map (i < n) { f(x[i]) };  s = reduce add (i < n) { g(y[i]) }   =>   s = reduce add (i < n) {
//   g(f(x[i])) }
#include "passes/Passes.h"

#include "passes/MapReads.h"
#include "passes/MatrixProducts.h"
#include "passes/MergeMaps.h"
#include "passes/MergeSums.h"
#include "passes/ReuseMaps.h"

#include "mlir/IR/Dominance.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/CSE.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_FUSEMAPS
#include "passes/Passes.h.inc"

namespace {

/// In multiplications, of vector code: writing an entry of a large array and reading it again.
constexpr double costOfEntry = 16;
/// Reading an entry of a column again, which stays in the cache.
constexpr double costOfCached = 3;
/// Copies of one body; more make programs long.
constexpr size_t mostCopies = 6;

bool isWithin(const Work &work, double operations) { return work.isBounded && work.operations <= operations; }

/// Products of matrices stay what they are in a map over the same indices; in sums they would be loops.
bool losesProducts(MapOp map, const MapReads &all) {
  auto isOver = [&](const MapRead &read) {
    auto reader = dyn_cast<MapOp>(read.before->getParentOp());
    return reader && reader.rank() == map.rank();
  };
  return map.rank() > 1 && !matrixProducts(map).empty() && !llvm::all_of(all.reads, isOver);
}

/// Is an entry read as a factor of products of matrices? Computed there it would be none.
bool isFactor(const MapRead &read) {
  auto sum = dyn_cast<ReduceOp>(read.before->getParentOp());
  auto reader = sum ? dyn_cast<MapOp>(sum->getParentOp()) : MapOp();
  return reader && llvm::any_of(matrixProducts(reader), [&](const MatrixProduct &product) {
           return llvm::is_contained(read.loads, product.left) ||
                  llvm::is_contained(read.loads, product.right);
         });
}

/// Whether a map is computed where it is read.
///   - A tensor that is needed as such is read, unless its entries cost less than a load.
///   - Read once per entry: always, but into a loop over carried values only what is cheap.
///   - Read several times: what is repeated must cost less than writing and reading entries.
///   - Read in loops that its indices do not count: the same for tensors of two dimensions or more, which are
///     large; a column stays in the cache. Factors of products of matrices are read unless they cost nothing.
bool isWorthInlining(MapOp map, const MapReads &all) {
  Work work = workOf(*map.getBody());
  if (all.reads.empty() || all.reads.size() > mostCopies || losesProducts(map, all))
    return false;
  if (all.isStored)
    return isWithin(work, 1);
  auto is = [&](bool MapRead::*property) {
    return llvm::any_of(all.reads, [&](const MapRead &read) { return read.*property; });
  };
  if (is(&MapRead::isRepeated) && !isWithin(work, map.rank() > 1 ? costOfEntry : costOfCached))
    return false;
  if (is(&MapRead::isSequential) && !isWithin(work, costOfEntry))
    return false;
  if (is(&MapRead::isRepeated) && !isWithin(work, 1) && llvm::any_of(all.reads, isFactor))
    return false;
  auto copies = double(all.reads.size() - 1);
  return copies == 0 || isWithin(work, costOfEntry / copies);
}

/// The map's index of an entry of what it is reshaped to.
Value linearIndex(OpBuilder &b, const MapRead &read) {
  Location loc = read.before->getLoc();
  Value linear;
  for (auto [index, size] : llvm::zip_equal(read.indices, ValueRange(ReshapeOp(read.reshape).getSizes()))) {
    Value before = linear ? b.create<arith::MulIOp>(loc, linear, size).getResult() : Value();
    linear = before ? b.create<arith::AddIOp>(loc, before, index).getResult() : index;
  }
  return linear;
}

void inlineRead(MapOp map, const MapRead &read) {
  OpBuilder b(read.before);
  IRMapping mapping;
  if (read.reshape)
    mapping.map(map.getBody()->getArgument(0), linearIndex(b, read));
  else
    mapping.map(map.getBody()->getArguments(), read.indices);
  for (Operation &op : map.getBody()->without_terminator())
    b.clone(op, mapping);
  for (AtOp load : read.loads) {
    Value array = read.reshape ? Value(ReshapeOp(read.reshape).getArray()) : Value(load.getArray());
    Value value = map.getBody()->getTerminator()->getOperand(cast<OpResult>(array).getResultNumber());
    value = mapping.lookupOrDefault(value);
    auto rest = load.getIndices().drop_front(read.indices.size());
    if (!rest.empty())
      value = OpBuilder(load).create<AtOp>(load.getLoc(), load.getType(), value, rest);
    load.replaceAllUsesWith(value);
    load.erase();
  }
}

// ---- simplification ------------------------------------------------------------------------------------

/// map { v }[i] => v, where v is a constant or comes from outside.
struct LoadOfInvariant : OpRewritePattern<AtOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(AtOp at, PatternRewriter &rewriter) const override {
    auto map = at.getArray().getDefiningOp<MapOp>();
    unsigned number = map ? cast<OpResult>(at.getArray()).getResultNumber() : 0;
    if (!map || number >= map.numYielded())
      return failure();
    Value value = map.getBody()->getTerminator()->getOperand(number);
    Operation *constant = value.getDefiningOp<arith::ConstantOp>();
    bool isInside = map.getRegion().isAncestor(value.getParentRegion());
    if (isInside && !constant)
      return failure();
    if (isInside)
      value = rewriter.clone(*constant)->getResult(0);
    if (isa<RankedTensorType>(value.getType()))
      rewriter.replaceOpWithNewOp<AtOp>(at, at.getType(), value, at.getIndices().drop_front(map.rank()));
    else
      rewriter.replaceOp(at, value);
    return success();
  }
};

/// reshape(reshape(x)) => reshape(x); a column as a column is itself.
struct ReshapeTwice : OpRewritePattern<ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ReshapeOp reshape, PatternRewriter &rewriter) const override {
    Value array = reshape.getArray();
    if (array.getType() == reshape.getType() && reshape.getSizes().size() == 1) {
      rewriter.replaceOp(reshape, array);
      return success();
    }
    auto before = array.getDefiningOp<ReshapeOp>();
    if (!before)
      return failure();
    rewriter.replaceOpWithNewOp<ReshapeOp>(reshape, reshape.getType(), before.getArray(), reshape.getSizes());
    return success();
  }
};

/// A map without the results that nothing reads.
struct DropResults : OpRewritePattern<MapOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MapOp map, PatternRewriter &rewriter) const override {
    unsigned count = map.numYielded();
    auto isUsed = [&](unsigned k) { return !map.getResult(k).use_empty(); };
    if (llvm::all_of(llvm::seq(count), isUsed) || isOpTriviallyDead(map))
      return failure();
    SmallVector<Value> inner, yielded, kept;
    SmallVector<Type> types;
    ValueRange rest = map.getInner();
    Operation *yield = map.getBody()->getTerminator();
    for (unsigned k = 0; k < count; ++k) {
      auto own = size_t(cast<RankedTensorType>(map.getResult(k).getType()).getRank()) - map.rank();
      if (isUsed(k)) {
        llvm::append_range(inner, rest.take_front(own));
        yielded.push_back(yield->getOperand(k));
        types.push_back(map.getResult(k).getType());
        kept.push_back(map.getResult(k));
      }
      rest = rest.drop_front(own);
    }
    llvm::append_range(kept, map.getResults().drop_front(count));
    auto less = rewriter.create<MapOp>(map.getLoc(), map.getSizes(), map.getInits(), types, inner);
    less->setDiscardableAttrs(map->getDiscardableAttrDictionary());
    rewriter.modifyOpInPlace(yield, [&] { yield->setOperands(yielded); });
    rewriter.mergeBlocks(map.getBody(), less.getBody(), less.getBody()->getArguments());
    for (auto [old, result] : llvm::zip_equal(kept, less.getResults()))
      rewriter.replaceAllUsesWith(old, result);
    rewriter.eraseOp(map);
    return success();
  }
};

class FunctionFuser {
public:
  FunctionFuser(func::FuncOp function, unsigned maxBody) : function(function), maxBody(maxBody) {}

  /// Loops of unknown length are not run again for what a map has; a function of an entry is, unless its map
  /// is stored after all.
  void run() {
    simplify();
    numReused += reuseMaps(function, [](const Work &work) { return !work.isBounded; });
    do {
      simplify();
    } while (inlineMaps() || mergeOne() || reuseStored());
  }

  unsigned numInlined = 0, numMerged = 0, numReused = 0;

private:
  /// Until neither patterns nor common subexpressions find anything: readers of equal entries are found as
  /// such.
  void simplify() {
    MLIRContext *context = function.getContext();
    RewritePatternSet patterns(context);
    patterns.add<LoadOfInvariant, ReshapeTwice, DropResults>(context);
    for (Dialect *dialect : context->getLoadedDialects())
      dialect->getCanonicalizationPatterns(patterns);
    for (RegisteredOperationName op : context->getRegisteredOperations())
      op.getCanonicalizationPatterns(patterns, context);
    FrozenRewritePatternSet frozen(std::move(patterns));
    bool hasChanged = true;
    while (hasChanged) {
      (void)applyPatternsAndFoldGreedily(function, frozen);
      IRRewriter rewriter(context);
      DominanceInfo dominance(function);
      eliminateCommonSubExpressions(rewriter, dominance, function, &hasChanged);
    }
  }

  /// One sweep, producers first.
  bool inlineMaps() {
    SmallVector<MapOp> maps;
    function.walk<WalkOrder::PreOrder>([&](MapOp map) {
      if (map.getInits().empty() && !accumulatesOutside(map))
        maps.push_back(map);
    });
    unsigned before = numInlined;
    for (MapOp map : maps)
      if (!isGone.contains(map))
        inlineMap(map);
    isGone.clear();
    return numInlined != before;
  }

  void inlineMap(MapOp map) {
    MapReads reads = readsOf(map);
    if (!isWorthInlining(map, reads))
      return;
    for (const MapRead &read : reads.reads)
      inlineRead(map, read);
    ++numInlined;
    llvm::SmallSetVector<Operation *, 2> reshapes; // several reads may go through one
    for (const MapRead &read : reads.reads)
      if (read.reshape)
        reshapes.insert(read.reshape);
    for (Operation *reshape : reshapes)
      if (reshape->use_empty())
        reshape->erase();
    if (!map->use_empty())
      return;
    map->walk([&](Operation *op) { isGone.insert(op); }); // its copies are found by the next sweep
    map.erase();
  }

  bool mergeOne() {
    WalkResult walked = function.walk([&](Block *block) {
      return mergeInBlock(*block, maxBody) ? WalkResult::interrupt() : WalkResult::advance();
    });
    numMerged += walked.wasInterrupted();
    return walked.wasInterrupted();
  }

  bool reuseStored() {
    unsigned count = reuseMaps(function, [](const Work &work) { return !isWithin(work, costOfEntry); });
    numReused += count;
    return count > 0;
  }

  func::FuncOp function;
  unsigned maxBody;
  llvm::DenseSet<Operation *> isGone; // in this sweep
};

struct FuseMaps : impl::FuseMapsBase<FuseMaps> {
  using FuseMapsBase::FuseMapsBase;
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (!function->hasAttr("costate.function"))
        continue;
      if (!function->hasAttr("costate.single")) // there sums are of doubles, arrays are not
        numMerged += mergeSums(function);
      FunctionFuser fuser(function, maxBody);
      fuser.run();
      numInlined += fuser.numInlined;
      numMerged += fuser.numMerged;
      numReused += fuser.numReused;
    }
  }
};

} // namespace
} // namespace costate
