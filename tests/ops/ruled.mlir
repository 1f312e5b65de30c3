// RUN: costate-opt %s | costate-opt | FileCheck %s

// The value is the body's; the derivative is the rule's, here twice the one of the body, so that it shows which is taken.
// CHECK: costate.ruled at(%{{.*}}) : (f64) -> f64 {
// CHECK: rule {
func.func @square(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[3.0]> : tensor<1xf64>], costate.expect = [dense<[9.0]> : tensor<1xf64>]} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %at = costate.at %x[%zero] : tensor<?xf64> -> f64
  %y = costate.ruled at (%at) : (f64) -> f64 {
  ^bb0(%u: f64):
    %v = arith.mulf %u, %u : f64
    costate.yield %v : f64
  } rule {
  ^bb0(%u: f64, %du: f64):
    %v = arith.mulf %u, %du : f64
    %four = arith.constant 4.0 : f64
    %dv = arith.mulf %four, %v : f64
    costate.yield %dv : f64
  }
  %all = costate.map (%i < %one) -> (tensor<?xf64>) { costate.yield %y : f64 }
  return %all : tensor<?xf64>
}
