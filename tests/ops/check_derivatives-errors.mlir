// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: a problem stated before it
costate.program attributes {roots = ["Bus", "Arc"]} {
  costate.problem "p" {}
  // expected-error @below {{'costate.check_derivatives' op names problem `q`, which is not stated before it}}
  costate.check_derivatives @q
}
