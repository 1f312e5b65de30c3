// RUN: costate-opt %s | costate-opt | FileCheck %s

// The size of a map over a column's rows.
// CHECK: %[[N:.*]] = costate.length %{{.*}} : (tensor<?xi32>) -> index
// CHECK: costate.map (%{{.*}} < %[[N]])
costate.program attributes {roots = ["Bus", "Arc"]} {
  %a = costate.literal {values = dense<[5, 5, 5]> : tensor<3xi32>} : () -> tensor<?xi32>
  %n = costate.length %a : (tensor<?xi32>) -> index
  %two = arith.constant 2.0 : f64
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    costate.yield %two : f64
  } {costate.expect = [dense<[2.0, 2.0, 2.0]> : tensor<3xf64>]}
}
