// RUN: costate-opt %s | costate-opt | FileCheck %s

// A kernel has one instance per row; its accumulators start as given, and the initial column keeps its values.
// CHECK: costate.kernel @twice(%{{.*}}) into(%{{.*}}) over %{{.*}} {
costate.program attributes {roots = ["Bus", "Arc"]} {
  %x = costate.literal {values = dense<[1.0, 2.5]> : tensor<2xf64>} : () -> tensor<?xf64>
  %s = costate.literal {values = dense<[10.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  %y, %t = costate.kernel @twice(%x) into(%s) over %x {costate.expect = [dense<[2.0, 5.0]> : tensor<2xf64>, dense<[13.5]> : tensor<1xf64>]} : (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>)
  %again = costate.concat %s, %s {costate.expect = [dense<[10.0, 10.0]> : tensor<2xf64>]} : (tensor<?xf64>, tensor<?xf64>) -> tensor<?xf64>
}
func.func @twice(%n: index, %x: tensor<?xf64>, %s0: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>)
    attributes {costate.kernel} {
  %y, %s = costate.map (%i < %n) into (%acc = %s0 : tensor<?xf64>) -> (tensor<?xf64>) {
    %zero = arith.constant 0 : index
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = arith.addf %v, %v : f64
    costate.accumulate %v into %acc[%zero] "add" : f64, tensor<?xf64>
    costate.yield %w : f64
  }
  return %y, %s : tensor<?xf64>, tensor<?xf64>
}
