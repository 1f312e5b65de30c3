// RUN: costate-opt --costate-split-ranges --canonicalize %s | FileCheck %s

// A difference with zeros beyond both ends: nothing is asked in the middle.
// CHECK-LABEL: func.func @difference(
// CHECK: scf.for
// CHECK: scf.for
// CHECK-NOT: scf.if
// CHECK-NOT: arith.cmpi
// CHECK: memref.store
// CHECK: scf.for
func.func @difference(%x: memref<?xf64>, %y: memref<?xf64>, %n: index) attributes {costate.function} {
  %zero = arith.constant 0.0 : f64
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %next = arith.addi %i, %c1 : index
    %isInside = arith.cmpi slt, %next, %n : index
    %right = scf.if %isInside -> f64 {
      %v = memref.load %x[%next] : memref<?xf64>
      scf.yield %v : f64
    } else {
      scf.yield %zero : f64
    }
    %isFirst = arith.cmpi eq, %i, %c0 : index
    %left = scf.if %isFirst -> f64 {
      scf.yield %zero : f64
    } else {
      %before = arith.subi %i, %c1 : index
      %v = memref.load %x[%before] : memref<?xf64>
      scf.yield %v : f64
    }
    %d = arith.subf %right, %left : f64
    memref.store %d, %y[%i] : memref<?xf64>
  }
  return
}

// One array behind the other: two loops, each with one of them.
// CHECK-LABEL: func.func @concatenation(
// CHECK: scf.for
// CHECK-NOT: scf.if
// CHECK: memref.load %arg0
// CHECK: scf.for
// CHECK-NOT: scf.if
// CHECK: memref.load %arg1
// CHECK-NOT: scf.for
// CHECK: return
func.func @concatenation(%x: memref<?xf64>, %y: memref<?xf64>, %z: memref<?xf64>, %n: index, %m: index)
    attributes {costate.function} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %m step %c1 {
    %isFirst = arith.cmpi sgt, %n, %i : index
    %v = scf.if %isFirst -> f64 {
      %v = memref.load %x[%i] : memref<?xf64>
      scf.yield %v : f64
    } else {
      %j = arith.subi %i, %n : index
      %v = memref.load %y[%j] : memref<?xf64>
      scf.yield %v : f64
    }
    memref.store %v, %z[%i] : memref<?xf64>
  }
  return
}

// What the data decides stays.
// CHECK-LABEL: func.func @data(
// CHECK: scf.for
// CHECK: scf.if
// CHECK-NOT: scf.for
// CHECK: return
func.func @data(%x: memref<?xi64>, %z: memref<?xf64>, %n: index) attributes {costate.function} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %five = arith.constant 5 : i64
  %one = arith.constant 1.0 : f64
  scf.for %i = %c0 to %n step %c1 {
    %k = memref.load %x[%i] : memref<?xi64>
    %is = arith.cmpi slt, %k, %five : i64
    scf.if %is {
      memref.store %one, %z[%i] : memref<?xf64>
    }
  }
  return
}

// Comparisons that choose a value are answered as well, where they change at the same place or near the end:
// the number below `max(n, 0)` is the same end, and what is true at every index needs no loop.
// CHECK-LABEL: func.func @adjoint(
// CHECK: scf.for
// CHECK: scf.for
// CHECK-NOT: arith.cmpi
// CHECK-NOT: arith.select
// CHECK-NOT: scf.if
// CHECK: memref.store
// CHECK: scf.for
func.func @adjoint(%x: memref<?xf64>, %y: memref<?xf64>, %n: i64) attributes {costate.function} {
  %zero = arith.constant 0.0 : f64
  %none = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %count = arith.maxsi %n, %none : i64
  %size = arith.index_cast %count : i64 to index
  scf.for %i = %c0 to %size step %c1 {
    %number = arith.index_cast %i : index to i64
    %next = arith.addi %number, %one : i64
    %after = arith.addi %i, %c1 : index
    %hasNext = arith.cmpi slt, %after, %size : index
    %right = scf.if %hasNext -> f64 {
      %v = memref.load %x[%after] : memref<?xf64>
      scf.yield %v : f64
    } else {
      scf.yield %zero : f64
    }
    %v = memref.load %x[%i] : memref<?xf64>
    %isInside = arith.cmpi slt, %next, %n : i64
    %left = arith.select %isInside, %v, %zero : f64
    %hasBefore = arith.cmpi sgt, %next, %one : i64
    %first = arith.select %hasBefore, %right, %zero : f64
    %isAny = arith.cmpi slt, %number, %n : i64
    %all = arith.select %isAny, %first, %v : f64
    %s = arith.addf %left, %all : f64
    memref.store %s, %y[%i] : memref<?xf64>
  }
  return
}

// A choice in the middle of the loop does not divide it.
// CHECK-LABEL: func.func @half(
// CHECK-COUNT-2: scf.for
// CHECK-NOT: scf.for
// CHECK: return
func.func @half(%x: memref<?xf64>, %y: memref<?xf64>, %n: index, %half: index) attributes {costate.function} {
  %zero = arith.constant 0.0 : f64
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %isFirst = arith.cmpi sge, %i, %c1 : index
    %left = scf.if %isFirst -> f64 {
      %before = arith.subi %i, %c1 : index
      %v = memref.load %x[%before] : memref<?xf64>
      scf.yield %v : f64
    } else {
      scf.yield %zero : f64
    }
    %isLow = arith.cmpi slt, %i, %half : index
    %w = arith.select %isLow, %left, %zero : f64
    memref.store %w, %y[%i] : memref<?xf64>
  }
  return
}
