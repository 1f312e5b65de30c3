// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: what stands in it
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    // expected-error @below {{'costate.fill' op cannot stand in a problem}}
    %a = costate.fill %n {value = 0 : i32} : (tensor<?xi32>) -> tensor<?xi32>
  }
}

// -----

// C2: one objective
costate.program attributes {roots = ["Bus", "Arc"]} {
  // expected-error @below {{'costate.problem' op has 2 objectives, expected at most 1}}
  costate.problem "p" {
    costate.objective "f" "minimize" {}
    costate.objective "g" "minimize" {}
  }
}

// -----

// C2: also with a constraint between
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  // expected-error @below {{'costate.problem' op has 2 objectives, expected at most 1}}
  costate.problem "p" {
    costate.objective "f" "minimize" {}
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    costate.objective "g" "minimize" {}
  }
}
