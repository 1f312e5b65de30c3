// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: an array
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {}
    costate.term into -1 over %n : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %xs = costate.at %x[%s] : tensor<?xf64> -> f64
      // expected-error @below {{'costate.stored' op takes array 1 of 1}}
      %v = costate.stored 1 of (%x) [%s] by (%xs) {partials = [unit]} : (tensor<?xf64>, index, f64) -> f64
      costate.yield %v : f64
    }
  }
}

// -----

// C2: one partial per array and argument
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {}
    costate.term into -1 over %n : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %xs = costate.at %x[%s] : tensor<?xf64> -> f64
      // expected-error @below {{'costate.stored' op needs 1 partials, each the number of an array, a real constant or unit}}
      %v = costate.stored 0 of (%x) [%s] by (%xs) {partials = []} : (tensor<?xf64>, index, f64) -> f64
      costate.yield %v : f64
    }
  }
}

// -----

// C2: of an array
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {}
    costate.term into -1 over %n : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %xs = costate.at %x[%s] : tensor<?xf64> -> f64
      // expected-error @below {{'costate.stored' op needs 1 partials, each the number of an array, a real constant or unit}}
      %v = costate.stored 0 of (%x) [%s] by (%xs) {partials = [1 : i32]} : (tensor<?xf64>, index, f64) -> f64
      costate.yield %v : f64
    }
  }
}

// -----

// C2: number, constant or unit
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {}
    costate.term into -1 over %n : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %xs = costate.at %x[%s] : tensor<?xf64> -> f64
      // expected-error @below {{'costate.stored' op needs 1 partials, each the number of an array, a real constant or unit}}
      %v = costate.stored 0 of (%x) [%s] by (%xs) {partials = ["a"]} : (tensor<?xf64>, index, f64) -> f64
      costate.yield %v : f64
    }
  }
}
