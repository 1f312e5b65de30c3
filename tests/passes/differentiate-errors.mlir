// RUN: costate-opt %s --costate-differentiate --split-input-file --verify-diagnostics

!v = tensor<?xf64>

func.func @accumulated_product(%x: !v, %v: !v) -> !v attributes {costate.function} {
  %n = costate.size %x, 0 : !v
  %first = arith.constant 0 : index
  %r:2 = costate.jvp at (%x) tangents (%v) : (!v, !v) -> (!v, !v) {
  ^bb0(%at: !v):
    %y = costate.map (%i < %n) into (%acc = %at : !v) {
      %a = costate.at %at[%i] : !v -> f64
      // expected-error @below {{of kind `mul` has no derivative, only `add` has one}}
      costate.accumulate %a into %acc[%first] "mul" : f64, !v
      costate.yield
    }
    costate.yield %y : !v
  }
  return %r#1 : !v
}

// -----

// Also where the loop only reads what is differentiated by.
func.func @unknown_loop(%x: f64, %w: f64) -> f64 attributes {costate.function} {
  %from = arith.constant 0 : index
  %to = arith.constant 3 : index
  %by = arith.constant 1 : index
  %one = arith.constant 1.0 : f64
  %r:2 = costate.vjp at (%x) seeds (%w) : (f64, f64) -> (f64, f64) {
  ^bb0(%at: f64):
    // expected-error @below {{has no derivative}}
    %y = scf.for %t = %from to %to step %by iter_args(%s = %one) -> (f64) {
      %p = arith.mulf %s, %at : f64
      scf.yield %p : f64
    }
    costate.yield %y : f64
  }
  return %r#1 : f64
}

// -----

!v = tensor<?xf64>

func.func @concatenated(%x: !v, %w: !v) -> !v attributes {costate.function} {
  %r:2 = costate.vjp at (%x) seeds (%w) : (!v, !v) -> (!v, !v) {
  ^bb0(%at: !v):
    // expected-error @below {{has no derivative}}
    %y = costate.concat %at, %at : (!v, !v) -> !v
    costate.yield %y : !v
  }
  return %r#1 : !v
}
