// RUN: costate-opt %s --costate-sparse-derivatives --split-input-file --verify-diagnostics

// A position that is computed in the body is not a column of the space.
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {}
    costate.term into -1 over %n : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %one = arith.constant 1 : index
      %next = arith.addi %s, %one : index
      // expected-error @below {{variable `x` is read at a position that is not a column}}
      %xs = costate.at %x[%next] : tensor<?xf64> -> f64
      costate.yield %xs : f64
    }
  }
}

// -----

costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  %k = costate.literal {values = dense<[2.0, 3.0]> : tensor<2xf64>} : () -> tensor<?xf64>
  costate.problem "p" {
    costate.objective "f" "minimize" {}
    costate.term into -1 over %n : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %one = arith.constant 1 : index
      %next = arith.addi %s, %one : index
      // expected-error @below {{data is read at a position that is not a column of the space}}
      %ks = costate.at %k[%next] : tensor<?xf64> -> f64
      costate.yield %ks : f64
    }
  }
}

// -----

// An operation on a variable needs a derivative rule.
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {}
    costate.term into -1 over %n : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %xs = costate.at %x[%s] : tensor<?xf64> -> f64
      // expected-error @below {{'arith.maxnumf' has no derivative rule}}
      %m = arith.maxnumf %xs, %xs : f64
      costate.yield %m : f64
    }
  }
}
