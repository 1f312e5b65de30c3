// RUN: costate-opt --costate-lower-functions-to-loops --canonicalize --cse %s | FileCheck %s

// A result is written where it is wanted; the length of an argument is read.
// CHECK-LABEL: func.func @doubled(
// CHECK-SAME: %{{.*}}: index, %{{.*}}: index, %[[X:.*]]: memref<?xf64>, %[[Y:.*]]: memref<?xf64>, %[[LENGTHS:.*]]: memref<?xi64>, %{{.*}}: memref<?xi8>)
// CHECK-SAME: costate.inputs = 1 : i32
// CHECK-NOT: memref.alloc
// CHECK: memref.load %[[LENGTHS]]
// CHECK: scf.for %[[I:.*]] =
// CHECK: %[[V:.*]] = memref.load %[[X]][%[[I]]]
// CHECK: %[[W:.*]] = arith.addf %[[V]], %[[V]]
// CHECK: memref.store %[[W]], %[[Y]][%[[I]]]
func.func @doubled(%x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = arith.addf %v, %v : f64
    costate.yield %w : f64
  }
  return %y : tensor<?xf64>
}

// Memory of a tensor inside of a loop is made once before it, and freed after it; carried arrays change places.
// CHECK-LABEL: func.func @steps(
// CHECK: memref.alloc
// CHECK: %[[LOOP:.*]]:2 = scf.for %{{.*}} iter_args(%[[A:.*]] = %{{.*}}, %[[B:.*]] = %{{.*}}) -> (memref<?xi8>, memref<?xi8>) {
// CHECK-NOT: memref.alloc
// CHECK: memref.view %[[A]]
// CHECK: memref.view %[[B]]
// CHECK: scf.yield %[[B]], %[[A]]
// CHECK: memref.view %[[LOOP]]#0
// CHECK: memref.dealloc
func.func @steps(%x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %ten = arith.constant 10 : index
  %last = costate.scan (%t < %ten) carry (%s = %x : tensor<?xf64>) {
    %squares = costate.map (%i < %n) -> (tensor<?xf64>) {
      %v = costate.at %s[%i] : tensor<?xf64> -> f64
      %w = arith.mulf %v, %v : f64
      costate.yield %w : f64
    }
    %total = costate.reduce "add" (%i < %n) -> (f64) {
      %v = costate.at %squares[%i] : tensor<?xf64> -> f64
      costate.yield %v : f64
    }
    %next = costate.map (%i < %n) -> (tensor<?xf64>) {
      %v = costate.at %squares[%i] : tensor<?xf64> -> f64
      %w = arith.divf %v, %total : f64
      costate.yield %w : f64
    }
    costate.yield %next : tensor<?xf64>
  }
  return %last : tensor<?xf64>
}

// A small array of known size is on the stack.
// CHECK-LABEL: func.func @small(
// CHECK: memref.alloca() {alignment = 64 : i64} : memref<3xf64>
// CHECK-NOT: memref.alloc(
func.func @small(%x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} {
  %three = arith.constant 3 : index
  %one = arith.constant 1 : index
  %y = costate.map (%i < %three) -> (tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = math.exp %v : f64
    costate.yield %w : f64
  }
  %s = costate.reduce "add" (%i < %three) -> (f64) {
    %v = costate.at %y[%i] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  %c = costate.map (%i < %one) -> (tensor<?xf64>) { costate.yield %s : f64 }
  return %c : tensor<?xf64>
}

// What is no function stays.
// CHECK-LABEL: func.func @other(%{{.*}}: tensor<?xf64>)
func.func @other(%x: tensor<?xf64>) -> tensor<?xf64> { return %x : tensor<?xf64> }
