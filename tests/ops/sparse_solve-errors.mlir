// RUN: costate-opt %s --split-input-file --verify-diagnostics

// the type of an operand
func.func @operand(%p: tensor<?xi64>, %x: tensor<?xf64>) {
  // expected-error @below {{'costate.sparse_solve' op operand #3 must be 2D tensor of 64-bit float values, but got 'tensor<?xf64>'}}
  %y = costate.sparse_solve %x at %p, %p of %x else 1 : tensor<?xf64>, tensor<?xi64>, tensor<?xi64>, tensor<?xf64> -> tensor<?x?xf64>
  return
}
