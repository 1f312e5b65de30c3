// RUN: costate-opt %s | costate-opt | FileCheck %s

// CHECK: costate.qr %
func.func @square(%x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[3.0, 1.0, 4.0, 2.0]> : tensor<4xf64>],
    costate.expect = [dense<[0.6, -0.8, 0.8, 0.6]> : tensor<4xf64>, dense<[5.0, 2.2, 0.0, 0.4]> : tensor<4xf64>]} {
  %two = arith.constant 2 : index
  %four = arith.constant 4 : index
  %A = costate.reshape %x to (%two, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %Q, %R = costate.qr %A else 1 : tensor<?x?xf64> -> tensor<?x?xf64>, tensor<?x?xf64>
  %q = costate.reshape %Q to (%four) : tensor<?x?xf64> -> tensor<?xf64>
  %r = costate.reshape %R to (%four) : tensor<?x?xf64> -> tensor<?xf64>
  return %q, %r : tensor<?xf64>, tensor<?xf64>
}

func.func @tall(%x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[3.0, 4.0]> : tensor<2xf64>],
    costate.expect = [dense<[0.6, 0.8]> : tensor<2xf64>, dense<[5.0]> : tensor<1xf64>]} {
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %A = costate.reshape %x to (%two, %one) : tensor<?xf64> -> tensor<?x?xf64>
  %Q, %R = costate.qr %A else 1 : tensor<?x?xf64> -> tensor<?x?xf64>, tensor<?x?xf64>
  %q = costate.reshape %Q to (%two) : tensor<?x?xf64> -> tensor<?xf64>
  %r = costate.reshape %R to (%one) : tensor<?x?xf64> -> tensor<?xf64>
  return %q, %r : tensor<?xf64>, tensor<?xf64>
}

func.func @wide(%x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[-3.0, 4.0]> : tensor<2xf64>],
    costate.expect = [dense<[-1.0]> : tensor<1xf64>, dense<[3.0, -4.0]> : tensor<2xf64>]} {
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %A = costate.reshape %x to (%one, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %Q, %R = costate.qr %A else 1 : tensor<?x?xf64> -> tensor<?x?xf64>, tensor<?x?xf64>
  %q = costate.reshape %Q to (%one) : tensor<?x?xf64> -> tensor<?xf64>
  %r = costate.reshape %R to (%two) : tensor<?x?xf64> -> tensor<?xf64>
  return %q, %r : tensor<?xf64>, tensor<?xf64>
}
