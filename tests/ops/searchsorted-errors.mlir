// RUN: costate-opt %s --split-input-file --verify-diagnostics

// the type of an operand
func.func @operand(%x: tensor<?xf64>, %A: tensor<?x?xf64>) {
  // expected-error @below {{'costate.searchsorted' op operand #1 must be 1D tensor of 64-bit float values, but got 'tensor<?x?xf64>'}}
  %y = costate.searchsorted %x, %A else 1 : tensor<?xf64>, tensor<?x?xf64> -> tensor<?xi64>
  return
}
