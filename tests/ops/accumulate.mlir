// RUN: costate-opt --allow-unregistered-dialect %s | costate-opt --allow-unregistered-dialect | FileCheck %s

// The op parses, verifies and prints as it was read.
// CHECK: costate.accumulate{{[( ]}}
module {
  %i = "test.codes"() : () -> tensor<?xi32>
  %l = "test.integers"() : () -> tensor<?xi64>
  %r = "test.reals"() : () -> tensor<?xf64>
  %b = "test.truths"() : () -> tensor<?xi1>
  %t = "test.table"() : () -> !costate.table
  %n = "test.size"() : () -> index
  %x = costate.map (%s < %n) into (%acc = %r : tensor<?xf64>) {
    %v = costate.at %r[%s] : tensor<?xf64> -> f64
    costate.accumulate %v into %acc[%s] "add" : f64, tensor<?xf64>
    costate.yield
  }
}
