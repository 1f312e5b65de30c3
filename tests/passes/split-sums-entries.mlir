// RUN: costate-opt %s --costate-split-sums --canonicalize --cse | FileCheck %s

// Entries that a sum loads are hidden variables with a row each, and the sum under the square, of two factors, is one, too.
// CHECK-LABEL: costate.problem "q"
// CHECK: %[[X:.*]] = costate.variable "x"
// CHECK: %[[V:.*]] = costate.variable "$value.z.0" like %[[N:[a-z0-9_]+]] {hidden,
// CHECK: %[[S:.*]] = costate.variable "$sum.z.1" like %[[N]] {hidden,
// CHECK-NOT: costate.let
// CHECK: costate.constraint "c"
// CHECK: costate.constraint "$value.z.0" over %[[N]]
// CHECK: costate.constraint "$sum.z.1" over %[[N]]
// CHECK: costate.term into 0 over %[[Q:.*]] row
// CHECK: costate.at %[[V]]
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  %p = costate.literal {values = dense<[0, 0, 1]> : tensor<3xi32>} : () -> tensor<?xi32>
  %m = costate.literal {values = dense<[0]> : tensor<1xi32>} : () -> tensor<?xi32>
  %q = costate.literal {values = dense<[0, 0]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "q" {
    %x = costate.variable "x" like %p {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    %z = costate.let "z" over %n attributes {roots = []} : (tensor<?xi32>) -> tensor<?xf64> {
    ^bb0(%s: index):
      %u = costate.sum over %p : tensor<?xi32> {
      ^bb0(%t: index):
        %v = costate.at %x[%t] : tensor<?xf64> -> f64
        costate.yield %v : f64
      }
      %w = arith.mulf %u, %u : f64
      costate.yield %w : f64
    }
    costate.constraint "c" over %m attributes {roots = []} : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %u = costate.sum over %q : tensor<?xi32> {
      ^bb0(%t: index):
        %v = costate.at %z[%t] : tensor<?xf64> -> f64
        costate.yield %v : f64
      }
      costate.yield %u : f64
    }
  }
}
