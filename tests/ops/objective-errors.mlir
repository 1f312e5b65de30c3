// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: no argument
costate.program attributes {roots = ["Bus", "Arc"]} {
  costate.problem "p" {
    // expected-error @below {{'costate.objective' op body takes 1 arguments, expected 0}}
    costate.objective "f" "minimize" {
    ^bb0(%s: index):
      %v = arith.constant 0.0 : f64
      costate.yield %v : f64
    }
  }
}

// -----

// C1: one f64
costate.program attributes {roots = ["Bus", "Arc"]} {
  costate.problem "p" {
    // expected-error @below {{'costate.objective' op body does not yield one f64}}
    costate.objective "f" "minimize" {
      %v = arith.constant 0 : i64
      costate.yield %v : i64
    }
  }
}

// -----

// C2: the sense
costate.program attributes {roots = ["Bus", "Arc"]} {
  costate.problem "p" {
    // expected-error @below {{'costate.objective' op has sense `least`, expected minimize or maximize}}
    costate.objective "f" "least" {}
  }
}
