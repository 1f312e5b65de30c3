// RUN: costate-opt %s | costate-opt | FileCheck %s

// CHECK: costate.gaps %
func.func @of_three(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[1.0, 3.0, 2.0]> : tensor<3xf64>],
    costate.expect = [dense<[1.0, 0.5, 1.0, -0.5, 1.0, -1.0, -1.0, 1.0, 1.0]> : tensor<9xf64>]} {
  %E = costate.gaps %x else 1 : tensor<?xf64> -> tensor<?x?xf64>
  %nine = arith.constant 9 : index
  %y = costate.reshape %E to (%nine) : tensor<?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}

func.func @of_equal_ones(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[1.0, 3.0, 1.0]> : tensor<3xf64>],
    costate.failure = "not simple"} {
  %E = costate.gaps %x else 1 : tensor<?xf64> -> tensor<?x?xf64>
  %nine = arith.constant 9 : index
  %y = costate.reshape %E to (%nine) : tensor<?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}
