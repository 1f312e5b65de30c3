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
}
