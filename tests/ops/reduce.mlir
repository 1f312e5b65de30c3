// RUN: costate-opt %s | costate-opt | FileCheck %s

// Every kind of real numbers, several results of one body.
// CHECK-LABEL: @kinds
// CHECK: costate.reduce "add" (%{{.*}} < %{{.*}}) -> (f64, f64) {
func.func @kinds(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[3.0, -2.0, 4.0]> : tensor<3xf64>],
    costate.expect = [dense<[5.0, 29.0, -24.0, -2.0, 4.0]> : tensor<5xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %sum, %squares = costate.reduce "add" (%i < %n) -> (f64, f64) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = arith.mulf %v, %v : f64
    costate.yield %v, %w : f64, f64
  }
  %product = costate.reduce "mul" (%i < %n) -> (f64) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  %least = costate.reduce "min" (%i < %n) -> (f64) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  %greatest = costate.reduce "max" (%i < %n) -> (f64) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  %five = arith.constant 5 : index
  %all = costate.map (%k < %five) -> (tensor<?xf64>) {
    %one = arith.constant 1 : index
    %two = arith.constant 2 : index
    %three = arith.constant 3 : index
    %zero = arith.constant 0 : index
    %is0 = arith.cmpi eq, %k, %zero : index
    %is1 = arith.cmpi eq, %k, %one : index
    %is2 = arith.cmpi eq, %k, %two : index
    %is3 = arith.cmpi eq, %k, %three : index
    %a = arith.select %is3, %least, %greatest : f64
    %b = arith.select %is2, %product, %a : f64
    %c = arith.select %is1, %squares, %b : f64
    %d = arith.select %is0, %sum, %c : f64
    costate.yield %d : f64
  }
  return %all : tensor<?xf64>
}

// Over no instances: 0, 1, infinity, -infinity; for integers 0, 1, the greatest and the least; -1 for positions;
// false and true for truth values.
func.func @over_nothing() -> (tensor<?xf64>, tensor<?xi64>, tensor<?xi32>, tensor<?xi1>) attributes {costate.function,
    costate.args = [], costate.expect = [dense<[0.0, 1.0, 0x7FF0000000000000, 0xFFF0000000000000]> : tensor<4xf64>,
      dense<[0, 1, 9223372036854775807, -9223372036854775808, -1, -1]> : tensor<6xi64>,
      dense<[2147483647, -2147483648]> : tensor<2xi32>, dense<[true, false]> : tensor<2xi1>]} {
  %none = arith.constant 0 : index
  %z = arith.constant 0.0 : f64
  %k = arith.constant 0 : i64
  %s = arith.constant 0 : i32
  %t = arith.constant true
  %r0 = costate.reduce "add" (%i < %none) -> (f64) { costate.yield %z : f64 }
  %r1 = costate.reduce "mul" (%i < %none) -> (f64) { costate.yield %z : f64 }
  %r2 = costate.reduce "min" (%i < %none) -> (f64) { costate.yield %z : f64 }
  %r3 = costate.reduce "max" (%i < %none) -> (f64) { costate.yield %z : f64 }
  %k0 = costate.reduce "add" (%i < %none) -> (i64) { costate.yield %k : i64 }
  %k1 = costate.reduce "mul" (%i < %none) -> (i64) { costate.yield %k : i64 }
  %k2 = costate.reduce "min" (%i < %none) -> (i64) { costate.yield %k : i64 }
  %k3 = costate.reduce "max" (%i < %none) -> (i64) { costate.yield %k : i64 }
  %k4 = costate.reduce "argmin" (%i < %none) -> (i64) { costate.yield %z : f64 }
  %k5 = costate.reduce "argmax" (%i < %none) -> (i64) { costate.yield %z : f64 }
  %s0 = costate.reduce "min" (%i < %none) -> (i32) { costate.yield %s : i32 }
  %s1 = costate.reduce "max" (%i < %none) -> (i32) { costate.yield %s : i32 }
  %t0 = costate.reduce "min" (%i < %none) -> (i1) { costate.yield %t : i1 }
  %t1 = costate.reduce "max" (%i < %none) -> (i1) { costate.yield %t : i1 }
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %c6 = arith.constant 6 : index
  %reals0 = costate.map (%i < %c4) -> (tensor<?xf64>) { costate.yield %z : f64 }
  %longs0 = costate.map (%i < %c6) -> (tensor<?xi64>) { costate.yield %k : i64 }
  %shorts0 = costate.map (%i < %c2) -> (tensor<?xi32>) { costate.yield %s : i32 }
  %truths0 = costate.map (%i < %c2) -> (tensor<?xi1>) {
    %yes = arith.cmpi eq, %i, %c1 : index
    costate.yield %yes : i1
  }
  %one = arith.constant 1 : index
  %reals, %longs, %shorts, %truths = costate.map (%i < %one) into (%a = %reals0 : tensor<?xf64>, %b = %longs0 : tensor<?xi64>, %c = %shorts0 : tensor<?xi32>, %d = %truths0 : tensor<?xi1>) {
    costate.accumulate %r0 into %a[%c0] "add" : f64, tensor<?xf64>
    costate.accumulate %r1 into %a[%c1] "add" : f64, tensor<?xf64>
    costate.accumulate %r2 into %a[%c2] "add" : f64, tensor<?xf64>
    costate.accumulate %r3 into %a[%c3] "add" : f64, tensor<?xf64>
    costate.accumulate %k0 into %b[%c0] "add" : i64, tensor<?xi64>
    costate.accumulate %k1 into %b[%c1] "add" : i64, tensor<?xi64>
    costate.accumulate %k2 into %b[%c2] "add" : i64, tensor<?xi64>
    costate.accumulate %k3 into %b[%c3] "add" : i64, tensor<?xi64>
    costate.accumulate %k4 into %b[%c4] "add" : i64, tensor<?xi64>
    costate.accumulate %k5 into %b[%c5] "add" : i64, tensor<?xi64>
    costate.accumulate %s0 into %c[%c0] "add" : i32, tensor<?xi32>
    costate.accumulate %s1 into %c[%c1] "add" : i32, tensor<?xi32>
    costate.accumulate %t0 into %d[%c0] "max" : i1, tensor<?xi1>
    costate.accumulate %t1 into %d[%c1] "min" : i1, tensor<?xi1>
    costate.yield
  }
  return %reals, %longs, %shorts, %truths : tensor<?xf64>, tensor<?xi64>, tensor<?xi32>, tensor<?xi1>
}

