// RUN: costate-opt %s -canonicalize -cse -costate-fuse-maps -canonicalize -cse | FileCheck %s

// Ten elementwise operations are one pass over memory.
// CHECK-LABEL: @chain
// CHECK: costate.map
// CHECK-NOT: costate.map
// CHECK: return
func.func @chain(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[0.0, 1.0]> : tensor<2xf64>], costate.expect = [dense<[62.0, 620.0]> : tensor<2xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %a = costate.map (%i < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = arith.addf %v, %v : f64
    costate.yield %w : f64
  }
  %b = costate.map (%i < %n) -> (tensor<?xf64>) {
    %c = arith.constant 1.0 : f64
    %v = costate.at %a[%i] : tensor<?xf64> -> f64
    %w = arith.addf %v, %c : f64
    costate.yield %w : f64
  }
  %c = costate.map (%i < %n) -> (tensor<?xf64>) {
    %v = costate.at %b[%i] : tensor<?xf64> -> f64
    %w = arith.mulf %v, %v : f64
    costate.yield %w : f64
  }
  %d = costate.map (%i < %n) -> (tensor<?xf64>) {
    %v = costate.at %c[%i] : tensor<?xf64> -> f64
    %u = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = arith.addf %v, %u : f64
    costate.yield %w : f64
  }
  %e = costate.map (%i < %n) -> (tensor<?xf64>) {
    %v = costate.at %d[%i] : tensor<?xf64> -> f64
    %w = arith.addf %v, %v : f64
    costate.yield %w : f64
  }
  %f = costate.map (%i < %n) -> (tensor<?xf64>) {
    %v = costate.at %e[%i] : tensor<?xf64> -> f64
    %w = arith.addf %v, %v : f64
    costate.yield %w : f64
  }
  %g = costate.map (%i < %n) -> (tensor<?xf64>) {
    %v = costate.at %f[%i] : tensor<?xf64> -> f64
    %w = arith.addf %v, %v : f64
    costate.yield %w : f64
  }
  %h = costate.map (%i < %n) -> (tensor<?xf64>) {
    %v = costate.at %g[%i] : tensor<?xf64> -> f64
    %w = arith.addf %v, %v : f64
    costate.yield %w : f64
  }
  %k = costate.map (%i < %n) -> (tensor<?xf64>) {
    %v = costate.at %h[%i] : tensor<?xf64> -> f64
    %w = arith.addf %v, %v : f64
    costate.yield %w : f64
  }
  %l = costate.map (%i < %n) -> (tensor<?xf64>) {
    %v = costate.at %k[%i] : tensor<?xf64> -> f64
    %u = costate.at %e[%i] : tensor<?xf64> -> f64
    %t = arith.addf %v, %v : f64
    %w = arith.subf %t, %u : f64
    costate.yield %w : f64
  }
  return %l : tensor<?xf64>
}

// A reduction reads a map: nothing is stored, though the body holds a function and a loop.
// CHECK-LABEL: @into_reduction
// CHECK: costate.reduce "add" (%[[I:.*]] < %{{.*}}) -> (f64) {
// CHECK: costate.reduce "add" (%[[K:.*]] < %{{.*}}) -> (f64) {
// CHECK: costate.at %{{.*}}[%[[I]], %[[K]]]
// CHECK: math.tanh
// CHECK: costate.map (%{{.*}} < %{{.*}}) -> (tensor<?xf64>) {
// CHECK-NOT: costate.map
func.func @into_reduction(%a: tensor<?xf64>, %x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<0.0> : tensor<6xf64>, dense<[1.0, -1.0]> : tensor<2xf64>], costate.expect = [dense<0.0> : tensor<1xf64>]} {
  %n = arith.constant 3 : index
  %one = arith.constant 1 : index
  %m = costate.size %x, 0 : tensor<?xf64>
  %A = costate.reshape %a to (%n, %m) : tensor<?xf64> -> tensor<?x?xf64>
  %z = costate.map (%i < %n) -> (tensor<?xf64>) {
    %s = costate.reduce "add" (%k < %m) -> (f64) {
      %v = costate.at %x[%k] : tensor<?xf64> -> f64
      %e = costate.at %A[%i, %k] : tensor<?x?xf64> -> f64
      %p = arith.mulf %v, %e : f64
      costate.yield %p : f64
    }
    costate.yield %s : f64
  }
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %v = costate.at %z[%i] : tensor<?xf64> -> f64
    %t = math.tanh %v : f64
    costate.yield %t : f64
  }
  %sum = costate.reduce "add" (%i < %n) -> (f64) {
    %v = costate.at %y[%i] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  %column = costate.map (%k < %one) -> (tensor<?xf64>) { costate.yield %sum : f64 }
  return %column : tensor<?xf64>
}

