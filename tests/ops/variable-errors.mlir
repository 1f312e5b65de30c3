// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: a root per index column
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    // expected-error @below {{'costate.variable' op has 0 roots for 1 index columns}}
    %x = costate.variable "x" like %n index(%n) {kind = "real", roots = []} : (tensor<?xi32>, tensor<?xi32>) -> tensor<?xf64>
  }
}

// -----

// C2: the kind
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    // expected-error @below {{'costate.variable' op has kind `complex`, expected real, int or binary}}
    %x = costate.variable "x" like %n {kind = "complex", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
  }
}
