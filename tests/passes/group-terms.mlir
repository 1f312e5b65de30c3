// RUN: costate-opt %s --split-input-file --pass-pipeline="builtin.module(costate-group-terms{fewest=2},cse)" | FileCheck %s

// Addends that differ in the row of a variable, in a row of data, in a constant and in a factor: each is a column. The
// first search finds both rows. What is in no group stays, with its sign and factor.
// CHECK-LABEL: costate.program
// CHECK-DAG: %[[QUERIES:.*]] = costate.literal {values = dense<[4, 2]> : tensor<2xi64>}
// CHECK-DAG: %[[DATAROWS:.*]] = costate.literal {values = dense<[0, 2]> : tensor<2xi32>}
// CHECK-DAG: %[[CONSTANTS:.*]] = costate.literal {values = dense<[1.000000e+00, 5.000000e+00]> : tensor<2xf64>}
// CHECK-DAG: %[[FACTORS:.*]] = costate.literal {values = dense<[5.000000e-01, -5.000000e-01]> : tensor<2xf64>}
// CHECK-DAG: %[[ROWS:.*]] = costate.locate(%[[QUERIES]]) in(%{{.*}}) {array = "x", costate.places = [
// CHECK-DAG: %[[DATA:.*]] = costate.gather %{{.*}}, %[[DATAROWS]]
// CHECK: %[[X:.*]] = costate.variable "x"
// CHECK: costate.term into -1 over %[[ROWS]]
// CHECK-NEXT: ^bb0(%[[S:.*]]: index)
// CHECK: %[[ROW:.*]] = costate.at %[[ROWS]][%[[S]]]
// CHECK: %[[PLACE:.*]] = arith.index_cast %[[ROW]]
// CHECK: %[[XS:.*]] = costate.at %[[X]][%[[PLACE]]]
// CHECK: %[[C:.*]] = costate.at %[[CONSTANTS]][%[[S]]]
// CHECK: %[[D:.*]] = arith.subf %[[XS]], %[[C]]
// CHECK: %[[SQUARE:.*]] = arith.mulf %[[D]], %[[D]]
// CHECK: %[[A:.*]] = costate.at %[[DATA]][%[[S]]]
// CHECK: %[[P:.*]] = arith.mulf %[[SQUARE]], %[[A]]
// CHECK: %[[F:.*]] = costate.at %[[FACTORS]][%[[S]]]
// CHECK: arith.mulf %[[P]], %[[F]]
// CHECK: costate.term into -1
// CHECK-NOT: arith.subf
// CHECK: %[[E:.*]] = math.exp
// CHECK: %[[REST:.*]] = arith.mulf %[[E]], %{{.*}}
// CHECK: costate.yield %[[REST]]
costate.program attributes {roots = []} {
  %four = costate.literal {values = dense<4> : tensor<1xi64>} : () -> tensor<?xi64>
  %two = costate.literal {values = dense<2> : tensor<1xi64>} : () -> tensor<?xi64>
  %set = costate.range %two, %four : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  %p = costate.locate(%four) in(%set) {array = "x", missing = "error", roots = [-1 : i32], set = ""} : (tensor<?xi64>, tensor<?xi32>) -> tensor<?xi32>
  %q = costate.locate(%two) in(%set) {array = "x", missing = "error", roots = [-1 : i32], set = ""} : (tensor<?xi64>, tensor<?xi32>) -> tensor<?xi32>
  %a = costate.literal {values = dense<[7.0, 8.0, 9.0]> : tensor<3xf64>} : () -> tensor<?xf64>
  costate.problem "p" {
    %x = costate.variable "x" like %set {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {}
    costate.term into -1 : () -> () {
    ^bb0(%s: index):
      %c0 = arith.constant 0 : index
      %c2 = arith.constant 2 : index
      %one = arith.constant 1.0 : f64
      %five = arith.constant 5.0 : f64
      %half = arith.constant 0.5 : f64
      %p0 = costate.at %p[%c0] : tensor<?xi32> -> i32
      %pi = arith.index_cast %p0 : i32 to index
      %xp = costate.at %x[%pi] : tensor<?xf64> -> f64
      %dp = arith.subf %xp, %one : f64
      %sp = arith.mulf %dp, %dp : f64
      %a0 = costate.at %a[%c0] : tensor<?xf64> -> f64
      %tp = arith.mulf %sp, %a0 : f64
      %q0 = costate.at %q[%c0] : tensor<?xi32> -> i32
      %qi = arith.index_cast %q0 : i32 to index
      %xq = costate.at %x[%qi] : tensor<?xf64> -> f64
      %dq = arith.subf %xq, %five : f64
      %sq = arith.mulf %dq, %dq : f64
      %a2 = costate.at %a[%c2] : tensor<?xf64> -> f64
      %tq = arith.mulf %sq, %a2 : f64
      %e = math.exp %xq : f64
      %ee = arith.negf %e : f64
      %difference = arith.subf %tp, %tq : f64
      %sum = arith.addf %difference, %ee : f64
      %all = arith.mulf %sum, %half : f64
      costate.yield %all : f64
    }
  }
}

// -----

// x[0]*x[1] and x[2]*x[2] are of two shapes: the second reads one variable twice. A row that is summed up has one row,
// 0, for every instance.
// CHECK-LABEL: costate.program
// CHECK: %[[LEFT:.*]] = costate.literal {values = dense<[0, 1]> : tensor<2xi32>}
// CHECK: %[[RIGHT:.*]] = costate.literal {values = dense<[1, 2]> : tensor<2xi32>}
// CHECK: %[[ZERO:.*]] = costate.fill %[[LEFT]] {value = 0 : i32}
// CHECK: costate.term into 0 over %[[LEFT]] row %[[ZERO]]
// CHECK: costate.at %[[LEFT]]
// CHECK: costate.at %[[RIGHT]]
// CHECK: arith.mulf
// CHECK: costate.yield
// CHECK: costate.term into 0 over %{{.*}} :
// CHECK: %[[V:.*]] = costate.at
// CHECK: %[[W:.*]] = arith.mulf %[[V]], %[[V]]
// CHECK-NEXT: costate.yield %[[W]]
costate.program attributes {roots = []} {
  %i = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  %unit = costate.literal {values = dense<0> : tensor<1xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %i {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %unit attributes {roots = []} : (tensor<?xi32>) -> () {}
    costate.term into 0 over %unit : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %c1 = arith.constant 1 : index
      %c2 = arith.constant 2 : index
      %x0 = costate.at %x[%s] : tensor<?xf64> -> f64
      %x1 = costate.at %x[%c1] : tensor<?xf64> -> f64
      %x2 = costate.at %x[%c2] : tensor<?xf64> -> f64
      %a = arith.mulf %x0, %x1 : f64
      %b = arith.mulf %x2, %x2 : f64
      %c = arith.mulf %x1, %x2 : f64
      %ab = arith.addf %a, %b : f64
      %abc = arith.addf %ab, %c : f64
      costate.yield %abc : f64
    }
  }
}

// -----

// Exponents belong to the shape, and what is over a space is left alone.
// CHECK-LABEL: costate.program
// CHECK-COUNT-2: costate.term
// CHECK-NOT: costate.term
costate.program attributes {roots = []} {
  %i = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %i {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {}
    costate.constraint "c" over %i attributes {roots = []} : (tensor<?xi32>) -> () {}
    costate.term into -1 : () -> () {
    ^bb0(%s: index):
      %c1 = arith.constant 1 : index
      %u = arith.constant 1.5 : f64
      %v = arith.constant 2.5 : f64
      %x0 = costate.at %x[%s] : tensor<?xf64> -> f64
      %x1 = costate.at %x[%c1] : tensor<?xf64> -> f64
      %a = math.powf %x0, %u : f64
      %b = math.powf %x1, %v : f64
      %ab = arith.addf %a, %b : f64
      costate.yield %ab : f64
    }
    costate.term into 0 over %i : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %c1 = arith.constant 1 : index
      %x0 = costate.at %x[%s] : tensor<?xf64> -> f64
      %x1 = costate.at %x[%c1] : tensor<?xf64> -> f64
      %a = math.exp %x0 : f64
      %b = math.exp %x1 : f64
      %ab = arith.addf %a, %b : f64
      costate.yield %ab : f64
    }
  }
}

