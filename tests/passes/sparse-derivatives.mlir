// RUN: costate-opt %s --costate-sparse-derivatives --canonicalize --cse --split-input-file | FileCheck %s

// c[s] += k[s] * x[a[s]] * exp(x[b[s]]): two loads, two Jacobian entries, Hessian entries (a, b) and (b, b).
// CHECK-LABEL: costate.problem "entries"
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  %a = costate.literal {values = dense<[1, 0]> : tensor<2xi32>} : () -> tensor<?xi32>
  %b = costate.literal {values = dense<[1, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  %k = costate.literal {values = dense<[2.0, 3.0]> : tensor<2xf64>} : () -> tensor<?xf64>
  costate.problem "entries" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    // CHECK: costate.pattern into [0] over %{{.*}} positions(%{{.*}}, %{{.*}}) inputs
    // CHECK-SAME: first = @entries.0.first
    // CHECK-SAME: hessian = array<i32: 0, 1, 1, 1>
    // CHECK-SAME: jacobian = array<i32: 0, 0, 0, 1>
    // CHECK-SAME: loadKinds = array<i32: 1, 1>
    // CHECK-SAME: loadPositions = array<i32: 0, 1>
    // CHECK-SAME: loadVariables = array<i32: 0, 0>
    // CHECK-SAME: numConstant = 0
    // CHECK-SAME: second = @entries.0.second
    // CHECK-SAME: value = @entries.0.value
    costate.term into 0 over %n : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %as = costate.at %a[%s] : tensor<?xi32> -> i32
      %ai = arith.index_cast %as : i32 to index
      %xa = costate.at %x[%ai] : tensor<?xf64> -> f64
      %bs = costate.at %b[%s] : tensor<?xi32> -> i32
      %bi = arith.index_cast %bs : i32 to index
      %xb = costate.at %x[%bi] : tensor<?xf64> -> f64
      %ks = costate.at %k[%s] : tensor<?xf64> -> f64
      %e = math.exp %xb : f64
      %m = arith.mulf %xa, %e : f64
      %r = arith.mulf %ks, %m : f64
      costate.yield %r : f64
    }
  }
}

// CHECK-LABEL: func.func @entries.0.value
// CHECK: costate.map (%{{.*}} < %{{.*}}) -> (tensor<?xf64>)
// CHECK: %[[P:.*]] = arith.mulf %[[XA:.*]], %{{.*}} : f64
// CHECK: %[[R:.*]] = arith.mulf %{{.*}}, %[[P]] : f64
// CHECK: costate.yield %[[R]]

// d/dxa = k exp(xb), d/dxb = k xa exp(xb)
// CHECK-LABEL: func.func @entries.0.first
// CHECK-DAG: %[[E:.*]] = math.exp %[[XB:.*]] : f64
// CHECK: %[[KE:.*]] = arith.mulf %[[K:.*]], %[[E]] : f64
// CHECK: %[[KXA:.*]] = arith.mulf %[[K]], %[[XA:.*]] : f64
// CHECK: %[[KXAE:.*]] = arith.mulf %[[KXA]], %[[E]] : f64
// CHECK: costate.yield %[[KE]], %[[KXAE]]

// First derivatives, then second ones weighted by the multiplier of the row: w k exp(xb), w k xa exp(xb).
// CHECK-LABEL: func.func @entries.0.second
// CHECK: %[[W:.*]] = costate.at %arg5[%{{.*}}] : tensor<?xf64> -> f64
// CHECK: arith.mulf %[[W]]
// CHECK: costate.yield %{{.*}}, %{{.*}}, %[[AB:.*]], %[[BB:.*]] : f64, f64, f64, f64

// -----

