// RUN: costate-opt %s | costate-opt | FileCheck %s

// Eigenvalues 1 and 3; the 9 above the diagonal is not read.
// CHECK: costate.eigh %
func.func @of_two_rows(%x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[2.0, 9.0, 1.0, 2.0]> : tensor<4xf64>],
    costate.expect = [dense<[1.0, 3.0]> : tensor<2xf64>, dense<[0.7071067811865476, 0.7071067811865476, -0.7071067811865476, 0.7071067811865476]> : tensor<4xf64>]} {
  %two = arith.constant 2 : index
  %four = arith.constant 4 : index
  %A = costate.reshape %x to (%two, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %w, %V = costate.eigh %A else 1 : tensor<?x?xf64> -> tensor<?xf64>, tensor<?x?xf64>
  %v = costate.reshape %V to (%four) : tensor<?x?xf64> -> tensor<?xf64>
  return %w, %v : tensor<?xf64>, tensor<?xf64>
}
