// RUN: costate-opt %s | costate-opt | FileCheck %s

// The objective and a family of constraints as functions, their gradients, products with second and first derivatives.
// CHECK: costate.smooth by @f, @f.gradient, @f.product(%{{.*}}) {places = [], variables = array<i32: 0>}
// CHECK: costate.smooth by @c, @c.gradient, @c.product, @c.forward(%{{.*}}) {places = [], target = 0 : i32, variables = array<i32: 0>}
costate.program attributes {roots = []} {
  %rows = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %rows {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "cost" "minimize" attributes {} {
    }
    costate.smooth by @f, @f.gradient, @f.product(%x) {places = [], variables = array<i32: 0>} : (tensor<?xf64>) -> ()
    costate.constraint "c" over %rows attributes {roots = []} : (tensor<?xi32>) -> () {
    }
    costate.smooth by @c, @c.gradient, @c.product, @c.forward(%x) {places = [], target = 0 : i32, variables = array<i32: 0>} : (tensor<?xf64>) -> ()
  }
}
func.func @f(%x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} { return %x : tensor<?xf64> }
func.func @f.gradient(%x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {costate.function} {
  return %x, %x : tensor<?xf64>, tensor<?xf64>
}
func.func @f.product(%x: tensor<?xf64>, %v: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} {
  return %v : tensor<?xf64>
}
func.func @c(%x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} { return %x : tensor<?xf64> }
func.func @c.gradient(%x: tensor<?xf64>, %w: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {costate.function} {
  return %x, %w : tensor<?xf64>, tensor<?xf64>
}
func.func @c.product(%x: tensor<?xf64>, %w: tensor<?xf64>, %v: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} {
  return %v : tensor<?xf64>
}
func.func @c.forward(%x: tensor<?xf64>, %v: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} {
  return %v : tensor<?xf64>
}
