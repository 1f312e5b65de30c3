// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: a text or an integer
costate.program attributes {roots = ["Bus", "Arc"]} {
  // expected-error @below {{'costate.label' op has label 1.000000e+00 : f64, expected a text or an integer}}
  %a = costate.label {root = 0 : i32, label = 1.0 : f64} : () -> tensor<?xi32>
}

// -----

// C2: the root
costate.program attributes {roots = ["Bus", "Arc"]} {
  // expected-error @below {{'costate.label' op has root -1, expected 0 or more}}
  %a = costate.label {root = -1 : i32, label = 1 : i64} : () -> tensor<?xi32>
}
