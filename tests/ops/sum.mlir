// RUN: costate-opt %s | costate-opt | FileCheck %s

// Rows 0, 1 and 2 have parents 0, 0, 2: row 1 sums nothing. In an objective the one row is 0.
// CHECK: costate.sum over %{{.*}} : tensor<?xi32> {
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  %p = costate.literal {values = dense<[0, 0, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  %z = costate.fill %p {value = 0 : i32} : (tensor<?xi32>) -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = [], costate.expect = [dense<[3.0, 0.0, 4.0]> : tensor<3xf64>]} : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %u = costate.sum over %p : tensor<?xi32> {
      ^bb0(%t: index):
        %v = costate.at %x[%t] : tensor<?xf64> -> f64
        costate.yield %v : f64
      }
      costate.yield %u : f64
    }
    costate.objective "f" "minimize" attributes {costate.expect = [dense<[7.0]> : tensor<1xf64>]} {
      %u = costate.sum over %z : tensor<?xi32> {
      ^bb0(%t: index):
        %v = costate.at %x[%t] : tensor<?xf64> -> f64
        costate.yield %v : f64
      }
      costate.yield %u : f64
    }
  }
}
