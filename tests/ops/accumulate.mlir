// RUN: costate-opt %s | costate-opt | FileCheck %s

// Every kind, on reals, integers and truth values, into one slot.
// CHECK: costate.accumulate %{{.*}} into %{{.*}}[%{{.*}}] "add" : f64, tensor<?xf64>
costate.program attributes {roots = ["Bus", "Arc"]} {
  %x = costate.literal {values = dense<[3.0, -2.0, 4.0]> : tensor<3xf64>} : () -> tensor<?xf64>
  %one = costate.literal {values = dense<[1.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  %t = costate.literal {values = dense<[true, false, true]> : tensor<3xi1>} : () -> tensor<?xi1>
  %yes = costate.literal {values = dense<true> : tensor<1xi1>} : () -> tensor<?xi1>
  %no = costate.literal {values = dense<false> : tensor<1xi1>} : () -> tensor<?xi1>
  %n = costate.length %x : (tensor<?xf64>) -> index
  %zero = arith.constant 0 : index
  %r:6 = costate.map (%i < %n) into (%a = %one : tensor<?xf64>, %b = %one : tensor<?xf64>, %c = %one : tensor<?xf64>, %d = %one : tensor<?xf64>, %e = %yes : tensor<?xi1>, %f = %no : tensor<?xi1>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = costate.at %t[%i] : tensor<?xi1> -> i1
    costate.accumulate %v into %a[%zero] "add" : f64, tensor<?xf64>
    costate.accumulate %v into %b[%zero] "mul" : f64, tensor<?xf64>
    costate.accumulate %v into %c[%zero] "min" : f64, tensor<?xf64>
    costate.accumulate %v into %d[%zero] "max" : f64, tensor<?xf64>
    costate.accumulate %w into %e[%zero] "min" : i1, tensor<?xi1>
    costate.accumulate %w into %f[%zero] "max" : i1, tensor<?xi1>
    costate.yield
  } {costate.expect = [dense<6.0> : tensor<1xf64>, dense<-24.0> : tensor<1xf64>, dense<-2.0> : tensor<1xf64>,
                       dense<4.0> : tensor<1xf64>, dense<false> : tensor<1xi1>, dense<true> : tensor<1xi1>]}

  // 19 contributions to 3 slots, several to one in a row: the numbers 0 to 18 to slot k / 7, so sums of 0..6, 7..13
  // and 14..18; their greatest; and how many are odd.
  %k = costate.literal {values = dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]> : tensor<19xi32>} : () -> tensor<?xi32>
  %s = costate.literal {values = dense<[0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2]> : tensor<19xi32>} : () -> tensor<?xi32>
  %u = costate.literal {values = dense<0> : tensor<3xi64>} : () -> tensor<?xi64>
  %z = costate.literal {values = dense<0.0> : tensor<3xf64>} : () -> tensor<?xf64>
  %m = costate.length %k : (tensor<?xi32>) -> index
  %w:3 = costate.map (%i < %m) into (%a = %z : tensor<?xf64>, %b = %u : tensor<?xi64>, %c = %u : tensor<?xi64>) {
    %number = costate.at %k[%i] : tensor<?xi32> -> i32
    %code = costate.at %s[%i] : tensor<?xi32> -> i32
    %slot = arith.index_cast %code : i32 to index
    %whole = arith.extsi %number : i32 to i64
    %real = arith.sitofp %whole : i64 to f64
    %two = arith.constant 2 : i64
    %half = arith.floordivsi %whole, %two : i64
    %even = arith.muli %half, %two : i64
    %odd = arith.subi %whole, %even : i64
    costate.accumulate %real into %a[%slot] "add" : f64, tensor<?xf64>
    costate.accumulate %whole into %b[%slot] "max" : i64, tensor<?xi64>
    costate.accumulate %odd into %c[%slot] "add" : i64, tensor<?xi64>
    costate.yield
  } {costate.expect = [dense<[21.0, 70.0, 80.0]> : tensor<3xf64>, dense<[6, 13, 18]> : tensor<3xi64>,
                       dense<[3, 4, 2]> : tensor<3xi64>]}

  // Least and greatest values keep not-a-number, and -0 is less than 0.
  %q = costate.literal {values = dense<[0.0, -0.0, 1.0, 0x7FF8000000000000, 3.0]> : tensor<5xf64>} : () -> tensor<?xf64>
  %to = costate.literal {values = dense<[0, 0, 1, 1, 1]> : tensor<5xi32>} : () -> tensor<?xi32>
  %high = costate.literal {values = dense<[5.0, 5.0]> : tensor<2xf64>} : () -> tensor<?xf64>
  %low = costate.literal {values = dense<[-0.0, -5.0]> : tensor<2xf64>} : () -> tensor<?xf64>
  %p = costate.length %q : (tensor<?xf64>) -> index
  %extremes:2 = costate.map (%i < %p) into (%a = %high : tensor<?xf64>, %b = %low : tensor<?xf64>) {
    %v = costate.at %q[%i] : tensor<?xf64> -> f64
    %code = costate.at %to[%i] : tensor<?xi32> -> i32
    %slot = arith.index_cast %code : i32 to index
    costate.accumulate %v into %a[%slot] "min" : f64, tensor<?xf64>
    costate.accumulate %v into %b[%slot] "max" : f64, tensor<?xf64>
    costate.yield
  } {costate.expect = [dense<[-0.0, 0x7FF8000000000000]> : tensor<2xf64>,
                       dense<[0.0, 0x7FF8000000000000]> : tensor<2xf64>]}
}
