// RUN: costate-opt %s | costate-opt | FileCheck %s

// CHECK: costate.rfft %
func.func @even(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf64>],
    costate.expect = [dense<[10.0, 0.0, -2.0, 2.0, -2.0, 0.0]> : tensor<6xf64>]} {
  %one = arith.constant 1 : index
  %four = arith.constant 4 : index
  %z = costate.reshape %x to (%one, %four) : tensor<?xf64> -> tensor<?x?xf64>
  %X = costate.rfft %z else 1 : tensor<?x?xf64> -> tensor<?x?x?xf64>
  %six = arith.constant 6 : index
  %y = costate.reshape %X to (%six) : tensor<?x?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}

func.func @odd(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[1.0, 2.0, 3.0]> : tensor<3xf64>],
    costate.expect = [dense<[6.0, 0.0, -1.5, 0.8660254037844386]> : tensor<4xf64>]} {
  %one = arith.constant 1 : index
  %three = arith.constant 3 : index
  %four = arith.constant 4 : index
  %z = costate.reshape %x to (%one, %three) : tensor<?xf64> -> tensor<?x?xf64>
  %X = costate.rfft %z else 1 : tensor<?x?xf64> -> tensor<?x?x?xf64>
  %y = costate.reshape %X to (%four) : tensor<?x?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}
