// RUN: costate-opt --allow-unregistered-dialect %s | costate-opt --allow-unregistered-dialect | FileCheck %s

// The op parses, verifies and prints as it was read.
// CHECK: costate.table{{[( ]}}
module {
  %i = "test.codes"() : () -> tensor<?xi32>
  %l = "test.integers"() : () -> tensor<?xi64>
  %r = "test.reals"() : () -> tensor<?xf64>
  %b = "test.truths"() : () -> tensor<?xi1>
  %t = "test.table"() : () -> !costate.table
  %n = "test.size"() : () -> index
  %x = costate.table {name = "bus", path = "bus.csv", format = "csv", key = ["id"]} : () -> !costate.table
}
