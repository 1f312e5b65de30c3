// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: one index
costate.program attributes {roots = ["Bus", "Arc"]} {
  costate.problem "p" {
    costate.objective "f" "minimize" {}
    // expected-error @below {{'costate.term' op body takes 0 arguments, expected 1}}
    costate.term into -1 : () -> () {
      %v = arith.constant 0.0 : f64
      costate.yield %v : f64
    }
  }
}

// -----

// C1: no sums
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    costate.objective "f" "minimize" {}
    costate.term into -1 over %n : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      // expected-error @below {{'costate.sum' op does not stand in the body of a constraint, an objective, a let, a residual, a sum or a fold}}
      %u = costate.sum over %n : tensor<?xi32> {
      ^bb0(%t: index):
        %v = arith.constant 0.0 : f64
        costate.yield %v : f64
      }
      costate.yield %u : f64
    }
  }
}

// -----

// C2: the target exists
costate.program attributes {roots = ["Bus", "Arc"]} {
  costate.problem "p" {
    // expected-error @below {{'costate.term' op has target 0 in a problem of 0 constraints and 0 families of residuals}}
    costate.term into 0 : () -> () {
    ^bb0(%s: index):
      %v = arith.constant 0.0 : f64
      costate.yield %v : f64
    }
  }
}
