// RUN: costate-opt --costate-order-loops --canonicalize --cse %s | FileCheck %s

// The adjoint of sums over the first index: what a column computes is stored, the place of a row gets a sum.
// CHECK-LABEL: @columns
// CHECK: %[[W:.*]] = costate.map (%[[J:.*]] < %[[M:.*]]) -> (tensor<?xf64>) {
// CHECK: math.tanh
// CHECK: costate.map (%[[I:.*]] < %[[N:.*]]) into (%[[X:.*]] = %{{.*}}, %[[Y:.*]] = %{{.*}}) {
// CHECK: %[[T:.*]] = costate.reduce "add" (%[[J:.*]] < %[[M]]) -> (f64) {
// CHECK: costate.at %[[W]][%[[J]]]
// CHECK: costate.at %{{.*}}[%[[I]], %[[J]]]
// CHECK: costate.accumulate %{{.*}} into %[[X]][%[[I]], %[[J]]]
// CHECK: costate.accumulate %[[T]] into %[[Y]][%[[I]]]
func.func @columns(%a: tensor<?xf64>, %v: tensor<?xf64>, %y: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {
    costate.function, costate.args = [dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]> : tensor<6xf64>,
      dense<[0.0, 0.0, 0.0]> : tensor<3xf64>, dense<[10.0, 20.0]> : tensor<2xf64>],
    costate.expect = [dense<[2.0, 3.0, 4.0, 5.0, 6.0, 7.0]> : tensor<6xf64>, dense<[19.0, 38.0]> : tensor<2xf64>]} {
  %one = arith.constant 1.0 : f64
  %n = costate.size %y, 0 : tensor<?xf64>
  %m = costate.size %v, 0 : tensor<?xf64>
  %all = costate.size %a, 0 : tensor<?xf64>
  %A = costate.reshape %a to (%n, %m) : tensor<?xf64> -> tensor<?x?xf64>
  %ones = costate.map (%i < %n, %j < %m) -> (tensor<?x?xf64>) { costate.yield %one : f64 }
  %X, %Y = costate.map (%j < %m) into (%accX = %ones : tensor<?x?xf64>, %accY = %y : tensor<?xf64>) {
    %b = costate.at %v[%j] : tensor<?xf64> -> f64
    %c = math.tanh %b : f64
    %w = arith.addf %c, %one : f64
    costate.map (%i < %n) {
      %e = costate.at %A[%i, %j] : tensor<?x?xf64> -> f64
      %p = arith.mulf %e, %w : f64
      costate.accumulate %p into %accX[%i, %j] "add" : f64, tensor<?x?xf64>
      %q = arith.addf %p, %one : f64
      costate.accumulate %q into %accY[%i] "add" : f64, tensor<?xf64>
      costate.yield
    }
    costate.yield
  }
  %flat = costate.reshape %X to (%all) : tensor<?x?xf64> -> tensor<?xf64>
  return %flat, %Y : tensor<?xf64>, tensor<?xf64>
}

