// RUN: costate-opt %s | costate-opt | FileCheck %s

// Entries of results, one accumulator, two dimensions, no instance at all.
// CHECK: costate.map (%[[I:.*]] < %{{.*}}) into (%[[ACC:.*]] = %{{.*}} : tensor<?xf64>) -> (tensor<?xf64>) {
// CHECK: costate.map (%{{.*}} < %{{.*}}, %{{.*}} < %{{.*}}) -> (tensor<?x?xf64>) {
costate.program attributes {roots = ["Bus", "Arc"]} {
  %x = costate.literal {values = dense<[1.0, 2.0, 3.0]> : tensor<3xf64>} : () -> tensor<?xf64>
  %c = costate.literal {values = dense<[0.5, 0.5]> : tensor<2xf64>} : () -> tensor<?xf64>
  %row = costate.literal {values = dense<[1, 0, 1]> : tensor<3xi32>} : () -> tensor<?xi32>
  %n = costate.length %x : (tensor<?xf64>) -> index
  %y, %s = costate.map (%i < %n) into (%acc = %c : tensor<?xf64>) -> (tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %code = costate.at %row[%i] : tensor<?xi32> -> i32
    %slot = arith.index_cast %code : i32 to index
    costate.accumulate %v into %acc[%slot] "add" : f64, tensor<?xf64>
    %w = arith.mulf %v, %v : f64
    costate.yield %w : f64
  } {costate.expect = [dense<[1.0, 4.0, 9.0]> : tensor<3xf64>, dense<[2.5, 4.5]> : tensor<2xf64>]}
  %m = costate.length %c : (tensor<?xf64>) -> index
  %o = costate.map (%i < %n, %j < %m) -> (tensor<?x?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = costate.at %c[%j] : tensor<?xf64> -> f64
    %p = arith.mulf %v, %w : f64
    costate.yield %p : f64
  } {costate.expect = [dense<[[0.5, 0.5], [1.0, 1.0], [1.5, 1.5]]> : tensor<3x2xf64>]}
  %zero = arith.constant 0 : index
  %e = costate.map (%i < %zero) -> (tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    costate.yield %v : f64
  } {costate.expect = [dense<> : tensor<0xf64>]}

  // Arrays of two and three dimensions are read, and accumulated into, at indices of any kind: q[i,j] = 10 i + j,
  // its transpose, its sums by column, q[i,j] + 1/2, entries of that, and q with 1/2 more in row 2 and 1 more in
  // row 0, twice.
  %t = costate.literal {values = dense<[0.0, 10.0, 20.0]> : tensor<3xf64>} : () -> tensor<?xf64>
  %u = costate.literal {values = dense<[0.0, 1.0]> : tensor<2xf64>} : () -> tensor<?xf64>
  %q = costate.map (%i < %n, %j < %m) -> (tensor<?x?xf64>) {
    %v = costate.at %t[%i] : tensor<?xf64> -> f64
    %w = costate.at %u[%j] : tensor<?xf64> -> f64
    %p = arith.addf %v, %w : f64
    costate.yield %p : f64
  } {costate.expect = [dense<[[0.0, 1.0], [10.0, 11.0], [20.0, 21.0]]> : tensor<3x2xf64>]}
  %transposed = costate.map (%j < %m, %i < %n) -> (tensor<?x?xf64>) {
    %v = costate.at %q[%i, %j] : tensor<?x?xf64> -> f64
    costate.yield %v : f64
  } {costate.expect = [dense<[[0.0, 10.0, 20.0], [1.0, 11.0, 21.0]]> : tensor<2x3xf64>]}
  %sums = costate.map (%i < %n, %j < %m) into (%acc = %u : tensor<?xf64>) {
    %v = costate.at %q[%i, %j] : tensor<?x?xf64> -> f64
    costate.accumulate %v into %acc[%j] "add" : f64, tensor<?xf64>
    costate.yield
  } {costate.expect = [dense<[30.0, 34.0]> : tensor<2xf64>]}
  %cube = costate.map (%k < %m, %i < %n, %j < %m) -> (tensor<?x?x?xf64>) {
    %v = costate.at %q[%i, %j] : tensor<?x?xf64> -> f64
    %w = costate.at %c[%k] : tensor<?xf64> -> f64
    %p = arith.addf %v, %w : f64
    costate.yield %p : f64
  } {costate.expect = [dense<[[[0.5, 1.5], [10.5, 11.5], [20.5, 21.5]], [[0.5, 1.5], [10.5, 11.5], [20.5, 21.5]]]> : tensor<2x3x2xf64>]}
  %corner = costate.map (%k < %m, %i < %n) -> (tensor<?x?xf64>) {
    %one = arith.constant 1 : index
    %v = costate.at %cube[%k, %i, %one] : tensor<?x?x?xf64> -> f64
    costate.yield %v : f64
  } {costate.expect = [dense<[[1.5, 11.5, 21.5], [1.5, 11.5, 21.5]]> : tensor<2x3xf64>]}
  %raised = costate.map (%j < %m, %k < %m) into (%acc = %q : tensor<?x?xf64>) {
    %two = arith.constant 2 : index
    %origin = arith.constant 0 : index
    %half = costate.at %c[%k] : tensor<?xf64> -> f64
    %one = arith.addf %half, %half : f64
    costate.accumulate %half into %acc[%two, %j] "add" : f64, tensor<?x?xf64>
    costate.accumulate %one into %acc[%origin, %j] "add" : f64, tensor<?x?xf64>
    costate.yield
  } {costate.expect = [dense<[[2.0, 3.0], [10.0, 11.0], [21.0, 22.0]]> : tensor<3x2xf64>]}

  // Sine in the inner loop, of arguments for which it is a call of the C library (the value is Python's), and two
  // equal sizes.
  %angle = costate.literal {values = dense<[0.0, 1.0e300, 1.0]> : tensor<3xf64>} : () -> tensor<?xf64>
  %waves = costate.map (%i < %n, %j < %n) -> (tensor<?x?xf64>) {
    %v = costate.at %angle[%i] : tensor<?xf64> -> f64
    %w = costate.at %angle[%j] : tensor<?xf64> -> f64
    %p = arith.subf %v, %w : f64
    %sine = math.sin %p : f64
    costate.yield %sine : f64
  } {costate.ulps = 2 : i32, costate.expect = [dense<[[0.0, 0.8178819121159085, -0.8414709848078965],
      [-0.8178819121159085, 0.0, -0.8178819121159085], [0.8414709848078965, 0.8178819121159085, 0.0]]> : tensor<3x3xf64>]}
}

