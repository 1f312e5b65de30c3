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
