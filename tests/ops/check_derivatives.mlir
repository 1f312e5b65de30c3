// RUN: costate-opt %s | costate-opt | FileCheck %s

// Derivatives of a problem are checked.
// CHECK: costate.check_derivatives @p
costate.program attributes {roots = ["Bus", "Arc"]} {
  costate.problem "p" {}
  costate.check_derivatives @p
}
