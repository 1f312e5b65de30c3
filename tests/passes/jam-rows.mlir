// RUN: costate-opt --costate-jam-rows --canonicalize --cse %s | FileCheck %s

// Neighbours in other rows: six rows in a step, first up to a whole line; the rest row by row.
// CHECK-LABEL: func.func @stencil(
// CHECK-DAG: %[[SIX:.*]] = arith.constant 6 : index
// CHECK-DAG: %[[SEVEN:.*]] = arith.constant 7 : index
// CHECK: %[[REST:.*]] = arith.remui %[[COUNT:.*]], %[[SIX]] : index
// CHECK: %[[STEPS:.*]] = arith.subi %[[COUNT]], %[[REST]] : index
// CHECK: %[[WHOLE:.*]] = arith.addi %[[STEPS]], %{{.*}} : index
// CHECK: scf.for %{{.*}} = %{{.*}} to %[[WHOLE]] step %[[SIX]] {
// CHECK: arith.andi %{{.*}}, %[[SEVEN]] : index
// CHECK: scf.for
// CHECK: scf.for
// CHECK-COUNT-12: memref.load
// CHECK-NOT: memref.load
// CHECK-COUNT-6: memref.store
// CHECK-NOT: memref.store
// CHECK: scf.for %{{.*}} = %[[WHOLE]] to
// CHECK: scf.for
// CHECK-COUNT-2: memref.load
// CHECK: memref.store
func.func @stencil(%x: memref<?xf64>, %y: memref<?xf64>, %n: index) attributes {costate.function} {
  %c1 = arith.constant 1 : index
  %last = arith.subi %n, %c1 : index
  scf.for %i = %c1 to %last step %c1 {
    scf.for %j = %c1 to %last step %c1 {
      %own = arith.muli %i, %n : index
      %above = arith.subi %own, %n : index
      %below = arith.addi %own, %n : index
      %p = arith.addi %above, %j : index
      %q = arith.addi %below, %j : index
      %r = arith.addi %own, %j : index
      %u = memref.load %x[%p] : memref<?xf64>
      %d = memref.load %x[%q] : memref<?xf64>
      %s = arith.addf %u, %d : f64
      memref.store %s, %y[%r] : memref<?xf64>
    }
  }
  return
}

// What stands beside the entries runs for the six rows, too.
// CHECK-LABEL: func.func @edges(
// CHECK: scf.for %{{.*}} step %[[SIX:.*]] {
// CHECK: scf.for %{{.*}} = %{{.*}} to %[[SIX]]
// CHECK: memref.store %cst
// CHECK-COUNT-6: memref.store
// CHECK: scf.for
// CHECK: memref.store %cst
// CHECK: scf.for
// CHECK: memref.store
func.func @edges(%x: memref<?xf64>, %y: memref<?xf64>, %n: index) attributes {costate.function} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  scf.for %i = %c1 to %n step %c1 {
    %own = arith.muli %i, %n : index
    %above = arith.subi %own, %n : index
    scf.for %j = %c0 to %c1 step %c1 {
      %r = arith.addi %own, %j : index
      memref.store %zero, %y[%r] : memref<?xf64>
    }
    scf.for %j = %c1 to %n step %c1 {
      %p = arith.addi %above, %j : index
      %r = arith.addi %own, %j : index
      %u = memref.load %x[%p] : memref<?xf64>
      %v = memref.load %x[%r] : memref<?xf64>
      %s = arith.mulf %u, %v : f64
      memref.store %s, %y[%r] : memref<?xf64>
    }
  }
  return
}

// A row that is read when it was written; rows that share nothing; rows that write one place.
// CHECK-LABEL: func.func @recurrence(
// CHECK-COUNT-2: scf.for
// CHECK-NOT: scf.for
// CHECK-LABEL: func.func @copy(
// CHECK-COUNT-2: scf.for
// CHECK-NOT: scf.for
// CHECK-LABEL: func.func @last_row(
// CHECK-COUNT-2: scf.for
// CHECK-NOT: scf.for
func.func @recurrence(%y: memref<?xf64>, %n: index) attributes {costate.function} {
  %c1 = arith.constant 1 : index
  scf.for %i = %c1 to %n step %c1 {
    scf.for %j = %c1 to %n step %c1 {
      %own = arith.muli %i, %n : index
      %above = arith.subi %own, %n : index
      %p = arith.addi %above, %j : index
      %r = arith.addi %own, %j : index
      %u = memref.load %y[%p] : memref<?xf64>
      %v = memref.load %y[%r] : memref<?xf64>
      %s = arith.addf %u, %v : f64
      memref.store %s, %y[%r] : memref<?xf64>
    }
  }
  return
}

func.func @copy(%x: memref<?xf64>, %y: memref<?xf64>, %n: index) attributes {costate.function} {
  %c1 = arith.constant 1 : index
  scf.for %i = %c1 to %n step %c1 {
    scf.for %j = %c1 to %n step %c1 {
      %own = arith.muli %i, %n : index
      %r = arith.addi %own, %j : index
      %next = arith.addi %r, %c1 : index
      %u = memref.load %x[%next] : memref<?xf64>
      %v = memref.load %x[%r] : memref<?xf64>
      %s = arith.subf %u, %v : f64
      memref.store %s, %y[%r] : memref<?xf64>
    }
  }
  return
}

func.func @last_row(%x: memref<?xf64>, %y: memref<?xf64>, %n: index) attributes {costate.function} {
  %c1 = arith.constant 1 : index
  scf.for %i = %c1 to %n step %c1 {
    scf.for %j = %c1 to %n step %c1 {
      %own = arith.muli %i, %n : index
      %above = arith.subi %own, %n : index
      %p = arith.addi %above, %j : index
      %r = arith.addi %own, %j : index
      %u = memref.load %x[%p] : memref<?xf64>
      %v = memref.load %x[%r] : memref<?xf64>
      %s = arith.subf %u, %v : f64
      memref.store %s, %y[%j] : memref<?xf64>
    }
  }
  return
}
