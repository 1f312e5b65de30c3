// RUN: costate-opt %s --costate-lower-maps-to-loops --costate-stage-gathers --canonicalize | FileCheck %s

// A sum of two loads through a table needs one buffer, a load used twice one of its own; the loop over a strip
// reads them and whole columns only.
// CHECK-LABEL: func.func @gathered
// CHECK-DAG: %[[LENGTH:.*]] = arith.constant 256 : index
// CHECK-COUNT-2: memref.alloca() {alignment = 64 : i64} : memref<256xi64>
// CHECK-NOT: memref.alloca
// CHECK: scf.for %[[S:.*]] = %[[B:.*]] to %[[E:.*]] step %[[LENGTH]]
// CHECK: arith.minsi
// CHECK: scf.for %[[I:.*]] = %[[S]] to %[[END:.*]] step
// CHECK-COUNT-3: arith.index_cast
// CHECK: arith.addf
// CHECK-COUNT-2: memref.store %{{.*}} : memref<256xi64>
// CHECK: scf.for %{{.*}} = %[[S]] to %[[END]] step
// CHECK-NOT: arith.index_cast
// CHECK: memref.store %{{.*}} : memref<?xf64>
// CHECK: return
func.func @gathered(%n: index, %x: tensor<?xf64>, %t: tensor<?xi32>, %u: tensor<?xi32>, %w: tensor<?xi32>)
    -> tensor<?xf64> attributes {costate.kernel} {
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %0 = costate.at %t[%i] : tensor<?xi32> -> i32
    %1 = arith.index_cast %0 : i32 to index
    %2 = costate.at %u[%i] : tensor<?xi32> -> i32
    %3 = arith.index_cast %2 : i32 to index
    %4 = costate.at %w[%i] : tensor<?xi32> -> i32
    %5 = arith.index_cast %4 : i32 to index
    %a = costate.at %x[%1] : tensor<?xf64> -> f64
    %b = costate.at %x[%3] : tensor<?xf64> -> f64
    %c = costate.at %x[%5] : tensor<?xf64> -> f64
    %s = arith.addf %a, %b : f64
    %p1 = arith.mulf %s, %c : f64
    %p2 = arith.mulf %p1, %c : f64
    %p3 = arith.addf %p2, %p1 : f64
    %p4 = arith.mulf %p3, %p2 : f64
    %p5 = arith.addf %p4, %p3 : f64
    %p6 = arith.mulf %p5, %p4 : f64
    %p7 = arith.addf %p6, %p5 : f64
    %p8 = arith.mulf %p7, %p6 : f64
    %p9 = arith.addf %p8, %p7 : f64
    %q1 = arith.mulf %p9, %p8 : f64
    %q2 = arith.addf %q1, %p9 : f64
    %q3 = arith.mulf %q2, %q1 : f64
    %q4 = arith.addf %q3, %q2 : f64
    %q5 = arith.mulf %q4, %q3 : f64
    %q6 = arith.addf %q5, %q4 : f64
    %q7 = arith.mulf %q6, %q5 : f64
    %q8 = arith.addf %q7, %q6 : f64
    %q9 = arith.mulf %q8, %q7 : f64
    %r1 = arith.addf %q9, %q8 : f64
    %r2 = arith.mulf %r1, %q9 : f64
    %r3 = arith.addf %r2, %r1 : f64
    %r4 = arith.mulf %r3, %r2 : f64
    %r5 = arith.addf %r4, %r3 : f64
    %r6 = arith.mulf %r5, %r4 : f64
    %r7 = arith.addf %r6, %r5 : f64
    %r8 = arith.mulf %r7, %r6 : f64
    %r9 = arith.addf %r8, %r7 : f64
    %v1 = arith.mulf %r9, %r8 : f64
    %v2 = arith.addf %v1, %r9 : f64
    %v3 = arith.mulf %v2, %v1 : f64
    %v4 = arith.addf %v3, %v2 : f64
    %v5 = arith.mulf %v4, %v3 : f64
    costate.yield %v5 : f64
  }
  return %y : tensor<?xf64>
}

// Little arithmetic: stays as it is.
// CHECK-LABEL: func.func @product
// CHECK-NOT: memref.alloca
// CHECK: return
func.func @product(%n: index, %x: tensor<?xf64>, %t: tensor<?xi32>) -> tensor<?xf64> attributes {costate.kernel} {
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %0 = costate.at %t[%i] : tensor<?xi32> -> i32
    %1 = arith.index_cast %0 : i32 to index
    %a = costate.at %x[%1] : tensor<?xf64> -> f64
    %p = arith.mulf %a, %a : f64
    costate.yield %p : f64
  }
  return %y : tensor<?xf64>
}