// A difference of differences: both are computed at once. A sum over five neighbours of such a sum would be computed
// five times: it is stored.
// CHECK-LABEL: @stencils
// CHECK: costate.map (%[[I:.*]] < %{{.*}}) -> (tensor<?xf64>) {
// CHECK-COUNT-3: costate.at %arg0
// CHECK: costate.yield
// CHECK: %[[STORED:.*]] = costate.map
// CHECK-COUNT-5: costate.at %arg0
// CHECK: costate.map
// CHECK-COUNT-5: costate.at %[[STORED]]
// CHECK-NOT: costate.map
// CHECK: return
func.func @stencils(%x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[0.0, 1.0, 4.0, 9.0, 16.0, 25.0, 36.0, 49.0, 64.0]> : tensor<9xf64>],
    costate.expect = [dense<2.0> : tensor<7xf64>, dense<[500.0]> : tensor<1xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %n1 = arith.subi %n, %c1 : index
  %n2 = arith.subi %n, %c2 : index
  %n4 = arith.subi %n, %c4 : index
  %n8 = arith.subi %n4, %c4 : index
  %d = costate.map (%i < %n1) -> (tensor<?xf64>) {
    %j = arith.addi %i, %c1 : index
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = costate.at %x[%j] : tensor<?xf64> -> f64
    %p = arith.subf %w, %v : f64
    costate.yield %p : f64
  }
  %dd = costate.map (%i < %n2) -> (tensor<?xf64>) {
    %j = arith.addi %i, %c1 : index
    %v = costate.at %d[%i] : tensor<?xf64> -> f64
    %w = costate.at %d[%j] : tensor<?xf64> -> f64
    %p = arith.subf %w, %v : f64
    costate.yield %p : f64
  }
  %s = costate.map (%i < %n4) -> (tensor<?xf64>) {
    %i1 = arith.addi %i, %c1 : index
    %i2 = arith.addi %i, %c2 : index
    %i3 = arith.addi %i, %c3 : index
    %i4 = arith.addi %i, %c4 : index
    %v0 = costate.at %x[%i] : tensor<?xf64> -> f64
    %v1 = costate.at %x[%i1] : tensor<?xf64> -> f64
    %v2 = costate.at %x[%i2] : tensor<?xf64> -> f64
    %v3 = costate.at %x[%i3] : tensor<?xf64> -> f64
    %v4 = costate.at %x[%i4] : tensor<?xf64> -> f64
    %p1 = arith.addf %v0, %v1 : f64
    %p2 = arith.addf %p1, %v2 : f64
    %p3 = arith.addf %p2, %v3 : f64
    %p4 = arith.addf %p3, %v4 : f64
    costate.yield %p4 : f64
  }
  %ss = costate.map (%i < %n8) -> (tensor<?xf64>) {
    %i1 = arith.addi %i, %c1 : index
    %i2 = arith.addi %i, %c2 : index
    %i3 = arith.addi %i, %c3 : index
    %i4 = arith.addi %i, %c4 : index
    %v0 = costate.at %s[%i] : tensor<?xf64> -> f64
    %v1 = costate.at %s[%i1] : tensor<?xf64> -> f64
    %v2 = costate.at %s[%i2] : tensor<?xf64> -> f64
    %v3 = costate.at %s[%i3] : tensor<?xf64> -> f64
    %v4 = costate.at %s[%i4] : tensor<?xf64> -> f64
    %p1 = arith.addf %v0, %v1 : f64
    %p2 = arith.addf %p1, %v2 : f64
    %p3 = arith.addf %p2, %v3 : f64
    %p4 = arith.addf %p3, %v4 : f64
    costate.yield %p4 : f64
  }
  return %dd, %ss : tensor<?xf64>, tensor<?xf64>
}

