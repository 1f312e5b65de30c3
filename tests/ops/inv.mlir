// RUN: costate-opt %s | costate-opt | FileCheck %s

// CHECK: costate.inv %
func.func @of_two_rows(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf64>],
    costate.expect = [dense<[-2.0, 1.0, 1.5, -0.5]> : tensor<4xf64>]} {
  %two = arith.constant 2 : index
  %four = arith.constant 4 : index
  %A = costate.reshape %x to (%two, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %R = costate.inv %A else 1 : tensor<?x?xf64> -> tensor<?x?xf64>
  %y = costate.reshape %R to (%four) : tensor<?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}
