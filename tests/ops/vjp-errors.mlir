// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: the arguments of the body
func.func @arguments(%x: f64) -> f64 {
  // expected-error @below {{'costate.vjp' op has a body that takes other values than the reals `at`}}
  %y, %bar = costate.vjp at (%x) seeds (%x) : (f64, f64) -> (f64, f64) {
  ^bb0(%u: i64):
    costate.yield %x : f64
  }
  return %bar : f64
}

// -----

// C2: a seed per yielded value
func.func @seeds(%x: f64) -> f64 {
  // expected-error @below {{'costate.vjp' op has other seeds than one real value for each yielded one}}
  %y, %bar = costate.vjp at (%x) seeds (%x) : (f64, f64) -> (f64, f64) {
  ^bb0(%u: f64):
    costate.yield %u, %u : f64, f64
  }
  return %bar : f64
}

// -----

// C2: reals
func.func @reals(%x: f64, %k: i64) -> f64 {
  // expected-error @below {{'costate.vjp' op has other seeds than one real value for each yielded one}}
  %y, %bar = costate.vjp at (%x) seeds (%k) : (f64, i64) -> (i64, f64) {
  ^bb0(%u: f64):
    costate.yield %k : i64
  }
  return %bar : f64
}

// -----

// C3: values and adjoints
func.func @results(%x: f64) -> f64 {
  // expected-error @below {{'costate.vjp' op has results of other types than seeds and `at`}}
  %y = costate.vjp at (%x) seeds (%x) : (f64, f64) -> (f64) {
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
    // expected-error @below {{'costate.vjp' op accumulates into what stands around it}}
    %v, %bar = costate.vjp at (%one) seeds (%one) : (f64, f64) -> (f64, f64) {
    ^bb0(%u: f64):
      costate.accumulate %u into %acc[%i] "add" : f64, tensor<?xf64>
      costate.yield %u : f64
    }
    costate.yield
  }
  return %y : tensor<?xf64>
}