// Nothing is stored for what costs a load; without places of rows it is a map in a map.
// CHECK-LABEL: @scaled
// CHECK: costate.map (%[[I:.*]] < %{{.*}}) into (%[[X:.*]] = %{{.*}}) {
// CHECK-NEXT: costate.map (%[[J:.*]] < %{{.*}}) {
// CHECK: costate.at %{{.*}}[%[[J]]]
// CHECK: costate.accumulate %{{.*}} into %[[X]][%[[I]], %[[J]]]
func.func @scaled(%a: tensor<?xf64>, %v: tensor<?xf64>) -> tensor<?xf64> attributes {
    costate.function, costate.args = [dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf64>, dense<[1.0, 10.0]> : tensor<2xf64>],
    costate.expect = [dense<[2.0, 21.0, 4.0, 41.0]> : tensor<4xf64>]} {
  %one = arith.constant 1.0 : f64
  %n = costate.size %v, 0 : tensor<?xf64>
  %all = costate.size %a, 0 : tensor<?xf64>
  %A = costate.reshape %a to (%n, %n) : tensor<?xf64> -> tensor<?x?xf64>
  %ones = costate.map (%i < %n, %j < %n) -> (tensor<?x?xf64>) { costate.yield %one : f64 }
  %X = costate.map (%j < %n) into (%accX = %ones : tensor<?x?xf64>) {
    %b = costate.at %v[%j] : tensor<?xf64> -> f64
    costate.map (%i < %n) {
      %e = costate.at %A[%i, %j] : tensor<?x?xf64> -> f64
      %p = arith.mulf %e, %b : f64
      costate.accumulate %p into %accX[%i, %j] "add" : f64, tensor<?x?xf64>
      costate.yield
    }
    costate.yield
  }
  %flat = costate.reshape %X to (%all) : tensor<?x?xf64> -> tensor<?xf64>
  return %flat : tensor<?xf64>
}

