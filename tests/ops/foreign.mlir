// RUN: costate-opt %s | costate-opt | FileCheck %s

// A column of labels becomes codes of the root they come from.
// CHECK: costate.foreign %{{.*}} {column = "id", root = 0 : i32}
// CHECK: costate.foreign %{{.*}}, %{{.*}} {column = "id", root = 0 : i32}
costate.program attributes {roots = ["Bus", "Arc"]} {
  %t = costate.table {name = "bus", path = "bus.csv", format = "csv", key = ["id"]} : () -> !costate.table
  %a = costate.foreign %t {column = "id", root = 0 : i32} : (!costate.table) -> tensor<?xi32>
  %needed = costate.literal {values = dense<[0]> : tensor<1xi32>} : () -> tensor<?xi32>
  %c = costate.foreign %t, %needed {column = "id", root = 0 : i32} : (!costate.table, tensor<?xi32>) -> tensor<?xi32>
  // In the file `up` names the keys 205, 101 and 101.
  %k = costate.keys %t {column = "id", root = 0 : i32} : (!costate.table) -> tensor<?xi32>
  %b = costate.foreign %t {column = "up", root = 0 : i32, costate.expect = [dense<[1, 0, 0]> : tensor<3xi32>]} : (!costate.table) -> tensor<?xi32>
}
