// RUN: costate-opt %s --costate-lower-maps-to-loops --costate-inline-math | FileCheck %s

// The functions of the C library that the second loop calls; LLVM must not know them.
// CHECK-DAG: llvm.func @sin(f64) -> f64 attributes {passthrough = ["nobuiltin", "nounwind"]}
// CHECK-DAG: llvm.func @cos(f64) -> f64

// Exponential and logarithm need no second loop and carry nothing.
// CHECK-LABEL: func.func @expLog
// CHECK: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %{{[^ ]*}} {
// CHECK-NOT: math.exp
// CHECK-NOT: math.log
// CHECK: math.fma
// CHECK: arith.divf
// CHECK-NOT: scf.if
// CHECK: return
func.func @expLog(%n: index, %x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {costate.kernel} {
  %e, %l = costate.map (%i < %n) -> (tensor<?xf64>, tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %a = math.exp %v : f64
    %b = math.log %v : f64
    costate.yield %a, %b : f64, f64
  }
  return %e, %l : tensor<?xf64>, tensor<?xf64>
}

// Sine and cosine of one argument share 16 fused multiply-adds: 4 reduce, 10 are the polynomials, 2 join; one
// value is carried.
// CHECK-LABEL: func.func @sinCos
// CHECK: %[[WORST:.*]] = scf.for %[[I:.*]] = %[[B:.*]] to %[[E:.*]] step %[[ONE:.*]] iter_args(%[[CARRIED:.*]] = %{{.*}}) -> (i64)
// CHECK-COUNT-16: math.fma
// CHECK-NOT: math.fma
// CHECK: %[[JOINED:.*]] = arith.ori %[[CARRIED]], %{{.*}} : i64
// CHECK: scf.yield %[[JOINED]]
// CHECK: %[[OUTSIDE:.*]] = arith.cmpi slt, %[[WORST]]
// CHECK: scf.if %[[OUTSIDE]]
// CHECK: scf.for %{{.*}} = %[[B]] to %[[E]] step %[[ONE]] {
// CHECK: %[[V:.*]] = memref.load
// CHECK: scf.if
// CHECK: llvm.call @sin(%[[V]])
// CHECK: scf.if
// CHECK: llvm.call @cos(%[[V]])
// CHECK: return
func.func @sinCos(%n: index, %x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {costate.kernel} {
  %s, %c = costate.map (%i < %n) -> (tensor<?xf64>, tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %a = math.sin %v : f64
    %b = math.cos %v : f64
    costate.yield %a, %b : f64, f64
  }
  return %s, %c : tensor<?xf64>, tensor<?xf64>
}

// Two arguments: their margins are joined.
// CHECK-LABEL: func.func @twoArguments
// CHECK: %[[FIRST:.*]] = arith.ori %[[CARRIED:.*]], %{{.*}} : i64
// CHECK: arith.ori %[[FIRST]], %{{.*}} : i64
// CHECK: return
func.func @twoArguments(%n: index, %x: tensor<?xf64>, %y: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %s = costate.map (%i < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = costate.at %y[%i] : tensor<?xf64> -> f64
    %a = math.sin %v : f64
    %b = math.sin %w : f64
    %c = arith.addf %a, %b : f64
    costate.yield %c : f64
  }
  return %s : tensor<?xf64>
}

// The inner loop of two carries, within the outer one.
// CHECK-LABEL: func.func @twoDimensions
// CHECK: scf.for
// CHECK: scf.for {{.*}} iter_args
// CHECK: scf.if
// CHECK: return
func.func @twoDimensions(%n: index, %m: index, %x: tensor<?xf64>) -> tensor<?x?xf64> attributes {costate.kernel} {
  %s = costate.map (%i < %n, %j < %m) -> (tensor<?x?xf64>) {
    %v = costate.at %x[%j] : tensor<?xf64> -> f64
    %a = math.cos %v : f64
    costate.yield %a : f64
  }
  return %s : tensor<?x?xf64>
}

// Accumulating twice would count twice; such a loop is scalar and keeps the library's functions.
// CHECK-LABEL: func.func @accumulates
// CHECK: math.sin
// CHECK: math.exp
// CHECK-NOT: math.fma
// CHECK: return
func.func @accumulates(%n: index, %x: tensor<?xf64>, %c0: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %c = costate.map (%i < %n) into (%acc = %c0 : tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %a = math.sin %v : f64
    %b = math.exp %a : f64
    costate.accumulate %b into %acc[%i] "add" : f64, tensor<?xf64>
    costate.yield
  }
  return %c : tensor<?xf64>
}

// Others stay.
// CHECK-LABEL: func.func @others
// CHECK: math.tanh
// CHECK: math.log1p
// CHECK: math.expm1
// CHECK: math.powf
// CHECK: return
func.func @others(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %r = costate.map (%i < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %a = math.tanh %v : f64
    %b = math.log1p %a : f64
    %c = math.expm1 %b : f64
    %d = math.powf %c, %v : f64
    costate.yield %d : f64
  }
  return %r : tensor<?xf64>
}

// A sum is taken in any order, so that exponentials in it are arithmetic, too, and what is added to stands where it is
// loaded; a value that the next step needs, and sines, stay calls.
// CHECK-LABEL: func.func @sums
// CHECK-NOT: math.exp
// CHECK-NOT: math.log
// CHECK: return
func.func @sums(%x: memref<?xf64>, %y: memref<?xf64>, %n: index) -> f64 attributes {costate.function} {
  %zero = arith.constant 0.0 : f64
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %s = scf.for %i = %c0 to %n step %c1 iter_args(%t = %zero) -> f64 {
    %v = memref.load %x[%i] : memref<?xf64>
    %e = math.exp %v : f64
    %l = math.log %e : f64
    %old = memref.load %y[%i] : memref<?xf64>
    %new = arith.addf %old, %e fastmath<reassoc> : f64
    memref.store %new, %y[%i] : memref<?xf64>
    %next = arith.addf %t, %l fastmath<reassoc> : f64
    scf.yield %next : f64
  }
  return %s : f64
}

// CHECK-LABEL: func.func @steps
// CHECK: math.exp
// CHECK: math.sin
// CHECK: math.exp
// CHECK: math.exp
// CHECK: return
func.func @steps(%x: memref<?xf64>, %y: memref<?xf64>, %n: index) -> f64 attributes {costate.function} {
  %zero = arith.constant 0.0 : f64
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%t = %zero) -> f64 {
    %e = math.exp %t : f64
    scf.yield %e : f64
  }
  %s = scf.for %i = %c0 to %n step %c1 iter_args(%t = %r) -> f64 {
    %v = memref.load %x[%i] : memref<?xf64>
    %a = math.sin %v : f64
    %next = arith.addf %t, %a fastmath<reassoc> : f64
    scf.yield %next : f64
  }
  %q = scf.for %i = %c0 to %n step %c1 iter_args(%t = %s) -> f64 {
    %v = memref.load %x[%i] : memref<?xf64>
    %e = math.exp %v : f64
    %next = arith.addf %t, %e : f64
    scf.yield %next : f64
  }
  scf.for %i = %c1 to %n step %c1 {
    %before = arith.subi %i, %c1 : index
    %v = memref.load %y[%before] : memref<?xf64>
    %e = math.exp %v : f64
    memref.store %e, %y[%i] : memref<?xf64>
  }
  return %q : f64
}
