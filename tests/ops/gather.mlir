// RUN: costate-opt %s | costate-opt | FileCheck %s

// Rows in any order, also repeated.
// CHECK: costate.gather %{{.*}}, %{{.*}} {
costate.program attributes {roots = ["Bus", "Arc"]} {
  %x = costate.literal {values = dense<[1.0, 2.0, 3.0]> : tensor<3xf64>} : () -> tensor<?xf64>
  %r = costate.literal {values = dense<[2, 0, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  %y = costate.gather %x, %r {costate.expect = [dense<[3.0, 1.0, 3.0]> : tensor<3xf64>]} : (tensor<?xf64>, tensor<?xi32>) -> tensor<?xf64>
}
