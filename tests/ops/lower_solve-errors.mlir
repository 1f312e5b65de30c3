// RUN: costate-opt %s --split-input-file --verify-diagnostics

// the type of an operand
func.func @operand(%A: tensor<?x?xf64>, %x: tensor<?xf64>) {
  // expected-error @below {{'costate.lower_solve' op operand #1 must be 2D tensor of 64-bit float values, but got 'tensor<?xf64>'}}
  %y = costate.lower_solve %A of %x else 1 : tensor<?x?xf64>, tensor<?xf64> -> tensor<?x?xf64>
  return
}