// Entries that lie side by side stay so; an array that is read in both orders stays, too.
// CHECK-LABEL: @rows
// CHECK: costate.map (%[[I:.*]] < %{{.*}}) into
// CHECK: costate.map (%[[J:.*]] < %{{.*}}) {
// CHECK: costate.at %{{.*}}[%[[I]], %[[J]]]
// CHECK: costate.map (%[[J:.*]] < %{{.*}}) into
// CHECK: costate.map (%[[I:.*]] < %{{.*}}) {
// CHECK: costate.at %{{.*}}[%[[I]], %[[J]]]
// CHECK: costate.at %{{.*}}[%[[J]], %[[I]]]
func.func @rows(%a: tensor<?xf64>, %v: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {
    costate.function, costate.args = [dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf64>, dense<[0.0, 0.0]> : tensor<2xf64>],
    costate.expect = [dense<[4.0, 6.0]> : tensor<2xf64>, dense<[7.0, 22.0]> : tensor<2xf64>]} {
  %n = costate.size %v, 0 : tensor<?xf64>
  %A = costate.reshape %a to (%n, %n) : tensor<?xf64> -> tensor<?x?xf64>
  %x = costate.map (%i < %n) into (%acc = %v : tensor<?xf64>) {
    costate.map (%j < %n) {
      %e = costate.at %A[%i, %j] : tensor<?x?xf64> -> f64
      costate.accumulate %e into %acc[%j] "add" : f64, tensor<?xf64>
      costate.yield
    }
    costate.yield
  }
  %y = costate.map (%j < %n) into (%acc = %v : tensor<?xf64>) {
    costate.map (%i < %n) {
      %e = costate.at %A[%i, %j] : tensor<?x?xf64> -> f64
      %f = costate.at %A[%j, %i] : tensor<?x?xf64> -> f64
      %p = arith.mulf %e, %f : f64
      costate.accumulate %p into %acc[%i] "add" : f64, tensor<?xf64>
      costate.yield
    }
    costate.yield
  }
  return %x, %y : tensor<?xf64>, tensor<?xf64>
}

// The adjoint of a filter adds along rows: the loop over the filter's few columns goes around that.
// CHECK-LABEL: @filter
// CHECK: costate.map (%[[I:.*]] < %{{.*}}, %[[U:.*]] < %c2, %[[V:.*]] < %c2, %[[J:.*]] < %{{.*}}) into (%[[Y:.*]] = %{{.*}}) {
// CHECK-NOT: costate.map
// CHECK-DAG: %[[P:.*]] = arith.addi %[[I]], %[[U]]
// CHECK-DAG: %[[Q:.*]] = arith.addi %[[J]], %[[V]]
// CHECK: costate.accumulate %{{.*}} into %[[Y]][%[[P]], %[[Q]]]
func.func @filter(%k: tensor<?xf64>, %x: tensor<?xf64>, %v: tensor<?xf64>) -> tensor<?xf64> attributes {
    costate.function, costate.args = [dense<[1.0, 10.0, 100.0, 1000.0]> : tensor<4xf64>,
      dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf64>, dense<[0.0, 0.0]> : tensor<2xf64>],
    costate.expect = [dense<[1.0, 12.0, 20.0, 103.0, 1234.0, 2040.0, 300.0, 3400.0, 4000.0]> : tensor<9xf64>]} {
  %zero = arith.constant 0.0 : f64
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %n = costate.size %v, 0 : tensor<?xf64>
  %m = arith.addi %n, %one : index
  %all = arith.muli %m, %m : index
  %K = costate.reshape %k to (%two, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %X = costate.reshape %x to (%n, %n) : tensor<?xf64> -> tensor<?x?xf64>
  %zeros = costate.map (%i < %m, %j < %m) -> (tensor<?x?xf64>) { costate.yield %zero : f64 }
  %Y = costate.map (%i < %n, %j < %n) into (%acc = %zeros : tensor<?x?xf64>) {
    %e = costate.at %X[%i, %j] : tensor<?x?xf64> -> f64
    costate.map (%u < %two, %w < %two) {
      %f = costate.at %K[%u, %w] : tensor<?x?xf64> -> f64
      %p = arith.addi %i, %u : index
      %q = arith.addi %j, %w : index
      %ef = arith.mulf %e, %f : f64
      costate.accumulate %ef into %acc[%p, %q] "add" : f64, tensor<?x?xf64>
      costate.yield
    }
    costate.yield
  }
  %y = costate.reshape %Y to (%all) : tensor<?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}

// Sums of columns are taken row by row, all at once.
// CHECK-LABEL: @sums
// CHECK: %[[S:.*]] = costate.map (%[[K:.*]] < %{{.*}}) into (%[[ACC:.*]] = %{{.*}}) {
// CHECK: costate.map (%[[I:.*]] < %{{.*}}) {
// CHECK: costate.at %{{.*}}[%[[K]], %[[I]]]
// CHECK: costate.accumulate %{{.*}} into %[[ACC]][%[[I]]] "add"
// CHECK: costate.map (%[[I:.*]] < %{{.*}}) -> (tensor<?xf64>) {
// CHECK: costate.at %[[S]][%[[I]]]
// CHECK-NOT: costate.reduce
func.func @sums(%a: tensor<?xf64>, %v: tensor<?xf64>, %w: tensor<?xf64>) -> tensor<?xf64> attributes {
    costate.function, costate.args = [dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]> : tensor<6xf64>,
      dense<[1.0, 10.0, 100.0]> : tensor<3xf64>, dense<[1.0, 2.0]> : tensor<2xf64>],
    costate.expect = [dense<[2592.0, 3766.0]> : tensor<2xf64>]} { // the sums of v a^2 + w/3
  %m = costate.size %v, 0 : tensor<?xf64>
  %n = costate.size %w, 0 : tensor<?xf64>
  %A = costate.reshape %a to (%m, %n) : tensor<?xf64> -> tensor<?x?xf64>
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %u = costate.at %w[%i] : tensor<?xf64> -> f64
    %s = costate.reduce "add" (%k < %m) -> (f64) {
      %e = costate.at %A[%k, %i] : tensor<?x?xf64> -> f64
      %f = costate.at %v[%k] : tensor<?xf64> -> f64
      %g = arith.mulf %e, %e : f64
      %h = arith.mulf %f, %g : f64
      %third = arith.constant 3.0 : f64
      %t = arith.divf %u, %third : f64
      %r = arith.addf %h, %t : f64
      costate.yield %r : f64
    }
    %half = arith.constant 0.5 : f64
    %p = arith.mulf %s, %half : f64
    %q = arith.mulf %s, %half : f64
    %z = arith.addf %p, %q : f64
    costate.yield %z : f64
  }
  return %y : tensor<?xf64>
}

