// RUN: costate-opt %s --split-input-file --verify-diagnostics

// the type of an operand
func.func @operand(%x: tensor<?xf64>, %A: tensor<?x?xf64>) {
  // expected-error @below {{'costate.conv' op operand #1 must be 1D tensor of 64-bit float values, but got 'tensor<?x?xf64>'}}
  %y = costate.conv %x, %A else 1 : tensor<?xf64>, tensor<?x?xf64> -> tensor<?xf64>
  return
}
