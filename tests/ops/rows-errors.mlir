// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: the root
costate.program attributes {roots = ["Bus", "Arc"]} {
  %t = costate.table {name = "bus", path = "bus.csv", format = "csv", key = ["id"]} : () -> !costate.table
  // expected-error @below {{'costate.rows' op has root -2, expected -1 or more}}
  %a = costate.rows %t {root = -2 : i32} : (!costate.table) -> tensor<?xi32>
}
