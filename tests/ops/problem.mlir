// RUN: costate-opt %s | costate-opt | FileCheck %s

// A problem without constraints.
// CHECK: costate.problem "p" {
// CHECK: costate.variable "x"
// CHECK: costate.objective "f" "maximize"
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "maximize" attributes {costate.expect = [dense<[2.0]> : tensor<1xf64>]} {
      %i = arith.constant 1 : index
      %v = costate.at %x[%i] : tensor<?xf64> -> f64
      costate.yield %v : f64
    }
  }
}
