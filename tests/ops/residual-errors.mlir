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

// -----

// C2: the number of a constraint
costate.program attributes {roots = []} {
  costate.problem "p" {
    // expected-error @below {{'costate.residual' op has target 0 in a problem of 0 constraints}}
    costate.residual "r" attributes {target = 0 : i32} : () -> () {}
  }
}

// -----

// C2: rows of the target
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {
    }
    // expected-error @below {{'costate.residual' op has a target but no weights}}
    costate.residual "r" over %n rows %n attributes {target = 0 : i32} : (tensor<?xi32>, tensor<?xi32>) -> () {}
  }
}
