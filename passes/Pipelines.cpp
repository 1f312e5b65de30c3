// The table of contents of the compiler: each comment holds from there on.
#include "passes/Pipelines.h"
#include "passes/Passes.h"

#include "mlir/Transforms/Passes.h"

void costate::buildProgramPipeline(mlir::OpPassManager &pm, bool strict) {
  // Equal columns are computed once; constants and repeated rows are read as such.
  pm.addPass(mlir::createCanonicalizerPass());
  pm.addPass(mlir::createCSEPass());

  // No branch in a loop computes again what is the same for all instances.
  pm.addPass(createLiftFromBranches());

  // Functions hold no derivative operators.
  pm.addPass(createDifferentiate());
  pm.addPass(mlir::createCanonicalizerPass());
  pm.addPass(mlir::createCSEPass());

  // They accumulate only where positions are data, and store no array that is cheaper to compute.
  pm.addPass(createGatherAdjoints());
  pm.addPass(mlir::createCanonicalizerPass());
  pm.addPass(mlir::createCSEPass());
  pm.addPass(createFuseMaps());
  pm.addPass(mlir::createCanonicalizerPass());
  pm.addPass(mlir::createCSEPass());
  pm.addPass(createSeparateProducts());
  pm.addPass(createOrderLoops());

  // Those that are asked to compute in single precision.
  pm.addPass(createNarrowReals());
  pm.addPass(mlir::createCanonicalizerPass());
  pm.addPass(mlir::createCSEPass());

  // An objective that is a sum of squares has its residuals.
  pm.addPass(createCollectResiduals());

  // Every contribution to a row is a scalar template over one index space.
  pm.addPass(createSplitSums());

  // Only multiplications, quotients and functions are left.
  pm.addPass(createExpandPowers());
  pm.addPass(mlir::createCanonicalizerPass());
  pm.addPass(mlir::createCSEPass());

  // No term is a long sum of addends of one shape.
  if (!strict) {
    pm.addPass(createGroupTerms());
    pm.addPass(mlir::createCSEPass());
  }

  // What is expensive is computed once per row, not wherever the row is read.
  pm.addPass(createStoreExpressions());

  // Terms compute nothing that data alone decides.
  pm.addPass(createHoistInvariants({strict}));
  pm.addPass(mlir::createCSEPass());

  // Every term has its value, Jacobian and Hessian kernels.
  pm.addPass(createSparseDerivatives());
  pm.addPass(createExpandPowers({/*roots=*/true}));

  // Every scalar expression over data is a kernel; the program is a list of steps.
  pm.addPass(createOutlineKernels());
  pm.addPass(mlir::createCanonicalizerPass());
  pm.addPass(mlir::createCSEPass());

  // No two kernels are equal, none is unused.
  pm.addPass(createMergeKernels());
}

void costate::buildLoopPipeline(mlir::OpPassManager &pm, const LoopOptions &options) {
  // Only loops and memory are left.
  pm.addPass(createLowerMapsToLoops());
  pm.addPass(createLowerFunctionsToLoops());
  pm.addPass(mlir::createCanonicalizerPass());
  pm.addPass(mlir::createCSEPass());

  // Sums are taken in the loops of maps beside them.
  pm.addPass(createMergeLoops());
  pm.addPass(mlir::createCanonicalizerPass());
  pm.addPass(mlir::createCSEPass());

  // Loops of functions do not ask where they are.
  pm.addPass(createSplitRanges());
  pm.addPass(mlir::createCanonicalizerPass());
  pm.addPass(mlir::createCSEPass());

  // No row of an array is loaded for every row that needs it; loops know their bounds before those around
  // them.
  pm.addPass(mlir::createLoopInvariantCodeMotionPass());
  pm.addPass(createJamRows());
  pm.addPass(mlir::createCanonicalizerPass());
  pm.addPass(mlir::createCSEPass());

  // Loops without dependences call no sin, cos, exp, log.
  if (options.inlineMath)
    pm.addPass(createInlineMath());

  // Vector loops load no scattered entries.
  if (options.stageGathers) {
    pm.addPass(createStageGathers());
    pm.addPass(mlir::createCanonicalizerPass());
  }
}
