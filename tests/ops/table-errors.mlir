// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: the format is known
costate.program attributes {roots = ["Bus", "Arc"]} {
  // expected-error @below {{'costate.table' op has format `xls`, expected csv, tsv, json, npy, npz or mtx}}
  %t = costate.table {name = "bus", path = "bus.csv", format = "xls", key = ["id"]} : () -> !costate.table
}
