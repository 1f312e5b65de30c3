// RUN: costate-opt %s --split-input-file --verify-diagnostics

// the type of an operand
func.func @operand(%A: tensor<?x?xf64>) {
  // expected-error @below {{'costate.fft' op operand #0 must be 3D tensor of 64-bit float values, but got 'tensor<?x?xf64>'}}
  %y = costate.fft %A else 1 : tensor<?x?xf64> -> tensor<?x?x?xf64>
  return
}
