// RUN: not costate-opt --allow-unregistered-dialect %s 2>&1 | FileCheck %s

// CHECK: cannot stand in a problem
module {
  %i = "test.codes"() : () -> tensor<?xi32>
  %l = "test.integers"() : () -> tensor<?xi64>
  %r = "test.reals"() : () -> tensor<?xf64>
  %b = "test.truths"() : () -> tensor<?xi1>
  %t = "test.table"() : () -> !costate.table
  %n = "test.size"() : () -> index
  costate.problem "p" {
    %x = costate.count %i : (tensor<?xi32>) -> tensor<?xi64>
  }
}
