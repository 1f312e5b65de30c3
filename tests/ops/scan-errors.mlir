// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: the arguments of the body
func.func @arguments(%n: index, %s0: f64) -> f64 {
  // expected-error @below {{'costate.scan' op has a body whose arguments are not the position, 1 carried values and 0 accumulated tensors}}
  %s = "costate.scan"(%n, %s0) <{operandSegmentSizes = array<i32: 1, 1, 0, 0>}> ({
  ^bb0(%t: index, %v: i64):
    costate.yield %s0 : f64
  }) : (index, f64) -> f64
  return %s : f64
}

// -----

// C2: what the body yields
func.func @yielded(%n: index, %s0: f64, %k: i64) -> f64 {
  // expected-error @below {{'costate.scan' op yields other values than 1 carried and 0 collected ones}}
  %s = costate.scan (%t < %n) carry (%v = %s0 : f64) {
    costate.yield %k : i64
  }
  return %s : f64
}

// -----

// C3: collected values
func.func @collected(%n: index, %s0: f64) -> tensor<?xi64> {
  // expected-error @below {{'costate.scan' op yields 'f64' over 1 dimensions for a result of type 'tensor<?xi64>'}}
  %s, %all = costate.scan (%t < %n) carry (%v = %s0 : f64) -> (tensor<?xi64>) {
    costate.yield %v, %v : f64, f64
  }
  return %all : tensor<?xi64>
}

// -----

// C3: collected tensors have inner sizes
func.func @inner(%n: index, %s0: tensor<?xf64>) -> tensor<?x?xf64> {
  // expected-error @below {{'costate.scan' op has 0 inner sizes, expected 1}}
  %s, %all = costate.scan (%t < %n) carry (%v = %s0 : tensor<?xf64>) -> (tensor<?x?xf64>) {
    costate.yield %v, %v : tensor<?xf64>, tensor<?xf64>
  }
  return %all : tensor<?x?xf64>
}

// -----

// C4: the types of the results
func.func @results(%n: index, %s0: f64) -> i64 {
  // expected-error @below {{'costate.scan' op has results of other types than what it carries and accumulates}}
  %s = "costate.scan"(%n, %s0) <{operandSegmentSizes = array<i32: 1, 1, 0, 0>}> ({
  ^bb0(%t: index, %v: f64):
    costate.yield %v : f64
  }) : (index, f64) -> i64
  return %s : i64
}

// -----

// C4: the tape is the last result
func.func @tape(%n: index, %s0: f64) -> f64 {
  // expected-error @below {{'costate.scan' op has 1 results, expected 2 or more}}
  %s = "costate.scan"(%n, %s0) <{operandSegmentSizes = array<i32: 1, 1, 0, 0>, record}> ({
  ^bb0(%t: index, %v: f64):
    costate.yield %v : f64
  }) : (index, f64) -> f64
  return %s : f64
}

// -----

// C5: no loads from what is accumulated
func.func @loads(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> {
  %y = costate.scan (%t < %n) into (%acc = %x : tensor<?xf64>) {
    // expected-error @below {{'costate.at' op uses an `into` argument, into which one accumulates}}
    %v = costate.at %acc[%t] : tensor<?xf64> -> f64
    costate.yield
  }
  return %y : tensor<?xf64>
}

// -----

// C5: no other side effects
costate.program attributes {roots = ["Bus", "Arc"]} {
  %c = costate.literal {values = dense<[0.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  %n = arith.constant 1 : index
  costate.scan (%t < %n) {
    // expected-error @below {{'costate.check_domain' op has side effects in the body of `costate.scan`}}
    %checked = costate.check_domain "c" %c {roots = []} : (tensor<?xf64>) -> tensor<?xf64>
    costate.yield
  }
}
