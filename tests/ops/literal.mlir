// RUN: costate-opt %s | costate-opt | FileCheck %s

// A literal holds numbers of any length and type, also none.
// CHECK: values = dense<[1.500000e+00, -2.000000e+00]> : tensor<2xf64>
// CHECK: values = dense<> : tensor<0xi64>
// CHECK: values = dense<[true, false]> : tensor<2xi1>
costate.program attributes {roots = ["Bus", "Arc"]} {
  %a = costate.literal {values = dense<[1.5, -2.0]> : tensor<2xf64>, costate.expect = [dense<[1.5, -2.0]> : tensor<2xf64>]} : () -> tensor<?xf64>
  %b = costate.literal {values = dense<> : tensor<0xi64>, costate.expect = [dense<> : tensor<0xi64>]} : () -> tensor<?xi64>
  %c = costate.literal {values = dense<[true, false]> : tensor<2xi1>, costate.expect = [dense<[true, false]> : tensor<2xi1>]} : () -> tensor<?xi1>
}
