// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: reals
func.func @f(%x: i64) -> i64 attributes {costate.function} {
  // expected-error @below {{'costate.ruled' op takes or gives other values than reals and tensors of them}}
  %y = costate.ruled at (%x) : (i64) -> i64 {
  ^bb0(%u: i64):
    costate.yield %u : i64
  } rule {
  ^bb0(%u: i64, %du: i64):
    costate.yield %du : i64
  }
  return %y : i64
}

// -----

// C2: directions
func.func @f(%x: f64) -> f64 attributes {costate.function} {
  // expected-error @below {{'costate.ruled' op has a region that does not take `at`, the rule twice}}
  %y = costate.ruled at (%x) : (f64) -> f64 {
  ^bb0(%u: f64):
    costate.yield %u : f64
  } rule {
  ^bb0(%u: f64):
    costate.yield %u : f64
  }
  return %y : f64
}

// -----

// C3: what is yielded
func.func @f(%x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} {
  // expected-error @below {{'costate.ruled' op has a region that does not yield one 'tensor<?xf64>'}}
  %y = costate.ruled at (%x) : (tensor<?xf64>) -> tensor<?xf64> {
  ^bb0(%u: tensor<?xf64>):
    costate.yield %u : tensor<?xf64>
  } rule {
  ^bb0(%u: tensor<?xf64>, %du: tensor<?xf64>):
    %z = arith.constant 0.0 : f64
    costate.yield %z : f64
  }
  return %y : tensor<?xf64>
}

// -----

// C4: no effects
func.func @f(%x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} {
  %n = arith.constant 1 : index
  %y = costate.map (%i < %n) into (%acc = %x : tensor<?xf64>) {
    %a = arith.constant 1.0 : f64
    // expected-error @below {{'costate.ruled' op accumulates into what stands around it}}
    %b = costate.ruled at (%a) : (f64) -> f64 {
    ^bb0(%u: f64):
      costate.accumulate %u into %acc[%i] "add" : f64, tensor<?xf64>
      costate.yield %u : f64
    } rule {
    ^bb0(%u: f64, %du: f64):
      costate.yield %du : f64
    }
    costate.yield
  }
  return %y : tensor<?xf64>
}
