// RUN: costate-opt %s | costate-opt | FileCheck %s

// The rows of a table are elements of a root, or plain row numbers (root -1).
// CHECK: costate.rows %{{.*}} {root = 1 : i32} : (!costate.table) -> tensor<?xi32>
// CHECK: costate.rows %{{.*}} {root = -1 : i32}
costate.program attributes {roots = ["Bus", "Arc"]} {
  %t = costate.table {name = "bus", path = "bus.csv", format = "csv", key = ["id"]} : () -> !costate.table
  %a = costate.rows %t {root = 1 : i32} : (!costate.table) -> tensor<?xi32>
  %b = costate.rows %t {root = -1 : i32} : (!costate.table) -> tensor<?xi32>
  // The file has 3 rows.
  %c = costate.rows %t {root = 1 : i32, costate.expect = [dense<[0, 1, 2]> : tensor<3xi32>]} : (!costate.table) -> tensor<?xi32>
}
