// RUN: costate-opt %s | costate-opt | FileCheck %s

// CHECK: costate.fft2 inverse
func.func @forward(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[1.0, 0.0, 2.0, 0.0, 3.0, 0.0, 4.0, 0.0]> : tensor<8xf64>],
    costate.expect = [dense<[10.0, 0.0, -2.0, 0.0, -4.0, 0.0, 0.0, 0.0]> : tensor<8xf64>]} {
  %two = arith.constant 2 : index
  %z = costate.reshape %x to (%two, %two, %two) : tensor<?xf64> -> tensor<?x?x?xf64>
  %X = costate.fft2 %z else 1 : tensor<?x?x?xf64> -> tensor<?x?x?xf64>
  %eight = arith.constant 8 : index
  %y = costate.reshape %X to (%eight) : tensor<?x?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}

func.func @backward(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[10.0, 0.0, -2.0, 0.0, -4.0, 0.0, 0.0, 0.0]> : tensor<8xf64>],
    costate.expect = [dense<[1.0, 0.0, 2.0, 0.0, 3.0, 0.0, 4.0, 0.0]> : tensor<8xf64>]} {
  %two = arith.constant 2 : index
  %z = costate.reshape %x to (%two, %two, %two) : tensor<?xf64> -> tensor<?x?x?xf64>
  %X = costate.fft2 inverse %z else 1 : tensor<?x?x?xf64> -> tensor<?x?x?xf64>
  %eight = arith.constant 8 : index
  %y = costate.reshape %X to (%eight) : tensor<?x?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}
