// RUN: costate-opt %s | costate-opt | FileCheck %s

// The number of rows as data.
// CHECK: costate.count %{{.*}} {
costate.program attributes {roots = ["Bus", "Arc"]} {
  %a = costate.literal {values = dense<[0.0, 0.0, 0.0]> : tensor<3xf64>} : () -> tensor<?xf64>
  %n = costate.count %a {costate.expect = [dense<[3]> : tensor<1xi64>]} : (tensor<?xf64>) -> tensor<?xi64>
}
