// RUN: not costate-opt --allow-unregistered-dialect %s 2>&1 | FileCheck %s

// CHECK: gathers 'tensor<?xi64>' from 'tensor<?xf64>'
module {
  %i = "test.codes"() : () -> tensor<?xi32>
  %l = "test.integers"() : () -> tensor<?xi64>
  %r = "test.reals"() : () -> tensor<?xf64>
  %b = "test.truths"() : () -> tensor<?xi1>
  %t = "test.table"() : () -> !costate.table
  %n = "test.size"() : () -> index
  %x = costate.gather %r, %i : (tensor<?xf64>, tensor<?xi32>) -> tensor<?xi64>
}
