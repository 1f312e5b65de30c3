// RUN: costate-opt %s --costate-sparse-derivatives --canonicalize --cse --split-input-file | FileCheck %s

// c[s] += k[s] * x[a[s]] * exp(x[b[s]]): two loads, two Jacobian entries, Hessian entries (a, b) and (b, b).
// CHECK-LABEL: costate.problem "entries"
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  %a = costate.literal {values = dense<[1, 0]> : tensor<2xi32>} : () -> tensor<?xi32>
  %b = costate.literal {values = dense<[1, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  %k = costate.literal {values = dense<[2.0, 3.0]> : tensor<2xf64>} : () -> tensor<?xf64>
  costate.problem "entries" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    // CHECK: costate.pattern into 0 over %{{.*}} tables(%{{.*}}, %{{.*}}) inputs
    // CHECK-SAME: first = @entries.0.first
    // CHECK-SAME: hessian = array<i32: 0, 1, 1, 1>
    // CHECK-SAME: jacobian = array<i32: 0, 1>
    // CHECK-SAME: loadVariables = array<i32: 0, 0>
    // CHECK-SAME: second = @entries.0.second
    // CHECK-SAME: value = @entries.0.value
    costate.term into 0 over %n : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %as = costate.at %a[%s] : tensor<?xi32> -> i32
      %ai = arith.index_cast %as : i32 to index
      %xa = costate.at %x[%ai] : tensor<?xf64> -> f64
      %bs = costate.at %b[%s] : tensor<?xi32> -> i32
      %bi = arith.index_cast %bs : i32 to index
      %xb = costate.at %x[%bi] : tensor<?xf64> -> f64
      %ks = costate.at %k[%s] : tensor<?xf64> -> f64
      %e = math.exp %xb : f64
      %m = arith.mulf %xa, %e : f64
      %r = arith.mulf %ks, %m : f64
      costate.yield %r : f64
    }
  }
}

// CHECK-LABEL: func.func @entries.0.value
// CHECK: costate.map (%[[S:.*]] < %{{.*}}) into (%[[C:.*]] = %{{.*}} : tensor<?xf64>)
// CHECK: %[[R:.*]] = arith.mulf
// CHECK: costate.accumulate %{{.*}} into %[[C]][%[[S]]] "add"

// d/dxa = k exp(xb), d/dxb = k xa exp(xb)
// CHECK-LABEL: func.func @entries.0.first
// CHECK-DAG: %[[E:.*]] = math.exp %[[XB:.*]] : f64
// CHECK: %[[KE:.*]] = arith.mulf %[[K:.*]], %[[E]] : f64
// CHECK: costate.accumulate %[[KE]] into
// CHECK: %[[KXA:.*]] = arith.mulf %[[K]], %[[XA:.*]] : f64
// CHECK: %[[KXAE:.*]] = arith.mulf %[[KXA]], %[[E]] : f64
// CHECK: costate.accumulate %[[KXAE]] into

// The pair (a, b) counts twice where a[s] == b[s]; everything is weighted by the multiplier of the row.
// CHECK-LABEL: func.func @entries.0.second
// CHECK: %[[W:.*]] = costate.at %{{.*}}[%[[S:.*]]] : tensor<?xf64> -> f64
// CHECK-DAG: %[[SAME:.*]] = arith.cmpi eq
// CHECK-DAG: %[[TWICE:.*]] = arith.addf %[[H:.*]], %[[H]] : f64
// CHECK: %[[ENTRY:.*]] = arith.select %[[SAME]], %[[TWICE]], %[[H]] : f64
// CHECK: %[[WEIGHTED:.*]] = arith.mulf %[[W]], %[[ENTRY]] : f64
// CHECK: costate.accumulate %[[WEIGHTED]] into

// -----

// A linear term has no second kernel; loads at one position are one load; data read through an index is gathered.
// CHECK-LABEL: costate.program
// CHECK: %[[K:.*]] = costate.literal {{.*}}tensor<2xf64>
// CHECK: costate.gather %[[K]], %{{.*}} :
// CHECK-LABEL: costate.problem "linear"
// CHECK: costate.pattern
// CHECK-SAME: hessian = array<i32>
// CHECK-SAME: jacobian = array<i32: 0>
// CHECK-SAME: loadVariables = array<i32: 0>
// CHECK-NOT: second
// CHECK-LABEL: func.func @linear.0.value
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  %a = costate.literal {values = dense<[1, 0]> : tensor<2xi32>} : () -> tensor<?xi32>
  %k = costate.literal {values = dense<[2.0, 3.0]> : tensor<2xf64>} : () -> tensor<?xf64>
  costate.problem "linear" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    costate.term into 0 over %n : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %as = costate.at %a[%s] : tensor<?xi32> -> i32
      %ai = arith.index_cast %as : i32 to index
      %first = costate.at %x[%ai] : tensor<?xf64> -> f64
      %as2 = costate.at %a[%s] : tensor<?xi32> -> i32
      %ai2 = arith.index_cast %as2 : i32 to index
      %again = costate.at %x[%ai2] : tensor<?xf64> -> f64
      %ka = costate.at %k[%ai] : tensor<?xf64> -> f64
      %m = arith.mulf %ka, %first : f64
      %r = arith.addf %m, %again : f64
      costate.yield %r : f64
    }
  }
}

// -----

// The derivative of the root, infinite at 0, is taken only where the root is.
// CHECK-LABEL: func.func @gated.0.first
// CHECK-DAG: %[[COND:.*]] = arith.cmpf ogt
// CHECK-DAG: %[[SLOPE:.*]] = arith.divf %{{.*}}, %{{.*}} : f64
// CHECK: %[[PART:.*]] = arith.mulf %{{.*}}, %[[SLOPE]] : f64
// CHECK: %[[ENTRY:.*]] = arith.select %[[COND]], %[[PART]], %{{.*}} : f64
// CHECK: costate.accumulate %[[ENTRY]]
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "gated" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {}
    costate.term into -1 over %n : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %zero = arith.constant 0.0 : f64
      %xs = costate.at %x[%s] : tensor<?xf64> -> f64
      %c = arith.cmpf ogt, %xs, %zero : f64
      %root = math.sqrt %xs : f64
      %r = arith.select %c, %root, %zero : f64
      costate.yield %r : f64
    }
  }
}
