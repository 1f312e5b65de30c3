// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: the start
func.func @start(%a: i64) -> i64 {
  // expected-error @below {{'costate.root' op starts from 'i64', expected f64 or a tensor of f64}}
  %r = costate.root from %a else 2 : i64 {
  ^bb0(%u: i64):
    costate.yield %u : i64
  }
  return %r : i64
}

// -----

// C2: the body
func.func @body(%a: f64, %b: i64) -> f64 {
  // expected-error @below {{'costate.root' op has a body that does not take and yield one 'f64'}}
  %r = costate.root from %a else 2 : f64 {
  ^bb0(%u: f64):
    costate.yield %b : i64
  }
  return %r : f64
}

// -----

// C3: side effects
func.func @effects(%a: f64, %z: tensor<?xf64>, %n: index) -> tensor<?xf64> {
  %y = costate.map (%i < %n) into (%acc = %z : tensor<?xf64>) {
    // expected-error @below {{'costate.root' op accumulates into what stands around it}}
    %r = costate.root from %a else 2 : f64 {
    ^bb0(%u: f64):
      costate.accumulate %u into %acc[%i] "add" : f64, tensor<?xf64>
      costate.yield %u : f64
    }
    costate.yield
  }
  return %y : tensor<?xf64>
}
