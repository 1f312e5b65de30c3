// RUN: costate-opt %s | costate-opt | FileCheck %s

// Derivative operators are expanded by costate-differentiate (tests/derivatives): nothing else knows their value.
// CHECK: costate.jvp at(%{{.*}}) tangents(%{{.*}}) : (f64, f64) -> (f64, f64)
func.func @square(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[3.0]> : tensor<1xf64>], costate.failure = "'costate.jvp' is not evaluated: expand it"} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %at = costate.at %x[%zero] : tensor<?xf64> -> f64
  %direction = arith.constant 1.0 : f64
  %y, %dy = costate.jvp at (%at) tangents (%direction) : (f64, f64) -> (f64, f64) {
  ^bb0(%u: f64):
    %v = arith.mulf %u, %u : f64
    costate.yield %v : f64
  }
  %all = costate.map (%i < %one) -> (tensor<?xf64>) { costate.yield %dy : f64 }
  return %all : tensor<?xf64>
}
