// RUN: costate-opt %s | costate-opt | FileCheck %s

// minimize sum(s) (x[s] - k[s])^2 + (x[1] - 1)^2: a residual per row, and one alone.
// CHECK: costate.residual "$f.0" over %{{.*}} attributes {
// CHECK: costate.residual "$f.1" attributes {
// CHECK: costate.residual "$f.2" : () -> () {
// CHECK: costate.term into -4 : () -> () {
// CHECK: costate.residual "$absolute.f.0" over %{{.*}} weights %{{.*}} : (tensor<?xi32>, tensor<?xf64>) -> () {
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  %k = costate.literal {values = dense<[0.0, 1.0, 2.0]> : tensor<3xf64>} : () -> tensor<?xf64>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {}
    costate.residual "$f.0" over %n attributes {costate.expect = [dense<[1.0, 1.0, 2.0]> : tensor<3xf64>]} : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %v = costate.at %x[%s] : tensor<?xf64> -> f64
      %ks = costate.at %k[%s] : tensor<?xf64> -> f64
      %r = arith.subf %v, %ks : f64
      costate.yield %r : f64
    }
    costate.residual "$f.1" attributes {costate.expect = [dense<[1.0]> : tensor<1xf64>]} : () -> () {
    ^bb0(%s: index):
      %one = arith.constant 1 : index
      %v = costate.at %x[%one] : tensor<?xf64> -> f64
      %c = arith.constant 1.0 : f64
      %r = arith.subf %v, %c : f64
      costate.yield %r : f64
    }
    costate.residual "$f.2" : () -> () {}
    costate.term into -4 : () -> () {
    ^bb0(%s: index):
      %v = costate.at %x[%s] : tensor<?xf64> -> f64
      costate.yield %v : f64
    }
  }
  // Weights: the objective has sum(s) k[s]*|x[s]|, too.
  costate.problem "q" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {}
    costate.residual "$absolute.f.0" over %n weights %k : (tensor<?xi32>, tensor<?xf64>) -> () {
    ^bb0(%s: index):
      %v = costate.at %x[%s] : tensor<?xf64> -> f64
      costate.yield %v : f64
    }
  }
}
