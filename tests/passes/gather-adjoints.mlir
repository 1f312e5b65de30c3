// RUN: costate-opt %s -costate-gather-adjoints -canonicalize -cse | FileCheck %s

// The adjoint of y[i] = sum(k) A[i,k] * x[k]: two maps, no accumulation; what was zero is not read.
// CHECK-LABEL: @matrix_vector
// CHECK-NOT: into
// CHECK: %[[ABAR:.*]] = costate.map (%[[I:.*]] < %[[N:.*]], %[[K:.*]] < %[[M:.*]]) -> (tensor<?x?xf64>) {
// CHECK-DAG: costate.at %arg1[%[[K]]]
// CHECK-DAG: costate.at %arg2[%[[I]]]
// CHECK: %[[P:.*]] = arith.mulf
// CHECK-NEXT: costate.yield %[[P]]
// CHECK: costate.map (%[[K:.*]] < %[[M]]) -> (tensor<?xf64>) {
// CHECK: %[[S:.*]] = costate.reduce "add" (%[[I:.*]] < %[[N]]) -> (f64) {
// CHECK-DAG: costate.at %{{.*}}[%[[I]], %[[K]]] : tensor<?x?xf64>
// CHECK-DAG: costate.at %arg2[%[[I]]]
// CHECK: }
// CHECK: %[[X0:.*]] = costate.at %arg3[%[[K]]]
// CHECK: arith.addf %[[X0]], %[[S]]
func.func @matrix_vector(%a: tensor<?xf64>, %x: tensor<?xf64>, %ybar: tensor<?xf64>, %x0: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {
    costate.function, costate.args = [dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]> : tensor<6xf64>,
      dense<[1.0, -1.0]> : tensor<2xf64>, dense<[1.0, 10.0, 100.0]> : tensor<3xf64>, dense<[0.5, 0.0]> : tensor<2xf64>],
    costate.expect = [dense<[1.0, -1.0, 10.0, -10.0, 100.0, -100.0]> : tensor<6xf64>, dense<[531.5, 642.0]> : tensor<2xf64>]} {
  %n = costate.size %ybar, 0 : tensor<?xf64>
  %m = costate.size %x0, 0 : tensor<?xf64>
  %count = costate.size %a, 0 : tensor<?xf64>
  %A = costate.reshape %a to (%n, %m) : tensor<?xf64> -> tensor<?x?xf64>
  %zero = arith.constant 0.0 : f64
  %zeros = costate.map (%i < %n, %k < %m) -> (tensor<?x?xf64>) { costate.yield %zero : f64 }
  %Abar, %xbar = costate.map (%i < %n) into (%accA = %zeros : tensor<?x?xf64>, %accx = %x0 : tensor<?xf64>) {
    %w = costate.at %ybar[%i] : tensor<?xf64> -> f64
    costate.map (%k < %m) {
      %v = costate.at %x[%k] : tensor<?xf64> -> f64
      %e = costate.at %A[%i, %k] : tensor<?x?xf64> -> f64
      %p = arith.mulf %v, %w : f64
      %q = arith.mulf %e, %w : f64
      costate.accumulate %p into %accA[%i, %k] "add" : f64, tensor<?x?xf64>
      costate.accumulate %q into %accx[%k] "add" : f64, tensor<?xf64>
      costate.yield
    }
    costate.yield
  }
  %flat = costate.reshape %Abar to (%count) : tensor<?x?xf64> -> tensor<?xf64>
  return %flat, %xbar : tensor<?xf64>, tensor<?xf64>
}

// The adjoint of y[i] = x[i+1] - x[i]: shifted indices, entries at the ends get one contribution.
// CHECK-LABEL: @differences
// CHECK-NOT: into
// CHECK: costate.map (%[[K:.*]] < %[[N:.*]]) -> (tensor<?xf64>) {
// CHECK: scf.if
// CHECK: costate.at %arg1[%[[K]]]
// CHECK: costate.map (%[[K:.*]] < %[[N]]) -> (tensor<?xf64>) {
// CHECK: %[[L:.*]] = arith.subi %[[K]], %{{.*}} : index
// CHECK: scf.if
// CHECK: costate.at %arg1[%[[L]]]
func.func @differences(%x: tensor<?xf64>, %ybar: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<0.0> : tensor<4xf64>, dense<[1.0, 10.0, 100.0]> : tensor<3xf64>],
    costate.expect = [dense<[-1.0, -9.0, -90.0, 100.0]> : tensor<4xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %m = costate.size %ybar, 0 : tensor<?xf64>
  %zero = arith.constant 0.0 : f64
  %zeros = costate.map (%i < %n) -> (tensor<?xf64>) { costate.yield %zero : f64 }
  %xbar = costate.map (%i < %m) into (%acc = %zeros : tensor<?xf64>) {
    %one = arith.constant 1 : index
    %w = costate.at %ybar[%i] : tensor<?xf64> -> f64
    %v = arith.negf %w : f64
    %next = arith.addi %i, %one : index
    costate.accumulate %v into %acc[%i] "add" : f64, tensor<?xf64>
    costate.accumulate %w into %acc[%next] "add" : f64, tensor<?xf64>
    costate.yield
  }
  return %xbar : tensor<?xf64>
}

