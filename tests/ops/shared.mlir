// RUN: costate-opt %s | costate-opt | FileCheck %s

// Three rows of sqrt(x) and 1 / (2 sqrt(x)); then the same with its kernels in place of the body.
// CHECK: costate.shared over %{{.*}} attributes {{.*}}parts = array<i32: 1, 2, 2>, positions = 2 : i32} : (tensor<?xi32>) -> (tensor<?xf64>, tensor<?xf64>) {
// CHECK: costate.shared over %{{.*}} inputs(%{{.*}}) attributes {{.*}}first = @k.first, parts = array<i32: 1, 2, 2>, positions = 2 : i32, value = @k.value} : (tensor<?xi32>, tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) {
costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 4.0, 16.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    %k:2 = costate.shared over %n attributes {parts = array<i32: 1, 2, 2>, positions = 2 : i32, costate.expect = [dense<[1.0, 2.0, 4.0]> : tensor<3xf64>, dense<[0.5, 0.25, 0.125]> : tensor<3xf64>]} : (tensor<?xi32>) -> (tensor<?xf64>, tensor<?xf64>) {
    ^bb0(%s: index):
      %xs = costate.at %x[%s] : tensor<?xf64> -> f64
      %half = arith.constant 0.5 : f64
      %v = math.sqrt %xs : f64
      %d = arith.divf %half, %v : f64
      costate.yield %v, %d : f64, f64
    }
    %again:2 = costate.shared over %n inputs(%x) attributes {parts = array<i32: 1, 2, 2>, positions = 2 : i32, value = @k.value, first = @k.first, costate.expect = [dense<[1.0, 2.0, 4.0]> : tensor<3xf64>, dense<[0.5, 0.25, 0.125]> : tensor<3xf64>]} : (tensor<?xi32>, tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) {}
  }
}
func.func @k.value(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %k = costate.map (%s < %n) -> (tensor<?xf64>) {
    %xs = costate.at %x[%s] : tensor<?xf64> -> f64
    %v = math.sqrt %xs : f64
    costate.yield %v : f64
  }
  return %k : tensor<?xf64>
}
func.func @k.first(%n: index, %x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {costate.kernel} {
  %k:2 = costate.map (%s < %n) -> (tensor<?xf64>, tensor<?xf64>) {
    %xs = costate.at %x[%s] : tensor<?xf64> -> f64
    %half = arith.constant 0.5 : f64
    %v = math.sqrt %xs : f64
    %d = arith.divf %half, %v : f64
    costate.yield %v, %d : f64, f64
  }
  return %k#0, %k#1 : tensor<?xf64>, tensor<?xf64>
}
