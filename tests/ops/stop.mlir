// RUN: costate-opt %s | costate-opt | FileCheck %s

// The value itself, of scalars and arrays.
// CHECK: costate.stop %{{.*}} : tensor<?xf64>
// CHECK: costate.stop %{{.*}} : f64
func.func @stopped(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[1.5, -2.5]> : tensor<2xf64>], costate.expect = [dense<[3.0, -5.0]> : tensor<2xf64>]} {
  %s = costate.stop %x : tensor<?xf64>
  %n = costate.size %s, 0 : tensor<?xf64>
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = costate.at %s[%i] : tensor<?xf64> -> f64
    %u = costate.stop %w : f64
    %p = arith.addf %v, %u : f64
    costate.yield %p : f64
  }
  return %y : tensor<?xf64>
}
