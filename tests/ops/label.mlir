// RUN: costate-opt %s | costate-opt | FileCheck %s

// One label of a root, a text or an integer: its place in the set that declares the root.
// CHECK: costate.label {{.*}}label = "seattle", root = 0 : i32}
// CHECK: costate.label {{.*}}label = 101 : i64, root = 1 : i32}
costate.program attributes {roots = ["Bus", "Arc"]} {
  %bus = costate.elements {labels = ["topeka", "seattle"], root = 0 : i32} : () -> tensor<?xi32>
  %arc = costate.elements {labels = [7, 9, 101], root = 1 : i32} : () -> tensor<?xi32>
  %a = costate.label {root = 0 : i32, label = "seattle", costate.expect = [dense<[1]> : tensor<1xi32>]} : () -> tensor<?xi32>
  %b = costate.label {root = 1 : i32, label = 101 : i64, costate.expect = [dense<[2]> : tensor<1xi32>]} : () -> tensor<?xi32>
}
