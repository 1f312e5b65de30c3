// RUN: costate-opt %s | costate-opt | FileCheck %s

// CHECK: costate.svd %
func.func @square(%x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[0.0, 2.0, -3.0, 0.0]> : tensor<4xf64>],
    costate.expect = [dense<[0.0, 1.0, -1.0, 0.0]> : tensor<4xf64>, dense<[3.0, 2.0]> : tensor<2xf64>, dense<[1.0, 0.0, 0.0, 1.0]> : tensor<4xf64>]} {
  %two = arith.constant 2 : index
  %four = arith.constant 4 : index
  %A = costate.reshape %x to (%two, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %U, %s, %V = costate.svd %A else 1 : tensor<?x?xf64> -> tensor<?x?xf64>, tensor<?xf64>, tensor<?x?xf64>
  %u = costate.reshape %U to (%four) : tensor<?x?xf64> -> tensor<?xf64>
  %v = costate.reshape %V to (%four) : tensor<?x?xf64> -> tensor<?xf64>
  return %u, %s, %v : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>
}

func.func @tall(%x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[3.0, -4.0]> : tensor<2xf64>],
    costate.expect = [dense<[0.6, -0.8]> : tensor<2xf64>, dense<[5.0]> : tensor<1xf64>, dense<[1.0]> : tensor<1xf64>]} {
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %A = costate.reshape %x to (%two, %one) : tensor<?xf64> -> tensor<?x?xf64>
  %U, %s, %V = costate.svd %A else 1 : tensor<?x?xf64> -> tensor<?x?xf64>, tensor<?xf64>, tensor<?x?xf64>
  %u = costate.reshape %U to (%two) : tensor<?x?xf64> -> tensor<?xf64>
  %v = costate.reshape %V to (%one) : tensor<?x?xf64> -> tensor<?xf64>
  return %u, %s, %v : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>
}
