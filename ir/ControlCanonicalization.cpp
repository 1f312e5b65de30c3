// Tapes that nobody needs: not recorded, or unwound without states.
#include "ir/CostateOps.h"

#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace costate;

namespace {

/// A loop whose tape is not used does not record it.
template <class Loop> struct UnusedTape : OpRewritePattern<Loop> {
  using OpRewritePattern<Loop>::OpRewritePattern;
  LogicalResult matchAndRewrite(Loop loop, PatternRewriter &rewriter) const override {
    if (!loop.getRecord() || !loop->getResults().back().use_empty())
      return failure();
    OperationState state(loop.getLoc(), loop->getName());
    state.addOperands(loop->getOperands());
    state.addTypes(TypeRange(loop->getResultTypes()).drop_back());
    for (Region &region : loop->getRegions())
      state.addRegion()->takeBody(region);
    state.addAttributes(loop->getAttrs());
    state.attributes.erase("record");
    Operation *plain = rewriter.create(state);
    rewriter.replaceAllUsesWith(loop->getResults().drop_back(), plain->getResults());
    rewriter.eraseOp(loop);
    return success();
  }
};

/// unwind {adjoint that reads no state} of a scan    =>    scan in the other direction {adjoint}
struct UnwindWithoutStates : OpRewritePattern<UnwindOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(UnwindOp unwind, PatternRewriter &rewriter) const override {
    auto loop = unwind.getTape().getDefiningOp<ScanOp>();
    Block &adjoint = unwind.getAdjoint().front();
    size_t numStates = unwind.states().size();
    auto states = adjoint.getArguments().slice(1, numStates);
    if (!loop || llvm::any_of(states, [](Value state) { return !state.use_empty(); }))
      return failure();
    auto scan = rewriter.create<ScanOp>(unwind.getLoc(), loop.getSize(), unwind.getStarts(), TypeRange(),
                                        unwind.getInits(), ValueRange(), /*reversed=*/!unwind.getReversed());
    adjoint.eraseArguments(1, unsigned(numStates));
    rewriter.mergeBlocks(&adjoint, scan.getBody(), scan.getBody()->getArguments());
    rewriter.replaceOp(unwind, scan.getResults());
    return success();
  }
};

} // namespace

void ScanOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<UnusedTape<ScanOp>>(context);
}

void IterateOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<UnusedTape<IterateOp>>(context);
}

void UnwindOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<UnwindWithoutStates>(context);
}