// The adjoint of a reversal, y[i] = x[n-1-i], with an index of another type between.
// CHECK-LABEL: @reversal
// CHECK-NOT: into
// CHECK: costate.map (%[[K:.*]] < %{{.*}}) -> (tensor<?xf64>) {
// CHECK: %[[L:.*]] = arith.subi %{{.*}}, %[[K]] : index
// CHECK: costate.at %arg0[%[[L]]]
func.func @reversal(%ybar: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[1.0, 2.0, 3.0]> : tensor<3xf64>], costate.expect = [dense<[3.0, 2.0, 1.0]> : tensor<3xf64>]} {
  %n = costate.size %ybar, 0 : tensor<?xf64>
  %zero = arith.constant 0.0 : f64
  %zeros = costate.map (%i < %n) -> (tensor<?xf64>) { costate.yield %zero : f64 }
  %xbar = costate.map (%i < %n) into (%acc = %zeros : tensor<?xf64>) {
    %one = arith.constant 1 : i64
    %whole = arith.index_cast %n : index to i64
    %last = arith.subi %whole, %one : i64
    %own = arith.index_cast %i : index to i64
    %other = arith.subi %last, %own : i64
    %place = arith.index_cast %other : i64 to index
    %checked = costate.within %place < %n else 0
    %w = costate.at %ybar[%i] : tensor<?xf64> -> f64
    costate.accumulate %w into %acc[%checked] "add" : f64, tensor<?xf64>
    costate.yield
  }
  return %xbar : tensor<?xf64>
}

// A function of two points: both adjoints, sums over the other index. Accumulations of a reduction's body count, and
// a branch stays around its own.
// CHECK-LABEL: @pairs
// CHECK-NOT: into
// CHECK: costate.map (%[[I:.*]] < %[[N:.*]]) -> (tensor<?xf64>) {
// CHECK: costate.reduce "add" (%[[J:.*]] < %[[M:.*]]) -> (f64) {
// CHECK: arith.select
// CHECK: costate.map (%[[J:.*]] < %[[M]]) -> (tensor<?xf64>) {
// CHECK: costate.reduce "add" (%[[I:.*]] < %[[N]]) -> (f64) {
// CHECK: scf.if
func.func @pairs(%x: tensor<?xf64>, %y: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[1.0, 2.0, 4.0]> : tensor<3xf64>, dense<[3.0, 1.5]> : tensor<2xf64>],
    costate.expect = [dense<[0.0, 0.5, 3.5]> : tensor<3xf64>, dense<[-1.0, -3.0]> : tensor<2xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %m = costate.size %y, 0 : tensor<?xf64>
  %zero = arith.constant 0.0 : f64
  %zx = costate.map (%i < %n) -> (tensor<?xf64>) { costate.yield %zero : f64 }
  %zy = costate.map (%i < %m) -> (tensor<?xf64>) { costate.yield %zero : f64 }
  %xbar, %ybar = costate.map (%i < %n) into (%a = %zx : tensor<?xf64>, %b = %zy : tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %s = costate.reduce "max" (%j < %m) -> (f64) {
      %w = costate.at %y[%j] : tensor<?xf64> -> f64
      %d = arith.subf %v, %w : f64
      %isPositive = arith.cmpf ogt, %d, %zero : f64
      scf.if %isPositive {
        %e = arith.negf %d : f64
        costate.accumulate %d into %a[%i] "add" : f64, tensor<?xf64>
        costate.accumulate %e into %b[%j] "add" : f64, tensor<?xf64>
      }
      costate.yield %d : f64
    }
    costate.yield
  }
  return %xbar, %ybar : tensor<?xf64>, tensor<?xf64>
}

