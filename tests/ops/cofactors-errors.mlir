// RUN: costate-opt %s --split-input-file --verify-diagnostics

// the type of an operand
func.func @operand(%x: tensor<?xf64>) {
  // expected-error @below {{'costate.cofactors' op operand #0 must be 2D tensor of 64-bit float values, but got 'tensor<?xf64>'}}
  %y = costate.cofactors %x else 1 : tensor<?xf64> -> tensor<?x?xf64>
  return
}
