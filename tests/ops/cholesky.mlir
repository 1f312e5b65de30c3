// RUN: costate-opt %s | costate-opt | FileCheck %s

// The 99 above the diagonal is not read.
// CHECK: costate.cholesky %
func.func @of_two_rows(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[4.0, 99.0, 2.0, 5.0]> : tensor<4xf64>],
    costate.expect = [dense<[2.0, 0.0, 1.0, 2.0]> : tensor<4xf64>]} {
  %two = arith.constant 2 : index
  %four = arith.constant 4 : index
  %A = costate.reshape %x to (%two, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %R = costate.cholesky %A else 1 : tensor<?x?xf64> -> tensor<?x?xf64>
  %y = costate.reshape %R to (%four) : tensor<?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}

func.func @indefinite(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[1.0, 2.0, 2.0, 1.0]> : tensor<4xf64>],
    costate.failure = "not positive definite"} {
  %two = arith.constant 2 : index
  %four = arith.constant 4 : index
  %A = costate.reshape %x to (%two, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %R = costate.cholesky %A else 1 : tensor<?x?xf64> -> tensor<?x?xf64>
  %y = costate.reshape %R to (%four) : tensor<?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}
