// RUN: costate-opt %s | costate-opt | FileCheck %s

// CHECK: costate.conv %
func.func @full(%x: tensor<?xf64>, %h: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[1.0, 2.0, 3.0]> : tensor<3xf64>, dense<[0.0, 1.0, 0.5]> : tensor<3xf64>],
    costate.expect = [dense<[0.0, 1.0, 2.5, 4.0, 1.5]> : tensor<5xf64>]} {
  %y = costate.conv %x, %h else 1 : tensor<?xf64>, tensor<?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}