// Softmax cross-entropy over a batch, from features: the logits are the only array that is stored. Their greatest one
// and the sum of a row are one map, which the sum over rows reads.
// CHECK-LABEL: @cross_entropy
// CHECK: %[[L:.*]] = costate.map (%[[I:.*]] < %{{.*}}, %[[J:.*]] < %{{.*}}) -> (tensor<?x?xf64>) {
// CHECK: costate.yield
// CHECK-NOT: costate.map
// CHECK: costate.reduce "add" (%[[I:.*]] < %{{.*}}) -> (f64) {
// CHECK: costate.reduce "max"
// CHECK: costate.at %[[L]][%[[I]], %{{.*}}]
// CHECK: costate.reduce "add"
// CHECK: math.exp
// CHECK: math.log
// CHECK: costate.map
// CHECK-NOT: costate.map
// CHECK: return
func.func @cross_entropy(%x: tensor<?xf64>, %w: tensor<?xf64>, %label: tensor<?xi64>, %like: tensor<?xf64>) -> (tensor<?xf64>) attributes {
    costate.function, costate.ulps = 2 : i32, costate.args = [dense<[1.0, 0.0, 0.0, 1.0, 0.0, 0.0]> : tensor<6xf64>,
      dense<[0.0, 0.0, 0.6931471805599453, 0.0]> : tensor<4xf64>, dense<[0, 1, 1]> : tensor<3xi64>, dense<0.0> : tensor<2xf64>],
    costate.expect = [dense<2.4849066497880004> : tensor<1xf64>]} { // log 2 + log 3 + log 2
  %n = costate.size %label, 0 : tensor<?xi64>
  %d = costate.size %like, 0 : tensor<?xf64>
  %m = arith.constant 2 : index
  %one = arith.constant 1 : index
  %X = costate.reshape %x to (%n, %d) : tensor<?xf64> -> tensor<?x?xf64>
  %W = costate.reshape %w to (%d, %m) : tensor<?xf64> -> tensor<?x?xf64>
  %L = costate.map (%i < %n, %j < %m) -> (tensor<?x?xf64>) {
    %s = costate.reduce "add" (%k < %d) -> (f64) {
      %u = costate.at %X[%i, %k] : tensor<?x?xf64> -> f64
      %v = costate.at %W[%k, %j] : tensor<?x?xf64> -> f64
      %q = arith.mulf %u, %v : f64
      costate.yield %q : f64
    }
    costate.yield %s : f64
  }
  %greatest = costate.map (%i < %n) -> (tensor<?xf64>) {
    %g = costate.reduce "max" (%j < %m) -> (f64) {
      %v = costate.at %L[%i, %j] : tensor<?x?xf64> -> f64
      costate.yield %v : f64
    }
    costate.yield %g : f64
  }
  %sums = costate.map (%i < %n) -> (tensor<?xf64>) {
    %s = costate.reduce "add" (%j < %m) -> (f64) {
      %g = costate.at %greatest[%i] : tensor<?xf64> -> f64
      %v = costate.at %L[%i, %j] : tensor<?x?xf64> -> f64
      %t = arith.subf %v, %g : f64
      %e = math.exp %t : f64
      costate.yield %e : f64
    }
    costate.yield %s : f64
  }
  %losses = costate.map (%i < %n) -> (tensor<?xf64>) {
    %k = costate.at %label[%i] : tensor<?xi64> -> i64
    %place = arith.index_cast %k : i64 to index
    %g = costate.at %greatest[%i] : tensor<?xf64> -> f64
    %s = costate.at %sums[%i] : tensor<?xf64> -> f64
    %v = costate.at %L[%i, %place] : tensor<?x?xf64> -> f64
    %log = math.log %s : f64
    %t = arith.addf %log, %g : f64
    %u = arith.subf %t, %v : f64
    costate.yield %u : f64
  }
  %loss = costate.reduce "add" (%i < %n) -> (f64) {
    %v = costate.at %losses[%i] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  %column = costate.map (%i < %one) -> (tensor<?xf64>) { costate.yield %loss : f64 }
  return %column : tensor<?xf64>
}

// Scalings of exp(-C) to given row and column sums, by logarithms, with C[i,j] = |x_i - y_j|^2 in the plane: the cost
// is computed wherever it is read, in every step of the loop.
// CHECK-LABEL: @scaling
// CHECK-NOT: tensor<?x?xf64>
// CHECK: costate.scan
// CHECK: costate.map
// CHECK: costate.reduce "add"
// CHECK-COUNT-2: arith.subf
// CHECK: costate.map
// CHECK: costate.reduce "add"
// CHECK-NOT: tensor<?x?xf64>
// CHECK: return
func.func @scaling(%x: tensor<?xf64>, %u: tensor<?xf64>, %y: tensor<?xf64>, %v: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {
    costate.function, costate.ulps = 2 : i32, costate.args = [dense<[1.0]> : tensor<1xf64>, dense<[2.0]> : tensor<1xf64>, dense<[3.0]> : tensor<1xf64>, dense<[5.0]> : tensor<1xf64>],
    costate.expect = [dense<[13.0]> : tensor<1xf64>, dense<[0.0]> : tensor<1xf64>]} { // f + g = |x - y|^2 = 4 + 9
  %n = costate.size %x, 0 : tensor<?xf64>
  %m = costate.size %y, 0 : tensor<?xf64>
  %steps = arith.constant 3 : index
  %zero = arith.constant 0.0 : f64
  %C = costate.map (%i < %n, %j < %m) -> (tensor<?x?xf64>) {
    %a = costate.at %x[%i] : tensor<?xf64> -> f64
    %b = costate.at %y[%j] : tensor<?xf64> -> f64
    %c = costate.at %u[%i] : tensor<?xf64> -> f64
    %d = costate.at %v[%j] : tensor<?xf64> -> f64
    %p = arith.subf %a, %b : f64
    %q = arith.subf %c, %d : f64
    %pp = arith.mulf %p, %p : f64
    %qq = arith.mulf %q, %q : f64
    %r = arith.addf %pp, %qq : f64
    costate.yield %r : f64
  }
  %f0 = costate.map (%i < %n) -> (tensor<?xf64>) { costate.yield %zero : f64 }
  %g0 = costate.map (%j < %m) -> (tensor<?xf64>) { costate.yield %zero : f64 }
  %f, %g = costate.scan (%t < %steps) carry (%f1 = %f0 : tensor<?xf64>, %g1 = %g0 : tensor<?xf64>) {
    %f2 = costate.map (%i < %n) -> (tensor<?xf64>) {
      %s = costate.reduce "add" (%j < %m) -> (f64) {
        %b = costate.at %g1[%j] : tensor<?xf64> -> f64
        %c = costate.at %C[%i, %j] : tensor<?x?xf64> -> f64
        %d = arith.subf %b, %c : f64
        %e = math.exp %d : f64
        costate.yield %e : f64
      }
      %log = math.log %s : f64
      %minus = arith.negf %log : f64
      costate.yield %minus : f64
    }
    %g2 = costate.map (%j < %m) -> (tensor<?xf64>) {
      %s = costate.reduce "add" (%i < %n) -> (f64) {
        %b = costate.at %f2[%i] : tensor<?xf64> -> f64
        %c = costate.at %C[%i, %j] : tensor<?x?xf64> -> f64
        %d = arith.subf %b, %c : f64
        %e = math.exp %d : f64
        costate.yield %e : f64
      }
      %log = math.log %s : f64
      %minus = arith.negf %log : f64
      costate.yield %minus : f64
    }
    costate.yield %f2, %g2 : tensor<?xf64>, tensor<?xf64>
  }
  return %f, %g : tensor<?xf64>, tensor<?xf64>
}

// What is read in loops that its indices do not count is stored, if it holds a function or a loop, or is a column.
// CHECK-LABEL: @repeated
// CHECK: %[[STORED:.*]]:2 = costate.map
// CHECK: math.exp
// CHECK: costate.map
// CHECK: costate.reduce
// CHECK-DAG: costate.at %[[STORED]]#0
// CHECK-DAG: costate.at %[[STORED]]#1
// CHECK: return
func.func @repeated(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[0.0, 0.0, 0.0]> : tensor<3xf64>], costate.expect = [dense<[6.0, 6.0, 6.0]> : tensor<3xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %e = costate.map (%i < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = math.exp %v : f64
    costate.yield %w : f64
  }
  %s = costate.map (%i < %n) -> (tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = arith.addf %v, %one : f64
    %p = arith.mulf %w, %w : f64
    %q = arith.addf %p, %v : f64
    costate.yield %q : f64
  }
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %r = costate.reduce "add" (%k < %n) -> (f64) {
      %v = costate.at %e[%k] : tensor<?xf64> -> f64
      %w = costate.at %s[%k] : tensor<?xf64> -> f64
      %u = costate.at %x[%i] : tensor<?xf64> -> f64
      %t = arith.addf %v, %w : f64
      %p = arith.addf %t, %u : f64
      costate.yield %p : f64
    }
    costate.yield %r : f64
  }
  return %y : tensor<?xf64>
}

// Neighbours that read one array are one map, as are reductions of one kind; also where the second reads the first.
// CHECK-LABEL: @neighbours
// CHECK: %{{.*}}:2 = costate.map (%{{.*}} < %{{.*}}) -> (tensor<?xf64>, tensor<?xf64>) {
// CHECK: math.exp
// CHECK-NOT: costate.at
// CHECK: math.exp
// CHECK: costate.reduce "add" (%{{.*}} < %{{.*}}) -> (f64, f64) {
// CHECK-NOT: costate.reduce
// CHECK: return
func.func @neighbours(%x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) attributes {costate.function,
    costate.ulps = 1 : i32, costate.args = [dense<[0.0, 1.0]> : tensor<2xf64>], costate.expect = [dense<[1.0, 2.718281828459045]> : tensor<2xf64>,
      dense<[2.718281828459045, 15.154262241479262]> : tensor<2xf64>, dense<[1.0, 1.0]> : tensor<2xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %zero = arith.constant 0.0 : f64
  %e = costate.map (%i < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = math.exp %v : f64
    costate.yield %w : f64
  }
  %s = costate.reduce "add" (%i < %n) -> (f64) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  %ee = costate.map (%i < %n) -> (tensor<?xf64>) {
    %v = costate.at %e[%i] : tensor<?xf64> -> f64
    %w = math.exp %v : f64
    costate.yield %w : f64
  }
  %q = costate.reduce "add" (%i < %n) -> (f64) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = arith.mulf %v, %v : f64
    costate.yield %w : f64
  }
  %all = costate.map (%i < %n) -> (tensor<?xf64>) {
    %first = arith.constant 0 : index
    %isFirst = arith.cmpi eq, %i, %first : index
    %v = arith.select %isFirst, %s, %q : f64
    costate.yield %v : f64
  }
  return %e, %ee, %all : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>
}

// Constants are read as such, also rows of constants; what nothing reads is not computed; a column is read through the
// matrix that it is reshaped to.
// CHECK-LABEL: @simplified
// CHECK-NOT: costate.reshape
// CHECK-NOT: math.sin
// CHECK: costate.map (%[[I:.*]] < %{{.*}}) -> (tensor<?xf64>) {
// CHECK: costate.reduce "add" (%[[J:.*]] < %[[M:.*]]) -> (f64) {
// CHECK: %[[P:.*]] = arith.muli %[[I]], %[[M]]
// CHECK: %[[Q:.*]] = arith.addi %[[P]], %[[J]]
// CHECK: costate.at %arg0[%[[Q]]]
// CHECK-NOT: costate.map
// CHECK: return
func.func @simplified(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]> : tensor<6xf64>], costate.expect = [dense<[11.0, 56.0]> : tensor<2xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %two = arith.constant 2 : index
  %three = arith.constant 3 : index
  %ones = costate.map (%j < %three) -> (tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    costate.yield %one : f64
  }
  %rows = costate.map (%i < %two) -> (tensor<?x?xf64>) inner (%three) {
    costate.yield %ones : tensor<?xf64>
  }
  %y, %unused = costate.map (%i < %n) -> (tensor<?xf64>, tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = arith.mulf %v, %v : f64
    %s = math.sin %v : f64
    costate.yield %w, %s : f64, f64
  }
  %Y = costate.reshape %y to (%two, %three) : tensor<?xf64> -> tensor<?x?xf64>
  %z = costate.map (%i < %two) -> (tensor<?xf64>) {
    %r = costate.reduce "add" (%j < %three) -> (f64) {
      %v = costate.at %Y[%i, %j] : tensor<?x?xf64> -> f64
      %w = costate.at %rows[%i, %j] : tensor<?x?xf64> -> f64
      %half = arith.constant 0.5 : f64
      %q = costate.at %rows[%i, %j] : tensor<?x?xf64> -> f64
      %h = arith.mulf %q, %w : f64
      %t = arith.addf %v, %h : f64
      %third = arith.addf %t, %w : f64
      costate.yield %third : f64
    }
    costate.yield %r : f64
  }
  return %z : tensor<?xf64>
}

