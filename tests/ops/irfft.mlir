// RUN: costate-opt %s | costate-opt | FileCheck %s

// The imaginary parts 5 and 7 count as 0.
// CHECK: costate.irfft %
func.func @even(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[10.0, 5.0, -2.0, 2.0, -2.0, 7.0]> : tensor<6xf64>],
    costate.expect = [dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf64>]} {
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %three = arith.constant 3 : index
  %four = arith.constant 4 : index
  %z = costate.reshape %x to (%one, %three, %two) : tensor<?xf64> -> tensor<?x?x?xf64>
  %X = costate.irfft %z to %four else 1 : tensor<?x?x?xf64> -> tensor<?x?xf64>
  %y = costate.reshape %X to (%four) : tensor<?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}

func.func @odd(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[6.0, 5.0, -1.5, 0.8660254037844386]> : tensor<4xf64>],
    costate.expect = [dense<[1.0, 2.0, 3.0]> : tensor<3xf64>]} {
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %three = arith.constant 3 : index
  %z = costate.reshape %x to (%one, %two, %two) : tensor<?xf64> -> tensor<?x?x?xf64>
  %X = costate.irfft %z to %three else 1 : tensor<?x?x?xf64> -> tensor<?x?xf64>
  %y = costate.reshape %X to (%three) : tensor<?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}
