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
