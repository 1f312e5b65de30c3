// RUN: costate-opt %s | costate-opt | FileCheck %s

// An objective is one scalar.
// CHECK: costate.objective "f" "minimize" attributes {
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" attributes {costate.expect = [dense<[16.0]> : tensor<1xf64>]} {
      %i = arith.constant 2 : index
      %v = costate.at %x[%i] : tensor<?xf64> -> f64
      %w = arith.mulf %v, %v : f64
      costate.yield %w : f64
    }
  }
}
