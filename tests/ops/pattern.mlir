// RUN: costate-opt %s | costate-opt | FileCheck %s

// A linear term c[s] += x[s] with its kernels: the derivative is a constant.
// CHECK: costate.pattern into [0] over %{{.*}} inputs(%{{.*}}) {constants = @j, hessian = array<i32>, jacobian = array<i32: 0, 0>, loadKinds = array<i32: 0>, loadPositions = array<i32: -1>, loadVariables = array<i32: 0>, numConstant = 1 : i32, rowOf = array<i32: -1>, value = @v}
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    costate.pattern into [0] over %n inputs(%x) {rowOf = array<i32: -1>, loadVariables = array<i32: 0>, loadKinds = array<i32: 0>, loadPositions = array<i32: -1>, jacobian = array<i32: 0, 0>, numConstant = 1 : i32, hessian = array<i32>, value = @v, constants = @j} : (tensor<?xi32>, tensor<?xf64>) -> ()
  }
}
func.func @v(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %c = costate.map (%s < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%s] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  return %c : tensor<?xf64>
}
func.func @j(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %j = costate.map (%s < %n) -> (tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    costate.yield %one : f64
  }
  return %j : tensor<?xf64>
}
