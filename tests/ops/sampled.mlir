// RUN: costate-opt %s | costate-opt | FileCheck %s

// The objective is a sum of two addends; `f.gradient` takes the numbers of those that it adds.
// CHECK: costate.sampled %{{.*}} by @f.gradient(%{{.*}}) {places = [], variables = array<i32: 0>}
costate.program attributes {roots = []} {
  %rows = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %rows {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "cost" "minimize" attributes {} {
    }
    costate.sampled %rows by @f.gradient(%x) {places = [], variables = array<i32: 0>} : (tensor<?xi32>, tensor<?xf64>) -> ()
  }
  // Addends that are draws.
  // CHECK: costate.sampled %{{.*}} by @f.gradient(%{{.*}}) {endless, places = [], variables = array<i32: 0>}
  costate.problem "q" {
    %x = costate.variable "x" like %rows {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "cost" "minimize" attributes {} {
    }
    costate.sampled %rows by @f.gradient(%x) {endless, places = [], variables = array<i32: 0>} : (tensor<?xi32>, tensor<?xf64>) -> ()
  }
}
func.func @f.gradient(%x: tensor<?xf64>, %which: tensor<?xi64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {costate.function} {
  return %x, %x : tensor<?xf64>, tensor<?xf64>
}
