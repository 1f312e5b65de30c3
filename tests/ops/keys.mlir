// RUN: costate-opt %s | costate-opt | FileCheck %s

// A key column labels the rows of its table.
// CHECK: costate.keys %{{.*}} {column = "id", root = 0 : i32}
costate.program attributes {roots = ["Bus", "Arc"]} {
  %t = costate.table {name = "bus", path = "bus.csv", format = "csv", key = ["id"]} : () -> !costate.table
  %a = costate.keys %t {column = "id", root = 0 : i32} : (!costate.table) -> tensor<?xi32>
  // The file's keys are 101, 205 and 7.
  %b = costate.keys %t {column = "id", root = 0 : i32, costate.expect = [dense<[0, 1, 2]> : tensor<3xi32>]} : (!costate.table) -> tensor<?xi32>
  %c = costate.label {root = 0 : i32, label = 7 : i64, costate.expect = [dense<[2]> : tensor<1xi32>]} : () -> tensor<?xi32>
}
