// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: an index per dimension
func.func @indices(%x: tensor<?xf64>, %i: index) {
  // expected-error @below {{'costate.at' op has 2 indices for an array of rank 1}}
  %v = costate.at %x[%i, %i] : tensor<?xf64> -> f64
  return
}

// -----

// C2: the element type
func.func @element(%x: tensor<?xf64>, %i: index) {
  // expected-error @below {{'costate.at' op loads 'i32' from 'tensor<?xf64>'}}
  %v = costate.at %x[%i] : tensor<?xf64> -> i32
  return
}
