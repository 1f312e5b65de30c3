// The order of the passes.
#pragma once

#include "mlir/Pass/PassManager.h"

namespace costate {

/// Problem level => kernel functions and patterns.
void buildProgramPipeline(mlir::OpPassManager &pm);
/// Kernel functions => loops over memory.
void buildLoopPipeline(mlir::OpPassManager &pm);

} // namespace costate