// -----

// Data that was looked up one by one is looked up at once, by the search that finds the variables.
// CHECK-LABEL: costate.program
// CHECK-DAG: %[[QUERIES:.*]] = costate.literal {values = dense<[4, 2]> : tensor<2xi64>}
// CHECK-DAG: %[[ROWS:.*]] = costate.locate(%[[QUERIES]]) in(%{{.*}}) {array = "k"
// CHECK-NOT: costate.concat
// CHECK: %[[DATA:.*]] = costate.gather %{{.*}}, %[[ROWS]]
// CHECK-LABEL: costate.problem "looked_up"
// CHECK: costate.term into -1 over
// CHECK: costate.at %[[DATA]][%{{.*}}]
costate.program attributes {roots = []} {
  %four = costate.literal {values = dense<4> : tensor<1xi64>} : () -> tensor<?xi64>
  %two = costate.literal {values = dense<2> : tensor<1xi64>} : () -> tensor<?xi64>
  %set = costate.range %two, %four : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  %p = costate.locate(%four) in(%set) {array = "k", missing = "error", roots = [-1 : i32], set = ""} : (tensor<?xi64>, tensor<?xi32>) -> tensor<?xi32>
  %q = costate.locate(%two) in(%set) {array = "k", missing = "error", roots = [-1 : i32], set = ""} : (tensor<?xi64>, tensor<?xi32>) -> tensor<?xi32>
  %size = costate.length %set : (tensor<?xi32>) -> index
  %k = costate.map (%i < %size) -> (tensor<?xf64>) {
    %n = costate.at %set[%i] : tensor<?xi32> -> i32
    %r = arith.sitofp %n : i32 to f64
    costate.yield %r : f64
  }
  %kp = costate.gather %k, %p : (tensor<?xf64>, tensor<?xi32>) -> tensor<?xf64>
  %kq = costate.gather %k, %q : (tensor<?xf64>, tensor<?xi32>) -> tensor<?xf64>
  costate.problem "looked_up" {
    %x = costate.variable "x" like %set {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {}
    costate.term into -1 : () -> () {
    ^bb0(%s: index):
      %c0 = arith.constant 0 : index
      %p0 = costate.at %p[%c0] : tensor<?xi32> -> i32
      %pi = arith.index_cast %p0 : i32 to index
      %xp = costate.at %x[%pi] : tensor<?xf64> -> f64
      %kp0 = costate.at %kp[%c0] : tensor<?xf64> -> f64
      %tp = arith.mulf %xp, %kp0 : f64
      %q0 = costate.at %q[%c0] : tensor<?xi32> -> i32
      %qi = arith.index_cast %q0 : i32 to index
      %xq = costate.at %x[%qi] : tensor<?xf64> -> f64
      %kq0 = costate.at %kq[%c0] : tensor<?xf64> -> f64
      %tq = arith.mulf %xq, %kq0 : f64
      %r = arith.addf %tp, %tq : f64
      costate.yield %r : f64
    }
  }
}
