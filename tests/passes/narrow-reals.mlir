// RUN: costate-opt --costate-narrow-reals --canonicalize --cse %s | FileCheck %s

// Entries are floats, the sum of all is one of doubles, and so is what the function computes with it.
// CHECK-LABEL: @sums
// CHECK-SAME: tensor<?xf64>) -> tensor<?xf64> attributes
// CHECK-NOT: costate.single
// CHECK-DAG: %[[TEN:.*]] = arith.constant 1.000000e+01 : f64
// CHECK: %[[X:.*]] = costate.map (%{{.*}} < %{{.*}}) -> (tensor<?xf32>) {
// CHECK: arith.truncf
// CHECK: %[[E:.*]] = costate.map (%{{.*}} < %{{.*}}) -> (tensor<?xf32>) {
// CHECK: math.exp %{{.*}} : f32
// CHECK: %[[S:.*]] = costate.reduce "add" (%{{.*}} < %{{.*}}) -> (f64) {
// CHECK: arith.mulf %{{.*}} : f32
// CHECK: arith.extf
// CHECK: %[[Q:.*]] = arith.divf %[[S]], %[[TEN]] : f64
// CHECK: costate.yield %[[Q]] : f64
func.func @sums(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {
    costate.function, costate.single, costate.args = [dense<[0.0, 1.0]> : tensor<2xf64>],
    costate.expect = [dense<0.8389055728912354> : tensor<1xf64>]} { // (1 + e^2) / 10 with floats of e
  %ten = arith.constant 10.0 : f64
  %one = arith.constant 1 : index
  %n = costate.size %x, 0 : tensor<?xf64>
  %e = costate.map (%i < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = math.exp %v : f64
    costate.yield %w : f64
  }
  %s = costate.reduce "add" (%i < %n) -> (f64) {
    %v = costate.at %e[%i] : tensor<?xf64> -> f64
    %p = arith.mulf %v, %v : f64
    costate.yield %p : f64
  }
  %q = arith.divf %s, %ten : f64
  %y = costate.map (%i < %one) -> (tensor<?xf64>) { costate.yield %q : f64 }
  return %y : tensor<?xf64>
}

// A loop of known length carries floats; one that ends by a condition carries doubles, what it reads is made
// double before it.
// CHECK-LABEL: @loops
// CHECK: %[[A:.*]] = costate.map {{.*}} -> (tensor<?xf64>) {
// CHECK: arith.extf
// CHECK: %[[S:.*]] = costate.scan (%{{.*}} < %{{.*}}) carry (%{{.*}} = %{{.*}} : f32)
// CHECK: arith.addf %{{.*}} : f32
// CHECK: %[[W:.*]] = arith.extf %[[S]] : f32 to f64
// CHECK: costate.iterate carry (%{{.*}} = %[[W]] : f64)
// CHECK: costate.at %[[A]]
func.func @loops(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {
    costate.function, costate.single, costate.args = [dense<[0.5, 0.25]> : tensor<2xf64>],
    costate.expect = [dense<1.25> : tensor<1xf64>]} {
  %zero = arith.constant 0.0 : f64
  %limit = arith.constant 1.2 : f64
  %first = arith.constant 0 : index
  %second = arith.constant 1 : index
  %n = costate.size %x, 0 : tensor<?xf64>
  %h = costate.map (%i < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  %s = costate.scan (%t < %n) carry (%c = %zero : f64) {
    %v = costate.at %h[%t] : tensor<?xf64> -> f64
    %w = arith.addf %c, %v : f64
    costate.yield %w : f64
  }
  %r = costate.iterate carry (%c = %s : f64) while {
    %less = arith.cmpf olt, %c, %limit : f64
    costate.yield %less : i1
  } do (%u) {
    %v = costate.at %h[%second] : tensor<?xf64> -> f64
    %w = arith.addf %u, %v : f64
    costate.yield %w : f64
  }
  %y = costate.map (%i < %second) -> (tensor<?xf64>) { costate.yield %r : f64 }
  return %y : tensor<?xf64>
}

// A product of matrices is one of floats; what the runtime factors is double.
// CHECK-LABEL: @matrices
// CHECK: %[[P:.*]] = costate.map {{.*}} -> (tensor<?x?xf32>) {
// CHECK: costate.reduce "add" {{.*}} -> (f32)
// CHECK: %[[W:.*]] = costate.map {{.*}} -> (tensor<?x?xf64>) {
// CHECK: costate.at %[[P]]
// CHECK: costate.logdet %[[W]]
func.func @matrices(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {
    costate.function, costate.single, costate.args = [dense<[1.0, 0.0, 2.0, 2.0]> : tensor<4xf64>],
    costate.expect = [dense<1.3862943611198906> : tensor<1xf64>]} { // log 4
  %two = arith.constant 2 : index
  %one = arith.constant 1 : index
  %A = costate.reshape %x to (%two, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %P = costate.map (%i < %two, %j < %two) -> (tensor<?x?xf64>) {
    %s = costate.reduce "add" (%k < %two) -> (f64) {
      %u = costate.at %A[%i, %k] : tensor<?x?xf64> -> f64
      %v = costate.at %A[%j, %k] : tensor<?x?xf64> -> f64
      %w = arith.mulf %u, %v : f64
      costate.yield %w : f64
    }
    costate.yield %s : f64
  }
  %d = costate.logdet %P else 0 : tensor<?x?xf64>
  %y = costate.map (%i < %one) -> (tensor<?xf64>) { costate.yield %d : f64 }
  return %y : tensor<?xf64>
}

// Data of a problem comes in floats, variables in doubles.
// CHECK-LABEL: costate.program
// CHECK: %[[F:.*]] = costate.map (%{{.*}} < %{{.*}}) -> (tensor<?xf32>) {
// CHECK: arith.truncf
// CHECK: costate.smooth by @value, @gradient product @product(%[[F]], %{{.*}})
// CHECK: func.func @value(%{{.*}}: tensor<?xf32>, %{{.*}}: tensor<?xf64>) -> tensor<?xf64>
costate.program attributes {roots = []} {
  %rows = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  %d = costate.literal {values = dense<[0.1, 2.0]> : tensor<2xf64>} : () -> tensor<?xf64>
  costate.problem "p" {
    %x = costate.variable "x" like %rows {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "cost" "minimize" attributes {} {
    }
    costate.smooth by @value, @gradient product @product(%d, %x) {places = [], variables = array<i32: 1>} : (tensor<?xf64>, tensor<?xf64>) -> ()
  }
}
func.func @value(%d: tensor<?xf64>, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function, costate.single} {
  return %x : tensor<?xf64>
}
func.func @gradient(%d: tensor<?xf64>, %x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>)
    attributes {costate.function, costate.single} {
  return %x, %d : tensor<?xf64>, tensor<?xf64>
}
func.func @product(%d: tensor<?xf64>, %x: tensor<?xf64>, %v: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function, costate.single} {
  return %d : tensor<?xf64>
}
