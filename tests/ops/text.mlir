// RUN: costate-opt %s | costate-opt | FileCheck %s

// A text is known by its code in the program's pool.
// CHECK: costate.text {value = "wind"} : () -> tensor<?xi32>
costate.program attributes {roots = ["Bus", "Arc"]} {
  %a = costate.text {value = "wind"} : () -> tensor<?xi32>
}
