// RUN: costate-opt %s | costate-opt | FileCheck %s

// CHECK: costate.sparse_solve transposed
// The first entry in two parts.
func.func @plain(%rows: tensor<?xi64>, %columns: tensor<?xi64>, %values: tensor<?xf64>, %r: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[0, 0, 1, 1, 0]> : tensor<5xi64>, dense<[0, 1, 0, 1, 0]> : tensor<5xi64>, dense<[0.25, 2.0, 3.0, 4.0, 0.75]> : tensor<5xf64>, dense<[5.0, 6.0]> : tensor<2xf64>],
    costate.expect = [dense<[-4.0, 4.5]> : tensor<2xf64>]} {
  %one = arith.constant 1 : index
  %n = arith.constant 2 : index
  %b = costate.reshape %r to (%n, %one) : tensor<?xf64> -> tensor<?x?xf64>
  %s = costate.sparse_solve %values at %rows, %columns of %b else 1 : tensor<?xf64>, tensor<?xi64>, tensor<?xi64>, tensor<?x?xf64> -> tensor<?x?xf64>
  %y = costate.reshape %s to (%n) : tensor<?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}

func.func @transposed(%rows: tensor<?xi64>, %columns: tensor<?xi64>, %values: tensor<?xf64>, %r: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[0, 0, 1, 1, 0]> : tensor<5xi64>, dense<[0, 1, 0, 1, 0]> : tensor<5xi64>, dense<[0.25, 2.0, 3.0, 4.0, 0.75]> : tensor<5xf64>, dense<[5.0, 6.0]> : tensor<2xf64>],
    costate.expect = [dense<[-1.0, 2.0]> : tensor<2xf64>]} {
  %one = arith.constant 1 : index
  %n = arith.constant 2 : index
  %b = costate.reshape %r to (%n, %one) : tensor<?xf64> -> tensor<?x?xf64>
  %s = costate.sparse_solve transposed %values at %rows, %columns of %b else 1 : tensor<?xf64>, tensor<?xi64>, tensor<?xi64>, tensor<?x?xf64> -> tensor<?x?xf64>
  %y = costate.reshape %s to (%n) : tensor<?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}

// Symmetric, with positive pivots: [2 -1 0; -1 2 -1; 0 -1 2] x = [1 1 1].
func.func @positive(%rows: tensor<?xi64>, %columns: tensor<?xi64>, %values: tensor<?xf64>, %r: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[0, 1, 2, 0, 1, 1, 2]> : tensor<7xi64>, dense<[0, 1, 2, 1, 0, 2, 1]> : tensor<7xi64>, dense<[2.0, 2.0, 2.0, -1.0, -1.0, -1.0, -1.0]> : tensor<7xf64>, dense<[1.0, 1.0, 1.0]> : tensor<3xf64>],
    costate.expect = [dense<[1.5, 2.0, 1.5]> : tensor<3xf64>]} {
  %one = arith.constant 1 : index
  %n = arith.constant 3 : index
  %b = costate.reshape %r to (%n, %one) : tensor<?xf64> -> tensor<?x?xf64>
  %s = costate.sparse_solve %values at %rows, %columns of %b else 1 : tensor<?xf64>, tensor<?xi64>, tensor<?xi64>, tensor<?x?xf64> -> tensor<?x?xf64>
  %y = costate.reshape %s to (%n) : tensor<?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}

// Symmetric, the second pivot is 1 - 4.
func.func @indefinite(%rows: tensor<?xi64>, %columns: tensor<?xi64>, %values: tensor<?xf64>, %r: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[0, 0, 1, 1]> : tensor<4xi64>, dense<[0, 1, 0, 1]> : tensor<4xi64>, dense<[1.0, 2.0, 2.0, 1.0]> : tensor<4xf64>, dense<[5.0, 4.0]> : tensor<2xf64>],
    costate.expect = [dense<[1.0, 2.0]> : tensor<2xf64>]} {
  %one = arith.constant 1 : index
  %n = arith.constant 2 : index
  %b = costate.reshape %r to (%n, %one) : tensor<?xf64> -> tensor<?x?xf64>
  %s = costate.sparse_solve %values at %rows, %columns of %b else 1 : tensor<?xf64>, tensor<?xi64>, tensor<?xi64>, tensor<?x?xf64> -> tensor<?x?xf64>
  %y = costate.reshape %s to (%n) : tensor<?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}

// Both rows are equal.
func.func @singular(%rows: tensor<?xi64>, %columns: tensor<?xi64>, %values: tensor<?xf64>, %r: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[0, 0, 1, 1]> : tensor<4xi64>, dense<[0, 1, 0, 1]> : tensor<4xi64>, dense<[1.0, 2.0, 1.0, 2.0]> : tensor<4xf64>, dense<[1.0, 1.0]> : tensor<2xf64>],
    costate.failure = "singular"} {
  %one = arith.constant 1 : index
  %n = arith.constant 2 : index
  %b = costate.reshape %r to (%n, %one) : tensor<?xf64> -> tensor<?x?xf64>
  %s = costate.sparse_solve %values at %rows, %columns of %b else 1 : tensor<?xf64>, tensor<?xi64>, tensor<?xi64>, tensor<?x?xf64> -> tensor<?x?xf64>
  %y = costate.reshape %s to (%n) : tensor<?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}

func.func @outside(%rows: tensor<?xi64>, %columns: tensor<?xi64>, %values: tensor<?xf64>, %r: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[0, 2]> : tensor<2xi64>, dense<[0, 1]> : tensor<2xi64>, dense<[1.0, 2.0]> : tensor<2xf64>, dense<[1.0, 1.0]> : tensor<2xf64>],
    costate.failure = "outside"} {
  %one = arith.constant 1 : index
  %n = arith.constant 2 : index
  %b = costate.reshape %r to (%n, %one) : tensor<?xf64> -> tensor<?x?xf64>
  %s = costate.sparse_solve %values at %rows, %columns of %b else 1 : tensor<?xf64>, tensor<?xi64>, tensor<?xi64>, tensor<?x?xf64> -> tensor<?x?xf64>
  %y = costate.reshape %s to (%n) : tensor<?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}
