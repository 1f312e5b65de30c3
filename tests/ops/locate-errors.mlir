// RUN: not costate-opt --allow-unregistered-dialect %s 2>&1 | FileCheck %s

// CHECK: has 1 and 0 columns, expected as many, at least one
module {
  %i = "test.codes"() : () -> tensor<?xi32>
  %l = "test.integers"() : () -> tensor<?xi64>
  %r = "test.reals"() : () -> tensor<?xf64>
  %b = "test.truths"() : () -> tensor<?xi1>
  %t = "test.table"() : () -> !costate.table
  %n = "test.size"() : () -> index
  %x = costate.locate(%i) in() {array = "x", set = "I", missing = "error", roots = []} : (tensor<?xi32>) -> tensor<?xi32>
}
