// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: a function of the inputs and the numbers
costate.program attributes {roots = []} {
  %rows = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %rows {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    // expected-error @below {{'costate.sampled' op names `f`, which is no function of its inputs}}
    costate.sampled %rows by @f(%x) {places = [], variables = array<i32: 0>} : (tensor<?xi32>, tensor<?xf64>) -> ()
  }
}
func.func @f(%x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} { return %x : tensor<?xf64> }

// -----

// C2: positions of inputs
costate.program attributes {roots = []} {
  %rows = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %rows {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    // expected-error @below {{'costate.sampled' op has variable 1 of 1 inputs}}
    costate.sampled %rows by @f(%x) {places = [], variables = array<i32: 1>} : (tensor<?xi32>, tensor<?xf64>) -> ()
  }
}
func.func @f(%x: tensor<?xf64>, %which: tensor<?xi64>) -> tensor<?xf64> attributes {costate.function} { return %x : tensor<?xf64> }
