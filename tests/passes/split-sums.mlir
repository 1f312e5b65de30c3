// RUN: costate-opt %s --costate-split-sums --canonicalize --cse | FileCheck %s

// A sum that adds to a row becomes a term of its own, with its factor computed for the row of each instance.
// CHECK-LABEL: costate.problem "affine"
costate.program attributes {roots = ["I", "J"]} {
  %i = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  %j = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  %parent = costate.literal {values = dense<[0, 0, 1]> : tensor<3xi32>} : () -> tensor<?xi32>
  %a = costate.literal {values = dense<[2.0, 3.0]> : tensor<2xf64>} : () -> tensor<?xf64>
  %zero = costate.literal {values = dense<0.0> : tensor<1xf64>} : () -> tensor<?xf64>
  costate.problem "affine" {
    %x = costate.variable "x" like %j {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    %y = costate.variable "y" like %i {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    // The body is gone, its parts follow: y - 1 over the rows, -x/a over the nested space.
    // CHECK: costate.constraint "row" over %[[I:[a-z0-9_]+]] lower {{.*}} {
    // CHECK-NEXT: }
    // CHECK: costate.term into 0 over %[[I]]
    // CHECK: ^bb0(%[[S:.*]]: index):
    // CHECK: %[[Y:.*]] = costate.at %{{.*}}[%[[S]]] : tensor<?xf64> -> f64
    // CHECK: %[[R:.*]] = arith.subf %[[Y]], %{{.*}} : f64
    // CHECK: costate.yield %[[R]]
    // CHECK: costate.term into 0 over %[[P:[a-z0-9_]+]] row %[[P]]
    // CHECK: ^bb0(%[[T:.*]]: index):
    // CHECK-DAG: %[[CODE:.*]] = costate.at %[[P]][%[[T]]] : tensor<?xi32> -> i32
    // CHECK-DAG: %[[ROW:.*]] = arith.index_cast %[[CODE]] : i32 to index
    // CHECK-DAG: %[[A:.*]] = costate.at %{{.*}}[%[[ROW]]] : tensor<?xf64> -> f64
    // CHECK-DAG: %[[X:.*]] = costate.at %{{.*}}[%[[T]]] : tensor<?xf64> -> f64
    // CHECK: %[[D:.*]] = arith.divf %[[X]], %[[A]] : f64
    // CHECK: %[[N:.*]] = arith.negf %[[D]] : f64
    // CHECK: costate.yield %[[N]]
    costate.constraint "row" over %i lower %zero upper %zero attributes {roots = []}
        : (tensor<?xi32>, tensor<?xf64>, tensor<?xf64>) -> () {
    ^bb0(%s: index):
      %one = arith.constant 1.0 : f64
      %ys = costate.at %y[%s] : tensor<?xf64> -> f64
      %as = costate.at %a[%s] : tensor<?xf64> -> f64
      %rest = arith.subf %ys, %one : f64
      %sum = costate.sum over %parent : tensor<?xi32> {
      ^bb0(%t: index):
        %xt = costate.at %x[%t] : tensor<?xf64> -> f64
        costate.yield %xt : f64
      }
      %scaled = arith.divf %sum, %as : f64
      %all = arith.subf %rest, %scaled : f64
      costate.yield %all : f64
    }
    // The objective has one row: no row column.
    // CHECK: costate.term into -1 over
    // CHECK-NOT: row %
    // CHECK: ^bb0
    costate.objective "total" "minimize" {
      %sum = costate.sum over %parent : tensor<?xi32> {
      ^bb0(%t: index):
        %xt = costate.at %x[%t] : tensor<?xf64> -> f64
        costate.yield %xt : f64
      }
      costate.yield %sum : f64
    }
  }
}

// A sum under a function becomes a hidden variable over the space of its body, defined by rows h - sum == 0 that come
// after all others; two functions of one sum share it.
// CHECK-LABEL: costate.problem "lifted"
costate.program attributes {roots = []} {
  %i = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  %parent = costate.literal {values = dense<[0, 0, 1]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "lifted" {
    // CHECK: %[[X:.*]] = costate.variable "x"
    // CHECK: %[[H:.*]] = costate.variable "$sum.row.0" like %[[I:[a-z0-9_]+]] {hidden,
    // CHECK-NOT: costate.variable
    // CHECK: costate.constraint "row"
    // CHECK: costate.constraint "$sum.row.0" over %[[I]] lower %[[ZERO:.*]] upper %[[ZERO]] attributes {defines = 1 : i32
    // CHECK: costate.term into 1 over %[[I]] :
    // CHECK: %[[OWN:.*]] = costate.at %[[H]][%{{.*}}]
    // CHECK: costate.yield %[[OWN]]
    // CHECK: costate.term into 1 over %[[P:[a-z0-9_]+]] row %[[P]]
    // CHECK: %[[XT:.*]] = costate.at %[[X]]
    // CHECK: %[[MINUS:.*]] = arith.negf %[[XT]]
    // CHECK: costate.yield %[[MINUS]]
    // CHECK: costate.term into 0 over %[[I]] :
    // CHECK: %[[HS:.*]] = costate.at %[[H]]
    // CHECK-DAG: math.exp %[[HS]]
    // CHECK-DAG: math.sin %[[HS]]
    %x = costate.variable "x" like %parent {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "row" over %i attributes {roots = []} : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %sum = costate.sum over %parent : tensor<?xi32> {
      ^bb0(%t: index):
        %xt = costate.at %x[%t] : tensor<?xf64> -> f64
        costate.yield %xt : f64
      }
      %e = math.exp %sum : f64
      %n = math.sin %sum : f64
      %r = arith.addf %e, %n : f64
      costate.yield %r : f64
    }
  }
}

// A body without sums is one term.
// CHECK-LABEL: costate.problem "plain"
costate.program attributes {roots = []} {
  %i = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "plain" {
    // CHECK: costate.term into 0
    // CHECK: math.exp
    // CHECK-NOT: costate.term
    %x = costate.variable "x" like %i {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "row" over %i attributes {roots = []} : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %xs = costate.at %x[%s] : tensor<?xf64> -> f64
      %e = math.exp %xs : f64
      costate.yield %e : f64
    }
  }
}
