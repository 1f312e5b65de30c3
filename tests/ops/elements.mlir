// RUN: costate-opt %s | costate-opt | FileCheck %s

// A set written out declares its root; its elements are 0, 1, ....
// CHECK: costate.elements
// CHECK: labels = ["x", "y", "z"]
costate.program attributes {roots = ["Bus", "Arc"]} {
  %a = costate.elements {labels = ["x", "y", "z"], root = 0 : i32, costate.expect = [dense<[0, 1, 2]> : tensor<3xi32>]} : () -> tensor<?xi32>
  %b = costate.elements {labels = [10, 20], root = 1 : i32, costate.expect = [dense<[0, 1]> : tensor<2xi32>]} : () -> tensor<?xi32>
}
