// RUN: costate-opt %s | costate-opt | FileCheck %s

// The block of ones that [SMDS11] publishes: 408f276d 41c83b0e ...; the key is the seed with all bits turned.
// CHECK: costate.stream %
func.func @published(%i: tensor<?xi64>) -> (tensor<?xi64>) attributes {costate.function,
    costate.args = [dense<[-1]> : tensor<1xi64>], costate.expect = [dense<[4740103540206151533]> : tensor<1xi64>]} {
  %n = costate.size %i, 0 : tensor<?xi64>
  %y = costate.map (%k < %n) -> (tensor<?xi64>) {
    %zero = arith.constant 0 : i64
    %index = costate.at %i[%k] : tensor<?xi64> -> i64
    %s = costate.stream %zero, %index, %index
    costate.yield %s : i64
  }
  return %y : tensor<?xi64>
}
