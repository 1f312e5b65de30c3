// RUN: costate-opt %s | costate-opt | FileCheck %s

// One column after another.
// CHECK: costate.concat %{{.*}}, %{{.*}} {
costate.program attributes {roots = ["Bus", "Arc"]} {
  %a = costate.literal {values = dense<[2, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  %b = costate.literal {values = dense<[7]> : tensor<1xi32>} : () -> tensor<?xi32>
  %c = costate.concat %a, %b {costate.expect = [dense<[2, 1, 7]> : tensor<3xi32>]} : (tensor<?xi32>, tensor<?xi32>) -> tensor<?xi32>
}
