// RUN: costate-opt %s | costate-opt | FileCheck %s

// CHECK: costate.det %
func.func @of_two_rows(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf64>],
    costate.expect = [dense<[-2.0]> : tensor<1xf64>]} {
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %A = costate.reshape %x to (%two, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %d = costate.det %A else 1 : tensor<?x?xf64>
  %y = costate.map (%i < %one) -> (tensor<?xf64>) {
    costate.yield %d : f64
  }
  return %y : tensor<?xf64>
}
