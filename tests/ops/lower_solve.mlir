// RUN: costate-opt %s | costate-opt | FileCheck %s

// The 9 above the diagonal is not read.
// CHECK: costate.lower_solve transposed
func.func @plain(%x: tensor<?xf64>, %r: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[2.0, 9.0, 1.0, 4.0]> : tensor<4xf64>, dense<[2.0, 9.0]> : tensor<2xf64>],
    costate.expect = [dense<[1.0, 2.0]> : tensor<2xf64>]} {
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %L = costate.reshape %x to (%two, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %b = costate.reshape %r to (%two, %one) : tensor<?xf64> -> tensor<?x?xf64>
  %s = costate.lower_solve %L of %b else 1 : tensor<?x?xf64>, tensor<?x?xf64> -> tensor<?x?xf64>
  %y = costate.reshape %s to (%two) : tensor<?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}

func.func @transposed(%x: tensor<?xf64>, %r: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[2.0, 9.0, 1.0, 4.0]> : tensor<4xf64>, dense<[2.0, 9.0]> : tensor<2xf64>],
    costate.expect = [dense<[-0.125, 2.25]> : tensor<2xf64>]} {
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %L = costate.reshape %x to (%two, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %b = costate.reshape %r to (%two, %one) : tensor<?xf64> -> tensor<?x?xf64>
  %s = costate.lower_solve transposed %L of %b else 1 : tensor<?x?xf64>, tensor<?x?xf64> -> tensor<?x?xf64>
  %y = costate.reshape %s to (%two) : tensor<?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}
