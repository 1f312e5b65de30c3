// costate-opt: passes on files of IR, for tests.
#include "passes/Passes.h"
#include "passes/Pipelines.h"

#include "mlir/Pass/PassRegistry.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  registry.insert<costate::CostateDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect,
                  mlir::math::MathDialect, mlir::memref::MemRefDialect, mlir::scf::SCFDialect>();
  costate::registerScalarDerivatives(registry);
  costate::registerCostatePasses();
  mlir::registerCanonicalizerPass();
  mlir::registerCSEPass();
  mlir::PassPipelineRegistration<> program(
      "costate-program", "all passes from problems to kernel functions",
      [](mlir::OpPassManager &pm) { costate::buildProgramPipeline(pm); });
  mlir::PassPipelineRegistration<> loops("costate-loops", "all passes from kernel functions to loops",
                                         [](mlir::OpPassManager &pm) { costate::buildLoopPipeline(pm); });
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "Costate's passes\n", registry));
}
