// RUN: costate-opt %s | costate-opt | FileCheck %s

// Rows first: a column of six as 2 x 3 and back, transposed between.
// CHECK: costate.reshape %{{.*}} to(%{{.*}}, %{{.*}}) : tensor<?xf64> -> tensor<?x?xf64>
func.func @transposed(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]> : tensor<6xf64>],
    costate.expect = [dense<[1.0, 4.0, 2.0, 5.0, 3.0, 6.0]> : tensor<6xf64>]} {
  %two = arith.constant 2 : index
  %three = arith.constant 3 : index
  %six = arith.constant 6 : index
  %A = costate.reshape %x to (%two, %three) : tensor<?xf64> -> tensor<?x?xf64>
  %B = costate.map (%j < %three, %i < %two) -> (tensor<?x?xf64>) {
    %v = costate.at %A[%i, %j] : tensor<?x?xf64> -> f64
    costate.yield %v : f64
  }
  %y = costate.reshape %B to (%six) : tensor<?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}

func.func @other_number(%x: tensor<?xf64>) -> (tensor<?x?xf64>) attributes {costate.function,
    costate.args = [dense<[1.0, 2.0, 3.0, 4.0, 5.0]> : tensor<5xf64>], costate.failure = "makes 6 entries of 5"} {
  %two = arith.constant 2 : index
  %three = arith.constant 3 : index
  %A = costate.reshape %x to (%two, %three) : tensor<?xf64> -> tensor<?x?xf64>
  return %A : tensor<?x?xf64>
}
