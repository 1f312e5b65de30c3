// RUN: costate-opt %s | costate-opt | FileCheck %s

// A column is read as the type of the result; only rows that are needed must have a value.
// CHECK: costate.column %{{.*}} {column = "pd"} : (!costate.table) -> tensor<?xf64>
// CHECK: costate.column %{{.*}} {column = "name"} : (!costate.table) -> tensor<?xi32>
// CHECK: costate.column %{{.*}}, %{{.*}} {column = "pd"} : (!costate.table, tensor<?xi32>) -> tensor<?xf64>
costate.program attributes {roots = ["Bus", "Arc"]} {
  %t = costate.table {name = "bus", path = "bus.csv", format = "csv", key = ["id"]} : () -> !costate.table
  %a = costate.column %t {column = "pd"} : (!costate.table) -> tensor<?xf64>
  %b = costate.column %t {column = "name"} : (!costate.table) -> tensor<?xi32>
  // In the file: 1.5, an empty cell, -2; the rows 0 and 2 are needed.
  %needed = costate.literal {values = dense<[0, 2]> : tensor<2xi32>} : () -> tensor<?xi32>
  %c = costate.column %t, %needed {column = "pd"} : (!costate.table, tensor<?xi32>) -> tensor<?xf64>
  %e = costate.gather %c, %needed {costate.expect = [dense<[1.5, -2.0]> : tensor<2xf64>]} : (tensor<?xf64>, tensor<?xi32>) -> tensor<?xf64>
  %d = costate.column %t {column = "up", costate.expect = [dense<[205, 101, 101]> : tensor<3xi64>]} : (!costate.table) -> tensor<?xi64>
}
