// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: the type of the source
costate.program attributes {roots = ["Bus", "Arc"]} {
  %x = costate.literal {values = dense<[1.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  %r = costate.literal {values = dense<[0]> : tensor<1xi32>} : () -> tensor<?xi32>
  // expected-error @below {{'costate.gather' op gathers 'tensor<?xi32>' from 'tensor<?xf64>'}}
  %y = costate.gather %x, %r : (tensor<?xf64>, tensor<?xi32>) -> tensor<?xi32>
}
