// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: the root
costate.program attributes {roots = ["Bus", "Arc"]} {
  %t = costate.table {name = "bus", path = "bus.csv", format = "csv", key = ["id"]} : () -> !costate.table
  // expected-error @below {{'costate.foreign' op has root -1, expected 0 or more}}
  %a = costate.foreign %t {column = "id", root = -1 : i32} : (!costate.table) -> tensor<?xi32>
}
