// RUN: costate-opt %s --costate-store-expressions --split-input-file | FileCheck %s

// exp(k u) of the rows a and b: one map over the rows with its slope k exp(k u) and second derivative, no function is
// left in the term. Data that was gathered is read in its own row.
// CHECK-LABEL: costate.problem "stored"
// CHECK: %[[U:.*]] = costate.variable "u"
// CHECK: %[[S:.*]]:3 = costate.shared over %{{.*}} attributes {parts = array<i32: 1, 2, 3>, positions = 2 : i32}
// CHECK: ^bb0(%[[R:.*]]: index):
// CHECK: costate.at %[[U]][%[[R]]]
// CHECK: costate.at %{{.*}}[%[[R]]]
// CHECK: math.exp
// CHECK-NOT: math.exp
// CHECK: costate.yield %{{.*}}, %{{.*}}, %{{.*}} : f64, f64, f64
// CHECK: costate.term
// CHECK-NOT: math.exp
// CHECK: costate.stored 0 of(%[[S]]#0, %[[S]]#1, %[[S]]#2) [%{{.*}}] by(%{{.*}}) {partials = [1 : i32, 2 : i32, unit]}
// CHECK: costate.stored 0 of(%[[S]]#0, %[[S]]#1, %[[S]]#2)
// CHECK-NOT: costate.stored
costate.program attributes {roots = []} {
  %one = costate.literal {values = dense<1> : tensor<1xi64>} : () -> tensor<?xi64>
  %nine = costate.literal {values = dense<9> : tensor<1xi64>} : () -> tensor<?xi64>
  %n = costate.range %one, %nine : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  %a = costate.range %one, %nine : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  %b = costate.range %nine, %nine : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  %length = costate.length %n : (tensor<?xi32>) -> index
  %k = costate.map (%i < %length) -> (tensor<?xf64>) {
    %two = arith.constant 2.0 : f64
    costate.yield %two : f64
  }
  %ka = costate.gather %k, %a : (tensor<?xf64>, tensor<?xi32>) -> tensor<?xf64>
  %kb = costate.gather %k, %b : (tensor<?xf64>, tensor<?xi32>) -> tensor<?xf64>
  costate.problem "stored" {
    %u = costate.variable "u" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {}
    costate.term into -1 over %a : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %as = costate.at %a[%s] : tensor<?xi32> -> i32
      %ai = arith.index_cast %as : i32 to index
      %ua = costate.at %u[%ai] : tensor<?xf64> -> f64
      %kas = costate.at %ka[%s] : tensor<?xf64> -> f64
      %ma = arith.mulf %kas, %ua : f64
      %ea = math.exp %ma : f64
      %bs = costate.at %b[%s] : tensor<?xi32> -> i32
      %bi = arith.index_cast %bs : i32 to index
      %ub = costate.at %u[%bi] : tensor<?xf64> -> f64
      %kbs = costate.at %kb[%s] : tensor<?xf64> -> f64
      %mb = arith.mulf %ub, %kbs : f64
      %eb = math.exp %mb : f64
      %r = arith.subf %ea, %eb : f64
      costate.yield %r : f64
    }
  }
}

// -----

// One position, and cheap at two.
// CHECK-LABEL: costate.problem "once"
// CHECK-NOT: costate.shared
// CHECK: math.exp
// CHECK-NOT: costate.stored
costate.program attributes {roots = []} {
  %one = costate.literal {values = dense<1> : tensor<1xi64>} : () -> tensor<?xi64>
  %nine = costate.literal {values = dense<9> : tensor<1xi64>} : () -> tensor<?xi64>
  %n = costate.range %one, %nine : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  %a = costate.range %one, %nine : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  %b = costate.range %nine, %nine : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  costate.problem "once" {
    %u = costate.variable "u" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {}
    costate.term into -1 over %a : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %as = costate.at %a[%s] : tensor<?xi32> -> i32
      %ai = arith.index_cast %as : i32 to index
      %ua = costate.at %u[%ai] : tensor<?xf64> -> f64
      %bs = costate.at %b[%s] : tensor<?xi32> -> i32
      %bi = arith.index_cast %bs : i32 to index
      %ub = costate.at %u[%bi] : tensor<?xf64> -> f64
      %ea = math.exp %ua : f64
      %ma = arith.mulf %ea, %ua : f64
      %mb = arith.mulf %ub, %ub : f64
      %r = arith.addf %ma, %mb : f64
      costate.yield %r : f64
    }
  }
}

// -----

// A function of two rows is none of one.
// CHECK-LABEL: costate.problem "rows"
// CHECK-NOT: costate.shared
// CHECK: math.exp
// CHECK: math.exp
costate.program attributes {roots = []} {
  %one = costate.literal {values = dense<1> : tensor<1xi64>} : () -> tensor<?xi64>
  %nine = costate.literal {values = dense<9> : tensor<1xi64>} : () -> tensor<?xi64>
  %n = costate.range %one, %nine : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  %a = costate.range %one, %nine : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  %b = costate.range %nine, %nine : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  costate.problem "rows" {
    %u = costate.variable "u" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {}
    costate.term into -1 over %a : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %as = costate.at %a[%s] : tensor<?xi32> -> i32
      %ai = arith.index_cast %as : i32 to index
      %ua = costate.at %u[%ai] : tensor<?xf64> -> f64
      %bs = costate.at %b[%s] : tensor<?xi32> -> i32
      %bi = arith.index_cast %bs : i32 to index
      %ub = costate.at %u[%bi] : tensor<?xf64> -> f64
      %p = arith.mulf %ua, %ub : f64
      %ep = math.exp %p : f64
      %q = arith.mulf %ua, %ua : f64
      %eq = math.exp %q : f64
      %r = arith.addf %ep, %eq : f64
      costate.yield %r : f64
    }
  }
}

