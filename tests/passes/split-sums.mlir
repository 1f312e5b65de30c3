// RUN: costate-opt --costate-split-sums %s | FileCheck %s

// A sum that adds becomes a term over its own space, with the row each instance adds to; the rest is one term over
// the rows.
// CHECK: costate.constraint "c"
// CHECK: costate.term into 0 over %{{.*}} row
// CHECK: costate.term into 0 over
// CHECK-NOT: costate.sum
module {
  costate.program attributes {roots = []} {
    %like = costate.literal {values = dense<0> : tensor<3xi32>} : () -> tensor<?xi32>
    %parent = costate.literal {values = dense<[0, 0, 1]> : tensor<3xi32>} : () -> tensor<?xi32>
    costate.problem "p" {
      %x = costate.variable "x" like %like {roots = [], kind = "real"} : (tensor<?xi32>) -> tensor<?xf64>
      costate.constraint "c" over %like attributes {roots = []} : (tensor<?xi32>) -> () {
      ^bb0(%s: index):
        %e = costate.at %parent[%s] : tensor<?xi32> -> i32
        %k = arith.index_cast %e : i32 to index
        %v = costate.at %x[%k] : tensor<?xf64> -> f64
        %sum = costate.sum over %parent : tensor<?xi32> {
        ^bb0(%t: index):
          %e2 = costate.at %parent[%t] : tensor<?xi32> -> i32
          %k2 = arith.index_cast %e2 : i32 to index
          %v2 = costate.at %x[%k2] : tensor<?xf64> -> f64
          %sq = arith.mulf %v2, %v2 : f64
          costate.yield %sq : f64
        }
        %all = arith.addf %v, %sum : f64
        costate.yield %all : f64
      }
    }
  }
}
