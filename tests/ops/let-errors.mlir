// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: one real
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    // expected-error @below {{'costate.let' op body does not yield one f64}}
    %z = costate.let "z" over %n attributes {roots = []} : (tensor<?xi32>) -> tensor<?xf64> {
    ^bb0(%s: index):
      %v = arith.constant 0 : i64
      costate.yield %v : i64
    }
  }
}

// -----

// C2: roots and index columns
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    // expected-error @below {{'costate.let' op has 1 roots for 0 index columns}}
    %z = costate.let "z" over %n attributes {roots = [-1 : i32]} : (tensor<?xi32>) -> tensor<?xf64> {
    ^bb0(%s: index):
      %u = costate.sum over %n : tensor<?xi32> {
      ^bb0(%t: index):
        %v = arith.constant 0.0 : f64
        costate.yield %v : f64
      }
      costate.yield %u : f64
    }
  }
}
