// RUN: costate-opt %s | costate-opt | FileCheck %s

// Equal entries stay in their order.
// CHECK: costate.argsort %
func.func @reals(%x: tensor<?xf64>) -> (tensor<?xi64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[3.0, 1.0, 2.0, 1.0]> : tensor<4xf64>],
    costate.expect = [dense<[1, 3, 2, 0]> : tensor<4xi64>]} {
  %p = costate.argsort %x else 1 : tensor<?xf64> -> tensor<?xi64>
  return %p : tensor<?xi64>
}

func.func @integers(%x: tensor<?xi64>) -> (tensor<?xi64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[3, 1, 2, 1]> : tensor<4xi64>],
    costate.expect = [dense<[1, 3, 2, 0]> : tensor<4xi64>]} {
  %p = costate.argsort %x else 1 : tensor<?xi64> -> tensor<?xi64>
  return %p : tensor<?xi64>
}