// A linear term has constant derivatives, computed apart; loads at one position are one load; data read through an
// index is gathered.
// CHECK-LABEL: costate.program
// CHECK: %[[K:.*]] = costate.literal {{.*}}tensor<2xf64>
// CHECK: costate.gather %[[K]], %{{.*}} :
// CHECK-LABEL: costate.problem "linear"
// CHECK: costate.pattern
// CHECK-SAME: constants = @linear.0.constants
// CHECK-NOT: first =
// CHECK-SAME: hessian = array<i32>
// CHECK-SAME: jacobian = array<i32: 0, 0>
// CHECK-SAME: loadVariables = array<i32: 0>
// CHECK-SAME: numConstant = 1
// CHECK-NOT: second =
// CHECK-LABEL: func.func @linear.0.value
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  %a = costate.literal {values = dense<[1, 0]> : tensor<2xi32>} : () -> tensor<?xi32>
  %k = costate.literal {values = dense<[2.0, 3.0]> : tensor<2xf64>} : () -> tensor<?xf64>
  costate.problem "linear" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    costate.term into 0 over %n : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %as = costate.at %a[%s] : tensor<?xi32> -> i32
      %ai = arith.index_cast %as : i32 to index
      %first = costate.at %x[%ai] : tensor<?xf64> -> f64
      %as2 = costate.at %a[%s] : tensor<?xi32> -> i32
      %ai2 = arith.index_cast %as2 : i32 to index
      %again = costate.at %x[%ai2] : tensor<?xf64> -> f64
      %ka = costate.at %k[%ai] : tensor<?xf64> -> f64
      %m = arith.mulf %ka, %first : f64
      %r = arith.addf %m, %again : f64
      costate.yield %r : f64
    }
  }
}

// -----

// f += x^2 y + x z: of the entries (x, x) = 2 w y, (x, y) = 2 w x and (x, z) = w the last is constant.
// CHECK-LABEL: costate.problem "curved"
// CHECK: costate.pattern into [-1]
// CHECK-SAME: hessian = array<i32: 0, 0, {{0, 1|1, 0}}, {{0, 2|2, 0}}>
// CHECK-SAME: numConstantHessian = 1
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "curved" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    %y = costate.variable "y" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    %z = costate.variable "z" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {}
    costate.term into -1 over %n : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %xs = costate.at %x[%s] : tensor<?xf64> -> f64
      %ys = costate.at %y[%s] : tensor<?xf64> -> f64
      %zs = costate.at %z[%s] : tensor<?xf64> -> f64
      %square = arith.mulf %xs, %xs : f64
      %cubic = arith.mulf %square, %ys : f64
      %bilinear = arith.mulf %xs, %zs : f64
      %r = arith.addf %cubic, %bilinear : f64
      costate.yield %r : f64
    }
  }
}

// -----

// The derivative of the root, infinite at 0, is taken only where the root is.
// CHECK-LABEL: func.func @gated.0.first
// CHECK-DAG: %[[COND:.*]] = arith.cmpf ogt
// CHECK-DAG: %[[SLOPE:.*]] = arith.divf %{{.*}}, %{{.*}} : f64
// CHECK: %[[PART:.*]] = arith.mulf %{{.*}}, %[[SLOPE]] : f64
// CHECK: %[[ENTRY:.*]] = arith.select %[[COND]], %[[PART]], %{{.*}} : f64
// CHECK: costate.yield %[[ENTRY]]
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "gated" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {}
    costate.term into -1 over %n : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %zero = arith.constant 0.0 : f64
      %xs = costate.at %x[%s] : tensor<?xf64> -> f64
      %c = arith.cmpf ogt, %xs, %zero : f64
      %root = math.sqrt %xs : f64
      %r = arith.select %c, %root, %zero : f64
      costate.yield %r : f64
    }
  }
}

// -----

