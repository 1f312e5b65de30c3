// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: one index
costate.program attributes {roots = ["Bus", "Arc"]} {
  costate.problem "p" {
    // expected-error @below {{'costate.residual' op body takes 0 arguments, expected 1}}
    costate.residual "r" : () -> () {
      %v = arith.constant 0.0 : f64
      costate.yield %v : f64
    }
  }
}

// -----

// C1: one f64
costate.program attributes {roots = ["Bus", "Arc"]} {
  costate.problem "p" {
    // expected-error @below {{'costate.residual' op body does not yield one f64}}
    costate.residual "r" : () -> () {
    ^bb0(%s: index):
      costate.yield
    }
  }
}
