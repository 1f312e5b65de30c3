// RUN: costate-opt %s | costate-opt | FileCheck %s

// The objective and families of constraints and residuals as functions, their gradients, products with second and first
// derivatives; what they read: row k of the constraints the entry k, the addends of the objective all.
// CHECK: costate.smooth by @f, @f.gradient product @f.product(%{{.*}}) {places = [], sites = array<i32: 0, 0, 0>, variables = array<i32: 0>}
// CHECK: costate.smooth by @c, @c.gradient product @c.product forward @c.forward(%{{.*}}) reads(%{{.*}}) {places = [], sites = array<i32: 0, 0, 1>, target = 0 : i32, variables = array<i32: 0>}
// CHECK: costate.smooth by @c, @c.gradient forward @c.forward(%{{.*}}) {places = [], residuals, target = 0 : i32, variables = array<i32: 0>}
costate.program attributes {roots = []} {
  %rows = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  %first = costate.literal {values = dense<[0, 1]> : tensor<2xi64>} : () -> tensor<?xi64>
  costate.problem "p" {
    %x = costate.variable "x" like %rows {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "cost" "minimize" attributes {} {
    }
    costate.smooth by @f, @f.gradient product @f.product(%x) {places = [], sites = array<i32: 0, 0, 0>, variables = array<i32: 0>} : (tensor<?xf64>) -> ()
    costate.constraint "c" over %rows attributes {roots = []} : (tensor<?xi32>) -> () {
    }
    costate.smooth by @c, @c.gradient product @c.product forward @c.forward(%x) reads(%first) {places = [], sites = array<i32: 0, 0, 1>, target = 0 : i32, variables = array<i32: 0>} : (tensor<?xf64>, tensor<?xi64>) -> ()
    costate.residual "$cost.0" over %rows attributes {} : (tensor<?xi32>) -> () {
    }
    costate.smooth by @c, @c.gradient forward @c.forward(%x) {places = [], residuals, target = 0 : i32, variables = array<i32: 0>} : (tensor<?xf64>) -> ()
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