// Terms over one space are one pattern: its kernels compute sin(x[a]) once, the Hessian entries of both are merged.
// c[s] += y[s] sin(x[a]), f += sin(x[a]) at one row of x for all instances (kind 3): H = -w sin, w0 cos.
// CHECK-LABEL: costate.problem "fused"
// CHECK: costate.pattern into [0, -1]
// CHECK-SAME: hessian = array<i32: 0, 0, 0, 1>
// CHECK-SAME: jacobian = array<i32: 0, 0, 0, 1, 1, 0>
// CHECK-SAME: loadKinds = array<i32: 3, 0>
// CHECK-SAME: loadVariables = array<i32: 0, 1>
// CHECK-NOT: costate.pattern
// CHECK-LABEL: func.func @fused.0.value
// CHECK: math.sin
// CHECK-NOT: math.sin
// CHECK: return
// CHECK-LABEL: func.func @fused.0.first
// CHECK: math.sin
// CHECK-NOT: math.sin
// CHECK: math.cos
// CHECK-NOT: math.cos
// CHECK: costate.yield %{{.*}}, %{{.*}}, %{{.*}} : f64, f64, f64
// CHECK-LABEL: func.func @fused.0.second
// CHECK: math.sin
// CHECK-NOT: math.sin
// CHECK: costate.yield %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : f64, f64, f64, f64, f64
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "fused" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    %y = costate.variable "y" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {}
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    costate.term into 0 over %n : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %one = arith.constant 1 : index
      %xs = costate.at %x[%one] : tensor<?xf64> -> f64
      %ys = costate.at %y[%s] : tensor<?xf64> -> f64
      %sin = math.sin %xs : f64
      %r = arith.mulf %ys, %sin : f64
      costate.yield %r : f64
    }
    costate.term into -1 over %n : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %one = arith.constant 1 : index
      %xs = costate.at %x[%one] : tensor<?xf64> -> f64
      %sin = math.sin %xs : f64
      costate.yield %sin : f64
    }
  }
}

// -----

// x[i - 1] and x[i] for i in 2..4 of x[1..4]: the first is the instance (kind 0), the second is consecutive, too, and
// read without a table (2).
// CHECK-LABEL: costate.problem "shifted"
// CHECK: costate.pattern into [-1]
// CHECK-SAME: loadKinds = array<i32: 0, 2>
costate.program attributes {roots = []} {
  %low = costate.literal {values = dense<1> : tensor<1xi64>} : () -> tensor<?xi64>
  %two = costate.literal {values = dense<2> : tensor<1xi64>} : () -> tensor<?xi64>
  %high = costate.literal {values = dense<4> : tensor<1xi64>} : () -> tensor<?xi64>
  %all = costate.range %low, %high : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  %inner = costate.range %two, %high : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  %n = costate.length %inner : (tensor<?xi32>) -> index
  %before = costate.map (%s < %n) -> (tensor<?xi64>) {
    %code = costate.at %inner[%s] : tensor<?xi32> -> i32
    %label = arith.extsi %code : i32 to i64
    %one = arith.constant 1 : i64
    %less = arith.subi %label, %one : i64
    costate.yield %less : i64
  }
  %a = costate.locate(%before) in(%all) {array = "x", missing = "error", roots = [-1 : i32], set = ""} : (tensor<?xi64>, tensor<?xi32>) -> tensor<?xi32>
  %b = costate.locate(%inner) in(%all) {array = "x", missing = "error", roots = [-1 : i32], set = ""} : (tensor<?xi32>, tensor<?xi32>) -> tensor<?xi32>
  costate.problem "shifted" {
    %x = costate.variable "x" like %all {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {}
    costate.term into -1 over %inner : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %as = costate.at %a[%s] : tensor<?xi32> -> i32
      %ai = arith.index_cast %as : i32 to index
      %xa = costate.at %x[%ai] : tensor<?xf64> -> f64
      %bs = costate.at %b[%s] : tensor<?xi32> -> i32
      %bi = arith.index_cast %bs : i32 to index
      %xb = costate.at %x[%bi] : tensor<?xf64> -> f64
      %r = arith.mulf %xa, %xb : f64
      costate.yield %r : f64
    }
  }
}

