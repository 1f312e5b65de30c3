// RUN: costate-opt %s | costate-opt | FileCheck %s

// Row 0 sums x[0] and x[1], row 1 nothing, row 2 x[2]; the constraint names the entries of rows 2, 0.
// CHECK: %[[L:.*]] = costate.let "z" over %{{.*}} attributes {roots = []} : (tensor<?xi32>) -> tensor<?xf64> {
// CHECK: costate.sum over %{{.*}} : tensor<?xi32> as %[[L]][%{{.*}}] : tensor<?xf64> {
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  %p = costate.literal {values = dense<[0, 0, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  %m = costate.literal {values = dense<[2, 0]> : tensor<2xi32>} : () -> tensor<?xi32>
  %q = costate.literal {values = dense<[1, 1, 0]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    %z = costate.let "z" over %n attributes {roots = []} : (tensor<?xi32>) -> tensor<?xf64> {
    ^bb0(%s: index):
      %u = costate.sum over %p : tensor<?xi32> {
      ^bb0(%t: index):
        %v = costate.at %x[%t] : tensor<?xf64> -> f64
        costate.yield %v : f64
      }
      costate.yield %u : f64
    }
    costate.constraint "c" over %m attributes {roots = [], costate.expect = [dense<[4.0, 3.0]> : tensor<2xf64>]} : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %code = costate.at %m[%s] : tensor<?xi32> -> i32
      %row = arith.index_cast %code : i32 to index
      %u = costate.sum over %q : tensor<?xi32> as %z[%row] : tensor<?xf64> {
      ^bb0(%t: index):
        %v = costate.at %x[%t] : tensor<?xf64> -> f64
        costate.yield %v : f64
      }
      costate.yield %u : f64
    }
  }
  // An entry of any expression, read by each instance of a sum.
  %n2 = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  %p2 = costate.literal {values = dense<[0, 0, 1]> : tensor<3xi32>} : () -> tensor<?xi32>
  %m2 = costate.literal {values = dense<[0]> : tensor<1xi32>} : () -> tensor<?xi32>
  %q2 = costate.literal {values = dense<[0, 0]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "q" {
    %x = costate.variable "x" like %p2 {kind = "real", roots = [], costate.values = dense<[1.0, 2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    %z = costate.let "z" over %n2 attributes {roots = []} : (tensor<?xi32>) -> tensor<?xf64> {
    ^bb0(%s: index):
      %u = costate.sum over %p2 : tensor<?xi32> {
      ^bb0(%t: index):
        %v = costate.at %x[%t] : tensor<?xf64> -> f64
        costate.yield %v : f64
      }
      %w = arith.mulf %u, %u : f64
      costate.yield %w : f64
    }
    costate.constraint "c" over %m2 attributes {roots = [], costate.expect = [dense<[25.0]> : tensor<1xf64>]} : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %u = costate.sum over %q2 : tensor<?xi32> {
      ^bb0(%t: index):
        %v = costate.at %z[%t] : tensor<?xf64> -> f64
        costate.yield %v : f64
      }
      costate.yield %u : f64
    }
  }
}