// Rows that a map makes are read row by row: its body is computed once per row.
// CHECK-LABEL: @rows
// CHECK: costate.reduce "add" (%[[I:.*]] < %{{.*}}) -> (f64) {
// CHECK: costate.reduce "add"
// CHECK: math.exp
// CHECK: costate.reduce "max"
// CHECK: arith.divf
// CHECK-NOT: math.exp
// CHECK: return
func.func @rows(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[0.0, 0.0, 0.0, 0.0]> : tensor<4xf64>], costate.expect = [dense<[1.0]> : tensor<1xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %two = arith.constant 2 : index
  %one = arith.constant 1 : index
  %p = costate.map (%i < %two) -> (tensor<?x?xf64>) inner (%n) {
    %s = costate.reduce "add" (%j < %n) -> (f64) {
      %v = costate.at %x[%j] : tensor<?xf64> -> f64
      %e = math.exp %v : f64
      costate.yield %e : f64
    }
    %row = costate.map (%j < %n) -> (tensor<?xf64>) {
      %v = costate.at %x[%j] : tensor<?xf64> -> f64
      %c = arith.constant 2.0 : f64
      %t = arith.addf %v, %c : f64
      %q = arith.divf %t, %s : f64
      costate.yield %q : f64
    }
    costate.yield %row : tensor<?xf64>
  }
  %r = costate.reduce "add" (%i < %two) -> (f64) {
    %g = costate.reduce "max" (%j < %n) -> (f64) {
      %v = costate.at %p[%i, %j] : tensor<?x?xf64> -> f64
      costate.yield %v : f64
    }
    costate.yield %g : f64
  }
  %y = costate.map (%k < %one) -> (tensor<?xf64>) { costate.yield %r : f64 }
  return %y : tensor<?xf64>
}

