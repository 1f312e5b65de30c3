// RUN: costate-opt %s --canonicalize | FileCheck %s

// Entries of constant columns are constants of the body; one row repeated is read from that row.
// CHECK-LABEL: costate.program
costate.program attributes {roots = []} {
  %x = costate.literal {values = dense<[1.0, 2.0]> : tensor<2xf64>} : () -> tensor<?xf64>
  // CHECK: %[[ALPHA:.*]] = costate.param "alpha" "real"
  %alpha = costate.param "alpha" "real" : () -> tensor<?xf64>
  %first = costate.fill %x {value = 0 : i32} : (tensor<?xf64>) -> tensor<?xi32>
  %threes = costate.fill %x {value = 3.0 : f64} : (tensor<?xf64>) -> tensor<?xf64>
  %alphas = costate.gather %alpha, %first : (tensor<?xf64>, tensor<?xi32>) -> tensor<?xf64>
  %n = costate.length %x : (tensor<?xf64>) -> index
  // CHECK: costate.map (%[[I:.*]] < %{{.*}})
  // CHECK-DAG: %[[THREE:.*]] = arith.constant 3.0
  // CHECK-DAG: %[[TWO:.*]] = arith.constant 2.0
  // CHECK-DAG: %[[ZERO:.*]] = arith.constant 0 : index
  // CHECK: %[[A:.*]] = costate.at %[[ALPHA]][%[[ZERO]]]
  // CHECK: arith.mulf %[[A]], %[[THREE]]
  // CHECK: arith.addf %{{.*}}, %[[TWO]]
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %a = costate.at %alphas[%i] : tensor<?xf64> -> f64
    %b = costate.at %threes[%i] : tensor<?xf64> -> f64
    %m = arith.mulf %a, %b : f64
    %one = arith.constant 1 : index
    %second = costate.at %x[%one] : tensor<?xf64> -> f64
    %v = arith.addf %m, %second : f64
    costate.yield %v : f64
  }
  %checked = costate.check_domain "y" %y {roots = []} : (tensor<?xf64>) -> tensor<?xf64>
}
