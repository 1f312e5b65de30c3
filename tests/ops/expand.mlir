// RUN: costate-opt %s | costate-opt | FileCheck %s

// A range per row; rows may have none.
// CHECK: costate.expand %{{.*}}, %{{.*}} {
costate.program attributes {roots = ["Bus", "Arc"]} {
  %lo = costate.literal {values = dense<[1, 5, 3]> : tensor<3xi64>} : () -> tensor<?xi64>
  %hi = costate.literal {values = dense<[2, 4, 3]> : tensor<3xi64>} : () -> tensor<?xi64>
  %p, %v = costate.expand %lo, %hi {costate.expect = [dense<[0, 0, 2]> : tensor<3xi32>, dense<[1, 2, 3]> : tensor<3xi32>]} : (tensor<?xi64>, tensor<?xi64>) -> (tensor<?xi32>, tensor<?xi32>)
}