// A sum that a map holds is read from it where it is computed again, at the index of another loop; so is a function, if
// its map is stored anyhow.
// CHECK-LABEL: @again
// CHECK: %[[Z:.*]] = costate.map
// CHECK: costate.reduce
// CHECK: %[[E:.*]]:2 = costate.map
// CHECK: math.exp
// CHECK: costate.map
// CHECK-NOT: costate.reduce
// CHECK-NOT: math.exp
// CHECK: costate.at %[[Z]]
// CHECK: costate.at %[[E]]#0
// CHECK: return
func.func @again(%a: tensor<?xf64>, %x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf64>, dense<[1.0, -1.0]> : tensor<2xf64>],
    costate.expect = [dense<[-1.0, -1.0]> : tensor<2xf64>, dense<[2.718281828459045, 0.36787944117144233]> : tensor<2xf64>,
      dense<[1.718281828459045, -0.6321205588285577]> : tensor<2xf64>], costate.ulps = 1 : i32} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %A = costate.reshape %a to (%n, %n) : tensor<?xf64> -> tensor<?x?xf64>
  %z = costate.map (%i < %n) -> (tensor<?xf64>) {
    %s = costate.reduce "add" (%k < %n) -> (f64) {
      %v = costate.at %x[%k] : tensor<?xf64> -> f64
      %entry = costate.at %A[%i, %k] : tensor<?x?xf64> -> f64
      %p = arith.mulf %v, %entry : f64
      costate.yield %p : f64
    }
    costate.yield %s : f64
  }
  %e:2 = costate.map (%i < %n) into (%acc = %x : tensor<?xf64>) -> (tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = math.exp %v : f64
    costate.yield %w : f64
  }
  %y:2 = costate.map (%j < %n) into (%acc = %x : tensor<?xf64>) -> (tensor<?xf64>) {
    %s = costate.reduce "add" (%k < %n) -> (f64) {
      %v = costate.at %x[%k] : tensor<?xf64> -> f64
      %entry = costate.at %A[%j, %k] : tensor<?x?xf64> -> f64
      %p = arith.mulf %v, %entry : f64
      costate.yield %p : f64
    }
    %v = costate.at %x[%j] : tensor<?xf64> -> f64
    %w = math.exp %v : f64
    %sum = arith.addf %s, %w : f64
    costate.yield %sum : f64
  }
  return %z, %e#0, %y#0 : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>
}

