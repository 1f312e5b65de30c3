// RUN: costate-opt %s | costate-opt | FileCheck %s

// CHECK: costate.cofactors %
func.func @of_two_rows(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf64>],
    costate.expect = [dense<[4.0, -3.0, -2.0, 1.0]> : tensor<4xf64>]} {
  %two = arith.constant 2 : index
  %four = arith.constant 4 : index
  %A = costate.reshape %x to (%two, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %C = costate.cofactors %A else 1 : tensor<?x?xf64> -> tensor<?x?xf64>
  %y = costate.reshape %C to (%four) : tensor<?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}

// 1 to 9 row by row: its determinant is 0, and the cofactors are (-3, 6, -3)' (1, -2, 1).
func.func @of_a_singular_matrix(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.tolerance = 1.0e-13,
    costate.args = [dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]> : tensor<9xf64>],
    costate.expect = [dense<[-3.0, 6.0, -3.0, 6.0, -12.0, 6.0, -3.0, 6.0, -3.0]> : tensor<9xf64>]} {
  %three = arith.constant 3 : index
  %nine = arith.constant 9 : index
  %A = costate.reshape %x to (%three, %three) : tensor<?xf64> -> tensor<?x?xf64>
  %C = costate.cofactors %A else 1 : tensor<?x?xf64> -> tensor<?x?xf64>
  %y = costate.reshape %C to (%nine) : tensor<?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}
