// RUN: costate-opt %s | costate-opt | FileCheck %s

// x^2 / 4 in rows of a table, and its slope x / 2, whose slope is a constant; then in its own row.
// CHECK: costate.stored 0 of(%[[K:.*]]#0, %[[K]]#1) [%{{.*}}] by(%{{.*}}) {partials = [1 : i32, 5.000000e-01]} : (tensor<?xf64>, tensor<?xf64>, index, f64) -> f64
// CHECK: costate.stored 0 of
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  %q = costate.literal {values = dense<[2, 0, 0]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 4.0, 6.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    %k:2 = costate.shared over %n attributes {parts = array<i32: 1, 2, 2>, positions = 2 : i32} : (tensor<?xi32>) -> (tensor<?xf64>, tensor<?xf64>) {
    ^bb0(%s: index):
      %xs = costate.at %x[%s] : tensor<?xf64> -> f64
      %half = arith.constant 0.5 : f64
      %d = arith.mulf %xs, %half : f64
      %v = arith.mulf %d, %d : f64
      costate.yield %v, %d : f64, f64
    }
    costate.term into 0 over %n attributes {costate.expect = [dense<[9.0, 0.25, 0.25]> : tensor<3xf64>]} : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %qs = costate.at %q[%s] : tensor<?xi32> -> i32
      %r = arith.index_cast %qs : i32 to index
      %xr = costate.at %x[%r] : tensor<?xf64> -> f64
      %v = costate.stored 0 of (%k#0, %k#1) [%r] by (%xr) {partials = [1 : i32, 0.5]} : (tensor<?xf64>, tensor<?xf64>, index, f64) -> f64
      costate.yield %v : f64
    }
    costate.term into 0 over %n attributes {costate.expect = [dense<[0.25, 4.0, 9.0]> : tensor<3xf64>]} : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %xs = costate.at %x[%s] : tensor<?xf64> -> f64
      %v = costate.stored 0 of (%k#0, %k#1) [%s] by (%xs) {partials = [1 : i32, 0.5]} : (tensor<?xf64>, tensor<?xf64>, index, f64) -> f64
      costate.yield %v : f64
    }
  }
}