// Bodies yield tensors, which become the last dimensions of results, and hold maps of their own: row i of the table
// of products x[i] * x[j], its sum, and the sums of columns, into which the inner map accumulates.
// CHECK-LABEL: @tables
// CHECK: costate.map (%{{.*}} < %{{.*}}) into (%{{.*}} = %{{.*}} : tensor<?xf64>) -> (tensor<?x?xf64>, tensor<?xf64>) inner (%{{.*}}) {
func.func @tables(%x: tensor<?xf64>, %c: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) attributes {
    costate.function, costate.args = [dense<[1.0, 2.0, 4.0]> : tensor<3xf64>, dense<[0.5, 0.0, 0.0]> : tensor<3xf64>],
    costate.expect = [dense<[1.0, 2.0, 4.0, 2.0, 4.0, 8.0, 4.0, 8.0, 16.0]> : tensor<9xf64>,
      dense<[7.0, 14.0, 28.0]> : tensor<3xf64>, dense<[7.5, 14.0, 28.0]> : tensor<3xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %table, %rows, %columns = costate.map (%i < %n) into (%acc = %c : tensor<?xf64>) -> (tensor<?x?xf64>, tensor<?xf64>) inner (%n) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %row = costate.map (%j < %n) -> (tensor<?xf64>) {
      %w = costate.at %x[%j] : tensor<?xf64> -> f64
      %p = arith.mulf %v, %w : f64
      costate.accumulate %p into %acc[%j] "add" : f64, tensor<?xf64>
      costate.yield %p : f64
    }
    %sum = costate.reduce "add" (%j < %n) -> (f64) {
      %w = costate.at %row[%j] : tensor<?xf64> -> f64
      costate.yield %w : f64
    }
    costate.yield %row, %sum : tensor<?xf64>, f64
  }
  %count = arith.muli %n, %n : index
  %flat = costate.reshape %table to (%count) : tensor<?x?xf64> -> tensor<?xf64>
  return %flat, %rows, %columns : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>
}

