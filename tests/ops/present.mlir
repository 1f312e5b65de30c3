// RUN: costate-opt %s | costate-opt | FileCheck %s

// Which rows have a value, for numbers and for texts.
// CHECK: costate.present %{{.*}} {column = "pd"} : (!costate.table) -> tensor<?xi1>
// CHECK: costate.present %{{.*}} {as_text, column = "name"}
costate.program attributes {roots = []} {
  %t = costate.table {name = "bus", path = "bus.csv", format = "csv", key = ["id"]} : () -> !costate.table
  %a = costate.present %t {column = "pd"} : (!costate.table) -> tensor<?xi1>
  %b = costate.present %t {as_text, column = "name"} : (!costate.table) -> tensor<?xi1>
}