// The adjoint of sum(i) log(sum(j) exp(L[i,j])) - L[i,label[i]]: the row sums are computed once per row, in a map
// around that of the row; labels are positions from data, to which is still added.
// CHECK-LABEL: @cross_entropy
// CHECK: %[[GATHERED:.*]] = costate.map (%[[I:.*]] < %[[N:.*]]) -> (tensor<?x?xf64>) inner (%{{.*}}) {
// CHECK: costate.reduce "add"
// CHECK: %[[ROW:.*]] = costate.map (%[[J:.*]] < %{{.*}}) -> (tensor<?xf64>) {
// CHECK: math.exp
// CHECK: costate.yield %[[ROW]] : tensor<?xf64>
// CHECK: costate.map (%{{.*}} < %{{.*}}) into (%{{.*}} = %[[GATHERED]] : tensor<?x?xf64>) {
// CHECK-NOT: math.exp
// CHECK: return
func.func @cross_entropy(%l: tensor<?xf64>, %label: tensor<?xi64>, %like: tensor<?xf64>) -> (tensor<?xf64>) attributes {
    costate.function, costate.ulps = 2 : i32, costate.args = [dense<[0.0, 0.0, 0.6931471805599453, 0.0]> : tensor<4xf64>,
      dense<[0, 1]> : tensor<2xi64>, dense<0.0> : tensor<2xf64>],
    costate.expect = [dense<[-0.5, 0.5, 0.66666666666666667, -0.66666666666666667]> : tensor<4xf64>]} {
  %n = costate.size %label, 0 : tensor<?xi64>
  %m = costate.size %like, 0 : tensor<?xf64>
  %count = costate.size %l, 0 : tensor<?xf64>
  %L = costate.reshape %l to (%n, %m) : tensor<?xf64> -> tensor<?x?xf64>
  %zero = arith.constant 0.0 : f64
  %zeros = costate.map (%i < %n, %k < %m) -> (tensor<?x?xf64>) { costate.yield %zero : f64 }
  %Lbar = costate.map (%i < %n) into (%acc = %zeros : tensor<?x?xf64>) {
    %minus = arith.constant -1.0 : f64
    %s = costate.reduce "add" (%j < %m) -> (f64) {
      %v = costate.at %L[%i, %j] : tensor<?x?xf64> -> f64
      %e = math.exp %v : f64
      costate.yield %e : f64
    }
    costate.map (%j < %m) {
      %v = costate.at %L[%i, %j] : tensor<?x?xf64> -> f64
      %e = math.exp %v : f64
      %p = arith.divf %e, %s : f64
      costate.accumulate %p into %acc[%i, %j] "add" : f64, tensor<?x?xf64>
      costate.yield
    }
    %k = costate.at %label[%i] : tensor<?xi64> -> i64
    %place = arith.index_cast %k : i64 to index
    costate.accumulate %minus into %acc[%i, %place] "add" : f64, tensor<?x?xf64>
    costate.yield
  }
  %flat = costate.reshape %Lbar to (%count) : tensor<?x?xf64> -> tensor<?xf64>
  return %flat : tensor<?xf64>
}

