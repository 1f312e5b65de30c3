// RUN: costate-opt %s | costate-opt | FileCheck %s

// A column is read as the type of the result; `if_empty` stands for missing reals.
// CHECK: costate.column %{{.*}} {column = "pd", if_empty = 0.000000e+00 : f64} : (!costate.table) -> tensor<?xf64>
// CHECK: costate.column %{{.*}} {column = "name"} : (!costate.table) -> tensor<?xi32>
costate.program attributes {roots = ["Bus", "Arc"]} {
  %t = costate.table {name = "bus", path = "bus.csv", format = "csv", key = ["id"]} : () -> !costate.table
  %a = costate.column %t {column = "pd", if_empty = 0.0 : f64} : (!costate.table) -> tensor<?xf64>
  %b = costate.column %t {column = "name"} : (!costate.table) -> tensor<?xi32>
}
