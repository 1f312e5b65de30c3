// RUN: costate-opt %s --costate-sparse-derivatives --canonicalize --cse --split-input-file | FileCheck %s

// u over (0..n+1) x (0..m+1) and w over the inner points: u[i,j], u[i,j+1], u[i+1,j], w[i,j], and u[(i+1)-1,j], which
// is the first again. One table is read row by row (kind 1), its neighbours at a distance from it (4), w at the
// instance (0); the columns of the last two loads are only checked.
// CHECK-LABEL: costate.problem "grid"
// CHECK: costate.pattern into [0] over %{{.*}} positions(%[[C:.*]], %[[E:.*]], %[[S:.*]], %{{.*}}, %{{.*}}) inputs(%{{.*}}, %[[C]], %[[E]], %[[S]], %{{[^,]*}})
// CHECK-SAME: jacobian = array<i32: 0, 0, 0, 1, 0, 2, 0, 3>
// CHECK-SAME: loadKinds = array<i32: 1, 4, 4, 0>
// CHECK-SAME: loadPositions = array<i32: 0, 1, 2, -1>
// CHECK-SAME: loadVariables = array<i32: 0, 0, 0, 1>
// CHECK-LABEL: func.func @grid.0.value(
// CHECK-SAME: %{{.*}}: index, %[[U:[^:]*]]: tensor<?xf64>, %[[TC:[^:]*]]: tensor<?xi32>, %[[TE:[^:]*]]: tensor<?xi32>, %[[TS:[^:]*]]: tensor<?xi32>
// CHECK: %[[AT:.*]] = costate.at %[[TC]][%[[I:.*]]] :
// CHECK: %[[CENTRE:.*]] = arith.index_cast %[[AT]]
// CHECK: costate.at %[[U]][%[[CENTRE]]]
// CHECK: %[[TE0:.*]] = costate.at %[[TE]][%c0]
// CHECK: %[[EAST:.*]] = arith.index_cast %[[TE0]]
// CHECK: %[[TC0:.*]] = costate.at %[[TC]][%c0]
// CHECK: %[[FIRST:.*]] = arith.index_cast %[[TC0]]
// CHECK: %[[D:.*]] = arith.subi %[[EAST]], %[[FIRST]]
// CHECK: %[[PLACE:.*]] = arith.addi %[[CENTRE]], %[[D]]
// CHECK: costate.at %[[U]][%[[PLACE]]]
// CHECK-NOT: costate.at %[[TE]][%[[I]]]
// CHECK-NOT: costate.at %[[TS]][%[[I]]]
// CHECK: costate.yield
costate.program attributes {roots = []} {
  %zero = costate.literal {values = dense<0> : tensor<1xi64>} : () -> tensor<?xi64>
  %one = costate.literal {values = dense<1> : tensor<1xi64>} : () -> tensor<?xi64>
  %n = costate.param "n" "int" = %one : (tensor<?xi64>) -> tensor<?xi64>
  %m = costate.param "m" "int" = %one : (tensor<?xi64>) -> tensor<?xi64>
  %count = costate.length %one : (tensor<?xi64>) -> index
  %n1 = costate.map (%k < %count) -> (tensor<?xi64>) {
    %1 = arith.constant 1 : i64
    %v = costate.at %n[%k] : tensor<?xi64> -> i64
    %w = arith.addi %v, %1 : i64
    costate.yield %w : i64
  }
  %m1 = costate.map (%k < %count) -> (tensor<?xi64>) {
    %1 = arith.constant 1 : i64
    %v = costate.at %m[%k] : tensor<?xi64> -> i64
    %w = arith.addi %v, %1 : i64
    costate.yield %w : i64
  }
  %X = costate.range %zero, %n1 : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  %Y = costate.range %zero, %m1 : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  %x:2 = costate.product %X, %Y : (tensor<?xi32>, tensor<?xi32>) -> (tensor<?xi32>, tensor<?xi32>)
  %I = costate.range %one, %n : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  %J = costate.range %one, %m : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  %p:2 = costate.product %I, %J : (tensor<?xi32>, tensor<?xi32>) -> (tensor<?xi32>, tensor<?xi32>)
  %i = costate.gather %I, %p#0 : (tensor<?xi32>, tensor<?xi32>) -> tensor<?xi32>
  %j = costate.gather %J, %p#1 : (tensor<?xi32>, tensor<?xi32>) -> tensor<?xi32>
  %size = costate.length %i : (tensor<?xi32>) -> index
  %q:3 = costate.map (%k < %size) -> (tensor<?xi64>, tensor<?xi64>, tensor<?xi64>) {
    %1 = arith.constant 1 : i64
    %a = costate.at %i[%k] : tensor<?xi32> -> i32
    %b = costate.at %j[%k] : tensor<?xi32> -> i32
    %ia = arith.extsi %a : i32 to i64
    %jb = arith.extsi %b : i32 to i64
    %i1 = arith.addi %ia, %1 : i64
    %j1 = arith.addi %jb, %1 : i64
    %back = arith.subi %i1, %1 : i64
    costate.yield %i1, %j1, %back : i64, i64, i64
  }
  %centre = costate.locate_product (%i, %j) in (%X, %Y) {roots = [], array = "u", set = "", missing = "error"} : (tensor<?xi32>, tensor<?xi32>, tensor<?xi32>, tensor<?xi32>) -> tensor<?xi32>
  %east = costate.locate_product (%i, %q#1) in (%X, %Y) {roots = [], array = "u", set = "", missing = "error"} : (tensor<?xi32>, tensor<?xi64>, tensor<?xi32>, tensor<?xi32>) -> tensor<?xi32>
  %south = costate.locate_product (%q#0, %j) in (%X, %Y) {roots = [], array = "u", set = "", missing = "error"} : (tensor<?xi64>, tensor<?xi32>, tensor<?xi32>, tensor<?xi32>) -> tensor<?xi32>
  %again = costate.locate_product (%q#2, %j) in (%X, %Y) {roots = [], array = "u", set = "", missing = "error"} : (tensor<?xi64>, tensor<?xi32>, tensor<?xi32>, tensor<?xi32>) -> tensor<?xi32>
  %inner = costate.locate_product (%i, %j) in (%I, %J) {roots = [], array = "w", set = "", missing = "error"} : (tensor<?xi32>, tensor<?xi32>, tensor<?xi32>, tensor<?xi32>) -> tensor<?xi32>
  costate.problem "grid" {
    %u = costate.variable "u" like %x#0 {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    %w = costate.variable "w" like %p#0 {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %i attributes {roots = []} : (tensor<?xi32>) -> () {}
    costate.term into 0 over %i : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %0 = costate.at %centre[%s] : tensor<?xi32> -> i32
      %p0 = arith.index_cast %0 : i32 to index
      %u0 = costate.at %u[%p0] : tensor<?xf64> -> f64
      %1 = costate.at %east[%s] : tensor<?xi32> -> i32
      %p1 = arith.index_cast %1 : i32 to index
      %u1 = costate.at %u[%p1] : tensor<?xf64> -> f64
      %2 = costate.at %south[%s] : tensor<?xi32> -> i32
      %p2 = arith.index_cast %2 : i32 to index
      %u2 = costate.at %u[%p2] : tensor<?xf64> -> f64
      %3 = costate.at %inner[%s] : tensor<?xi32> -> i32
      %p3 = arith.index_cast %3 : i32 to index
      %w3 = costate.at %w[%p3] : tensor<?xf64> -> f64
      %4 = costate.at %again[%s] : tensor<?xi32> -> i32
      %p4 = arith.index_cast %4 : i32 to index
      %u4 = costate.at %u[%p4] : tensor<?xf64> -> f64
      %a = arith.mulf %u0, %u1 : f64
      %b = arith.mulf %u2, %w3 : f64
      %c = arith.mulf %a, %b : f64
      %r = arith.mulf %c, %u4 : f64
      costate.yield %r : f64
    }
  }
}

// -----

// What is no proof of equal distances stays two tables: 2 i and i + 1; a set that is not a range; positions that may
// be missing.
// CHECK-LABEL: costate.problem "apart"
// CHECK: loadKinds = array<i32: 1, 1, 1, 1, 1>
costate.program attributes {roots = []} {
  %zero = costate.literal {values = dense<0> : tensor<1xi64>} : () -> tensor<?xi64>
  %nine = costate.literal {values = dense<9> : tensor<1xi64>} : () -> tensor<?xi64>
  %X = costate.range %zero, %nine : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  %L = costate.literal {values = dense<[0, 1, 2, 4, 8]> : tensor<5xi32>} : () -> tensor<?xi32>
  %i = costate.literal {values = dense<[2, 0, 1]> : tensor<3xi32>} : () -> tensor<?xi32>
  %size = costate.length %i : (tensor<?xi32>) -> index
  %q:2 = costate.map (%k < %size) -> (tensor<?xi64>, tensor<?xi64>) {
    %1 = arith.constant 1 : i64
    %2 = arith.constant 2 : i64
    %a = costate.at %i[%k] : tensor<?xi32> -> i32
    %ia = arith.extsi %a : i32 to i64
    %i1 = arith.addi %ia, %1 : i64
    %i2 = arith.muli %ia, %2 : i64
    costate.yield %i1, %i2 : i64, i64
  }
  %next = costate.locate (%q#0) in (%X) {roots = [], array = "u", set = "", missing = "error"} : (tensor<?xi64>, tensor<?xi32>) -> tensor<?xi32>
  %double = costate.locate (%q#1) in (%X) {roots = [], array = "u", set = "", missing = "error"} : (tensor<?xi64>, tensor<?xi32>) -> tensor<?xi32>
  %own = costate.locate (%i) in (%L) {roots = [], array = "u", set = "", missing = "error"} : (tensor<?xi32>, tensor<?xi32>) -> tensor<?xi32>
  %listed = costate.locate (%q#1) in (%L) {roots = [], array = "u", set = "", missing = "error"} : (tensor<?xi64>, tensor<?xi32>) -> tensor<?xi32>
  %maybe = costate.locate (%i) in (%X) {roots = [], array = "u", set = "", missing = "minus_one"} : (tensor<?xi32>, tensor<?xi32>) -> tensor<?xi32>
  costate.problem "apart" {
    %u = costate.variable "u" like %X {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %i attributes {roots = []} : (tensor<?xi32>) -> () {}
    costate.term into 0 over %i : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %0 = costate.at %next[%s] : tensor<?xi32> -> i32
      %p0 = arith.index_cast %0 : i32 to index
      %u0 = costate.at %u[%p0] : tensor<?xf64> -> f64
      %1 = costate.at %double[%s] : tensor<?xi32> -> i32
      %p1 = arith.index_cast %1 : i32 to index
      %u1 = costate.at %u[%p1] : tensor<?xf64> -> f64
      %2 = costate.at %own[%s] : tensor<?xi32> -> i32
      %p2 = arith.index_cast %2 : i32 to index
      %u2 = costate.at %u[%p2] : tensor<?xf64> -> f64
      %3 = costate.at %listed[%s] : tensor<?xi32> -> i32
      %p3 = arith.index_cast %3 : i32 to index
      %u3 = costate.at %u[%p3] : tensor<?xf64> -> f64
      %4 = costate.at %maybe[%s] : tensor<?xi32> -> i32
      %p4 = arith.index_cast %4 : i32 to index
      %u4 = costate.at %u[%p4] : tensor<?xf64> -> f64
      %a = arith.mulf %u0, %u1 : f64
      %b = arith.mulf %u2, %u3 : f64
      %c = arith.mulf %a, %b : f64
      %r = arith.mulf %c, %u4 : f64
      costate.yield %r : f64
    }
  }
}

// -----

// One place over two spaces: a column of positions is as long as its space, so each has its own.
// CHECK: %[[A:.*]] = costate.locate({{.*}}) in({{.*}}) {array = "a"
// CHECK: %[[B:.*]] = costate.locate({{.*}}) in({{.*}}) {array = "b"
// CHECK-LABEL: costate.problem "spaces"
// CHECK: costate.pattern into [0] over %{{.*}} positions(%[[A]]) inputs
// CHECK: costate.pattern into [1] over %{{.*}} positions(%[[B]]) inputs
costate.program attributes {roots = []} {
  %zero = costate.literal {values = dense<0> : tensor<1xi64>} : () -> tensor<?xi64>
  %two = costate.literal {values = dense<2> : tensor<1xi64>} : () -> tensor<?xi64>
  %X = costate.range %zero, %two : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  %one = costate.literal {values = dense<7> : tensor<1xi32>} : () -> tensor<?xi32>
  %more = costate.literal {values = dense<[5, 6, 7]> : tensor<3xi32>} : () -> tensor<?xi32>
  %first = costate.fill %one {value = 0 : i32} : (tensor<?xi32>) -> tensor<?xi32>
  %firsts = costate.fill %more {value = 0 : i32} : (tensor<?xi32>) -> tensor<?xi32>
  %q = costate.gather %two, %first : (tensor<?xi64>, tensor<?xi32>) -> tensor<?xi64>
  %qs = costate.gather %two, %firsts : (tensor<?xi64>, tensor<?xi32>) -> tensor<?xi64>
  %a = costate.locate (%q) in (%X) {roots = [], array = "a", set = "", missing = "error"} : (tensor<?xi64>, tensor<?xi32>) -> tensor<?xi32>
  %b = costate.locate (%qs) in (%X) {roots = [], array = "b", set = "", missing = "error"} : (tensor<?xi64>, tensor<?xi32>) -> tensor<?xi32>
  costate.problem "spaces" {
    %u = costate.variable "u" like %X {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %one attributes {roots = []} : (tensor<?xi32>) -> () {}
    costate.constraint "d" over %more attributes {roots = []} : (tensor<?xi32>) -> () {}
    costate.term into 0 over %one : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %0 = costate.at %a[%s] : tensor<?xi32> -> i32
      %p0 = arith.index_cast %0 : i32 to index
      %u0 = costate.at %u[%p0] : tensor<?xf64> -> f64
      costate.yield %u0 : f64
    }
    costate.term into 1 over %more : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %0 = costate.at %b[%s] : tensor<?xi32> -> i32
      %p0 = arith.index_cast %0 : i32 to index
      %u0 = costate.at %u[%p0] : tensor<?xf64> -> f64
      costate.yield %u0 : f64
    }
  }
}
