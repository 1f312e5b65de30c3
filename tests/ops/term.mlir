// RUN: costate-opt %s | costate-opt | FileCheck %s

// Contributions with a row column, to rows of their own, and to the objective.
// CHECK: costate.term into 0 over %{{.*}} row %{{.*}} attributes {
// CHECK: costate.term into 0 over %{{.*}} : (tensor<?xi32>) -> () {
// CHECK: costate.term into -1 over
// CHECK: costate.term into -1 : () -> () {
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  %row = costate.literal {values = dense<[0, 0, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    costate.objective "f" "minimize" {}
    costate.term into 0 over %row row %row attributes {costate.expect = [dense<[1.0, 2.0, 4.0]> : tensor<3xf64>]} : (tensor<?xi32>, tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %v = costate.at %x[%s] : tensor<?xf64> -> f64
      costate.yield %v : f64
    }
    costate.term into 0 over %n : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %v = costate.at %x[%s] : tensor<?xf64> -> f64
      costate.yield %v : f64
    }
    costate.term into -1 over %n : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %v = costate.at %x[%s] : tensor<?xf64> -> f64
      costate.yield %v : f64
    }
    costate.term into -1 : () -> () {
    ^bb0(%s: index):
      %v = costate.at %x[%s] : tensor<?xf64> -> f64
      costate.yield %v : f64
    }
  }
}
