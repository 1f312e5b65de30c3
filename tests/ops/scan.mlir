// RUN: costate-opt %s | costate-opt | FileCheck %s

// Squares of squares: the last one and all that went before.
// CHECK-LABEL: @squares
// CHECK: costate.scan (%{{.*}} < %{{.*}}) carry (%{{.*}} = %{{.*}} : f64) -> (tensor<?xf64>) {
func.func @squares() -> (tensor<?xf64>, tensor<?xf64>) attributes {costate.function, costate.args = [],
    costate.expect = [dense<[65536.0]> : tensor<1xf64>, dense<[2.0, 4.0, 16.0, 256.0]> : tensor<4xf64>]} {
  %n = arith.constant 4 : index
  %one = arith.constant 1 : index
  %start = arith.constant 2.0 : f64
  %last, %all = costate.scan (%t < %n) carry (%s = %start : f64) -> (tensor<?xf64>) {
    %next = arith.mulf %s, %s : f64
    costate.yield %next, %s : f64, f64
  }
  %column = costate.map (%i < %one) -> (tensor<?xf64>) { costate.yield %last : f64 }
  return %column, %all : tensor<?xf64>, tensor<?xf64>
}

// From the last index down; what is collected stands at its index. Two values are carried, one of them a tensor:
// its sums so far are counted into by number. No instance gives the start and nothing.
// CHECK-LABEL: @backwards
// CHECK: costate.scan reversed (%{{.*}} < %{{.*}}) carry (%{{.*}} = %{{.*}} : tensor<?xf64>, %{{.*}} = %{{.*}} : i64)
// CHECK-SAME: into (%{{.*}} = %{{.*}} : tensor<?xf64>) -> (tensor<?xi64>, tensor<?x?xf64>) inner (%{{.*}}) {
func.func @backwards(%x: tensor<?xf64>, %zeros: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xi64>, tensor<?xf64>, tensor<?xf64>)
    attributes {costate.function, costate.args = [dense<[1.0, 2.0]> : tensor<2xf64>, dense<0.0> : tensor<3xf64>],
    costate.expect = [dense<[8.0, 16.0]> : tensor<2xf64>, dense<[2, 1, 0]> : tensor<3xi64>,
      dense<[4.0, 8.0, 2.0, 4.0, 1.0, 2.0]> : tensor<6xf64>, dense<[4.0, 2.0, 1.0]> : tensor<3xf64>]} {
  %n = costate.size %zeros, 0 : tensor<?xf64>
  %m = costate.size %x, 0 : tensor<?xf64>
  %six = arith.constant 6 : index
  %zero = arith.constant 0 : i64
  %y, %count, %numbers, %states, %firsts = costate.scan reversed (%t < %n) carry (%s = %x : tensor<?xf64>, %k = %zero : i64) into (%acc = %zeros : tensor<?xf64>) -> (tensor<?xi64>, tensor<?x?xf64>) inner (%m) {
    %c1 = arith.constant 1 : i64
    %c0 = arith.constant 0 : index
    %next = arith.addi %k, %c1 : i64
    %doubled = costate.map (%i < %m) -> (tensor<?xf64>) {
      %v = costate.at %s[%i] : tensor<?xf64> -> f64
      %w = arith.addf %v, %v : f64
      costate.yield %w : f64
    }
    %first = costate.at %s[%c0] : tensor<?xf64> -> f64
    costate.accumulate %first into %acc[%t] "add" : f64, tensor<?xf64>
    costate.yield %doubled, %next, %k, %s : tensor<?xf64>, i64, i64, tensor<?xf64>
  }
  %flat = costate.reshape %states to (%six) : tensor<?x?xf64> -> tensor<?xf64>
  return %y, %numbers, %flat, %firsts : tensor<?xf64>, tensor<?xi64>, tensor<?xf64>, tensor<?xf64>
}

func.func @no_steps(%x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[1.5, 2.5]> : tensor<2xf64>],
    costate.expect = [dense<[1.5, 2.5]> : tensor<2xf64>, dense<> : tensor<0xf64>]} {
  %none = arith.constant 0 : index
  %y, %all = costate.scan (%t < %none) carry (%s = %x : tensor<?xf64>) -> (tensor<?xf64>) {
    %c0 = arith.constant 0 : index
    %v = costate.at %s[%c0] : tensor<?xf64> -> f64
    costate.yield %s, %v : tensor<?xf64>, f64
  }
  return %y, %all : tensor<?xf64>, tensor<?xf64>
}

// A loop in every entry of a map: powers x[i]^(i+1).
func.func @in_a_map(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[3.0, 3.0, 2.0]> : tensor<3xf64>], costate.expect = [dense<[3.0, 9.0, 8.0]> : tensor<3xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    %next = arith.constant 1 : index
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %m = arith.addi %i, %next : index
    %p = costate.scan (%t < %m) carry (%s = %one : f64) {
      %w = arith.mulf %s, %v : f64
      costate.yield %w : f64
    }
    costate.yield %p : f64
  }
  return %y : tensor<?xf64>
}
