// RUN: costate-opt %s | costate-opt | FileCheck %s

// Both ends belong to a range; it is empty when the high end is below the low one.
// CHECK: costate.range %{{.*}}, %{{.*}} {
costate.program attributes {roots = ["Bus", "Arc"]} {
  %two = costate.literal {values = dense<[2]> : tensor<1xi64>} : () -> tensor<?xi64>
  %five = costate.literal {values = dense<[5]> : tensor<1xi64>} : () -> tensor<?xi64>
  %a = costate.range %two, %five {costate.expect = [dense<[2, 3, 4, 5]> : tensor<4xi32>]} : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
  %b = costate.range %five, %two {costate.expect = [dense<> : tensor<0xi32>]} : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi32>
}
