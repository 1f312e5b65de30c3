// RUN: costate-opt %s --costate-differentiate --canonicalize --cse --split-input-file | FileCheck %s

!v = tensor<?xf64>

// A map yields values and derivatives.
// CHECK-LABEL: @forward
// CHECK: %[[Y:.*]]:2 = costate.map (%[[I:.*]] < %{{.*}}) -> (tensor<?xf64>, tensor<?xf64>) {
// CHECK: %[[A:.*]] = costate.at %arg0[%[[I]]]
// CHECK: %[[DA:.*]] = costate.at %arg1[%[[I]]]
// CHECK: %[[SIN:.*]] = math.sin %[[A]]
// CHECK: %[[COS:.*]] = math.cos %[[A]]
// CHECK: %[[DY:.*]] = arith.mulf %[[DA]], %[[COS]]
// CHECK: costate.yield %[[SIN]], %[[DY]] : f64, f64
// CHECK: return %[[Y]]#0, %[[Y]]#1
func.func @forward(%x: !v, %v: !v) -> (!v, !v) attributes {costate.function} {
  %n = costate.size %x, 0 : !v
  %r:2 = costate.jvp at (%x) tangents (%v) : (!v, !v) -> (!v, !v) {
  ^bb0(%at: !v):
    %y = costate.map (%i < %n) -> (!v) {
      %a = costate.at %at[%i] : !v -> f64
      %b = math.sin %a : f64
      costate.yield %b : f64
    }
    costate.yield %y : !v
  }
  return %r#0, %r#1 : !v, !v
}

// -----

!v = tensor<?xf64>
!m = tensor<?x?xf64>

// A reversed map accumulates into the adjoint of what it reads; a reduction in it accumulates further out. The matrix
// is data: nothing is computed for it, and the value of the function itself is not needed.
// CHECK-LABEL: @reverse
// CHECK-NOT: costate.reduce
// CHECK: %[[ZERO:.*]] = costate.map
// CHECK: %[[BAR:.*]] = costate.map (%[[I:.*]] < %{{.*}}) into (%[[ACC:.*]] = %[[ZERO]] : tensor<?xf64>) {
// CHECK-NEXT: %[[W:.*]] = costate.at %arg2[%[[I]]]
// CHECK-NEXT: costate.map (%[[K:.*]] < %{{.*}}) {
// CHECK-NEXT: %[[AIK:.*]] = costate.at %arg0[%[[I]], %[[K]]]
// CHECK-NEXT: %[[P:.*]] = arith.mulf %[[W]], %[[AIK]]
// CHECK-NEXT: costate.accumulate %[[P]] into %[[ACC]][%[[K]]] "add"
// CHECK: return %[[BAR]]
func.func @reverse(%A: !m, %x: !v, %w: !v) -> !v attributes {costate.function} {
  %n = costate.size %x, 0 : !v
  %r:2 = costate.vjp at (%x) seeds (%w) : (!v, !v) -> (!v, !v) {
  ^bb0(%at: !v):
    %y = costate.map (%i < %n) -> (!v) {
      %s = costate.reduce "add" (%k < %n) -> (f64) {
        %a = costate.at %A[%i, %k] : !m -> f64
        %b = costate.at %at[%k] : !v -> f64
        %p = arith.mulf %a, %b : f64
        costate.yield %p : f64
      }
      costate.yield %s : f64
    }
    costate.yield %y : !v
  }
  return %r#1 : !v
}

// -----

!v = tensor<?xf64>

// Where only numbers are read from outside, their adjoint is a sum.
// CHECK-LABEL: @sum
// CHECK: %[[S:.*]] = costate.reduce "add"
// CHECK: costate.at %arg1
// CHECK: return %[[S]]
func.func @sum(%c: f64, %w: !v) -> f64 attributes {costate.function} {
  %n = costate.size %w, 0 : !v
  %r:2 = costate.vjp at (%c) seeds (%w) : (f64, !v) -> (!v, f64) {
  ^bb0(%at: f64):
    %y = costate.map (%i < %n) -> (!v) {
      %b = math.sin %at : f64
      costate.yield %b : f64
    }
    costate.yield %y : !v
  }
  return %r#1 : f64
}

// -----

!v = tensor<?xf64>

// A loop leaves its states and is unwound; the adjoint of what it carries is carried back.
// CHECK-LABEL: @loop
// CHECK: %[[TAPE:.*]]:2 = costate.scan record
// CHECK: %[[W:.*]]:2 = costate.unwind %[[TAPE]]#1 : !costate.tape<f64> step (%[[T:.*]], %[[S:.*]]) {
// CHECK: } adjoint (%[[T]], %[[S]]) carry (%[[BAR:.*]] = %arg2 : f64) into (%[[ACC:.*]] = %{{.*}} : tensor<?xf64>) {
// CHECK-DAG: %[[A:.*]] = costate.at %arg1[%[[T]]]
// CHECK-DAG: %[[SBAR:.*]] = arith.mulf %[[BAR]], %[[A]]
// CHECK-DAG: %[[ABAR:.*]] = arith.mulf %[[BAR]], %[[S]]
// CHECK-DAG: costate.accumulate %[[ABAR]] into %[[ACC]][%[[T]]] "add"
// CHECK: costate.yield %[[SBAR]] : f64
// CHECK: return %[[W]]#0, %[[W]]#1
func.func @loop(%c: f64, %x: !v, %w: f64) -> (f64, !v) attributes {costate.function} {
  %n = costate.size %x, 0 : !v
  %r:3 = costate.vjp at (%c, %x) seeds (%w) : (f64, !v, f64) -> (f64, f64, !v) {
  ^bb0(%from: f64, %at: !v):
    %y = costate.scan (%t < %n) carry (%s = %from : f64) {
      %a = costate.at %at[%t] : !v -> f64
      %p = arith.mulf %s, %a : f64
      costate.yield %p : f64
    }
    costate.yield %y : f64
  }
  return %r#1, %r#2 : f64, !v
}

