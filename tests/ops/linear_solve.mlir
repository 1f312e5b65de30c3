// RUN: costate-opt %s | costate-opt | FileCheck %s

// CHECK: costate.linear_solve transposed
func.func @plain(%x: tensor<?xf64>, %r: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf64>, dense<[5.0, 6.0]> : tensor<2xf64>],
    costate.expect = [dense<[-4.0, 4.5]> : tensor<2xf64>]} {
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %A = costate.reshape %x to (%two, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %b = costate.reshape %r to (%two, %one) : tensor<?xf64> -> tensor<?x?xf64>
  %F, %p = costate.lu %A else 1 : tensor<?x?xf64> -> tensor<?x?xf64>, tensor<?xi64>
  %s = costate.linear_solve %A by %F, %p of %b else 1 : tensor<?x?xf64>, tensor<?x?xf64>, tensor<?xi64>, tensor<?x?xf64> -> tensor<?x?xf64>
  %y = costate.reshape %s to (%two) : tensor<?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}

func.func @transposed(%x: tensor<?xf64>, %r: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf64>, dense<[5.0, 6.0]> : tensor<2xf64>],
    costate.expect = [dense<[-1.0, 2.0]> : tensor<2xf64>]} {
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %A = costate.reshape %x to (%two, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %b = costate.reshape %r to (%two, %one) : tensor<?xf64> -> tensor<?x?xf64>
  %F, %p = costate.lu %A else 1 : tensor<?x?xf64> -> tensor<?x?xf64>, tensor<?xi64>
  %s = costate.linear_solve transposed %A by %F, %p of %b else 1 : tensor<?x?xf64>, tensor<?x?xf64>, tensor<?xi64>, tensor<?x?xf64> -> tensor<?x?xf64>
  %y = costate.reshape %s to (%two) : tensor<?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}
