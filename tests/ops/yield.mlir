// RUN: costate-opt %s | costate-opt | FileCheck %s

// A body ends with what it yields: several scalars, or none.
// CHECK: costate.yield %{{.*}}, %{{.*}} : f64, f64
costate.program attributes {roots = ["Bus", "Arc"]} {
  %x = costate.literal {values = dense<[1.0, 2.0]> : tensor<2xf64>} : () -> tensor<?xf64>
  %n = costate.length %x : (tensor<?xf64>) -> index
  %y, %z = costate.map (%i < %n) -> (tensor<?xf64>, tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = arith.negf %v : f64
    costate.yield %v, %w : f64, f64
  } {costate.expect = [dense<[1.0, 2.0]> : tensor<2xf64>, dense<[-1.0, -2.0]> : tensor<2xf64>]}
}