// Nothing to do: what is returned and what is accumulated into stands in memory; a function over an index of the loop
// is not moved into a loop over time.
// CHECK-LABEL: @unchanged
// CHECK: %[[E:.*]] = costate.map
// CHECK: math.exp
// CHECK: costate.scan
// CHECK: costate.at %[[E]]
// CHECK: costate.map
// CHECK: return %[[E2:.*]], %{{.*}}, %{{.*}}
func.func @unchanged(%x: tensor<?xf64>, %rows: tensor<?xi64>) -> (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[0.0, 0.0]> : tensor<2xf64>, dense<[1, 1]> : tensor<2xi64>], costate.expect = [dense<[1.0, 1.0]> : tensor<2xf64>, dense<[2.0]> : tensor<1xf64>, dense<[1.0, 3.0]> : tensor<2xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %one = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %e = costate.map (%i < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = math.exp %v : f64
    costate.yield %w : f64
  }
  %s = costate.scan (%t < %n) carry (%c = %zero : f64) {
    %v = costate.at %e[%t] : tensor<?xf64> -> f64
    %next = arith.addf %c, %v : f64
    costate.yield %next : f64
  }
  %y = costate.map (%k < %one) -> (tensor<?xf64>) { costate.yield %s : f64 }
  %z = costate.map (%i < %n) into (%acc = %e : tensor<?xf64>) {
    %v = costate.at %e[%i] : tensor<?xf64> -> f64
    %k = costate.at %rows[%i] : tensor<?xi64> -> i64
    %place = arith.index_cast %k : i64 to index
    costate.accumulate %v into %acc[%place] "add" : f64, tensor<?xf64>
    costate.yield
  }
  return %e, %y, %z : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>
}