// Over filters there is a sum of products of entries, once what they are is stored.
// CHECK-LABEL: @filters
// CHECK: %[[E:.*]] = costate.map (%{{.*}}, %{{.*}}, %{{.*}}) -> (tensor<?x?x?xf64>) {
// CHECK: costate.reduce
// CHECK: costate.map (%[[I:.*]] < %{{.*}}, %[[U:.*]] < %c2, %[[V:.*]] < %c2, %[[J:.*]] < %{{.*}}) into (%[[Y:.*]] = %{{.*}}) {
// CHECK: %[[T:.*]] = costate.reduce "add" (%[[F:.*]] < %{{.*}}) -> (f64) {
// CHECK-DAG: costate.at %[[E]][%[[F]], %[[I]], %[[J]]]
// CHECK: costate.accumulate %[[T]] into %[[Y]]
func.func @filters(%k: tensor<?xf64>, %x: tensor<?xf64>, %v: tensor<?xf64>) -> tensor<?xf64> attributes {
    costate.function, costate.args = [dense<[1.0, 10.0, 100.0, 1000.0, 1.0, 0.0, 0.0, 0.0]> : tensor<8xf64>,
      dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]> : tensor<8xf64>, dense<[0.25, 0.75]> : tensor<2xf64>],
    costate.expect = [dense<[6.0, 18.0, 20.0, 110.0, 1242.0, 2040.0, 300.0, 3400.0, 4000.0]> : tensor<9xf64>]} {
  %zero = arith.constant 0.0 : f64
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %n = costate.size %v, 0 : tensor<?xf64>
  %m = arith.addi %n, %one : index
  %all = arith.muli %m, %m : index
  %K = costate.reshape %k to (%n, %two, %two) : tensor<?xf64> -> tensor<?x?x?xf64>
  %X = costate.reshape %x to (%n, %n, %n) : tensor<?xf64> -> tensor<?x?x?xf64>
  %zeros = costate.map (%i < %m, %j < %m) -> (tensor<?x?xf64>) { costate.yield %zero : f64 }
  %Y = costate.map (%f < %n, %i < %n, %j < %n) into (%acc = %zeros : tensor<?x?xf64>) {
    %s = costate.reduce "add" (%l < %n) -> (f64) {
      %w = costate.at %v[%l] : tensor<?xf64> -> f64
      costate.yield %w : f64
    }
    %d = costate.at %X[%f, %i, %j] : tensor<?x?x?xf64> -> f64
    %e = arith.mulf %d, %s : f64
    costate.map (%u < %two, %w < %two) {
      %g = costate.at %K[%f, %u, %w] : tensor<?x?x?xf64> -> f64
      %p = arith.addi %i, %u : index
      %q = arith.addi %j, %w : index
      %eg = arith.mulf %e, %g : f64
      costate.accumulate %eg into %acc[%p, %q] "add" : f64, tensor<?x?xf64>
      costate.yield
    }
    costate.yield
  }
  %y = costate.reshape %Y to (%all) : tensor<?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}

