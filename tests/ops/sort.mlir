// RUN: costate-opt %s | costate-opt | FileCheck %s

// Lexicographic by columns; equal rows keep their order.
// CHECK: costate.sort %{{.*}}, %{{.*}} {
costate.program attributes {roots = ["Bus", "Arc"]} {
  %a = costate.literal {values = dense<[2, 1, 2, 1]> : tensor<4xi32>} : () -> tensor<?xi32>
  %b = costate.literal {values = dense<[5, 9, 5, 3]> : tensor<4xi64>} : () -> tensor<?xi64>
  %p = costate.sort %a, %b {costate.expect = [dense<[3, 1, 0, 2]> : tensor<4xi32>]} : (tensor<?xi32>, tensor<?xi64>) -> tensor<?xi32>
}
