// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: the step takes and gives the states
func.func @step(%tape: !costate.tape<f64>, %w0: f64, %k: i64) -> f64 {
  // expected-error @below {{'costate.unwind' op has a step that does not take and give the states of the tape}}
  %w = costate.unwind %tape : !costate.tape<f64> step (%t, %s) {
    costate.yield %k : i64
  } adjoint (%t, %s) carry (%w = %w0 : f64) {
    costate.yield %w : f64
  }
  return %w : f64
}

// -----

// C2: the adjoint gives the next values
func.func @adjoint(%tape: !costate.tape<f64>, %w0: f64) -> f64 {
  // expected-error @below {{'costate.unwind' op has an adjoint that does not take and give what it carries}}
  %w = costate.unwind %tape : !costate.tape<f64> step (%t, %s) {
    costate.yield %s : f64
  } adjoint (%t, %s) carry (%w = %w0 : f64) {
    costate.yield
  }
  return %w : f64
}

// -----

// C3: the types of the results
func.func @results(%tape: !costate.tape<f64>, %w0: f64) -> i64 {
  // expected-error @below {{'costate.unwind' op has results of other types than what it carries and accumulates}}
  %w = "costate.unwind"(%tape, %w0) <{operandSegmentSizes = array<i32: 1, 1, 0>}> ({
  ^bb0(%t: index, %s: f64):
    costate.yield %s : f64
  }, {
  ^bb0(%t: index, %s: f64, %w: f64):
    costate.yield %w : f64
  }) : (!costate.tape<f64>, f64) -> i64
  return %w : i64
}

// -----

// C4: the step does not accumulate
func.func @accumulates(%tape: !costate.tape<f64>, %x: tensor<?xf64>, %n: index) -> tensor<?xf64> {
  %y = costate.map (%i < %n) into (%acc = %x : tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    // expected-error @below {{'costate.unwind' op accumulates in its step}}
    %w = costate.unwind %tape : !costate.tape<f64> step (%t, %s) {
      costate.accumulate %s into %acc[%t] "add" : f64, tensor<?xf64>
      costate.yield %s : f64
    } adjoint (%t, %s) carry (%w = %one : f64) {
      costate.yield %w : f64
    }
    costate.yield
  }
  return %y : tensor<?xf64>
}
