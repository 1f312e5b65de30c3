// RUN: costate-opt %s --split-input-file --verify-diagnostics

// the type of an operand
func.func @operand(%A: tensor<?x?xf64>, %n: index) {
  // expected-error @below {{'costate.irfft' op operand #0 must be 3D tensor of 64-bit float values, but got 'tensor<?x?xf64>'}}
  %y = costate.irfft %A to %n else 1 : tensor<?x?xf64> -> tensor<?x?xf64>
  return
}