// The first of equal ones; the first that is not a number before all others; over two indices the last one is fastest.
func.func @positions(%x: tensor<?xf64>, %y: tensor<?xf64>, %z: tensor<?xf64>) -> (tensor<?xi64>) attributes {
    costate.function, costate.args = [dense<[2.0, 1.0, 3.0, 1.0, 3.0]> : tensor<5xf64>,
      dense<[2.0, 0x7FF8000000000000, 3.0, 0x7FF8000000000000, -1.0]> : tensor<5xf64>, dense<[0.0, -2.0]> : tensor<2xf64>],
    costate.expect = [dense<[1, 2, 1, 1, 3, 4]> : tensor<6xi64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %two = costate.size %z, 0 : tensor<?xf64>
  %a = costate.reduce "argmin" (%i < %n) -> (i64) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  %b = costate.reduce "argmax" (%i < %n) -> (i64) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  %c = costate.reduce "argmin" (%i < %n) -> (i64) {
    %v = costate.at %y[%i] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  %d = costate.reduce "argmax" (%i < %n) -> (i64) {
    %v = costate.at %y[%i] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  %e = costate.reduce "argmin" (%i < %n, %j < %two) -> (i64) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = costate.at %z[%j] : tensor<?xf64> -> f64
    %p = arith.addf %v, %w : f64
    costate.yield %p : f64
  }
  %f = costate.reduce "argmax" (%i < %n, %j < %two) -> (i64) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = costate.at %z[%j] : tensor<?xf64> -> f64
    %p = arith.addf %v, %w : f64
    costate.yield %p : f64
  }
  %six = arith.constant 6 : index
  %all = costate.map (%k < %six) -> (tensor<?xi64>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c3 = arith.constant 3 : index
    %c4 = arith.constant 4 : index
    %is0 = arith.cmpi eq, %k, %c0 : index
    %is1 = arith.cmpi eq, %k, %c1 : index
    %is2 = arith.cmpi eq, %k, %c2 : index
    %is3 = arith.cmpi eq, %k, %c3 : index
    %is4 = arith.cmpi eq, %k, %c4 : index
    %s4 = arith.select %is4, %e, %f : i64
    %s3 = arith.select %is3, %d, %s4 : i64
    %s2 = arith.select %is2, %c, %s3 : i64
    %s1 = arith.select %is1, %b, %s2 : i64
    %s0 = arith.select %is0, %a, %s1 : i64
    costate.yield %s0 : i64
  }
  return %all : tensor<?xi64>
}

// A reduction in a map, that accumulates into the map's tensor: row sums of A and, beside them, column sums.
func.func @nested(%x: tensor<?xf64>, %zeros: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]> : tensor<6xf64>, dense<0.0> : tensor<3xf64>],
    costate.expect = [dense<[6.0, 15.0]> : tensor<2xf64>, dense<[5.0, 7.0, 9.0]> : tensor<3xf64>]} {
  %two = arith.constant 2 : index
  %three = arith.constant 3 : index
  %A = costate.reshape %x to (%two, %three) : tensor<?xf64> -> tensor<?x?xf64>
  %rows, %columns = costate.map (%i < %two) into (%acc = %zeros : tensor<?xf64>) -> (tensor<?xf64>) {
    %sum = costate.reduce "add" (%j < %three) -> (f64) {
      %v = costate.at %A[%i, %j] : tensor<?x?xf64> -> f64
      costate.accumulate %v into %acc[%j] "add" : f64, tensor<?xf64>
      costate.yield %v : f64
    }
    costate.yield %sum : f64
  }
  return %rows, %columns : tensor<?xf64>, tensor<?xf64>
}
