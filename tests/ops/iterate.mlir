// RUN: costate-opt %s | costate-opt | FileCheck %s

// Halves until one is reached, and how many they were.
// CHECK-LABEL: @halves
// CHECK: costate.iterate carry (%{{.*}} = %{{.*}} : f64, %{{.*}} = %{{.*}} : i64) while {
// CHECK: } do (%{{.*}}, %{{.*}}) {
func.func @halves(%x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xi64>) attributes {costate.function,
    costate.args = [dense<[6.0, 1.0, 8.0]> : tensor<3xf64>],
    costate.expect = [dense<[0.75, 1.0, 1.0]> : tensor<3xf64>, dense<[3, 0, 3]> : tensor<3xi64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %y, %k = costate.map (%i < %n) -> (tensor<?xf64>, tensor<?xi64>) {
    %one = arith.constant 1.0 : f64
    %half = arith.constant 0.5 : f64
    %c0 = arith.constant 0 : i64
    %c1 = arith.constant 1 : i64
    %v0 = costate.at %x[%i] : tensor<?xf64> -> f64
    %v, %count = costate.iterate carry (%v = %v0 : f64, %k = %c0 : i64) while {
      %c = arith.cmpf ogt, %v, %one : f64
      costate.yield %c : i1
    } do (%u, %m) {
      %w = arith.mulf %u, %half : f64
      %next = arith.addi %m, %c1 : i64
      costate.yield %w, %next : f64, i64
    }
    costate.yield %v, %count : f64, i64
  }
  return %y, %k : tensor<?xf64>, tensor<?xi64>
}

// The square roots of a column by Newton's method, all until the worst is exact to 1e-12.
func.func @newton(%a: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.ulps = 1 : i32,
    costate.args = [dense<[2.0, 9.0]> : tensor<2xf64>], costate.expect = [dense<[1.4142135623730951, 3.0]> : tensor<2xf64>]} {
  %n = costate.size %a, 0 : tensor<?xf64>
  %x = costate.iterate carry (%s = %a : tensor<?xf64>) while {
    %tol = arith.constant 1.0e-12 : f64
    %worst = costate.reduce "max" (%i < %n) -> (f64) {
      %v = costate.at %s[%i] : tensor<?xf64> -> f64
      %b = costate.at %a[%i] : tensor<?xf64> -> f64
      %w = arith.mulf %v, %v : f64
      %d = arith.subf %w, %b : f64
      %e = math.absf %d : f64
      costate.yield %e : f64
    }
    %c = arith.cmpf ogt, %worst, %tol : f64
    costate.yield %c : i1
  } do (%u) {
    %half = arith.constant 0.5 : f64
    %next = costate.map (%i < %n) -> (tensor<?xf64>) {
      %v = costate.at %u[%i] : tensor<?xf64> -> f64
      %b = costate.at %a[%i] : tensor<?xf64> -> f64
      %q = arith.divf %b, %v : f64
      %w = arith.addf %v, %q : f64
      %h = arith.mulf %w, %half : f64
      costate.yield %h : f64
    }
    costate.yield %next : tensor<?xf64>
  }
  return %x : tensor<?xf64>
}

// What is carried keeps its sizes.
func.func @grows(%a: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[2.0, 9.0]> : tensor<2xf64>], costate.failure = "carries a tensor that changes its sizes"} {
  %x = costate.iterate carry (%s = %a : tensor<?xf64>) while {
    %c = arith.constant true
    costate.yield %c : i1
  } do (%u) {
    %one = arith.constant 1 : index
    %next = costate.map (%i < %one) -> (tensor<?xf64>) {
      %v = costate.at %u[%i] : tensor<?xf64> -> f64
      costate.yield %v : f64
    }
    costate.yield %next : tensor<?xf64>
  }
  return %x : tensor<?xf64>
}
