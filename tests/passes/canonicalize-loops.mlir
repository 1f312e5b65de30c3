// RUN: costate-opt %s --canonicalize --split-input-file | FileCheck %s

// A tape that nobody reads is not recorded.
// CHECK-LABEL: @unread
// CHECK: %[[S:.*]] = costate.scan (
// CHECK: %[[U:.*]] = costate.iterate carry
// CHECK: return %[[S]], %[[U]]
func.func @unread(%n: index, %x: f64) -> (f64, f64) attributes {costate.function} {
  %two = arith.constant 2.0 : f64
  %s, %tape = costate.scan record (%t < %n) carry (%a = %x : f64) {
    %b = arith.mulf %a, %a : f64
    costate.yield %b : f64
  }
  %u, %other = costate.iterate record carry (%a = %x : f64) while {
    %c = arith.cmpf olt, %a, %two : f64
    costate.yield %c : i1
  } do (%v) {
    %b = arith.addf %v, %two : f64
    costate.yield %b : f64
  }
  return %s, %u : f64, f64
}

// -----

// Steps that read no state need no tape: they are a loop in the other direction.
// CHECK-LABEL: @without_states
// CHECK-NOT: record
// CHECK: %[[W:.*]]:2 = costate.scan reversed (%[[T:.*]] < %arg0) carry (%[[V:.*]] = %arg1 : f64) into (%[[ACC:.*]] = %arg2 : tensor<?xf64>) {
// CHECK-NEXT: %[[P:.*]] = arith.mulf %[[V]], %arg1
// CHECK-NEXT: costate.accumulate %[[P]] into %[[ACC]][%[[T]]] "add"
// CHECK-NEXT: costate.yield %[[P]] : f64
// CHECK: return %[[W]]#0, %[[W]]#1
func.func @without_states(%n: index, %x: f64, %zeros: tensor<?xf64>) -> (f64, tensor<?xf64>) attributes {costate.function} {
  %s, %tape = costate.scan record (%t < %n) carry (%a = %x : f64) {
    %b = arith.addf %a, %x : f64
    costate.yield %b : f64
  }
  %w, %sum = costate.unwind %tape : !costate.tape<f64> step (%t, %a) {
    %b = arith.addf %a, %x : f64
    costate.yield %b : f64
  } adjoint (%t, %a) carry (%v = %x : f64) into (%acc = %zeros : tensor<?xf64>) {
    %p = arith.mulf %v, %x : f64
    costate.accumulate %p into %acc[%t] "add" : f64, tensor<?xf64>
    costate.yield %p : f64
  }
  return %w, %sum : f64, tensor<?xf64>
}

// -----

// Those that read a state keep it.
// CHECK-LABEL: @with_states
// CHECK: costate.scan record
// CHECK: costate.unwind
func.func @with_states(%n: index, %x: f64) -> f64 attributes {costate.function} {
  %s, %tape = costate.scan record (%t < %n) carry (%a = %x : f64) {
    %b = arith.mulf %a, %x : f64
    costate.yield %b : f64
  }
  %w = costate.unwind %tape : !costate.tape<f64> step (%t, %a) {
    %b = arith.mulf %a, %x : f64
    costate.yield %b : f64
  } adjoint (%t, %a) carry (%v = %x : f64) {
    %p = arith.mulf %v, %a : f64
    costate.yield %p : f64
  }
  return %w : f64
}
