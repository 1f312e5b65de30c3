// RUN: costate-opt --allow-unregistered-dialect %s | costate-opt --allow-unregistered-dialect | FileCheck %s

// The op parses, verifies and prints as it was read.
// CHECK: costate.pattern{{[( ]}}
module {
  %i = "test.codes"() : () -> tensor<?xi32>
  %l = "test.integers"() : () -> tensor<?xi64>
  %r = "test.reals"() : () -> tensor<?xf64>
  %b = "test.truths"() : () -> tensor<?xi1>
  %t = "test.table"() : () -> !costate.table
  %n = "test.size"() : () -> index
  costate.problem "p" {
    costate.pattern into -1 tables(%i) inputs(%r) {loadVariables = array<i32: 0>, jacobian = array<i32: 0>, hessian = array<i32>, value = @v, first = @f} : (tensor<?xi32>, tensor<?xf64>) -> ()
  }
}
