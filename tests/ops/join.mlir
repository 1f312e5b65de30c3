// RUN: costate-opt %s | costate-opt | FileCheck %s

// Pairs of rows with equal keys, by left row, then by right row; keys may be of both integer types.
// CHECK: costate.join(%{{.*}}), (%{{.*}}) {
// CHECK: costate.join(%{{.*}}, %{{.*}}), (%{{.*}}, %{{.*}}) {
costate.program attributes {roots = ["Bus", "Arc"]} {
  %a = costate.literal {values = dense<[3, 1, 3]> : tensor<3xi32>} : () -> tensor<?xi32>
  %a2 = costate.literal {values = dense<[0, 0, 1]> : tensor<3xi32>} : () -> tensor<?xi32>
  %b = costate.literal {values = dense<[3, 3, 1, 9]> : tensor<4xi64>} : () -> tensor<?xi64>
  %b2 = costate.literal {values = dense<[1, 0, 0, 0]> : tensor<4xi32>} : () -> tensor<?xi32>
  %l, %r = costate.join (%a), (%b) {costate.expect = [dense<[0, 0, 1, 2, 2]> : tensor<5xi32>, dense<[0, 1, 2, 0, 1]> : tensor<5xi32>]} : (tensor<?xi32>, tensor<?xi64>) -> (tensor<?xi32>, tensor<?xi32>)
  %l2, %r2 = costate.join (%a, %a2), (%b, %b2) {costate.expect = [dense<[0, 1, 2]> : tensor<3xi32>, dense<[1, 2, 0]> : tensor<3xi32>]} : (tensor<?xi32>, tensor<?xi32>, tensor<?xi64>, tensor<?xi32>) -> (tensor<?xi32>, tensor<?xi32>)
}
