// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: labels of one kind
costate.program attributes {roots = ["Bus", "Arc"]} {
  // expected-error @below {{'costate.elements' op has labels that are neither all texts nor all integers}}
  %a = costate.elements {labels = ["x", 1], root = 0 : i32} : () -> tensor<?xi32>
}

// -----

// C2: the root
costate.program attributes {roots = ["Bus", "Arc"]} {
  // expected-error @below {{'costate.elements' op has root -1, expected 0 or more}}
  %a = costate.elements {labels = ["x"], root = -1 : i32} : () -> tensor<?xi32>
}
