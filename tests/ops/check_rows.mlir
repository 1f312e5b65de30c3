// RUN: costate-opt %s | costate-opt | FileCheck %s

// Every row of the outer space has rows in the nested one.
// CHECK: costate.check_rows "min" %{{.*}} of %{{.*}} index(%{{.*}}) {roots = [0 : i32]}
costate.program attributes {roots = ["Bus", "Arc"]} {
  %p = costate.literal {values = dense<[0, 0, 1]> : tensor<3xi32>} : () -> tensor<?xi32>
  %o = costate.literal {values = dense<[4, 7]> : tensor<2xi32>} : () -> tensor<?xi32>
  %c = costate.check_rows "min" %p of %o index(%o) {roots = [0 : i32]} : (tensor<?xi32>, tensor<?xi32>, tensor<?xi32>) -> tensor<?xi32>
}
