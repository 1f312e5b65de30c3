// RUN: costate-opt %s --costate-outline-kernels | FileCheck %s

// The body becomes a function of the columns it reads; a column that is read and accumulated into is two arguments.
// CHECK-LABEL: costate.program
costate.program attributes {roots = []} {
  // CHECK: %[[X:.*]] = costate.literal
  %x = costate.literal {values = dense<[1.0, 2.0]> : tensor<2xf64>} : () -> tensor<?xf64>
  %n = costate.length %x : (tensor<?xf64>) -> index
  // CHECK: costate.kernel @data.0(%[[X]]) into(%[[X]]) over %[[X]] {costate.name = "y"}
  %y, %s = costate.map (%i < %n) into (%acc = %x : tensor<?xf64>) -> (tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    costate.accumulate %v into %acc[%i] "add" : f64, tensor<?xf64>
    costate.yield %v : f64
  } {costate.name = "y"}
  // One instance: no space; constants from around the map are copied.
  // CHECK: costate.kernel @data.1() :
  %one = arith.constant 1 : index
  %two = arith.constant 2.0 : f64
  %z = costate.map (%i < %one) -> (tensor<?xf64>) {
    costate.yield %two : f64
  }
  // Several dimensions: a column for each size, the same for two of them.
  // CHECK: %[[W:.*]] = costate.kernel @data.2(%[[X]]) over %[[X]], %[[X]] :
  %w = costate.map (%i < %n, %j < %n) -> (tensor<?x?xf64>) {
    %v = costate.at %x[%j] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  // CHECK: costate.kernel @data.3(%[[W]]) into(%[[X]]) over %[[X]], %[[X]] :
  %t = costate.map (%i < %n, %j < %n) into (%acc = %x : tensor<?xf64>) {
    %v = costate.at %w[%i, %j] : tensor<?x?xf64> -> f64
    costate.accumulate %v into %acc[%i] "add" : f64, tensor<?xf64>
    costate.yield
  }
}
// CHECK: func.func @stays
// CHECK: costate.map
// CHECK: func.func @data.0(%[[N:.*]]: index, %[[IN:.*]]: tensor<?xf64>, %[[START:.*]]: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {costate.kernel}
// CHECK: costate.map (%[[I:.*]] < %[[N]]) into (%[[ACC:.*]] = %[[START]] : tensor<?xf64>)
// CHECK: costate.at %[[IN]][%[[I]]]
// CHECK: costate.accumulate %{{.*}} into %[[ACC]][%[[I]]]
// CHECK: func.func @data.1(%{{.*}}: index) -> tensor<?xf64>
// CHECK: arith.constant 2.0
// CHECK: func.func @data.2(%[[A:.*]]: index, %[[B:.*]]: index, %{{.*}}: tensor<?xf64>) -> tensor<?x?xf64>
// CHECK: costate.map (%{{.*}} < %[[A]], %{{.*}} < %[[B]])
// CHECK: func.func @data.3(%{{.*}}: index, %{{.*}}: index, %{{.*}}: tensor<?x?xf64>, %{{.*}}: tensor<?xf64>) -> tensor<?xf64>

// A map in a function stays.
func.func @stays(%n: index) -> tensor<?xf64> {
  %two = arith.constant 2.0 : f64
  %z = costate.map (%i < %n) -> (tensor<?xf64>) {
    costate.yield %two : f64
  }
  return %z : tensor<?xf64>
}
