// RUN: costate-opt %s | costate-opt | FileCheck %s

// A family with index, bounds and start; one row of a bound stands for all.
// CHECK: costate.variable "x" like %{{.*}} index(%{{.*}}) lower %{{.*}} upper %{{.*}} start %{{.*}} {doc = "angle [rad]", kind = "real", roots = [0 : i32]}
// CHECK: costate.variable "y" like %{{.*}} {hidden, kind = "binary", roots = []}
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  %lo = costate.literal {values = dense<[0.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  costate.problem "p" {
    %x = costate.variable "x" like %n index(%n) lower %lo upper %lo start %lo {kind = "real", roots = [0 : i32], doc = "angle [rad]"} : (tensor<?xi32>, tensor<?xi32>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) -> tensor<?xf64>
    %y = costate.variable "y" like %n {kind = "binary", roots = [], hidden} : (tensor<?xi32>) -> tensor<?xf64>
  }
}
