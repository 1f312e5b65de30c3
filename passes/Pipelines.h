// The order of the passes.
#pragma once

#include "mlir/Pass/PassManager.h"

namespace costate {

/// Problem level => kernel functions and patterns. `strict`: results have the bits of the operations as they
/// are written.
void buildProgramPipeline(mlir::OpPassManager &pm, bool strict = false);
/// Kernel functions => loops over memory; with `inlineMath`, functions in them are arithmetic where that
/// pays.
void buildLoopPipeline(mlir::OpPassManager &pm, bool inlineMath = true);

} // namespace costate