// -----

// exp(u) is used beside 2 exp(u): it alone is stored. Its derivatives are itself: one array.
// CHECK-LABEL: costate.problem "part"
// CHECK: %[[S:.*]] = costate.shared over
// CHECK: math.exp
// CHECK-NOT: arith.mulf
// CHECK: costate.yield %{{.*}} : f64
// CHECK: costate.term
// CHECK-NOT: math.exp
// CHECK: costate.stored 0 of(%[[S]]) [%{{.*}}] by(%{{.*}}) {partials = [0 : i32]}
// CHECK: costate.stored 0 of(%[[S]])
// CHECK: arith.mulf
costate.program attributes {roots = []} {
  %one = costate.literal {values = dense<1> : tensor<1xi64>} : () -> tensor<?xi64>
  %nine = costate.literal {values = dense<9> : tensor<1xi64>} : () -> tensor<?xi64>
  %n = costate.range %one, %nine : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  %a = costate.range %one, %nine : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  %b = costate.range %nine, %nine : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  costate.problem "part" {
    %u = costate.variable "u" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {}
    costate.term into -1 over %a : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %as = costate.at %a[%s] : tensor<?xi32> -> i32
      %ai = arith.index_cast %as : i32 to index
      %ua = costate.at %u[%ai] : tensor<?xf64> -> f64
      %bs = costate.at %b[%s] : tensor<?xi32> -> i32
      %bi = arith.index_cast %bs : i32 to index
      %ub = costate.at %u[%bi] : tensor<?xf64> -> f64
      %ea = math.exp %ua : f64
      %eb = math.exp %ub : f64
      %two = arith.constant 2.0 : f64
      %da = arith.mulf %ea, %two : f64
      %db = arith.mulf %eb, %two : f64
      %t = arith.mulf %da, %db : f64
      %w = arith.mulf %ea, %ub : f64
      %r = arith.addf %t, %w : f64
      costate.yield %r : f64
    }
  }
}

// -----

// A column that is not known to be as long as the variables: its rows may end before theirs.
// CHECK-LABEL: costate.problem "lengths"
// CHECK-NOT: costate.shared
// CHECK: math.exp
// CHECK: math.exp
costate.program attributes {roots = []} {
  %one = costate.literal {values = dense<1> : tensor<1xi64>} : () -> tensor<?xi64>
  %nine = costate.literal {values = dense<9> : tensor<1xi64>} : () -> tensor<?xi64>
  %n = costate.range %one, %nine : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  %a = costate.range %one, %nine : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  %b = costate.range %nine, %nine : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  %c = costate.literal {values = dense<[1.0, 2.0]> : tensor<2xf64>} : () -> tensor<?xf64>
  costate.problem "lengths" {
    %u = costate.variable "u" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {}
    costate.term into -1 over %a : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %as = costate.at %a[%s] : tensor<?xi32> -> i32
      %ai = arith.index_cast %as : i32 to index
      %ua = costate.at %u[%ai] : tensor<?xf64> -> f64
      %bs = costate.at %b[%s] : tensor<?xi32> -> i32
      %bi = arith.index_cast %bs : i32 to index
      %ub = costate.at %u[%bi] : tensor<?xf64> -> f64
      %ca = costate.at %c[%ai] : tensor<?xf64> -> f64
      %ma = arith.mulf %ua, %ca : f64
      %ea = math.exp %ma : f64
      %cb = costate.at %c[%bi] : tensor<?xf64> -> f64
      %mb = arith.mulf %ub, %cb : f64
      %eb = math.exp %mb : f64
      %r = arith.addf %ea, %eb : f64
      costate.yield %r : f64
    }
  }
}

// -----

// The entry of a constant row is a second argument of the stored expression.
// CHECK-LABEL: costate.problem "theta"
// CHECK: costate.shared over
// CHECK: costate.term
// CHECK-NOT: math.
// CHECK: costate.stored 0 of({{.*}}) [%{{.*}}] by(%{{.*}}, %{{.*}})
costate.program attributes {roots = []} {
  %one = costate.literal {values = dense<1> : tensor<1xi64>} : () -> tensor<?xi64>
  %nine = costate.literal {values = dense<9> : tensor<1xi64>} : () -> tensor<?xi64>
  %n = costate.range %one, %nine : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  %a = costate.range %one, %nine : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  %b = costate.range %nine, %nine : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  costate.problem "theta" {
    %u = costate.variable "u" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {}
    costate.term into -1 over %a : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %as = costate.at %a[%s] : tensor<?xi32> -> i32
      %ai = arith.index_cast %as : i32 to index
      %ua = costate.at %u[%ai] : tensor<?xf64> -> f64
      %bs = costate.at %b[%s] : tensor<?xi32> -> i32
      %bi = arith.index_cast %bs : i32 to index
      %ub = costate.at %u[%bi] : tensor<?xf64> -> f64
      %zero = arith.constant 0 : index
      %t = costate.at %u[%zero] : tensor<?xf64> -> f64
      %ma = arith.mulf %ua, %t : f64
      %ea = math.sin %ma : f64
      %fa = math.exp %ea : f64
      %ga = math.log %fa : f64
      %mb = arith.mulf %ub, %t : f64
      %eb = math.sin %mb : f64
      %fb = math.exp %eb : f64
      %gb = math.log %fb : f64
      %r = arith.addf %ga, %gb : f64
      costate.yield %r : f64
    }
  }
}
