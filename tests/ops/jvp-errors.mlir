// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: a tangent per value, of its type
func.func @tangents(%x: f64, %v: tensor<?xf64>) -> f64 {
  // expected-error @below {{'costate.jvp' op has other tangents than one real value for each of `at`}}
  %y, %dy = costate.jvp at (%x) tangents (%v) : (f64, tensor<?xf64>) -> (f64, f64) {
  ^bb0(%u: f64):
    costate.yield %u : f64
  }
  return %dy : f64
}

// -----

// C1: reals
func.func @reals(%x: i64) -> f64 {
  %one = arith.constant 1.0 : f64
  // expected-error @below {{'costate.jvp' op has other tangents than one real value for each of `at`}}
  %y, %dy = costate.jvp at (%x) tangents (%x) : (i64, i64) -> (f64, f64) {
  ^bb0(%u: i64):
    costate.yield %one : f64
  }
  return %dy : f64
}

// -----

// C2: the arguments of the body
func.func @arguments(%x: f64) -> f64 {
  // expected-error @below {{'costate.jvp' op has a body that takes other values than `at`, or does not yield reals}}
  %y, %dy = costate.jvp at (%x) tangents (%x) : (f64, f64) -> (f64, f64) {
  ^bb0(%u: i64):
    costate.yield %x : f64
  }
  return %dy : f64
}

// -----

// C2: what the body yields
func.func @yielded(%x: f64, %k: i64) -> i64 {
  // expected-error @below {{'costate.jvp' op has a body that takes other values than `at`, or does not yield reals}}
  %y, %dy = costate.jvp at (%x) tangents (%x) : (f64, f64) -> (i64, i64) {
  ^bb0(%u: f64):
    costate.yield %k : i64
  }
  return %dy : i64
}

// -----

// C3: values and derivatives
func.func @results(%x: f64) -> f64 {
  // expected-error @below {{'costate.jvp' op has 1 results for 1 yielded values and their derivatives}}
  %y = costate.jvp at (%x) tangents (%x) : (f64, f64) -> (f64) {
  ^bb0(%u: f64):
    costate.yield %u : f64
  }
  return %y : f64
}

// -----

// C4: no side effects
func.func @accumulates(%x: tensor<?xf64>, %n: index) -> tensor<?xf64> {
  %y = costate.map (%i < %n) into (%acc = %x : tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    // expected-error @below {{'costate.jvp' op accumulates into what stands around it}}
    %v, %dv = costate.jvp at (%one) tangents (%one) : (f64, f64) -> (f64, f64) {
    ^bb0(%u: f64):
      costate.accumulate %u into %acc[%i] "add" : f64, tensor<?xf64>
      costate.yield %u : f64
    }
    costate.yield
  }
  return %y : tensor<?xf64>
}
