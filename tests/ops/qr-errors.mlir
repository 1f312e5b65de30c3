// RUN: costate-opt %s --split-input-file --verify-diagnostics

// the type of an operand
func.func @operand(%x: tensor<?xf64>) {
  // expected-error @below {{'costate.qr' op operand #0 must be 2D tensor of 64-bit float values, but got 'tensor<?xf64>'}}
  %Q, %R = costate.qr %x else 1 : tensor<?xf64> -> tensor<?x?xf64>, tensor<?x?xf64>
  return
}
