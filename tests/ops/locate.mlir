// RUN: costate-opt %s | costate-opt | FileCheck %s

// Positions of tuples among members; -1 where there is none and that is allowed.
// CHECK: costate.locate(%{{.*}}) in(%{{.*}}) {array = "p"
// CHECK: costate.locate(%{{.*}}, %{{.*}}) in(%{{.*}}, %{{.*}}) {
costate.program attributes {roots = ["Bus", "Arc"]} {
  %m = costate.literal {values = dense<[4, 2, 9]> : tensor<3xi32>} : () -> tensor<?xi32>
  %m2 = costate.literal {values = dense<[0, 1, 0]> : tensor<3xi32>} : () -> tensor<?xi32>
  %q = costate.literal {values = dense<[9, 4]> : tensor<2xi64>} : () -> tensor<?xi64>
  %q2 = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  %a = costate.locate (%q) in (%m) {roots = [0 : i32], array = "p", set = "Arc", missing = "error", costate.expect = [dense<[2, 0]> : tensor<2xi32>]} : (tensor<?xi64>, tensor<?xi32>) -> tensor<?xi32>
  %b = costate.locate (%q, %q2) in (%m, %m2) {roots = [], array = "", set = "", missing = "minus_one", costate.expect = [dense<[2, -1]> : tensor<2xi32>]} : (tensor<?xi64>, tensor<?xi32>, tensor<?xi32>, tensor<?xi32>) -> tensor<?xi32>
}
