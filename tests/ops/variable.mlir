// RUN: costate-opt --allow-unregistered-dialect %s | costate-opt --allow-unregistered-dialect | FileCheck %s

// The op parses, verifies and prints as it was read.
// CHECK: costate.variable{{[( ]}}
module {
  %i = "test.codes"() : () -> tensor<?xi32>
  %l = "test.integers"() : () -> tensor<?xi64>
  %r = "test.reals"() : () -> tensor<?xf64>
  %b = "test.truths"() : () -> tensor<?xi1>
  %t = "test.table"() : () -> !costate.table
  %n = "test.size"() : () -> index
  costate.problem "p" {
    %x = costate.variable "x" like %i index(%i) lower %r {roots = [-1 : i32], kind = "real"} : (tensor<?xi32>, tensor<?xi32>, tensor<?xf64>) -> tensor<?xf64>
  }
}