// What a nest adds to a filter and to a bias is summed over the places: the former is a product of matrices, also under
// the condition that what is stored of it is not zero. What every instance adds to an entry of its own stays.
// CHECK-LABEL: @adjoint
// CHECK: %[[A:.*]] = costate.map (%{{.*}} < %[[F:.*]], %{{.*}} < %[[N:.*]]) -> (tensor<?x?xf64>) {
// CHECK: arith.cmpf oge
// CHECK: costate.map () into (%[[K:.*]] = %{{.*}}, %[[B:.*]] = %{{.*}}, %[[Z:.*]] = %{{.*}}) {
// CHECK: costate.map (%[[I:.*]] < %[[F]], %[[U:.*]] < %{{.*}}) {
// CHECK: %[[S:.*]] = costate.reduce "add" (%[[J:.*]] < %[[N]]) -> (f64) {
// CHECK-DAG: %[[E:.*]] = costate.at %[[A]][%[[I]], %[[J]]]
// CHECK-DAG: %[[P:.*]] = arith.addi %[[J]], %[[U]]
// CHECK-DAG: %[[X:.*]] = costate.at %{{.*}}[%[[P]]]
// CHECK-DAG: %[[EX:.*]] = arith.mulf %[[E]], %[[X]]
// CHECK-DAG: %[[IS:.*]] = arith.cmpf une, %[[E]], %{{.*}}
// CHECK: arith.select %[[IS]], %[[EX]], %{{.*}}
// CHECK: costate.accumulate %[[S]] into %[[K]][%[[I]], %[[U]]]
// CHECK: costate.map (%[[I:.*]] < %[[F]]) {
// CHECK: %[[T:.*]] = costate.reduce "add" (%[[J:.*]] < %[[N]]) -> (f64) {
// CHECK: costate.at %[[A]][%[[I]], %[[J]]]
// CHECK: costate.accumulate %[[T]] into %[[B]][%[[I]]]
// CHECK: costate.map (%[[I:.*]] < %[[F]], %[[J:.*]] < %[[N]]) {
// CHECK: %[[E:.*]] = costate.at %[[A]][%[[I]], %[[J]]]
// CHECK: costate.accumulate %[[E]] into %[[Z]][%[[I]], %[[J]]]
func.func @adjoint(%a: tensor<?xf64>, %x: tensor<?xf64>, %k: tensor<?xf64>, %b: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) attributes {
    costate.function, costate.args = [dense<[1.0, 2.0, -3.0, 4.0, -5.0, -6.0]> : tensor<6xf64>,
      dense<[1.0, 10.0, 100.0, 0x7FF0000000000000]> : tensor<4xf64>, dense<[0.0, 0.0, 0.0, 1000.0]> : tensor<4xf64>,
      dense<[0.5, 0.0]> : tensor<2xf64>],
    costate.expect = [dense<[21.0, 210.0, 4.0, 1040.0]> : tensor<4xf64>, dense<[3.5, 4.0]> : tensor<2xf64>,
      dense<[2.0, 4.0, -3.0, 8.0, -5.0, -6.0]> : tensor<6xf64>]} {
  %zero = arith.constant 0.0 : f64
  %two = arith.constant 2 : index
  %f = costate.size %b, 0 : tensor<?xf64>
  %all = costate.size %a, 0 : tensor<?xf64>
  %four = costate.size %k, 0 : tensor<?xf64>
  %n = arith.constant 3 : index
  %A = costate.reshape %a to (%f, %n) : tensor<?xf64> -> tensor<?x?xf64>
  %K = costate.reshape %k to (%f, %two) : tensor<?xf64> -> tensor<?x?xf64>
  %dK, %db, %dA = costate.map (%i < %f, %j < %n) into (%accK = %K : tensor<?x?xf64>, %accB = %b : tensor<?xf64>, %accA = %A : tensor<?x?xf64>) {
    %e = costate.at %A[%i, %j] : tensor<?x?xf64> -> f64
    %is = arith.cmpf oge, %e, %zero : f64
    %v = arith.select %is, %e, %zero : f64
    costate.map (%u < %two) {
      %p = arith.addi %j, %u : index
      %c = costate.at %x[%p] : tensor<?xf64> -> f64
      %vc = arith.mulf %v, %c : f64
      %w = arith.select %is, %vc, %zero : f64
      costate.accumulate %w into %accK[%i, %u] "add" : f64, tensor<?x?xf64>
      costate.yield
    }
    costate.accumulate %v into %accB[%i] "add" : f64, tensor<?xf64>
    costate.accumulate %v into %accA[%i, %j] "add" : f64, tensor<?x?xf64>
    costate.yield
  }
  %r = costate.reshape %dK to (%four) : tensor<?x?xf64> -> tensor<?xf64>
  %s = costate.reshape %dA to (%all) : tensor<?x?xf64> -> tensor<?xf64>
  return %r, %db, %s : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>
}
