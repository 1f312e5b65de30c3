// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: one f64 per result
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    // expected-error @below {{'costate.shared' op body does not take one index and yield 2 f64}}
    %k:2 = costate.shared over %n attributes {parts = array<i32: 1, 2, 2>, positions = 2 : i32} : (tensor<?xi32>) -> (tensor<?xf64>, tensor<?xf64>) {
    ^bb0(%s: index):
      %xs = costate.at %x[%s] : tensor<?xf64> -> f64
      %v = math.sqrt %xs : f64
      costate.yield %v : f64
    }
  }
}

// -----

// C1: one index
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    // expected-error @below {{'costate.shared' op body does not take one index and yield 1 f64}}
    %k = costate.shared over %n attributes {parts = array<i32: 1, 1, 1>, positions = 2 : i32} : (tensor<?xi32>) -> tensor<?xf64> {
      %v = arith.constant 0.0 : f64
      costate.yield %v : f64
    }
  }
}

// -----

// C2: parts do not decrease
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    // expected-error @below {{'costate.shared' op has parts that do not go from 1 to its 1 results}}
    %k = costate.shared over %n attributes {parts = array<i32: 1, 2, 1>, positions = 2 : i32} : (tensor<?xi32>) -> tensor<?xf64> {
    ^bb0(%s: index):
      %xs = costate.at %x[%s] : tensor<?xf64> -> f64
      %v = math.sqrt %xs : f64
      costate.yield %v : f64
    }
  }
}

// -----

// C2: parts begin with 1
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    // expected-error @below {{'costate.shared' op has parts that do not go from 1 to its 1 results}}
    %k = costate.shared over %n attributes {parts = array<i32: 0, 1, 1>, positions = 2 : i32} : (tensor<?xi32>) -> tensor<?xf64> {
    ^bb0(%s: index):
      %xs = costate.at %x[%s] : tensor<?xf64> -> f64
      %v = math.sqrt %xs : f64
      costate.yield %v : f64
    }
  }
}

// -----

// C3: a kernel where there is no body
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    // expected-error @below {{'costate.shared' op lacks its kernel `value`}}
    %k = costate.shared over %n attributes {parts = array<i32: 1, 1, 1>, positions = 2 : i32} : (tensor<?xi32>) -> tensor<?xf64> {}
  }
}

// -----

// C3: none where there is a body
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    // expected-error @below {{'costate.shared' op has a kernel too many: `value`}}
    %k = costate.shared over %n attributes {parts = array<i32: 1, 1, 1>, positions = 2 : i32, value = @v} : (tensor<?xi32>) -> tensor<?xf64> {
    ^bb0(%s: index):
      %xs = costate.at %x[%s] : tensor<?xf64> -> f64
      %v = math.sqrt %xs : f64
      costate.yield %v : f64
    }
  }
}

// -----

// C3: none for a part without results
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    // expected-error @below {{'costate.shared' op has a kernel too many: `second`}}
    %k = costate.shared over %n attributes {parts = array<i32: 1, 1, 1>, positions = 2 : i32, value = @v, second = @v} : (tensor<?xi32>) -> tensor<?xf64> {}
  }
}

// -----

// C3: of the module
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    // expected-error @below {{'costate.shared' op uses `v`, which is no kernel of the module}}
    %k = costate.shared over %n attributes {parts = array<i32: 1, 1, 1>, positions = 2 : i32, value = @v} : (tensor<?xi32>) -> tensor<?xf64> {}
  }
}
