// RUN: costate-opt %s | costate-opt | FileCheck %s

// Entries by one index or two; at the own row, through another column, and at a constant.
// CHECK: costate.at %{{.*}}[%{{.*}}] : tensor<?xf64> -> f64
// CHECK: costate.at %{{.*}}[%{{.*}}, %{{.*}}] : tensor<?x?xi32> -> i32
func.func @entries(%x: tensor<?xf64>, %a: tensor<?x?xi32>, %i: index) -> (f64, i32) {
  %v = costate.at %x[%i] : tensor<?xf64> -> f64
  %w = costate.at %a[%i, %i] : tensor<?x?xi32> -> i32
  return %v, %w : f64, i32
}
costate.program attributes {roots = []} {
  %x = costate.literal {values = dense<[1.0, 2.0, 4.0, 8.0]> : tensor<4xf64>} : () -> tensor<?xf64>
  %t = costate.literal {values = dense<[true, false, false, true]> : tensor<4xi1>} : () -> tensor<?xi1>
  %q = costate.literal {values = dense<[3, 3, 0, 1, 2, 3, 0, 0, 1, 2, 3, 3, 1, 1, 0, 2, 3, 1, 0]> : tensor<19xi32>} : () -> tensor<?xi32>
  %n = costate.length %q : (tensor<?xi32>) -> index
  %y:3 = costate.map (%i < %n) -> (tensor<?xf64>, tensor<?xi1>, tensor<?xf64>) {
    %two = arith.constant 2 : index
    %row = costate.at %q[%i] : tensor<?xi32> -> i32
    %place = arith.index_cast %row : i32 to index
    %0 = costate.at %x[%place] : tensor<?xf64> -> f64
    %1 = costate.at %t[%place] : tensor<?xi1> -> i1
    %2 = costate.at %x[%two] : tensor<?xf64> -> f64
    costate.yield %0, %1, %2 : f64, i1, f64
  } {costate.expect = [
    dense<[8.0, 8.0, 1.0, 2.0, 4.0, 8.0, 1.0, 1.0, 2.0, 4.0, 8.0, 8.0, 2.0, 2.0, 1.0, 4.0, 8.0, 2.0, 1.0]> : tensor<19xf64>,
    dense<[true, true, true, false, false, true, true, true, false, false, true, true, false, false, true, false, true, false, true]> : tensor<19xi1>,
    dense<4.0> : tensor<19xf64>
  ]}
}
