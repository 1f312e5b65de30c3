// RUN: costate-opt %s | costate-opt | FileCheck %s

// One label of a root, a text or an integer.
// CHECK: costate.label {label = "seattle", root = 0 : i32}
// CHECK: costate.label {label = 101 : i64, root = 0 : i32}
costate.program attributes {roots = ["Bus", "Arc"]} {
  %a = costate.label {root = 0 : i32, label = "seattle"} : () -> tensor<?xi32>
  %b = costate.label {root = 0 : i32, label = 101 : i64} : () -> tensor<?xi32>
}