// A sum that one map computes and another computes again is yielded beside what is: it is taken once.
// CHECK-LABEL: @sum_yielded
// CHECK: %[[Y:.*]]:2 = costate.map
// CHECK: costate.reduce
// CHECK: costate.yield
// CHECK-NOT: costate.reduce
// CHECK: return
func.func @sum_yielded(%A: tensor<?xf64>, %x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[1.0, 0.0, 3.0, 1.0]> : tensor<4xf64>, dense<[1.0, 1.0]> : tensor<2xf64>],
    costate.expect = [dense<[2.0, 16.0]> : tensor<2xf64>, dense<[0.0625, 0.0625]> : tensor<2xf64>]} {
  %one = arith.constant 1.0 : f64
  %n = costate.size %x, 0 : tensor<?xf64>
  %M = costate.reshape %A to (%n, %n) : tensor<?xf64> -> tensor<?x?xf64>
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %s = costate.reduce "add" (%j < %n) -> (f64) {
      %a = costate.at %M[%i, %j] : tensor<?x?xf64> -> f64
      %b = costate.at %x[%j] : tensor<?xf64> -> f64
      %c = arith.mulf %a, %b : f64
      costate.yield %c : f64
    }
    %e = math.exp2 %s : f64
    costate.yield %e : f64
  }
  %z = costate.map (%i < %n) -> (tensor<?xf64>) {
    %last = costate.size %x, 0 : tensor<?xf64>
    %c1 = arith.constant 1 : index
    %k = arith.subi %last, %c1 : index
    %s = costate.reduce "add" (%j < %n) -> (f64) {
      %a = costate.at %M[%i, %j] : tensor<?x?xf64> -> f64
      %b = costate.at %x[%j] : tensor<?xf64> -> f64
      %c = arith.mulf %a, %b : f64
      costate.yield %c : f64
    }
    %o = costate.at %y[%k] : tensor<?xf64> -> f64
    %d = arith.divf %one, %o : f64
    %zero = arith.constant 0.0 : f64
    %f = arith.mulf %s, %zero : f64
    %g = arith.addf %d, %f : f64
    costate.yield %g : f64
  }
  return %y, %z : tensor<?xf64>, tensor<?xf64>
}

// Positions of extremes are stored where they would be found again for every row.
// CHECK-LABEL: @greatest
// CHECK: costate.map (%{{.*}} < %{{.*}}) -> (tensor<?xi64>) {
// CHECK: costate.reduce "argmax"
// CHECK: costate.map
// CHECK-NOT: costate.reduce "argmax"
// CHECK: return
func.func @greatest(%a: tensor<?xf64>, %b: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} {
  %four = arith.constant 4 : index
  %m = costate.size %b, 0 : tensor<?xf64>
  %all = arith.muli %m, %m : index
  %A = costate.reshape %a to (%m, %four) : tensor<?xf64> -> tensor<?x?xf64>
  %p = costate.map (%j < %m) -> (tensor<?xi64>) {
    %k = costate.reduce "argmax" (%l < %four) -> (i64) {
      %v = costate.at %A[%j, %l] : tensor<?x?xf64> -> f64
      costate.yield %v : f64
    }
    costate.yield %k : i64
  }
  %Y = costate.map (%i < %m, %j < %m) -> (tensor<?x?xf64>) {
    %k = costate.at %p[%j] : tensor<?xi64> -> i64
    %q = arith.index_cast %k : i64 to index
    %v = costate.at %A[%j, %q] : tensor<?x?xf64> -> f64
    %w = costate.at %b[%i] : tensor<?xf64> -> f64
    %vw = arith.mulf %v, %w : f64
    costate.yield %vw : f64
  }
  %y = costate.reshape %Y to (%all) : tensor<?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}

