// RUN: costate-opt %s | costate-opt | FileCheck %s

// A function of the program's columns: shares of a total, and the total.
// CHECK: costate.call @shares(%{{.*}}) like(%{{.*}}, %{{.*}}) {{.*}}: (tensor<?xf64>, tensor<?xf64>, tensor<?xi32>) -> (tensor<?xf64>, tensor<?xf64>)
func.func @shares(%x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {costate.function} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %one = arith.constant 1 : index
  %sum = costate.reduce "add" (%i < %n) -> (f64) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = arith.divf %v, %sum : f64
    costate.yield %w : f64
  }
  %total = costate.map (%i < %one) -> (tensor<?xf64>) { costate.yield %sum : f64 }
  return %y, %total : tensor<?xf64>, tensor<?xf64>
}
costate.program attributes {roots = []} {
  %x = costate.literal {values = dense<[1.0, 2.0, 5.0]> : tensor<3xf64>} : () -> tensor<?xf64>
  %one = costate.literal {values = dense<[0]> : tensor<1xi32>} : () -> tensor<?xi32>
  %y, %total = costate.call @shares(%x) like(%x, %one) {costate.expect = [dense<[0.125, 0.25, 0.625]> : tensor<3xf64>,
      dense<[8.0]> : tensor<1xf64>]} : (tensor<?xf64>, tensor<?xf64>, tensor<?xi32>) -> (tensor<?xf64>, tensor<?xf64>)
}
