// RUN: not costate-opt --allow-unregistered-dialect %s 2>&1 | FileCheck %s

// CHECK: yields 0 scalars for 1 results
module {
  %i = "test.codes"() : () -> tensor<?xi32>
  %l = "test.integers"() : () -> tensor<?xi64>
  %r = "test.reals"() : () -> tensor<?xf64>
  %b = "test.truths"() : () -> tensor<?xi1>
  %t = "test.table"() : () -> !costate.table
  %n = "test.size"() : () -> index
  %x = costate.map (%s < %n) -> (tensor<?xf64>) {
    costate.yield
  }
}
