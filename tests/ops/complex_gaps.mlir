// RUN: costate-opt %s | costate-opt | FileCheck %s

// 1 and i: 1 / (i - 1) = -(1 + i)/2.
// CHECK: costate.complex_gaps %
func.func @of_two(%x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function,
    costate.args = [dense<[1.0, 0.0, 0.0, 1.0]> : tensor<4xf64>],
    costate.expect = [dense<[1.0, 0.0, -0.5, -0.5, 0.5, 0.5, 1.0, 0.0]> : tensor<8xf64>]} {
  %two = arith.constant 2 : index
  %eight = arith.constant 8 : index
  %w = costate.reshape %x to (%two, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %E = costate.complex_gaps %w else 1 : tensor<?x?xf64> -> tensor<?x?x?xf64>
  %flat = costate.reshape %E to (%eight) : tensor<?x?x?xf64> -> tensor<?xf64>
  return %flat : tensor<?xf64>
}
