// RUN: costate-opt %s | costate-opt | FileCheck %s

// A program holds its steps in order; roots have numbers.
// CHECK: costate.program attributes {roots = ["Bus", "Arc"]} {
costate.program attributes {roots = ["Bus", "Arc"]} {
  %a = costate.literal {values = dense<[1]> : tensor<1xi32>} : () -> tensor<?xi32>
}