// One layer of a network, y[i] = tanh(sum(k) A[i,k] * x[k]): the slope of every row is stored, since the sums over rows
// need it at every k.
// CHECK-LABEL: @layer
// CHECK: %[[SLOPE:.*]] = costate.map (%[[I:.*]] < %{{.*}}) -> (tensor<?xf64>) {
// CHECK: costate.reduce "add"
// CHECK: math.tanh
// CHECK-NOT: math.tanh
// CHECK-NOT: into
// CHECK: costate.map (%[[I:.*]] < %{{.*}}, %[[K:.*]] < %{{.*}}) -> (tensor<?x?xf64>) {
// CHECK: costate.at %[[SLOPE]][%[[I]]]
// CHECK: costate.map (%[[K:.*]] < %{{.*}}) -> (tensor<?xf64>) {
// CHECK: costate.reduce "add" (%[[I:.*]] < %{{.*}}) -> (f64) {
// CHECK: costate.at %[[SLOPE]][%[[I]]]
func.func @layer(%a: tensor<?xf64>, %x: tensor<?xf64>, %ybar: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {
    costate.function, costate.args = [dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]> : tensor<6xf64>,
      dense<[0.0, 0.0]> : tensor<2xf64>, dense<[1.0, 10.0, 100.0]> : tensor<3xf64>],
    costate.expect = [dense<0.0> : tensor<6xf64>, dense<[531.0, 642.0]> : tensor<2xf64>]} {
  %n = costate.size %ybar, 0 : tensor<?xf64>
  %m = costate.size %x, 0 : tensor<?xf64>
  %count = costate.size %a, 0 : tensor<?xf64>
  %A = costate.reshape %a to (%n, %m) : tensor<?xf64> -> tensor<?x?xf64>
  %zero = arith.constant 0.0 : f64
  %zeros = costate.map (%i < %n, %k < %m) -> (tensor<?x?xf64>) { costate.yield %zero : f64 }
  %zx = costate.map (%k < %m) -> (tensor<?xf64>) { costate.yield %zero : f64 }
  %Abar, %xbar = costate.map (%i < %n) into (%accA = %zeros : tensor<?x?xf64>, %accx = %zx : tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    %z = costate.reduce "add" (%k < %m) -> (f64) {
      %v = costate.at %x[%k] : tensor<?xf64> -> f64
      %e = costate.at %A[%i, %k] : tensor<?x?xf64> -> f64
      %p = arith.mulf %v, %e : f64
      costate.yield %p : f64
    }
    %y = math.tanh %z : f64
    %square = arith.mulf %y, %y : f64
    %slope = arith.subf %one, %square : f64
    %w = costate.at %ybar[%i] : tensor<?xf64> -> f64
    %g = arith.mulf %slope, %w : f64
    costate.map (%k < %m) {
      %v = costate.at %x[%k] : tensor<?xf64> -> f64
      %e = costate.at %A[%i, %k] : tensor<?x?xf64> -> f64
      %p = arith.mulf %v, %g : f64
      %q = arith.mulf %e, %g : f64
      costate.accumulate %p into %accA[%i, %k] "add" : f64, tensor<?x?xf64>
      costate.accumulate %q into %accx[%k] "add" : f64, tensor<?xf64>
      costate.yield
    }
    costate.yield
  }
  %flat = costate.reshape %Abar to (%count) : tensor<?x?xf64> -> tensor<?xf64>
  return %flat, %xbar : tensor<?xf64>, tensor<?xf64>
}

// A function that three neighbours need is computed once per row, for an array.
// CHECK-LABEL: @neighbours
// CHECK: %[[E:.*]] = costate.map
// CHECK: math.exp
// CHECK-NOT: math.exp
// CHECK-NOT: into
// CHECK-COUNT-3: costate.at %[[E]]
// CHECK: return
func.func @neighbours(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<0.0> : tensor<4xf64>], costate.expect = [dense<[1.0, 2.0, 2.0, 1.0]> : tensor<4xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %m = arith.subi %n, %two : index
  %zero = arith.constant 0.0 : f64
  %zeros = costate.map (%i < %n) -> (tensor<?xf64>) { costate.yield %zero : f64 }
  %y = costate.map (%i < %m) into (%acc = %zeros : tensor<?xf64>) {
    %after = arith.addi %i, %one : index
    %next = arith.addi %i, %two : index
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %e = math.exp %v : f64
    costate.accumulate %e into %acc[%i] "add" : f64, tensor<?xf64>
    costate.accumulate %e into %acc[%after] "add" : f64, tensor<?xf64>
    costate.accumulate %e into %acc[%next] "add" : f64, tensor<?xf64>
    costate.yield
  }
  return %y : tensor<?xf64>
}

// Triangular loops: those that are left may depend on others.
// CHECK-LABEL: @triangle
// CHECK-NOT: into
// CHECK: costate.map (%[[I:.*]] < %{{.*}}) -> (tensor<?xf64>) {
// CHECK: costate.reduce "add" (%{{.*}} < %[[I]]) -> (f64) {
func.func @triangle(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[1.0, 2.0, 4.0]> : tensor<3xf64>], costate.expect = [dense<[0.0, 1.0, 3.0]> : tensor<3xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %zero = arith.constant 0.0 : f64
  %zeros = costate.map (%i < %n) -> (tensor<?xf64>) { costate.yield %zero : f64 }
  %y = costate.map (%i < %n) into (%acc = %zeros : tensor<?xf64>) {
    costate.map (%j < %i) {
      %v = costate.at %x[%j] : tensor<?xf64> -> f64
      costate.accumulate %v into %acc[%i] "add" : f64, tensor<?xf64>
      costate.yield
    }
    costate.yield
  }
  return %y : tensor<?xf64>
}

