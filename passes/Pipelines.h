// The order of the passes.
#pragma once

#include "mlir/Pass/PassManager.h"

namespace costate {

/// Problem level => kernel functions and patterns. `strict`: results have the bits of the operations as they
/// are written.
void buildProgramPipeline(mlir::OpPassManager &pm, bool strict = false);
/// What pays on the processor the loops are for.
struct LoopOptions {
  bool inlineMath = true;    // functions as arithmetic: a*b + c is one instruction
  bool stageGathers = false; // loads through tables apart from the arithmetic: gathers are slow
};
/// Kernel functions => loops over memory.
void buildLoopPipeline(mlir::OpPassManager &pm, const LoopOptions &options = {});

} // namespace costate
