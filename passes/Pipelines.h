// The order of the passes.
#pragma once

#include "mlir/Pass/PassManager.h"

namespace costate {

/// Problem level => kernel functions and patterns.
void buildProgramPipeline(mlir::OpPassManager &pm);
/// Kernel functions => loops over memory; with `inlineMath`, functions in them are arithmetic where that
/// pays.
void buildLoopPipeline(mlir::OpPassManager &pm, bool inlineMath = true);

} // namespace costate
