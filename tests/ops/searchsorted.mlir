// RUN: costate-opt %s | costate-opt | FileCheck %s

// Entries below, or not above.
// CHECK: costate.searchsorted right
func.func @left(%x: tensor<?xf64>, %v: tensor<?xf64>) -> (tensor<?xi64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[1.0, 2.0, 2.0, 3.0]> : tensor<4xf64>, dense<[2.0, 0.0, 5.0]> : tensor<3xf64>],
    costate.expect = [dense<[1, 0, 4]> : tensor<3xi64>]} {
  %k = costate.searchsorted %x, %v else 1 : tensor<?xf64>, tensor<?xf64> -> tensor<?xi64>
  return %k : tensor<?xi64>
}

func.func @right(%x: tensor<?xf64>, %v: tensor<?xf64>) -> (tensor<?xi64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[1.0, 2.0, 2.0, 3.0]> : tensor<4xf64>, dense<[2.0, 0.0, 5.0]> : tensor<3xf64>],
    costate.expect = [dense<[3, 0, 4]> : tensor<3xi64>]} {
  %k = costate.searchsorted right %x, %v else 1 : tensor<?xf64>, tensor<?xf64> -> tensor<?xi64>
  return %k : tensor<?xi64>
}
