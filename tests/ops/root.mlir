// RUN: costate-opt %s | costate-opt | FileCheck %s

// costate-differentiate makes loops of roots (tests/derivatives, tests/language/roots.opt).
// CHECK: costate.root from %{{.*}} else 2 : f64
func.func @square(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[3.0]> : tensor<1xf64>], costate.failure = "'costate.root' is not evaluated: expand it"} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %a = costate.at %x[%zero] : tensor<?xf64> -> f64
  %r = costate.root from %a else 2 : f64 {
  ^bb0(%u: f64):
    %v = arith.mulf %u, %u : f64
    %w = arith.subf %v, %a : f64
    costate.yield %w : f64
  }
  // CHECK: costate.root fixed from %{{.*}} else 2 : f64
  %f = costate.root fixed from %r else 2 : f64 {
  ^bb0(%u: f64):
    %v = math.cos %u : f64
    costate.yield %v : f64
  }
  %all = costate.map (%i < %one) -> (tensor<?xf64>) { costate.yield %f : f64 }
  return %all : tensor<?xf64>
}
