// RUN: costate-opt %s | costate-opt | FileCheck %s

// Every kind, on reals, integers and truth values, into one slot.
// CHECK: costate.accumulate %{{.*}} into %{{.*}}[%{{.*}}] "add" : f64, tensor<?xf64>
costate.program attributes {roots = ["Bus", "Arc"]} {
  %x = costate.literal {values = dense<[3.0, -2.0, 4.0]> : tensor<3xf64>} : () -> tensor<?xf64>
  %one = costate.literal {values = dense<[1.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  %t = costate.literal {values = dense<[true, false, true]> : tensor<3xi1>} : () -> tensor<?xi1>
  %yes = costate.literal {values = dense<true> : tensor<1xi1>} : () -> tensor<?xi1>
  %no = costate.literal {values = dense<false> : tensor<1xi1>} : () -> tensor<?xi1>
  %n = costate.length %x : (tensor<?xf64>) -> index
  %zero = arith.constant 0 : index
  %r:6 = costate.map (%i < %n) into (%a = %one : tensor<?xf64>, %b = %one : tensor<?xf64>, %c = %one : tensor<?xf64>, %d = %one : tensor<?xf64>, %e = %yes : tensor<?xi1>, %f = %no : tensor<?xi1>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = costate.at %t[%i] : tensor<?xi1> -> i1
    costate.accumulate %v into %a[%zero] "add" : f64, tensor<?xf64>
    costate.accumulate %v into %b[%zero] "mul" : f64, tensor<?xf64>
    costate.accumulate %v into %c[%zero] "min" : f64, tensor<?xf64>
    costate.accumulate %v into %d[%zero] "max" : f64, tensor<?xf64>
    costate.accumulate %w into %e[%zero] "min" : i1, tensor<?xi1>
    costate.accumulate %w into %f[%zero] "max" : i1, tensor<?xi1>
    costate.yield
  } {costate.expect = [dense<6.0> : tensor<1xf64>, dense<-24.0> : tensor<1xf64>, dense<-2.0> : tensor<1xf64>,
                       dense<4.0> : tensor<1xf64>, dense<false> : tensor<1xi1>, dense<true> : tensor<1xi1>]}
}
