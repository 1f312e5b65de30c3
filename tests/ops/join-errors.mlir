// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: as many keys on both sides
costate.program attributes {roots = ["Bus", "Arc"]} {
  %a = costate.literal {values = dense<[1]> : tensor<1xi32>} : () -> tensor<?xi32>
  // expected-error @below {{'costate.join' op has 1 and 2 columns, expected as many, at least one}}
  %l, %r = costate.join (%a), (%a, %a) : (tensor<?xi32>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?xi32>, tensor<?xi32>)
}

// -----

// C1: at least one
costate.program attributes {roots = ["Bus", "Arc"]} {
  // expected-error @below {{'costate.join' op has 0 and 0 columns, expected as many, at least one}}
  %l, %r = costate.join (), () : () -> (tensor<?xi32>, tensor<?xi32>)
}
