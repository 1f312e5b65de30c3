// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: one dimension
costate.program attributes {roots = ["Bus", "Arc"]} {
  // expected-error @below {{'costate.literal' op has values of type 'tensor<1x2xf64>' for a column of 'f64'}}
  %a = costate.literal {values = dense<0.0> : tensor<1x2xf64>} : () -> tensor<?xf64>
}

// -----

// C1: the element type
costate.program attributes {roots = ["Bus", "Arc"]} {
  // expected-error @below {{'costate.literal' op has values of type 'tensor<2xi32>' for a column of 'f64'}}
  %a = costate.literal {values = dense<0> : tensor<2xi32>} : () -> tensor<?xf64>
}
