// RUN: costate-opt %s | costate-opt | FileCheck %s

// Positions in the row-major product of two sets of 2 and 3 members.
// CHECK: costate.locate_product(%{{.*}}, %{{.*}}) in(%{{.*}}, %{{.*}}) {
costate.program attributes {roots = ["Bus", "Arc"]} {
  %m1 = costate.literal {values = dense<[5, 7]> : tensor<2xi32>} : () -> tensor<?xi32>
  %m2 = costate.literal {values = dense<[1, 2, 3]> : tensor<3xi32>} : () -> tensor<?xi32>
  %q1 = costate.literal {values = dense<[7, 5, 7, 6]> : tensor<4xi32>} : () -> tensor<?xi32>
  %q2 = costate.literal {values = dense<[3, 1, 1, 1]> : tensor<4xi32>} : () -> tensor<?xi32>
  %a = costate.locate_product (%q1, %q2) in (%m1, %m2) {roots = [], array = "", set = "", missing = "minus_one", costate.expect = [dense<[5, 0, 3, -1]> : tensor<4xi32>]} : (tensor<?xi32>, tensor<?xi32>, tensor<?xi32>, tensor<?xi32>) -> tensor<?xi32>
}
