// RUN: costate-opt --costate-split-sums %s | FileCheck %s

// A sum under a function becomes a hidden variable with a row that defines it.
// CHECK: costate.variable "$sum.c.0"
// CHECK-SAME: hidden
// CHECK: costate.constraint "$sum.c.0"
// CHECK-SAME: defines = 1
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
        %all = math.exp %sum : f64
        costate.yield %all : f64
      }
    }
  }
}
