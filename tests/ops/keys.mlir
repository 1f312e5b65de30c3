// RUN: costate-opt %s | costate-opt | FileCheck %s

// A key column labels the rows of its table.
// CHECK: costate.keys %{{.*}} {column = "id", root = 0 : i32}
costate.program attributes {roots = ["Bus", "Arc"]} {
  %t = costate.table {name = "bus", path = "bus.csv", format = "csv", key = ["id"]} : () -> !costate.table
  %a = costate.keys %t {column = "id", root = 0 : i32} : (!costate.table) -> tensor<?xi32>
}
