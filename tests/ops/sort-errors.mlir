// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: at least one column
costate.program attributes {roots = ["Bus", "Arc"]} {
  // expected-error @below {{'costate.sort' op has no columns}}
  %p = costate.sort : () -> tensor<?xi32>
}
