// RUN: costate-opt %s --costate-split-sums --canonicalize --cse | FileCheck %s

// The rows of "pairs" hold squares of products of sums that are entries of a let: two hidden variables, one for each row of the
// let, not one for each row and factor; "affine" takes its sums apart. The let is gone.
// CHECK-LABEL: costate.problem "lets"
costate.program attributes {roots = ["I"]} {
  %i = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  %parent = costate.literal {values = dense<[0, 0, 1]> : tensor<3xi32>} : () -> tensor<?xi32>
  %left = costate.literal {values = dense<[0, 0, 1]> : tensor<3xi32>} : () -> tensor<?xi32>
  %right = costate.literal {values = dense<[0, 1, 1]> : tensor<3xi32>} : () -> tensor<?xi32>
  %underLeft = costate.literal {values = dense<[0, 0, 1, 1, 2]> : tensor<5xi32>} : () -> tensor<?xi32>
  %ofLeft = costate.literal {values = dense<[0, 1, 0, 1, 2]> : tensor<5xi32>} : () -> tensor<?xi32>
  %underRight = costate.literal {values = dense<[0, 0, 1, 2]> : tensor<4xi32>} : () -> tensor<?xi32>
  %ofRight = costate.literal {values = dense<[0, 1, 2, 2]> : tensor<4xi32>} : () -> tensor<?xi32>
  costate.problem "lets" {
    // CHECK: %[[X:.*]] = costate.variable "x"
    // CHECK: %[[H:.*]] = costate.variable "$sum.z.0" like %[[I:[a-z0-9_]+]] index(%[[I]]) {hidden,
    // CHECK-NOT: costate.variable
    // CHECK-NOT: costate.let
    // CHECK: costate.constraint "pairs"
    // CHECK: costate.constraint "affine"
    // CHECK: costate.constraint "$sum.z.0" over %[[I]] index(%[[I]])
    // CHECK: costate.term into 2 over %[[I]] :
    // CHECK: costate.term into 2 over %[[P:[a-z0-9_]+]] row %[[P]]
    // CHECK: costate.term into 0 over
    // CHECK: costate.at %[[H]]
    // CHECK: costate.at %[[H]]
    // CHECK: arith.mulf
    // CHECK: costate.term into 1 over
    // CHECK-NOT: costate.at %[[H]]
    %x = costate.variable "x" like %parent {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    %z = costate.let "z" over %i index(%i) attributes {roots = [0 : i32]} : (tensor<?xi32>, tensor<?xi32>) -> tensor<?xf64> {
    ^bb0(%s: index):
      %u = costate.sum over %parent : tensor<?xi32> {
      ^bb0(%t: index):
        %v = costate.at %x[%t] : tensor<?xf64> -> f64
        costate.yield %v : f64
      }
      costate.yield %u : f64
    }
    costate.constraint "pairs" over %left attributes {roots = []} : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %lcode = costate.at %left[%s] : tensor<?xi32> -> i32
      %lrow = arith.index_cast %lcode : i32 to index
      %l = costate.sum over %underLeft : tensor<?xi32> as %z[%lrow] : tensor<?xf64> {
      ^bb0(%t: index):
        %code = costate.at %ofLeft[%t] : tensor<?xi32> -> i32
        %at = arith.index_cast %code : i32 to index
        %v = costate.at %x[%at] : tensor<?xf64> -> f64
        costate.yield %v : f64
      }
      %rcode = costate.at %right[%s] : tensor<?xi32> -> i32
      %rrow = arith.index_cast %rcode : i32 to index
      %r = costate.sum over %underRight : tensor<?xi32> as %z[%rrow] : tensor<?xf64> {
      ^bb0(%t: index):
        %code = costate.at %ofRight[%t] : tensor<?xi32> -> i32
        %at = arith.index_cast %code : i32 to index
        %v = costate.at %x[%at] : tensor<?xf64> -> f64
        costate.yield %v : f64
      }
      %p = arith.mulf %l, %r : f64
      %square = arith.mulf %p, %p : f64
      costate.yield %square : f64
    }
    costate.constraint "affine" over %left attributes {roots = []} : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %lcode = costate.at %left[%s] : tensor<?xi32> -> i32
      %lrow = arith.index_cast %lcode : i32 to index
      %l = costate.sum over %underLeft : tensor<?xi32> as %z[%lrow] : tensor<?xf64> {
      ^bb0(%t: index):
        %code = costate.at %ofLeft[%t] : tensor<?xi32> -> i32
        %at = arith.index_cast %code : i32 to index
        %v = costate.at %x[%at] : tensor<?xf64> -> f64
        costate.yield %v : f64
      }
      costate.yield %l : f64
    }
  }
}
