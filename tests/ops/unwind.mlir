// RUN: costate-opt %s | costate-opt | FileCheck %s

// Of s' = s^2 (three times) at s = 1.5: the derivative 8 s^7 of s^8, and at every step the state.
// CHECK-LABEL: @powers
// CHECK: costate.scan record (%{{.*}} < %{{.*}}) carry
// CHECK: costate.unwind %{{.*}} : !costate.tape<f64> step (%{{.*}}, %{{.*}}) {
// CHECK: } adjoint (%{{.*}}, %{{.*}}) carry (%{{.*}} = %{{.*}} : f64) into (%{{.*}} = %{{.*}} : tensor<?xf64>) {
func.func @powers(%zeros: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<0.0> : tensor<3xf64>],
    costate.expect = [dense<[136.6875]> : tensor<1xf64>, dense<[1.5, 2.25, 5.0625]> : tensor<3xf64>]} {
  %n = costate.size %zeros, 0 : tensor<?xf64>
  %one = arith.constant 1 : index
  %start = arith.constant 1.5 : f64
  %seed = arith.constant 1.0 : f64
  %last, %tape = costate.scan record (%t < %n) carry (%s = %start : f64) {
    %next = arith.mulf %s, %s : f64
    costate.yield %next : f64
  }
  %bar, %states = costate.unwind %tape : !costate.tape<f64> step (%t, %s) {
    %next = arith.mulf %s, %s : f64
    costate.yield %next : f64
  } adjoint (%t, %s) carry (%w = %seed : f64) into (%acc = %zeros : tensor<?xf64>) {
    costate.accumulate %s into %acc[%t] "add" : f64, tensor<?xf64>
    %two = arith.addf %s, %s : f64
    %v = arith.mulf %w, %two : f64
    costate.yield %v : f64
  }
  %column = costate.map (%i < %one) -> (tensor<?xf64>) { costate.yield %bar : f64 }
  return %column, %states : tensor<?xf64>, tensor<?xf64>
}

// A reversed loop over s' = s + x[t] is unwound from its first index on: w' = 10 w + x[t], digits of x in order, and
// the states before each step are 0, 3, 5 for t = 2, 1, 0.
// CHECK-LABEL: @reversed
// CHECK: costate.unwind reversed %{{.*}} : !costate.tape<tensor<?xf64>> step
func.func @reversed(%x: tensor<?xf64>, %zeros: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[1.0, 2.0, 3.0]> : tensor<3xf64>, dense<0.0> : tensor<1xf64>],
    costate.expect = [dense<[123.0]> : tensor<1xf64>, dense<[5.0, 3.0, 0.0]> : tensor<3xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %one = costate.size %zeros, 0 : tensor<?xf64>
  %none = arith.constant 0.0 : f64
  %kept = costate.map (%i < %n) -> (tensor<?xf64>) { costate.yield %none : f64 }
  %last, %tape = costate.scan reversed record (%t < %n) carry (%s = %zeros : tensor<?xf64>) {
    %next = costate.map (%i < %one) -> (tensor<?xf64>) {
      %a = costate.at %s[%i] : tensor<?xf64> -> f64
      %b = costate.at %x[%t] : tensor<?xf64> -> f64
      %c = arith.addf %a, %b : f64
      costate.yield %c : f64
    }
    costate.yield %next : tensor<?xf64>
  }
  %w, %states = costate.unwind reversed %tape : !costate.tape<tensor<?xf64>> step (%t, %s) {
    %next = costate.map (%i < %one) -> (tensor<?xf64>) {
      %a = costate.at %s[%i] : tensor<?xf64> -> f64
      %b = costate.at %x[%t] : tensor<?xf64> -> f64
      %c = arith.addf %a, %b : f64
      costate.yield %c : f64
    }
    costate.yield %next : tensor<?xf64>
  } adjoint (%t, %s) carry (%w = %zeros : tensor<?xf64>) into (%acc = %kept : tensor<?xf64>) {
    %zero = arith.constant 0 : index
    %state = costate.at %s[%zero] : tensor<?xf64> -> f64
    costate.accumulate %state into %acc[%t] "add" : f64, tensor<?xf64>
    %next = costate.map (%i < %one) -> (tensor<?xf64>) {
      %ten = arith.constant 10.0 : f64
      %a = costate.at %w[%i] : tensor<?xf64> -> f64
      %b = costate.at %x[%t] : tensor<?xf64> -> f64
      %c = arith.mulf %a, %ten : f64
      %d = arith.addf %c, %b : f64
      costate.yield %d : f64
    }
    costate.yield %next : tensor<?xf64>
  }
  return %w, %states : tensor<?xf64>, tensor<?xf64>
}

// A loop of unknown length: x halved until it is below 1, four times for 12; the derivative is 1/16.
func.func @iterated(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[12.0, 0.5]> : tensor<2xf64>], costate.expect = [dense<[0.0625, 1.0]> : tensor<2xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    %half = arith.constant 0.5 : f64
    %x0 = costate.at %x[%i] : tensor<?xf64> -> f64
    %last, %tape = costate.iterate record carry (%s = %x0 : f64) while {
      %c = arith.cmpf oge, %s, %one : f64
      costate.yield %c : i1
    } do (%s) {
      %next = arith.mulf %s, %half : f64
      costate.yield %next : f64
    }
    %bar = costate.unwind %tape : !costate.tape<f64> step (%t, %s) {
      %next = arith.mulf %s, %half : f64
      costate.yield %next : f64
    } adjoint (%t, %s) carry (%w = %one : f64) {
      %v = arith.mulf %w, %half : f64
      costate.yield %v : f64
    }
    costate.yield %bar : f64
  }
  return %y : tensor<?xf64>
}

// A step that is not that of the loop is found out.
func.func @other_step(%zeros: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<0.0> : tensor<3xf64>], costate.failure = "has a step that does not give state 2 of the tape"} {
  %n = costate.size %zeros, 0 : tensor<?xf64>
  %start = arith.constant 1.5 : f64
  %last, %tape = costate.scan record (%t < %n) carry (%s = %start : f64) {
    %next = arith.mulf %s, %s : f64
    costate.yield %next : f64
  }
  %bar = costate.unwind %tape : !costate.tape<f64> step (%t, %s) {
    %next = arith.addf %s, %s : f64
    costate.yield %next : f64
  } adjoint (%t, %s) carry (%w = %start : f64) {
    costate.yield %w : f64
  }
  %y = costate.map (%i < %n) -> (tensor<?xf64>) { costate.yield %bar : f64 }
  return %y : tensor<?xf64>
}
