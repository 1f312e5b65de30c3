// RUN: costate-opt %s | costate-opt | FileCheck %s

// [1, -2; 2, 1] turns: 1 - 2i and 1 + 2i with the vectors (1, i) and (1, -i).
// CHECK: costate.eig %
func.func @of_a_rotation(%x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>, tensor<?xi64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[1.0, -2.0, 2.0, 1.0]> : tensor<4xf64>],
    costate.expect = [dense<[1.0, -2.0, 1.0, 2.0]> : tensor<4xf64>, dense<[0.7071067811865476, 0.0, 0.7071067811865476, 0.0, 0.0, 0.7071067811865476, 0.0, -0.7071067811865476]> : tensor<8xf64>, dense<[0, 0]> : tensor<2xi64>]} {
  %two = arith.constant 2 : index
  %four = arith.constant 4 : index
  %eight = arith.constant 8 : index
  %A = costate.reshape %x to (%two, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %w, %V, %p = costate.eig %A else 1 : tensor<?x?xf64> -> tensor<?x?xf64>, tensor<?x?x?xf64>, tensor<?xi64>
  %flat = costate.reshape %w to (%four) : tensor<?x?xf64> -> tensor<?xf64>
  %v = costate.reshape %V to (%eight) : tensor<?x?x?xf64> -> tensor<?xf64>
  return %flat, %v, %p : tensor<?xf64>, tensor<?xf64>, tensor<?xi64>
}
