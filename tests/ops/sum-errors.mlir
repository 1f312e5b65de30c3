// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: one index, one f64
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      // expected-error @below {{'costate.sum' op body does not yield one f64}}
      %u = costate.sum over %n : tensor<?xi32> {
      ^bb0(%t: index):
        costate.yield %t : index
      }
      costate.yield %u : f64
    }
  }
}

// -----

// C2: in a body
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  // expected-error @below {{'costate.sum' op does not stand in the body of a constraint, an objective, a let, a residual, a sum or a fold}}
  %u = costate.sum over %n : tensor<?xi32> {
  ^bb0(%t: index):
    %v = arith.constant 0.0 : f64
    costate.yield %v : f64
  }
}

// -----

// C3: of a let
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  %a = costate.literal {values = dense<[0.0, 1.0, 2.0]> : tensor<3xf64>} : () -> tensor<?xf64>
  costate.problem "p" {
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      // expected-error @below {{'costate.sum' op is said to equal what is not the column of a let}}
      %u = costate.sum over %n : tensor<?xi32> as %a[%s] : tensor<?xf64> {
      ^bb0(%t: index):
        %v = arith.constant 0.0 : f64
        costate.yield %v : f64
      }
      costate.yield %u : f64
    }
  }
}
