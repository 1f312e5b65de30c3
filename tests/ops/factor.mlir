// RUN: costate-opt %s | costate-opt | FileCheck %s

// CHECK: costate.factor %{{.*}} else 1
// R'R = A, with R on and above the diagonal.
func.func @positive(%x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xi64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[4.0, 6.0, 6.0, 13.0]> : tensor<4xf64>],
    costate.expect = [dense<[2.0, 3.0, 6.0, 2.0]> : tensor<4xf64>, dense<[-1, -1]> : tensor<2xi64>]} {
  %two = arith.constant 2 : index
  %four = arith.constant 4 : index
  %A = costate.reshape %x to (%two, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %F, %p = costate.factor %A else 1 : tensor<?x?xf64> -> tensor<?x?xf64>, tensor<?xi64>
  %y = costate.reshape %F to (%four) : tensor<?x?xf64> -> tensor<?xf64>
  return %y, %p : tensor<?xf64>, tensor<?xi64>
}

// Substitution needs no factors.
func.func @lower(%x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xi64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[4.0, 0.0, 6.0, -3.0]> : tensor<4xf64>],
    costate.expect = [dense<[4.0, 0.0, 6.0, -3.0]> : tensor<4xf64>, dense<[-2, -2]> : tensor<2xi64>]} {
  %two = arith.constant 2 : index
  %four = arith.constant 4 : index
  %A = costate.reshape %x to (%two, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %F, %p = costate.factor %A else 1 : tensor<?x?xf64> -> tensor<?x?xf64>, tensor<?xi64>
  %y = costate.reshape %F to (%four) : tensor<?x?xf64> -> tensor<?xf64>
  return %y, %p : tensor<?xf64>, tensor<?xi64>
}

// The same.
func.func @upper(%x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xi64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[4.0, 6.0, 0.0, -3.0]> : tensor<4xf64>],
    costate.expect = [dense<[4.0, 6.0, 0.0, -3.0]> : tensor<4xf64>, dense<[-3, -3]> : tensor<2xi64>]} {
  %two = arith.constant 2 : index
  %four = arith.constant 4 : index
  %A = costate.reshape %x to (%two, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %F, %p = costate.factor %A else 1 : tensor<?x?xf64> -> tensor<?x?xf64>, tensor<?xi64>
  %y = costate.reshape %F to (%four) : tensor<?x?xf64> -> tensor<?xf64>
  return %y, %p : tensor<?xf64>, tensor<?xi64>
}

// Symmetric with positive diagonal, but the second pivot by Cholesky is 3 - 4.
func.func @indefinite(%x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xi64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[1.0, 2.0, 2.0, 3.0]> : tensor<4xf64>],
    costate.expect = [dense<[2.0, 3.0, 0.5, 0.5]> : tensor<4xf64>, dense<[1, 0]> : tensor<2xi64>]} {
  %two = arith.constant 2 : index
  %four = arith.constant 4 : index
  %A = costate.reshape %x to (%two, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %F, %p = costate.factor %A else 1 : tensor<?x?xf64> -> tensor<?x?xf64>, tensor<?xi64>
  %y = costate.reshape %F to (%four) : tensor<?x?xf64> -> tensor<?xf64>
  return %y, %p : tensor<?xf64>, tensor<?xi64>
}

// Rows are exchanged for the greatest pivot: 3.
func.func @general(%x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xi64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf64>],
    costate.expect = [dense<[3.0, 4.0, 0.3333333333333333, 0.6666666666666667]> : tensor<4xf64>, dense<[1, 0]> : tensor<2xi64>]} {
  %two = arith.constant 2 : index
  %four = arith.constant 4 : index
  %A = costate.reshape %x to (%two, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %F, %p = costate.factor %A else 1 : tensor<?x?xf64> -> tensor<?x?xf64>, tensor<?xi64>
  %y = costate.reshape %F to (%four) : tensor<?x?xf64> -> tensor<?xf64>
  return %y, %p : tensor<?xf64>, tensor<?xi64>
}

// Symmetric with positive diagonal; the second pivot is 0.
func.func @singular(%x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xi64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[1.0, 1.0, 1.0, 1.0]> : tensor<4xf64>],
    costate.failure = "singular"} {
  %two = arith.constant 2 : index
  %four = arith.constant 4 : index
  %A = costate.reshape %x to (%two, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %F, %p = costate.factor %A else 1 : tensor<?x?xf64> -> tensor<?x?xf64>, tensor<?xi64>
  %y = costate.reshape %F to (%four) : tensor<?x?xf64> -> tensor<?xf64>
  return %y, %p : tensor<?xf64>, tensor<?xi64>
}
