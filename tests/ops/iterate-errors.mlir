// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: arguments of both regions
func.func @arguments(%x0: f64) -> f64 {
  // expected-error @below {{'costate.iterate' op carries 1 values, but its regions take other arguments}}
  %x = "costate.iterate"(%x0) ({
  ^bb0(%v: f64):
    %c = arith.constant true
    costate.yield %c : i1
  }, {
  ^bb0(%v: i64):
    costate.yield %x0 : f64
  }) : (f64) -> f64
  return %x : f64
}

// -----

// C2: a truth value from the condition
func.func @condition(%x0: f64) -> f64 {
  // expected-error @below {{'costate.iterate' op yields other values than one i1 and what it carries}}
  %x = costate.iterate carry (%v = %x0 : f64) while {
    costate.yield %v : f64
  } do (%u) {
    costate.yield %u : f64
  }
  return %x : f64
}

// -----

// C2: the next values from the body
func.func @body(%x0: f64) -> f64 {
  // expected-error @below {{'costate.iterate' op yields other values than one i1 and what it carries}}
  %x = costate.iterate carry (%v = %x0 : f64) while {
    %c = arith.constant true
    costate.yield %c : i1
  } do (%u) {
    costate.yield
  }
  return %x : f64
}

// -----

// C3: the tape is a result
func.func @tape(%x0: f64) -> f64 {
  // expected-error @below {{'costate.iterate' op has results of other types than what it carries}}
  %x = "costate.iterate"(%x0) <{record}> ({
  ^bb0(%v: f64):
    %c = arith.constant true
    costate.yield %c : i1
  }, {
  ^bb0(%v: f64):
    costate.yield %v : f64
  }) : (f64) -> f64
  return %x : f64
}

// -----

// C4: no accumulation
func.func @accumulates(%x: tensor<?xf64>, %n: index) -> tensor<?xf64> {
  %y = costate.map (%i < %n) into (%acc = %x : tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    // expected-error @below {{'costate.iterate' op accumulates in a loop of unknown length}}
    %v = costate.iterate carry (%v = %one : f64) while {
      %c = arith.constant false
      costate.yield %c : i1
    } do (%u) {
      costate.accumulate %u into %acc[%i] "add" : f64, tensor<?xf64>
      costate.yield %u : f64
    }
    costate.yield
  }
  return %y : tensor<?xf64>
}