// What does not invert stays: positions from data, one entry for all, a diagonal, a triangle's column, other kinds.
// CHECK-LABEL: @others
// CHECK: costate.map (%{{.*}}) into (%[[A:.*]] = %{{.*}}, %[[B:.*]] = %{{.*}}, %[[C:.*]] = %{{.*}}, %[[D:.*]] = %{{.*}}, %[[E:.*]] = %{{.*}}) {
// CHECK-DAG: costate.accumulate %{{.*}} into %[[A]]
// CHECK-DAG: costate.accumulate %{{.*}} into %[[B]]
// CHECK-DAG: costate.accumulate %{{.*}} into %[[C]]
// CHECK-DAG: costate.accumulate %{{.*}} into %[[D]]
// CHECK-DAG: costate.accumulate %{{.*}} into %[[E]]
// CHECK: return
func.func @others(%x: tensor<?xf64>, %rows: tensor<?xi64>) -> (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>)
    attributes {costate.function, costate.args = [dense<[1.0, 2.0, 4.0]> : tensor<3xf64>, dense<[1, 1, 0]> : tensor<3xi64>],
    costate.expect = [dense<[4.0, 3.0, 0.0]> : tensor<3xf64>, dense<[7.0, 0.0, 0.0]> : tensor<3xf64>,
      dense<[1.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 4.0]> : tensor<9xf64>, dense<[6.0, 4.0, 0.0]> : tensor<3xf64>,
      dense<[1.0, 2.0, 4.0]> : tensor<3xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %zero = arith.constant 0.0 : f64
  %square = arith.muli %n, %n : index
  %zeros = costate.map (%i < %n) -> (tensor<?xf64>) { costate.yield %zero : f64 }
  %zerosA = costate.map (%i < %n, %j < %n) -> (tensor<?x?xf64>) { costate.yield %zero : f64 }
  %y, %z, %D, %t, %m = costate.map (%i < %n) into (%a = %zeros : tensor<?xf64>, %b = %zeros : tensor<?xf64>, %c = %zerosA : tensor<?x?xf64>, %d = %zeros : tensor<?xf64>, %e = %zeros : tensor<?xf64>) {
    %first = arith.constant 0 : index
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %k = costate.at %rows[%i] : tensor<?xi64> -> i64
    %place = arith.index_cast %k : i64 to index
    costate.accumulate %v into %a[%place] "add" : f64, tensor<?xf64>
    costate.accumulate %v into %b[%first] "add" : f64, tensor<?xf64>
    costate.accumulate %v into %c[%i, %i] "add" : f64, tensor<?x?xf64>
    costate.map (%j < %i) {
      costate.accumulate %v into %d[%j] "add" : f64, tensor<?xf64>
      costate.yield
    }
    costate.accumulate %v into %e[%i] "max" : f64, tensor<?xf64>
    costate.yield
  }
  %flat = costate.reshape %D to (%square) : tensor<?x?xf64> -> tensor<?xf64>
  return %y, %z, %flat, %t, %m : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>
}

// What an addition that stays computes anyway is added for others there: the exponential is not written twice.
// CHECK-LABEL: @expensive_once
// CHECK: costate.scan
// CHECK: costate.map (%{{.*}} < %{{.*}}) into
// CHECK: math.exp
// CHECK-NOT: math.exp
// CHECK: costate.accumulate
// CHECK: costate.accumulate
func.func @expensive_once(%x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<0.0> : tensor<2xf64>],
    costate.expect = [dense<2.0> : tensor<4xf64>, dense<4.0> : tensor<1xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %one = arith.constant 1.0 : f64
  %zero = arith.constant 0.0 : f64
  %c1 = arith.constant 1 : index
  %zeros = costate.map (%i < %n, %j < %n) -> (tensor<?x?xf64>) { costate.yield %zero : f64 }
  %none = costate.map (%i < %n) -> (tensor<?xf64>) { costate.yield %zero : f64 }
  %last, %all = costate.scan (%t < %n) carry (%s = %one : f64) into (%acc = %zeros : tensor<?x?xf64>) {
    %sums = costate.map (%i < %n) into (%own = %none : tensor<?xf64>) {
      costate.map (%j < %n) {
        %u = costate.at %x[%i] : tensor<?xf64> -> f64
        %v = costate.at %x[%j] : tensor<?xf64> -> f64
        %w = arith.addf %u, %v : f64
        %e = math.exp %w : f64
        costate.accumulate %e into %acc[%i, %j] "add" : f64, tensor<?x?xf64>
        costate.accumulate %e into %own[%j] "add" : f64, tensor<?xf64>
        costate.yield
      }
      costate.yield
    }
    %r = costate.at %sums[%t] : tensor<?xf64> -> f64
    %next = arith.mulf %s, %r : f64
    costate.yield %next : f64
  }
  %count = arith.muli %n, %n : index
  %flat = costate.reshape %all to (%count) : tensor<?x?xf64> -> tensor<?xf64>
  %result = costate.map (%i < %c1) -> (tensor<?xf64>) { costate.yield %last : f64 }
  return %flat, %result : tensor<?xf64>, tensor<?xf64>
}
