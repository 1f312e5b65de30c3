// RUN: costate-opt %s | costate-opt | FileCheck %s

// One row per row of the space: x[s] * x[s] - k[s].
// CHECK: costate.constraint "c" over %{{.*}} index(%{{.*}}) lower %{{.*}} upper %{{.*}} attributes {
// CHECK: costate.constraint "$h" over %{{.*}} attributes {defines = 1 : i32, roots = []}
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  %k = costate.literal {values = dense<[0.0, 1.0, 2.0]> : tensor<3xf64>} : () -> tensor<?xf64>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    %h = costate.variable "$h" like %n {kind = "real", roots = [], hidden} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n index(%n) lower %k upper %k attributes {roots = [0 : i32], costate.expect = [dense<[1.0, 3.0, 14.0]> : tensor<3xf64>]} : (tensor<?xi32>, tensor<?xi32>, tensor<?xf64>, tensor<?xf64>) -> () {
    ^bb0(%s: index):
      %v = costate.at %x[%s] : tensor<?xf64> -> f64
      %w = arith.mulf %v, %v : f64
      %ks = costate.at %k[%s] : tensor<?xf64> -> f64
      %r = arith.subf %w, %ks : f64
      costate.yield %r : f64
    }
    costate.constraint "$h" over %n attributes {roots = [], defines = 1 : i32} : (tensor<?xi32>) -> () {}
  }
}