// A product of matrices goes into a map over the same indices, and stays one before a sum.
// CHECK-LABEL: @layer
// CHECK: costate.map (%[[I:.*]] < %{{.*}}, %[[J:.*]] < %{{.*}}) -> (tensor<?x?xf64>) {
// CHECK-NEXT: costate.reduce "add"
// CHECK: math.tanh
// CHECK: costate.reduce "add" (%{{.*}}, %{{.*}}) -> (f64) {
// CHECK-NOT: costate.reduce
// CHECK: return
func.func @layer(%a: tensor<?xf64>, %b: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} {
  %one = arith.constant 1 : index
  %m = costate.size %b, 0 : tensor<?xf64>
  %A = costate.reshape %a to (%m, %m) : tensor<?xf64> -> tensor<?x?xf64>
  %P = costate.map (%i < %m, %j < %m) -> (tensor<?x?xf64>) {
    %sum = costate.reduce "add" (%k < %m) -> (f64) {
      %v = costate.at %A[%i, %k] : tensor<?x?xf64> -> f64
      %w = costate.at %A[%k, %j] : tensor<?x?xf64> -> f64
      %vw = arith.mulf %v, %w : f64
      costate.yield %vw : f64
    }
    costate.yield %sum : f64
  }
  %Y = costate.map (%i < %m, %j < %m) -> (tensor<?x?xf64>) {
    %v = costate.at %P[%i, %j] : tensor<?x?xf64> -> f64
    %w = math.tanh %v : f64
    costate.yield %w : f64
  }
  %s = costate.reduce "add" (%i < %m, %j < %m) -> (f64) {
    %v = costate.at %Y[%i, %j] : tensor<?x?xf64> -> f64
    costate.yield %v : f64
  }
  %y = costate.map (%i < %one) -> (tensor<?xf64>) { costate.yield %s : f64 }
  return %y : tensor<?xf64>
}

// A value beside its gradient: the sum is taken by the map that runs its loop, and the seed of the latter, which is known
// between, stays before.
// CHECK-LABEL: @value_and_gradient
// CHECK: %[[G:.*]]:2 = costate.map (%[[I:.*]] < %{{.*}}) into (%[[A:.*]] = %{{.*}} : tensor<?xf64>, %[[T:.*]] = %{{.*}} : tensor<?xf64>) {
// CHECK: %[[W:.*]] = costate.reduce "add"
// CHECK-NOT: costate.reduce
// CHECK: costate.accumulate %{{.*}} into %[[A]]
// CHECK: %[[V:.*]] = arith.mulf %[[W]], %[[W]]
// CHECK: costate.accumulate %[[V]] into %[[T]][%c0]
// CHECK: costate.at %[[G]]#1[%c0]
func.func @value_and_gradient(%x: tensor<?xf64>, %k: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {
    costate.function, costate.args = [dense<[1.0, 2.0]> : tensor<2xf64>, dense<[1.0, 3.0, -1.0]> : tensor<3xf64>],
    costate.expect = [dense<[67.5]> : tensor<1xf64>, dense<[7.5, 7.5, 7.5]> : tensor<3xf64>]} {
  %zero = arith.constant 0.0 : f64
  %half = arith.constant 0.5 : f64
  %one = arith.constant 1 : index
  %n = costate.size %x, 0 : tensor<?xf64>
  %m = costate.size %k, 0 : tensor<?xf64>
  %s = costate.reduce "add" (%i < %n) -> (f64) {
    %e = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = costate.reduce "add" (%j < %m) -> (f64) {
      %f = costate.at %k[%j] : tensor<?xf64> -> f64
      %p = arith.mulf %e, %f : f64
      costate.yield %p : f64
    }
    %v = arith.mulf %w, %w : f64
    costate.yield %v : f64
  }
  %h = arith.mulf %s, %half : f64
  %value = costate.map (%i < %one) -> (tensor<?xf64>) {
    %q = arith.addf %h, %s : f64
    costate.yield %q : f64
  }
  %seed = costate.reduce "add" (%i < %one) -> (f64) {
    costate.yield %half : f64
  }
  %zeros = costate.map (%j < %m) -> (tensor<?xf64>) { costate.yield %zero : f64 }
  %g = costate.map (%i < %n) into (%acc = %zeros : tensor<?xf64>) {
    %e = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = costate.reduce "add" (%j < %m) -> (f64) {
      %f = costate.at %k[%j] : tensor<?xf64> -> f64
      %p = arith.mulf %e, %f : f64
      costate.yield %p : f64
    }
    %d = arith.mulf %w, %seed : f64
    costate.map (%j < %m) {
      %a = arith.mulf %d, %e : f64
      costate.accumulate %a into %acc[%j] "add" : f64, tensor<?xf64>
      costate.yield
    }
    costate.yield
  }
  return %value, %g : tensor<?xf64>, tensor<?xf64>
}
