// RUN: costate-opt %s --costate-merge-kernels | FileCheck %s

// CHECK-LABEL: costate.program
// CHECK: costate.kernel @first(
// CHECK: costate.kernel @first(
// CHECK: costate.kernel @other(
// CHECK: func.func @first
// CHECK-NOT: func.func @second
// CHECK-NOT: func.func @unused
// CHECK: func.func @other
// CHECK: func.func @stays
costate.program attributes {roots = []} {
  %x = costate.literal {values = dense<[1.0, 2.0]> : tensor<2xf64>} : () -> tensor<?xf64>
  %a = costate.kernel @first(%x) over %x : (tensor<?xf64>, tensor<?xf64>) -> tensor<?xf64>
  %b = costate.kernel @second(%a) over %x : (tensor<?xf64>, tensor<?xf64>) -> tensor<?xf64>
  %c = costate.kernel @other(%b) over %x : (tensor<?xf64>, tensor<?xf64>) -> tensor<?xf64>
}
func.func @first(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %e = math.exp %v : f64
    costate.yield %e : f64
  }
  return %y : tensor<?xf64>
}
func.func @second(%n: index, %z: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %y = costate.map (%j < %n) -> (tensor<?xf64>) {
    %v = costate.at %z[%j] : tensor<?xf64> -> f64
    %e = math.exp %v : f64
    costate.yield %e : f64
  }
  return %y : tensor<?xf64>
}
func.func @other(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %e = math.sin %v : f64
    costate.yield %e : f64
  }
  return %y : tensor<?xf64>
}
func.func @unused(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  return %y : tensor<?xf64>
}
// No kernel: none of this pass's business.
func.func @stays() {
  return
}
