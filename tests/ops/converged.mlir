// RUN: costate-opt %s | costate-opt | FileCheck %s

// CHECK: costate.converged %{{.*}}<= %{{.*}} after %{{.*}} else 3
func.func @enough(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[1.0, 2.0]> : tensor<2xf64>], costate.expect = [dense<[1.0, 2.0]> : tensor<2xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %y = costate.map (%k < %n) -> (tensor<?xf64>) {
    %two = arith.constant 2.0 : f64
    %steps = arith.constant 7 : i64
    %v = costate.at %x[%k] : tensor<?xf64> -> f64
    %is = costate.converged %v <= %two after %steps else 3
    %zero = arith.constant 0.0 : f64
    %w = arith.select %is, %v, %zero : f64
    costate.yield %w : f64
  }
  return %y : tensor<?xf64>
}

func.func @not_enough(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[1.0, 3.0]> : tensor<2xf64>], costate.failure = "3.0"} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %y = costate.map (%k < %n) -> (tensor<?xf64>) {
    %two = arith.constant 2.0 : f64
    %steps = arith.constant 7 : i64
    %v = costate.at %x[%k] : tensor<?xf64> -> f64
    %is = costate.converged %v <= %two after %steps else 3
    %zero = arith.constant 0.0 : f64
    %w = arith.select %is, %v, %zero : f64
    costate.yield %w : f64
  }
  return %y : tensor<?xf64>
}
