// RUN: costate-opt %s --costate-split-sums --canonicalize --cse | FileCheck %s

// A product becomes running values: 1 at the start of each group, then the one before times the factor. The last one
// of each group is read.
// CHECK: %[[PARENT:.*]] = costate.literal {{.*}}dense<[0, 0, 1]>
// CHECK: %[[ORDER:.*]] = costate.sort
// CHECK: %[[X:.*]] = costate.variable "x"
// CHECK: %[[H:.*]] = costate.variable "$running product.row.0" like %[[ORDER]] start %{{.*}} {hidden,
// CHECK: costate.constraint "$running product.row.0" over %[[ORDER]] lower %{{.*}} upper %{{.*}} attributes {defines = 1 : i32
// CHECK: costate.term into 1 over %[[ORDER]] :
// CHECK: costate.at %[[H]]
// CHECK: costate.term into 1 over %[[STARTS:[a-z0-9_]+]] row %[[STARTS]]
// CHECK: arith.constant -1.0
// CHECK: costate.term into 1 over %[[PARENT]] row %{{.*}} :
// CHECK: costate.at %[[X]]
// CHECK: arith.index_cast
// CHECK: costate.at %[[H]]
// CHECK: arith.mulf
// CHECK: arith.negf
// CHECK: costate.term into 0
// CHECK: %[[LAST:.*]] = costate.at %{{.*}} : tensor<?xi32> -> i32
// CHECK: %[[INDEX:.*]] = arith.index_cast %[[LAST]]
// CHECK: costate.at %[[H]][%[[INDEX]]]
// CHECK: math.exp
costate.program attributes {roots = []} {
  %i = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  %parent = costate.literal {values = dense<[0, 0, 1]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "product" {
    %x = costate.variable "x" like %parent {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "row" over %i attributes {roots = []} : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %product = costate.fold "mul" over %parent : tensor<?xi32> {
      ^bb0(%t: index):
        %xt = costate.at %x[%t] : tensor<?xf64> -> f64
        costate.yield %xt : f64
      }
      %e = math.exp %product : f64
      costate.yield %e : f64
    }
  }
}
