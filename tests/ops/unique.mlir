// RUN: costate-opt %s | costate-opt | FileCheck %s

// The first of equal rows.
// CHECK: costate.unique %{{.*}}, %{{.*}} {
costate.program attributes {roots = ["Bus", "Arc"]} {
  %a = costate.literal {values = dense<[2, 1, 2, 1]> : tensor<4xi32>} : () -> tensor<?xi32>
  %b = costate.literal {values = dense<[0, 0, 0, 5]> : tensor<4xi32>} : () -> tensor<?xi32>
  %u = costate.unique %a, %b {on_duplicate = "drop", roots = [], costate.expect = [dense<[0, 1, 3]> : tensor<3xi32>]} : (tensor<?xi32>, tensor<?xi32>) -> tensor<?xi32>
}
