// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: at least one column
costate.program attributes {roots = ["Bus", "Arc"]} {
  // expected-error @below {{'costate.unique' op has no columns}}
  %p = costate.unique {on_duplicate = "drop", roots = []} : () -> tensor<?xi32>
}

// -----

// C2: what happens to repetitions
costate.program attributes {roots = ["Bus", "Arc"]} {
  %a = costate.literal {values = dense<[1]> : tensor<1xi32>} : () -> tensor<?xi32>
  // expected-error @below {{'costate.unique' op has on_duplicate = `keep`, expected drop or error}}
  %p = costate.unique %a {on_duplicate = "keep", roots = []} : (tensor<?xi32>) -> tensor<?xi32>
}
