// RUN: costate-opt %s | costate-opt | FileCheck %s

// The block of zeros that [SMDS11] publishes: 6627e8d5 e169c58d bc57ac4c 9b00dbd8.
// CHECK: costate.uniform %
func.func @published(%i: tensor<?xi64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[0, 1]> : tensor<2xi64>],
    costate.expect = [dense<[0.8805201978886142, 0.6054818538799213]> : tensor<2xf64>]} {
  %n = costate.size %i, 0 : tensor<?xi64>
  %y = costate.map (%k < %n) -> (tensor<?xf64>) {
    %zero = arith.constant 0 : i64
    %index = costate.at %i[%k] : tensor<?xi64> -> i64
    %u = costate.uniform %zero, %zero, %index
    costate.yield %u : f64
  }
  return %y : tensor<?xf64>
}
