// RUN: costate-opt --costate-merge-loops --cse %s | FileCheck %s

// A map and a sum over the same entries: what both read is loaded once, and stored is last.
// CHECK-LABEL: func.func @map_and_sum(
// CHECK: %[[S:.*]] = scf.for %[[I:.*]] = %{{.*}} to %arg2 step %{{.*}} iter_args(%[[T:.*]] = %{{.*}}) -> (f64) {
// CHECK-NEXT: %[[V:.*]] = memref.load %arg0[%[[I]]]
// CHECK-NEXT: %[[D:.*]] = arith.addf %[[V]], %[[V]]
// CHECK-NEXT: %[[P:.*]] = arith.mulf %[[V]], %[[V]]
// CHECK-NEXT: %[[N:.*]] = arith.addf %[[T]], %[[P]]
// CHECK-NEXT: memref.store %[[D]], %arg1[%[[I]]]
// CHECK-NEXT: scf.yield %[[N]]
// CHECK-NOT: scf.for
// CHECK: return %[[S]]
func.func @map_and_sum(%x: memref<?xf64>, %y: memref<?xf64>, %n: index) -> f64 attributes {costate.function} {
  %zero = arith.constant 0.0 : f64
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %v = memref.load %x[%i] : memref<?xf64>
    %d = arith.addf %v, %v : f64
    memref.store %d, %y[%i] : memref<?xf64>
  }
  %s = scf.for %i = %c0 to %n step %c1 iter_args(%t = %zero) -> f64 {
    %v = memref.load %x[%i] : memref<?xf64>
    %p = arith.mulf %v, %v : f64
    %next = arith.addf %t, %p : f64
    scf.yield %next : f64
  }
  return %s : f64
}

// Two sums, and views of what they read.
// CHECK-LABEL: func.func @two_sums(
// CHECK: %[[S:.*]]:2 = scf.for
// CHECK-NOT: scf.for
// CHECK: arith.subf %[[S]]#0, %[[S]]#1
func.func @two_sums(%x: memref<?xi8>, %n: index, %m: index) -> f64 attributes {costate.function} {
  %zero = arith.constant 0.0 : f64
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.view %x[%c0][%n] : memref<?xi8> to memref<?xf64>
  %s = scf.for %i = %c0 to %n step %c1 iter_args(%t = %zero) -> f64 {
    %v = memref.load %a[%i] : memref<?xf64>
    %next = arith.addf %t, %v : f64
    scf.yield %next : f64
  }
  %b = memref.view %x[%m][%n] : memref<?xi8> to memref<?xf64>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%t = %zero) -> f64 {
    %v = memref.load %b[%i] : memref<?xf64>
    %next = arith.addf %t, %v : f64
    scf.yield %next : f64
  }
  %d = arith.subf %s, %r : f64
  return %d : f64
}

// A sum of what the map stores, one that starts with the other, other bounds, a function that becomes
// arithmetic in a map, entries that are accumulated: two loops each.
// CHECK-LABEL: func.func @sum_of_stored(
// CHECK-COUNT-2: scf.for
// CHECK-LABEL: func.func @sum_of_sum(
// CHECK-COUNT-2: scf.for
// CHECK-LABEL: func.func @other_bounds(
// CHECK-COUNT-2: scf.for
// CHECK-LABEL: func.func @sine(
// CHECK-COUNT-2: scf.for
// CHECK-LABEL: func.func @accumulated(
// CHECK-COUNT-2: scf.for
func.func @sum_of_stored(%x: memref<?xf64>, %y: memref<?xf64>, %n: index) -> f64 attributes {costate.function} {
  %zero = arith.constant 0.0 : f64
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %v = memref.load %x[%i] : memref<?xf64>
    memref.store %v, %y[%i] : memref<?xf64>
  }
  %s = scf.for %i = %c0 to %n step %c1 iter_args(%t = %zero) -> f64 {
    %v = memref.load %x[%i] : memref<?xf64>
    %w = memref.load %y[%c0] : memref<?xf64>
    %p = arith.mulf %v, %w : f64
    %next = arith.addf %t, %p : f64
    scf.yield %next : f64
  }
  return %s : f64
}

func.func @sum_of_sum(%x: memref<?xf64>, %n: index) -> f64 attributes {costate.function} {
  %zero = arith.constant 0.0 : f64
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %s = scf.for %i = %c0 to %n step %c1 iter_args(%t = %zero) -> f64 {
    %v = memref.load %x[%i] : memref<?xf64>
    %next = arith.addf %t, %v : f64
    scf.yield %next : f64
  }
  %half = arith.mulf %s, %s : f64
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%t = %half) -> f64 {
    %v = memref.load %x[%i] : memref<?xf64>
    %next = arith.addf %t, %v : f64
    scf.yield %next : f64
  }
  return %r : f64
}

func.func @other_bounds(%x: memref<?xf64>, %n: index, %m: index) -> f64 attributes {costate.function} {
  %zero = arith.constant 0.0 : f64
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %s = scf.for %i = %c0 to %n step %c1 iter_args(%t = %zero) -> f64 {
    %v = memref.load %x[%i] : memref<?xf64>
    %next = arith.addf %t, %v : f64
    scf.yield %next : f64
  }
  %r = scf.for %i = %c0 to %m step %c1 iter_args(%t = %zero) -> f64 {
    %v = memref.load %x[%i] : memref<?xf64>
    %next = arith.addf %t, %v : f64
    scf.yield %next : f64
  }
  %d = arith.subf %s, %r : f64
  return %d : f64
}

func.func @sine(%x: memref<?xf64>, %y: memref<?xf64>, %n: index) -> f64 attributes {costate.function} {
  %zero = arith.constant 0.0 : f64
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %v = memref.load %x[%i] : memref<?xf64>
    %e = math.sin %v : f64
    memref.store %e, %y[%i] : memref<?xf64>
  }
  %s = scf.for %i = %c0 to %n step %c1 iter_args(%t = %zero) -> f64 {
    %v = memref.load %x[%i] : memref<?xf64>
    %next = arith.addf %t, %v : f64
    scf.yield %next : f64
  }
  return %s : f64
}

func.func @accumulated(%x: memref<?xf64>, %y: memref<?xf64>, %n: index) -> f64 attributes {costate.function} {
  %zero = arith.constant 0.0 : f64
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %v = memref.load %x[%i] : memref<?xf64>
    %old = memref.load %y[%c0] : memref<?xf64>
    %new = arith.addf %old, %v : f64
    memref.store %new, %y[%c0] : memref<?xf64>
  }
  %s = scf.for %i = %c0 to %n step %c1 iter_args(%t = %zero) -> f64 {
    %v = memref.load %x[%i] : memref<?xf64>
    %next = arith.addf %t, %v : f64
    scf.yield %next : f64
  }
  return %s : f64
}
