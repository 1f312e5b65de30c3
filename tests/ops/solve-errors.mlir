// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: a problem stated before it
costate.program attributes {roots = ["Bus", "Arc"]} {
  costate.problem "p" {}
  // expected-error @below {{'costate.solve' op names problem `q`, which is not stated before it}}
  costate.solve @q "ipm" {options = {}}
  costate.problem "q" {}
}
