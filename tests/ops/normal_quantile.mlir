// RUN: costate-opt %s | costate-opt | FileCheck %s

// CHECK: costate.normal_quantile %
func.func @quantiles(%p: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function, costate.tolerance = 1.0e-14,
    costate.args = [dense<[0.5, 0.975, 0.025]> : tensor<3xf64>],
    costate.expect = [dense<[0.0, 1.959963984540054, -1.959963984540054]> : tensor<3xf64>]} {
  %n = costate.size %p, 0 : tensor<?xf64>
  %y = costate.map (%k < %n) -> (tensor<?xf64>) {
    %v = costate.at %p[%k] : tensor<?xf64> -> f64
    %x = costate.normal_quantile %v
    costate.yield %x : f64
  }
  return %y : tensor<?xf64>
}
