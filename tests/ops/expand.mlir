// RUN: costate-opt --allow-unregistered-dialect %s | costate-opt --allow-unregistered-dialect | FileCheck %s

// The op parses, verifies and prints as it was read.
// CHECK: costate.expand{{[( ]}}
module {
  %i = "test.codes"() : () -> tensor<?xi32>
  %l = "test.integers"() : () -> tensor<?xi64>
  %r = "test.reals"() : () -> tensor<?xf64>
  %b = "test.truths"() : () -> tensor<?xi1>
  %t = "test.table"() : () -> !costate.table
  %n = "test.size"() : () -> index
  %x:2 = costate.expand %l, %l : (tensor<?xi64>, tensor<?xi64>) -> (tensor<?xi32>, tensor<?xi32>)
}