// Branches give scalars and tensors; one without results accumulates.
func.func @branches(%x: tensor<?xf64>, %y: tensor<?xf64>, %zeros: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>)
    attributes {costate.function, costate.args = [dense<[1.0, -2.0, 4.0]> : tensor<3xf64>, dense<[8.0, 9.0]> : tensor<2xf64>,
      dense<0.0> : tensor<2xf64>], costate.expect = [dense<[1.0, 8.0, 4.0]> : tensor<3xf64>, dense<[5.0, 2.0]> : tensor<2xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %z, %counted = costate.map (%i < %n) into (%acc = %zeros : tensor<?xf64>) -> (tensor<?xf64>) {
    %none = arith.constant 0.0 : f64
    %first = arith.constant 0 : index
    %second = arith.constant 1 : index
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %isBelow = arith.cmpf olt, %v, %none : f64
    %chosen = scf.if %isBelow -> (tensor<?xf64>) {
      scf.yield %y : tensor<?xf64>
    } else {
      scf.yield %x : tensor<?xf64>
    }
    %place = scf.if %isBelow -> (index) {
      %size = arith.negf %v : f64
      costate.accumulate %size into %acc[%second] "add" : f64, tensor<?xf64>
      scf.yield %first : index
    } else {
      scf.yield %i : index
    }
    scf.if %isBelow {
    } else {
      costate.accumulate %v into %acc[%first] "add" : f64, tensor<?xf64>
    }
    %w = costate.at %chosen[%place] : tensor<?xf64> -> f64
    costate.yield %w : f64
  }
  return %z, %counted : tensor<?xf64>, tensor<?xf64>
}

// Inner sizes hold also where there is no instance.
func.func @no_instance(%x: tensor<?xf64>) -> (tensor<?xi64>) attributes {costate.function,
    costate.args = [dense<[1.0, 2.0]> : tensor<2xf64>], costate.expect = [dense<[0, 2]> : tensor<2xi64>]} {
  %none = arith.constant 0 : index
  %two = costate.size %x, 0 : tensor<?xf64>
  %t = costate.map (%i < %none) -> (tensor<?x?xf64>) inner (%two) {
    costate.yield %x : tensor<?xf64>
  }
  %sizes = costate.map (%k < %two) -> (tensor<?xi64>) {
    %n0 = costate.size %t, 0 : tensor<?x?xf64>
    %n1 = costate.size %t, 1 : tensor<?x?xf64>
    %isFirst = arith.cmpi eq, %k, %none : index
    %size = arith.select %isFirst, %n0, %n1 : index
    %whole = arith.index_cast %size : index to i64
    costate.yield %whole : i64
  }
  return %sizes : tensor<?xi64>
}

// Those of what is yielded are the inner ones.
func.func @other_inner(%x: tensor<?xf64>) -> (tensor<?x?xf64>) attributes {costate.function,
    costate.args = [dense<[1.0, 2.0]> : tensor<2xf64>], costate.failure = "of other sizes than the inner ones"} {
  %one = arith.constant 1 : index
  %t = costate.map (%i < %one) -> (tensor<?x?xf64>) inner (%one) {
    costate.yield %x : tensor<?xf64>
  }
  return %t : tensor<?x?xf64>
}
