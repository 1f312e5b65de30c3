// RUN: costate-opt %s | costate-opt | FileCheck %s

// A table is opened when the program is bound; its format is known when it is compiled.
// CHECK: costate.table {format = "csv", key = ["id"], name = "bus", path = "bus.csv"} : () -> !costate.table
costate.program attributes {roots = ["Bus", "Arc"]} {
  %t = costate.table {name = "bus", path = "bus.csv", format = "csv", key = ["id"]} : () -> !costate.table
}
