// RUN: costate-opt %s | costate-opt | FileCheck %s

// Nilpotent: 1 + A; below, a rotation: exp([0 -1; 1 0]) has cosines and sines of 1.
// CHECK: costate.expm %
func.func @of_two_rows(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[0.0, 1.0, 0.0, 0.0]> : tensor<4xf64>],
    costate.expect = [dense<[1.0, 1.0, 0.0, 1.0]> : tensor<4xf64>]} {
  %two = arith.constant 2 : index
  %four = arith.constant 4 : index
  %A = costate.reshape %x to (%two, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %R = costate.expm %A else 1 : tensor<?x?xf64> -> tensor<?x?xf64>
  %y = costate.reshape %R to (%four) : tensor<?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}

func.func @rotation(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[0.0, -1.0, 1.0, 0.0]> : tensor<4xf64>],
    costate.expect = [dense<[0.5403023058681398, -0.8414709848078965, 0.8414709848078965, 0.5403023058681398]> : tensor<4xf64>]} {
  %two = arith.constant 2 : index
  %four = arith.constant 4 : index
  %A = costate.reshape %x to (%two, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %R = costate.expm %A else 1 : tensor<?x?xf64> -> tensor<?x?xf64>
  %y = costate.reshape %R to (%four) : tensor<?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}
