// RUN: costate-opt %s | costate-opt | FileCheck %s

// A parameter has a kind, and a fallback for when nothing sets it.
// CHECK: costate.param "n" "int" = %{{.*}} : (tensor<?xi64>) -> tensor<?xi64>
// CHECK: costate.param "alpha" "real" : () -> tensor<?xf64>
costate.program attributes {roots = ["Bus", "Arc"]} {
  %ten = costate.literal {values = dense<[10]> : tensor<1xi64>} : () -> tensor<?xi64>
  %n = costate.param "n" "int" = %ten {costate.expect = [dense<[10]> : tensor<1xi64>]} : (tensor<?xi64>) -> tensor<?xi64>
  %a = costate.param "alpha" "real" : () -> tensor<?xf64>
  %b = costate.param "b" "bool" : () -> tensor<?xi1>
  %c = costate.param "c" "text" : () -> tensor<?xi32>
  %m = costate.param "m" "case" {root = 0 : i32} : () -> tensor<?xi64>
}