// -----

!v = tensor<?xf64>

// Forward over reverse: the tape holds states and their derivatives, nothing else is stored.
// CHECK-LABEL: @hessian_product
// CHECK: costate.scan record (%{{.*}} < %{{.*}}) carry (%{{.*}} = %arg0 : f64, %{{.*}} = %arg1 : f64)
// CHECK-NOT: -> (tensor
// CHECK: costate.unwind %{{.*}} : !costate.tape<f64, f64>
func.func @hessian_product(%c: f64, %v: f64, %x: !v) -> f64 attributes {costate.function} {
  %n = costate.size %x, 0 : !v
  %one = arith.constant 1.0 : f64
  %h:2 = costate.jvp at (%c) tangents (%v) : (f64, f64) -> (f64, f64) {
  ^bb0(%point: f64):
    %r:2 = costate.vjp at (%point) seeds (%one) : (f64, f64) -> (f64, f64) {
    ^bb0(%from: f64):
      %y = costate.scan (%t < %n) carry (%s = %from : f64) {
        %a = costate.at %x[%t] : !v -> f64
        %p = arith.mulf %s, %a : f64
        %q = math.sin %p : f64
        costate.yield %q : f64
      }
      costate.yield %y : f64
    }
    costate.yield %r#1 : f64
  }
  return %h#1 : f64
}

// -----

!v = tensor<?xf64>

// Reverse over reverse: all states are stored by a scan, which is unwound in turn.
// CHECK-LABEL: @twice_reversed
// CHECK: costate.scan record (%{{.*}} < %{{.*}}) carry (%{{.*}} = %arg0 : f64) -> (tensor<?xf64>)
// CHECK: costate.scan reversed record
// CHECK: costate.unwind reversed
// CHECK: costate.unwind
// CHECK: return
func.func @twice_reversed(%c: f64, %v: f64, %x: !v) -> f64 attributes {costate.function} {
  %n = costate.size %x, 0 : !v
  %one = arith.constant 1.0 : f64
  %h:2 = costate.vjp at (%c) seeds (%v) : (f64, f64) -> (f64, f64) {
  ^bb0(%point: f64):
    %r:2 = costate.vjp at (%point) seeds (%one) : (f64, f64) -> (f64, f64) {
    ^bb0(%from: f64):
      %y = costate.scan (%t < %n) carry (%s = %from : f64) {
        %a = costate.at %x[%t] : !v -> f64
        %p = arith.mulf %s, %a : f64
        %q = math.sin %p : f64
        costate.yield %q : f64
      }
      costate.yield %y : f64
    }
    costate.yield %r#1 : f64
  }
  return %h#1 : f64
}

// -----

!v = tensor<?xf64>

// The derivative of the least value is that of the first instance that has it; a product is a loop.
// CHECK-LABEL: @reductions
// CHECK: %[[AT:.*]] = costate.reduce "argmin"
// CHECK: scf.if
// CHECK: %[[K:.*]] = arith.index_cast %[[AT]] : i64 to index
// CHECK: costate.at %arg1[%[[K]]]
// CHECK-NOT: costate.reduce
// CHECK: costate.scan (%{{.*}} < %{{.*}}) carry (%[[P:.*]] = %{{.*}} : f64, %[[DP:.*]] = %{{.*}} : f64) {
func.func @reductions(%x: !v, %v: !v) -> (f64, f64) attributes {costate.function} {
  %n = costate.size %x, 0 : !v
  %r:4 = costate.jvp at (%x) tangents (%v) : (!v, !v) -> (f64, f64, f64, f64) {
  ^bb0(%at: !v):
    %l = costate.reduce "min" (%i < %n) -> (f64) {
      %a = costate.at %at[%i] : !v -> f64
      costate.yield %a : f64
    }
    %p = costate.reduce "mul" (%i < %n) -> (f64) {
      %a = costate.at %at[%i] : !v -> f64
      costate.yield %a : f64
    }
    costate.yield %l, %p : f64, f64
  }
  return %r#2, %r#3 : f64, f64
}

// -----

!v = tensor<?xf64>

// What is not taken does not reach the derivative, whatever it is.
// CHECK-LABEL: @choice
// CHECK: %[[C:.*]] = arith.cmpf ogt
// CHECK: arith.select %[[C]], %arg1
func.func @choice(%x: f64, %w: f64) -> f64 attributes {costate.function} {
  %zero = arith.constant 0.0 : f64
  %r:2 = costate.vjp at (%x) seeds (%w) : (f64, f64) -> (f64, f64) {
  ^bb0(%at: f64):
    %c = arith.cmpf ogt, %at, %zero : f64
    %l = math.log %at : f64
    %y = arith.select %c, %l, %zero : f64
    costate.yield %y : f64
  }
  return %r#1 : f64
}

// -----

!v = tensor<?xf64>

// Without derivative operators nothing changes.
// CHECK-LABEL: @none
// CHECK-NEXT: %[[N:.*]] = costate.size
// CHECK-NEXT: %[[P:.*]] = costate.reduce "mul"
// CHECK-NEXT: costate.at
// CHECK-NEXT: costate.yield
// CHECK-NEXT: }
// CHECK-NEXT: return %[[P]]
func.func @none(%x: !v) -> f64 attributes {costate.function} {
  %n = costate.size %x, 0 : !v
  %p = costate.reduce "mul" (%i < %n) -> (f64) {
    %a = costate.at %x[%i] : !v -> f64
    costate.yield %a : f64
  }
  return %p : f64
}
