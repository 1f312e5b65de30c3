// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: one index
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    // expected-error @below {{'costate.constraint' op body takes 0 arguments, expected 1}}
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {
      %v = arith.constant 0.0 : f64
      costate.yield %v : f64
    }
  }
}

// -----

// C1: of type index
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    // expected-error @below {{'costate.constraint' op body takes 'i32', expected index}}
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {
    ^bb0(%s: i32):
      %v = arith.constant 0.0 : f64
      costate.yield %v : f64
    }
  }
}

// -----

// C1: one f64
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    // expected-error @below {{'costate.constraint' op body does not yield one f64}}
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      costate.yield
    }
  }
}

// -----

// C2: a root per index column
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    // expected-error @below {{'costate.constraint' op has 2 roots for 1 index columns}}
    costate.constraint "c" over %n index(%n) attributes {roots = [0 : i32, 0 : i32]} : (tensor<?xi32>, tensor<?xi32>) -> () {}
  }
}

// -----

// C3: the hidden variable is one of the problem
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {hidden, kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    // expected-error @below {{'costate.constraint' op defines variable 1 in a problem of 1 variables}}
    costate.constraint "c" over %n attributes {roots = [], defines = 1 : i32} : (tensor<?xi32>) -> () {}
  }
}

// -----

// C3: counted from 0
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    // expected-error @below {{'costate.constraint' op defines variable -1 in a problem of 0 variables}}
    costate.constraint "c" over %n attributes {roots = [], defines = -1 : i32} : (tensor<?xi32>) -> () {}
  }
}

// -----

// C3: and hidden
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    // expected-error @below {{'costate.constraint' op defines variable 0, which is not hidden}}
    costate.constraint "c" over %n attributes {roots = [], defines = 0 : i32} : (tensor<?xi32>) -> () {}
  }
}
