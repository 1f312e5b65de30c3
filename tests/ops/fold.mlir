// RUN: costate-opt %s | costate-opt | FileCheck %s

// Rows 0, 0 and 2 have parents 0, 0, 2: the product of row 1 is over nothing. Least and greatest of 3 and -2.
// CHECK: costate.fold "mul" over %{{.*}} : tensor<?xi32> {
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  %p = costate.literal {values = dense<[0, 0, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  %q = costate.literal {values = dense<[0, 0]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[3.0, -2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "product" over %n attributes {roots = [], costate.expect = [dense<[-6.0, 1.0, 4.0]> : tensor<3xf64>]} : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %u = costate.fold "mul" over %p : tensor<?xi32> {
      ^bb0(%t: index):
        %v = costate.at %x[%t] : tensor<?xf64> -> f64
        costate.yield %v : f64
      }
      costate.yield %u : f64
    }
    costate.objective "spread" "minimize" attributes {costate.expect = [dense<[5.0]> : tensor<1xf64>]} {
      %high = costate.fold "max" over %q : tensor<?xi32> {
      ^bb0(%t: index):
        %v = costate.at %x[%t] : tensor<?xf64> -> f64
        costate.yield %v : f64
      }
      %low = costate.fold "min" over %q : tensor<?xi32> {
      ^bb0(%t: index):
        %v = costate.at %x[%t] : tensor<?xf64> -> f64
        costate.yield %v : f64
      }
      %d = arith.subf %high, %low : f64
      costate.yield %d : f64
    }
  }
}
