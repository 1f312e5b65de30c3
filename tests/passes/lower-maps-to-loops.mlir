// RUN: costate-opt %s --costate-lower-maps-to-loops --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @scatter(
// CHECK-SAME: %[[B:.*]]: index, %[[E:.*]]: index, %[[ROW:.*]]: memref<?xi32>, %[[X:.*]]: memref<?xf64>, %[[Y:.*]]: memref<?xf64>, %[[C:.*]]: memref<?xf64>)
// CHECK-SAME: costate.inputs = 2 : i32
// CHECK: scf.for %[[I:.*]] = %[[B]] to %[[E]] step
// CHECK: %[[V:.*]] = memref.load %[[X]][%[[I]]]
// CHECK: %[[CODE:.*]] = memref.load %[[ROW]][%[[I]]]
// CHECK: %[[SLOT:.*]] = arith.index_cast %[[CODE]]
// CHECK: %[[OLD:.*]] = memref.load %[[C]][%[[SLOT]]]
// CHECK: %[[NEW:.*]] = arith.addf %[[OLD]], %[[V]]
// CHECK: memref.store %[[NEW]], %[[C]][%[[SLOT]]]
// CHECK: memref.store %[[V]], %[[Y]][%[[I]]]
// CHECK: return
func.func @scatter(%n: index, %row: tensor<?xi32>, %x: tensor<?xf64>, %c0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>) attributes {costate.kernel} {
  %y, %c = costate.map (%i < %n) into (%acc = %c0 : tensor<?xf64>) -> (tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %code = costate.at %row[%i] : tensor<?xi32> -> i32
    %slot = arith.index_cast %code : i32 to index
    costate.accumulate %v into %acc[%slot] "add" : f64, tensor<?xf64>
    costate.yield %v : f64
  }
  return %y, %c : tensor<?xf64>, tensor<?xf64>
}

// Each kind on each type: reals keep not-a-number, truth values take and and or.
// CHECK-LABEL: func.func @kinds
// CHECK-DAG: arith.mulf
// CHECK-DAG: arith.minimumf
// CHECK-DAG: arith.maximumf
// CHECK-DAG: arith.addi
// CHECK-DAG: arith.minsi
// CHECK-DAG: arith.maxsi
// CHECK-DAG: arith.andi
// CHECK-DAG: arith.ori
func.func @kinds(%n: index, %x: tensor<?xf64>, %k: tensor<?xi64>, %t: tensor<?xi1>, %r0: tensor<?xf64>,
                 %i0: tensor<?xi64>, %b0: tensor<?xi1>)
    -> (tensor<?xf64>, tensor<?xi64>, tensor<?xi1>) attributes {costate.kernel} {
  %r, %j, %b = costate.map (%i < %n) into (%ra = %r0 : tensor<?xf64>, %ia = %i0 : tensor<?xi64>, %ba = %b0 : tensor<?xi1>) {
    %xi = costate.at %x[%i] : tensor<?xf64> -> f64
    %ki = costate.at %k[%i] : tensor<?xi64> -> i64
    %ti = costate.at %t[%i] : tensor<?xi1> -> i1
    costate.accumulate %xi into %ra[%i] "mul" : f64, tensor<?xf64>
    costate.accumulate %xi into %ra[%i] "min" : f64, tensor<?xf64>
    costate.accumulate %xi into %ra[%i] "max" : f64, tensor<?xf64>
    costate.accumulate %ki into %ia[%i] "add" : i64, tensor<?xi64>
    costate.accumulate %ki into %ia[%i] "min" : i64, tensor<?xi64>
    costate.accumulate %ki into %ia[%i] "max" : i64, tensor<?xi64>
    costate.accumulate %ti into %ba[%i] "min" : i1, tensor<?xi1>
    costate.accumulate %ti into %ba[%i] "max" : i1, tensor<?xi1>
    costate.yield
  }
  return %r, %j, %b : tensor<?xf64>, tensor<?xi64>, tensor<?xi1>
}

// Two dimensions: begin and end divide the first, the second is an argument.
// CHECK-LABEL: func.func @outer(
// CHECK-SAME: %[[B:.*]]: index, %[[E:.*]]: index, %[[M:.*]]: index, %[[X:.*]]: memref<?xf64>, %[[Y:.*]]: memref<?xf64>, %[[O:.*]]: memref<?x?xf64>)
// CHECK: scf.for %[[I:.*]] = %[[B]] to %[[E]]
// CHECK: scf.for %[[J:.*]] = %{{.*}} to %[[M]]
// CHECK: memref.store %{{.*}}, %[[O]][%[[I]], %[[J]]]
func.func @outer(%n: index, %m: index, %x: tensor<?xf64>, %y: tensor<?xf64>) -> tensor<?x?xf64>
    attributes {costate.kernel} {
  %o = costate.map (%i < %n, %j < %m) -> (tensor<?x?xf64>) {
    %a = costate.at %x[%i] : tensor<?xf64> -> f64
    %b = costate.at %y[%j] : tensor<?xf64> -> f64
    %v = arith.mulf %a, %b : f64
    costate.yield %v : f64
  }
  return %o : tensor<?x?xf64>
}
