// RUN: costate-opt %s | costate-opt | FileCheck %s

// Rows are exchanged for the greatest pivot: 3.
// CHECK: costate.lu %{{.*}} else 1
func.func @factors(%x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xi64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf64>],
    costate.expect = [dense<[3.0, 4.0, 0.3333333333333333, 0.6666666666666667]> : tensor<4xf64>, dense<[1, 0]> : tensor<2xi64>]} {
  %two = arith.constant 2 : index
  %four = arith.constant 4 : index
  %A = costate.reshape %x to (%two, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %F, %p = costate.lu %A else 1 : tensor<?x?xf64> -> tensor<?x?xf64>, tensor<?xi64>
  %y = costate.reshape %F to (%four) : tensor<?x?xf64> -> tensor<?xf64>
  return %y, %p : tensor<?xf64>, tensor<?xi64>
}

func.func @singular(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[0.0, 0.0, 0.0, 0.0]> : tensor<4xf64>],
    costate.failure = "singular"} {
  %two = arith.constant 2 : index
  %four = arith.constant 4 : index
  %A = costate.reshape %x to (%two, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %F, %p = costate.lu %A else 1 : tensor<?x?xf64> -> tensor<?x?xf64>, tensor<?xi64>
  %y = costate.reshape %F to (%four) : tensor<?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}
