// RUN: costate-opt %s --costate-split-sums --canonicalize --cse | FileCheck %s

// A function of sums over the rows of a filter and of its complement is computed over these rows: no hidden variable.
// CHECK-NOT: costate.sum
// CHECK: %[[YES:.*]] = costate.filter %{{.*}} :
// CHECK: %[[NO:.*]] = costate.filter %{{.*}} {negated}
// CHECK-NOT: hidden
// CHECK: costate.term into 0 over %[[YES]] row %[[YES]]
// CHECK: costate.at %[[X:.*]][
// CHECK: math.sin
// CHECK: costate.term into 0 over %[[NO]] row %[[NO]]
// CHECK: math.sin
costate.program attributes {roots = []} {
  %i = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  %mask = costate.literal {values = dense<[true, false, true]> : tensor<3xi1>} : () -> tensor<?xi1>
  %yes = costate.filter %mask : (tensor<?xi1>) -> tensor<?xi32>
  %a = costate.literal {values = dense<[2.0, 3.0, 4.0]> : tensor<3xf64>} : () -> tensor<?xf64>
  costate.problem "choice" {
    %x = costate.variable "x" like %i {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "row" over %i attributes {roots = []} : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %as = costate.at %a[%s] : tensor<?xf64> -> f64
      %sum = costate.sum over %yes : tensor<?xi32> {
      ^bb0(%t: index):
        %e = costate.at %yes[%t] : tensor<?xi32> -> i32
        %k = arith.index_cast %e : i32 to index
        %xt = costate.at %x[%k] : tensor<?xf64> -> f64
        costate.yield %xt : f64
      }
      %scaled = arith.mulf %sum, %as : f64
      %sine = math.sin %scaled : f64
      costate.yield %sine : f64
    }
  }
}
