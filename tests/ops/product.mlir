// RUN: costate-opt %s | costate-opt | FileCheck %s

// All pairs, the left row outermost.
// CHECK: costate.product %{{.*}}, %{{.*}} {
costate.program attributes {roots = ["Bus", "Arc"]} {
  %a = costate.literal {values = dense<[7, 8]> : tensor<2xi32>} : () -> tensor<?xi32>
  %b = costate.literal {values = dense<[0.0, 0.0, 0.0]> : tensor<3xf64>} : () -> tensor<?xf64>
  %l, %r = costate.product %a, %b {costate.expect = [dense<[0, 0, 0, 1, 1, 1]> : tensor<6xi32>, dense<[0, 1, 2, 0, 1, 2]> : tensor<6xi32>]} : (tensor<?xi32>, tensor<?xf64>) -> (tensor<?xi32>, tensor<?xi32>)
}
