// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: a dimension of the tensor
func.func @rank(%x: tensor<?xf64>) -> index {
  // expected-error @below {{'costate.size' op asks for dimension 1 of a tensor of rank 1}}
  %n = costate.size %x, 1 : tensor<?xf64>
  return %n : index
}
