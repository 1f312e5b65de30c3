// RUN: costate-opt %s --split-input-file --verify-diagnostics

// the type of an operand
func.func @operand(%A: tensor<?x?xf64>) {
  // expected-error @below {{'costate.argsort' op operand #0 must be 1D tensor of 64-bit float or 64-bit signless integer values, but got 'tensor<?x?xf64>'}}
  %y = costate.argsort %A else 1 : tensor<?x?xf64> -> tensor<?xi64>
  return
}
