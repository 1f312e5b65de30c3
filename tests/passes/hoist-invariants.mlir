// RUN: costate-opt %s --costate-hoist-invariants --canonicalize --cse --split-input-file | FileCheck %s
// RUN: costate-opt %s --costate-hoist-invariants=strict --canonicalize --cse --split-input-file | FileCheck %s --check-prefix=STRICT

// g[s] / tap[s]^2 * x[s] / tap[s]: the quotient and the reciprocal become columns, the term multiplies.
// With `strict` what depends on a variable is divided as it is written.
// STRICT-LABEL: costate.program
// STRICT: costate.map
// STRICT-NOT: costate.map
// STRICT: costate.problem "quotients"
// STRICT: arith.divf
// STRICT: costate.yield
// CHECK-LABEL: costate.program
// CHECK: %[[SQUARE:.*]] = costate.map
// CHECK: arith.mulf
// CHECK: arith.divf
// CHECK: %[[INVERSE:.*]] = costate.map
// CHECK: arith.divf
// CHECK: costate.problem "quotients"
// CHECK: costate.term
// CHECK-DAG: costate.at %[[SQUARE]]
// CHECK-DAG: costate.at %[[INVERSE]]
// CHECK-NOT: arith.divf
// CHECK: costate.yield
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  %g = costate.literal {values = dense<[1.0, 2.0]> : tensor<2xf64>} : () -> tensor<?xf64>
  %tap = costate.literal {values = dense<[0.5, 4.0]> : tensor<2xf64>} : () -> tensor<?xf64>
  costate.problem "quotients" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {}
    costate.term into -1 over %n : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %gs = costate.at %g[%s] : tensor<?xf64> -> f64
      %ts = costate.at %tap[%s] : tensor<?xf64> -> f64
      %xs = costate.at %x[%s] : tensor<?xf64> -> f64
      %t2 = arith.mulf %ts, %ts : f64
      %c = arith.divf %gs, %t2 : f64
      %m = arith.mulf %c, %xs : f64
      %r = arith.divf %m, %ts : f64
      costate.yield %r : f64
    }
  }
}

// -----

// One operation on one column is cheaper than another column; a quotient by a constant stays.
// CHECK-LABEL: costate.program
// CHECK-NOT: costate.map
// CHECK: costate.problem "stays"
// CHECK: arith.negf
// CHECK: arith.divf
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  %k = costate.literal {values = dense<[1.0, 2.0]> : tensor<2xf64>} : () -> tensor<?xf64>
  costate.problem "stays" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {}
    costate.term into -1 over %n : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %three = arith.constant 3.0 : f64
      %ks = costate.at %k[%s] : tensor<?xf64> -> f64
      %xs = costate.at %x[%s] : tensor<?xf64> -> f64
      %minus = arith.negf %ks : f64
      %m = arith.mulf %minus, %xs : f64
      %r = arith.divf %m, %three : f64
      costate.yield %r : f64
    }
  }
}
