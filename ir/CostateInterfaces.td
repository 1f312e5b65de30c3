// The derivative rule of a scalar operation, as an interface: a new operation needs no change elsewhere.
#ifndef COSTATE_INTERFACES
#define COSTATE_INTERFACES

include "mlir/IR/OpBase.td"

def DifferentiableScalar : OpInterface<"DifferentiableScalar"> {
  let description = [{
    A scalar operation with one f64 result and a derivative with respect to each f64 operand. The partial is built
    of differentiable operations again, so derivatives of any order exist. The rules of arith and math are external
    models in ir/ScalarDerivatives.cpp.
  }];
  let cppNamespace = "::costate";
  let methods = [
    InterfaceMethod<
      "The partial derivative with respect to an operand, built at the builder's place; null where it is zero.",
      "::mlir::Value", "partial", (ins "::mlir::OpBuilder &":$builder, "unsigned":$operand)>,
    InterfaceMethod<
      "The condition by which the operation takes one of two operands as it is (select, min, max); derivatives then "
      "follow that operand alone, so that what is not finite in the other never reaches them. Empty for all others.",
      "std::optional<::costate::Choice>", "choice", (ins "::mlir::OpBuilder &":$builder), [{}],
      [{ return std::nullopt; }]>
  ];
}

def DifferentiableArray : OpInterface<"DifferentiableArray"> {
  let description = [{
    An operation on whole values without regions, some of them tensors of f64, with derivatives. Both rules are built
    of differentiable operations again, so derivatives of any order exist.
  }];
  let cppNamespace = "::costate";
  let methods = [
    InterfaceMethod<
      "The derivatives of the results, one per result, given those of the operands: null means zero, both ways. Built "
      "at the builder's place, where operands and results exist.",
      "::llvm::SmallVector<::mlir::Value>", "tangents",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::ValueRange":$operands)>,
    InterfaceMethod<
      "What the operation adds to the adjoints of its operands, one per operand, given those of its results: null "
      "means zero, both ways. Only those of operands that are `wanted` are used.",
      "::llvm::SmallVector<::mlir::Value>", "adjoints",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::ValueRange":$results, "::llvm::ArrayRef<bool>":$wanted)>
  ];
}

def RuntimeOperation : OpInterface<"RuntimeOperation"> {
  let description = [{
    An operation on whole arrays that a function of the runtime computes (costate/rt/Functions.h, costate_operation).
    Results that are scalars are arrays of one entry there.
  }];
  let cppNamespace = "::costate";
  let methods = [
    InterfaceMethod<"The name of the function.", "::llvm::StringRef", "symbol">,
    InterfaceMethod<"The operands that it takes, in its order.", "::llvm::SmallVector<::mlir::Value>", "passed", (ins),
      [{}], [{
        ::llvm::SmallVector<::mlir::Value> all;
        for (::mlir::Value operand : $_op->getOperands())
          if (::llvm::isa<::mlir::RankedTensorType>(operand.getType()))
            all.push_back(operand);
        return all;
      }]>,
    InterfaceMethod<
      "A size of a result as a value at the builder's place, where the operands exist.",
      "::mlir::Value", "sizeOf",
      (ins "::mlir::OpBuilder &":$builder, "unsigned":$result, "unsigned":$dimension)>
  ];
}

#endif
