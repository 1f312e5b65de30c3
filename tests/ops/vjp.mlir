// RUN: costate-opt %s | costate-opt | FileCheck %s

// Derivative operators are expanded by costate-differentiate (tests/derivatives): nothing else knows their value.
// CHECK: costate.vjp at(%{{.*}}) seeds(%{{.*}}) : (tensor<?xf64>, f64) -> (f64, tensor<?xf64>)
func.func @squares(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[3.0]> : tensor<1xf64>], costate.failure = "'costate.vjp' is not evaluated: expand it"} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %seed = arith.constant 1.0 : f64
  %y, %bar = costate.vjp at (%x) seeds (%seed) : (tensor<?xf64>, f64) -> (f64, tensor<?xf64>) {
  ^bb0(%u: tensor<?xf64>):
    %sum = costate.reduce "add" (%i < %n) -> (f64) {
      %v = costate.at %u[%i] : tensor<?xf64> -> f64
      %w = arith.mulf %v, %v : f64
      costate.yield %w : f64
    }
    costate.yield %sum : f64
  }
  return %bar : tensor<?xf64>
}
