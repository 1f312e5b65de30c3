// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: only reals have a value for empty cells
costate.program attributes {roots = ["Bus", "Arc"]} {
  %t = costate.table {name = "bus", path = "bus.csv", format = "csv", key = ["id"]} : () -> !costate.table
  // expected-error @below {{'costate.column' op has a value for empty cells of type 'i64', expected f64}}
  %a = costate.column %t {column = "pd", if_empty = 0.0 : f64} : (!costate.table) -> tensor<?xi64>
}
