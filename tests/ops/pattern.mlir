// RUN: costate-opt %s | costate-opt | FileCheck %s

// A linear term c[s] += x[s] with its kernels.
// CHECK: costate.pattern into 0 over %{{.*}} tables(%{{.*}}) inputs(%{{.*}}) {first = @j, hessian = array<i32>, jacobian = array<i32: 0>, loadVariables = array<i32: 0>, value = @v}
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    costate.pattern into 0 over %n tables(%n) inputs(%x) {loadVariables = array<i32: 0>, jacobian = array<i32: 0>, hessian = array<i32>, value = @v, first = @j} : (tensor<?xi32>, tensor<?xi32>, tensor<?xf64>) -> ()
  }
}
func.func @v(%n: index, %x: tensor<?xf64>, %c0: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %c = costate.map (%s < %n) into (%acc = %c0 : tensor<?xf64>) {
    %v = costate.at %x[%s] : tensor<?xf64> -> f64
    costate.accumulate %v into %acc[%s] "add" : f64, tensor<?xf64>
    costate.yield
  }
  return %c : tensor<?xf64>
}
func.func @j(%n: index, %x: tensor<?xf64>, %slot: tensor<?xi32>, %j0: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %j = costate.map (%s < %n) into (%acc = %j0 : tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    %code = costate.at %slot[%s] : tensor<?xi32> -> i32
    %at = arith.index_cast %code : i32 to index
    costate.accumulate %one into %acc[%at] "add" : f64, tensor<?xf64>
    costate.yield
  }
  return %j : tensor<?xf64>
}
