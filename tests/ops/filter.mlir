// RUN: costate-opt %s | costate-opt | FileCheck %s

// The rows where the mask is true.
// CHECK: costate.filter %{{.*}} {
costate.program attributes {roots = ["Bus", "Arc"]} {
  %m = costate.literal {values = dense<[true, false, true]> : tensor<3xi1>} : () -> tensor<?xi1>
  %r = costate.filter %m {costate.expect = [dense<[0, 2]> : tensor<2xi32>]} : (tensor<?xi1>) -> tensor<?xi32>
  %o = costate.filter %m {costate.expect = [dense<[1]> : tensor<1xi32>], negated} : (tensor<?xi1>) -> tensor<?xi32>
}
