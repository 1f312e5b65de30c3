// RUN: costate-opt %s | costate-opt | FileCheck %s

// A column is read as the type of the result; `if_empty` stands for missing reals.
// CHECK: costate.column %{{.*}} {column = "pd", if_empty = 0.000000e+00 : f64} : (!costate.table) -> tensor<?xf64>
// CHECK: costate.column %{{.*}} {column = "name"} : (!costate.table) -> tensor<?xi32>
costate.program attributes {roots = ["Bus", "Arc"]} {
  %t = costate.table {name = "bus", path = "bus.csv", format = "csv", key = ["id"]} : () -> !costate.table
  %a = costate.column %t {column = "pd", if_empty = 0.0 : f64} : (!costate.table) -> tensor<?xf64>
  %b = costate.column %t {column = "name"} : (!costate.table) -> tensor<?xi32>
  // In the file: 1.5, an empty cell, -2.
  %c = costate.column %t {column = "pd", if_empty = 0.25 : f64, costate.expect = [dense<[1.5, 0.25, -2.0]> : tensor<3xf64>]} : (!costate.table) -> tensor<?xf64>
  %d = costate.column %t {column = "up", costate.expect = [dense<[205, 101, 101]> : tensor<3xi64>]} : (!costate.table) -> tensor<?xi64>
}
