// RUN: costate-opt %s | costate-opt | FileCheck %s

// A problem is solved with a method and its options.
// CHECK: costate.solve @p "ipm" {options = {tol = 1.000000e-08 : f64}}
costate.program attributes {roots = ["Bus", "Arc"]} {
  costate.problem "p" {}
  costate.solve @p "ipm" {options = {tol = 1.0e-8 : f64}}
}
