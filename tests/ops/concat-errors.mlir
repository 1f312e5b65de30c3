// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: one type
costate.program attributes {roots = ["Bus", "Arc"]} {
  %a = costate.literal {values = dense<[2]> : tensor<1xi32>} : () -> tensor<?xi32>
  %b = costate.literal {values = dense<[1.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  // expected-error @below {{'costate.concat' op joins 'tensor<?xi32>' and 'tensor<?xf64>' to 'tensor<?xi32>'}}
  %c = costate.concat %a, %b : (tensor<?xi32>, tensor<?xf64>) -> tensor<?xi32>
}
