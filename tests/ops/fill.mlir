// RUN: costate-opt %s | costate-opt | FileCheck %s

// One value in as many rows as another column has.
// CHECK: costate.fill %{{.*}} {{{.*}}value = 5.000000e-01 : f64}
// CHECK: costate.fill %{{.*}} {{{.*}}value = true}
costate.program attributes {roots = ["Bus", "Arc"]} {
  %a = costate.literal {values = dense<[2, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  %b = costate.fill %a {value = 0.5 : f64, costate.expect = [dense<[0.5, 0.5]> : tensor<2xf64>]} : (tensor<?xi32>) -> tensor<?xf64>
  %c = costate.fill %a {value = true, costate.expect = [dense<[true, true]> : tensor<2xi1>]} : (tensor<?xi32>) -> tensor<?xi1>
}
