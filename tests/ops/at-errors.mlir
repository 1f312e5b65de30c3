// RUN: not costate-opt --allow-unregistered-dialect %s 2>&1 | FileCheck %s

// CHECK: has 2 indices for an array of rank 1
module {
  %i = "test.codes"() : () -> tensor<?xi32>
  %l = "test.integers"() : () -> tensor<?xi64>
  %r = "test.reals"() : () -> tensor<?xf64>
  %b = "test.truths"() : () -> tensor<?xi1>
  %t = "test.table"() : () -> !costate.table
  %n = "test.size"() : () -> index
  %x = costate.map (%s < %n) -> (tensor<?xf64>) {
    %v = costate.at %r[%s, %s] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
}
