// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: a size per dimension
func.func @sizes(%x: tensor<?xf64>, %n: index) -> tensor<?x?xf64> {
  // expected-error @below {{'costate.reshape' op has 1 sizes for a tensor of rank 2}}
  %y = costate.reshape %x to (%n) : tensor<?xf64> -> tensor<?x?xf64>
  return %y : tensor<?x?xf64>
}

// -----

// C2: the element type
func.func @element(%x: tensor<?xf64>, %n: index) -> tensor<?xi64> {
  // expected-error @below {{'costate.reshape' op makes 'tensor<?xi64>' of 'tensor<?xf64>'}}
  %y = costate.reshape %x to (%n) : tensor<?xf64> -> tensor<?xi64>
  return %y : tensor<?xi64>
}
