// RUN: costate-opt --costate-separate-products --canonicalize %s | FileCheck %s

// y[i,j] = sum(k) (a[k] * v[i]) * exp(B[k,j]): both sides become matrices.
// CHECK-LABEL: func.func @both(
// CHECK: %[[F:.*]] = costate.map (%[[K:.*]] < %{{.*}}, %[[I:.*]] < %{{.*}}) -> (tensor<?x?xf64>) {
// CHECK-DAG: costate.at %{{.*}}[%[[K]]]
// CHECK-DAG: costate.at %{{.*}}[%[[I]]]
// CHECK: %[[G:.*]] = costate.map (%{{.*}} < %{{.*}}, %{{.*}} < %{{.*}}) -> (tensor<?x?xf64>) {
// CHECK: math.exp
// CHECK: costate.map (%[[ROW:.*]] < %{{.*}}, %[[COLUMN:.*]] < %{{.*}}) -> (tensor<?x?xf64>) {
// CHECK: costate.reduce "add" (%[[L:.*]] < %{{.*}}) -> (f64) {
// CHECK-NEXT: %[[X:.*]] = costate.at %[[F]][%[[L]], %[[ROW]]]
// CHECK-NEXT: %[[Y:.*]] = costate.at %[[G]][%[[L]], %[[COLUMN]]]
// CHECK-NEXT: arith.mulf %[[X]], %[[Y]]
func.func @both(%a: tensor<?xf64>, %v: tensor<?xf64>, %b: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} {
  %n = costate.size %a, 0 : tensor<?xf64>
  %m = costate.size %v, 0 : tensor<?xf64>
  %B = costate.reshape %b to(%n, %n) : tensor<?xf64> -> tensor<?x?xf64>
  %y = costate.map (%i < %m, %j < %n) -> (tensor<?x?xf64>) {
    %s = costate.reduce "add" (%k < %n) -> (f64) {
      %p = costate.at %a[%k] : tensor<?xf64> -> f64
      %q = costate.at %v[%i] : tensor<?xf64> -> f64
      %r = costate.at %B[%k, %j] : tensor<?x?xf64> -> f64
      %e = math.exp %r : f64
      %pq = arith.mulf %p, %q : f64
      %t = arith.mulf %pq, %e : f64
      costate.yield %t : f64
    }
    costate.yield %s : f64
  }
  %size = arith.muli %m, %n : index
  %flat = costate.reshape %y to(%size) : tensor<?x?xf64> -> tensor<?xf64>
  return %flat : tensor<?xf64>
}

// A factor of both indices stays, and so does a product of two matrices.
// CHECK-LABEL: func.func @stays(
// CHECK-COUNT-2: costate.map
// CHECK-NOT: costate.map
func.func @stays(%a: tensor<?xf64>, %b: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {costate.function} {
  %n = costate.size %a, 0 : tensor<?xf64>
  %B = costate.reshape %b to(%n, %n) : tensor<?xf64> -> tensor<?x?xf64>
  %size = arith.muli %n, %n : index
  %y = costate.map (%i < %n, %j < %n) -> (tensor<?x?xf64>) {
    %s = costate.reduce "add" (%k < %n) -> (f64) {
      %p = costate.at %a[%k] : tensor<?xf64> -> f64
      %q = costate.at %B[%i, %j] : tensor<?x?xf64> -> f64
      %t = arith.mulf %p, %q : f64
      costate.yield %t : f64
    }
    costate.yield %s : f64
  }
  %z = costate.map (%i < %n, %j < %n) -> (tensor<?x?xf64>) {
    %s = costate.reduce "add" (%k < %n) -> (f64) {
      %p = costate.at %B[%k, %i] : tensor<?x?xf64> -> f64
      %q = costate.at %B[%k, %j] : tensor<?x?xf64> -> f64
      %t = arith.mulf %p, %q : f64
      costate.yield %t : f64
    }
    costate.yield %s : f64
  }
  %first = costate.reshape %y to(%size) : tensor<?x?xf64> -> tensor<?xf64>
  %second = costate.reshape %z to(%size) : tensor<?x?xf64> -> tensor<?xf64>
  return %first, %second : tensor<?xf64>, tensor<?xf64>
}