// -----

// x[a[s]] and y[a[s]] of one set: their look-ups differ in the name for errors only, one column of positions serves both.
// CHECK-LABEL: costate.problem "shared"
// CHECK: costate.pattern into [-1] over %{{.*}} positions(%{{[^,]*}}) inputs
// CHECK-SAME: loadPositions = array<i32: 0, 0>
// CHECK-SAME: loadVariables = array<i32: 0, 1>
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  %q = costate.literal {values = dense<[1, 0]> : tensor<2xi32>} : () -> tensor<?xi32>
  %a = costate.locate(%q) in(%n) {array = "x", missing = "error", roots = [-1 : i32], set = ""} : (tensor<?xi32>, tensor<?xi32>) -> tensor<?xi32>
  %b = costate.locate(%q) in(%n) {array = "y", missing = "error", roots = [-1 : i32], set = ""} : (tensor<?xi32>, tensor<?xi32>) -> tensor<?xi32>
  costate.problem "shared" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    %y = costate.variable "y" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {}
    costate.term into -1 over %n : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %as = costate.at %a[%s] : tensor<?xi32> -> i32
      %ai = arith.index_cast %as : i32 to index
      %xa = costate.at %x[%ai] : tensor<?xf64> -> f64
      %bs = costate.at %b[%s] : tensor<?xi32> -> i32
      %bi = arith.index_cast %bs : i32 to index
      %ya = costate.at %y[%bi] : tensor<?xf64> -> f64
      %r = arith.mulf %xa, %ya : f64
      costate.yield %r : f64
    }
  }
}

// -----

// floor(x) + 2 y depends on x, where its slope is zero, and is not linear, although no slope depends on variables.
// CHECK-LABEL: costate.problem "jumps"
// CHECK: costate.pattern
// CHECK-NOT: constants =
// CHECK-SAME: first = @jumps.0.first
// CHECK-SAME: hessian = array<i32>
// CHECK-SAME: jacobian = array<i32: 0, 0, 0, 1>
// CHECK-SAME: loadVariables = array<i32: 0, 1>
// CHECK-SAME: numConstant = 0
// CHECK-SAME: piecewise
// CHECK-LABEL: func.func @jumps.0.first
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0.0
// CHECK-DAG: %[[TWO:.*]] = arith.constant 2.0
// CHECK: costate.yield %[[ZERO]], %[[TWO]]
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "jumps" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    %y = costate.variable "y" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    costate.term into 0 over %n : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %xs = costate.at %x[%s] : tensor<?xf64> -> f64
      %ys = costate.at %y[%s] : tensor<?xf64> -> f64
      %two = arith.constant 2.0 : f64
      %f = math.floor %xs : f64
      %t = arith.mulf %ys, %two : f64
      %r = arith.addf %f, %t : f64
      costate.yield %r : f64
    }
  }
}

// -----

// A stored expression that compares makes its readers piecewise, too.
// CHECK-LABEL: costate.problem "inside"
// CHECK: costate.pattern
// CHECK-SAME: numConstant = 0
// CHECK-SAME: piecewise
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "inside" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    %k = costate.shared over %n attributes {parts = array<i32: 1, 1, 1>, positions = 2 : i32} : (tensor<?xi32>) -> tensor<?xf64> {
    ^bb0(%r: index):
      %xr = costate.at %x[%r] : tensor<?xf64> -> f64
      %e = math.exp %xr : f64
      %f = math.floor %e : f64
      costate.yield %f : f64
    }
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    costate.term into 0 over %n : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %xs = costate.at %x[%s] : tensor<?xf64> -> f64
      %ks = costate.stored 0 of(%k) [%s] by(%xs) {partials = [0.0]} : (tensor<?xf64>, index, f64) -> f64
      costate.yield %ks : f64
    }
  }
}
