// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: as many columns
costate.program attributes {roots = ["Bus", "Arc"]} {
  %m = costate.literal {values = dense<[1]> : tensor<1xi32>} : () -> tensor<?xi32>
  // expected-error @below {{'costate.locate' op has 2 and 1 columns, expected as many, at least one}}
  %a = costate.locate (%m, %m) in (%m) {roots = [0 : i32], array = "p", set = "Arc", missing = "error"} : (tensor<?xi32>, tensor<?xi32>, tensor<?xi32>) -> tensor<?xi32>
}

// -----

// C2: what happens to missing tuples
costate.program attributes {roots = ["Bus", "Arc"]} {
  %m = costate.literal {values = dense<[1]> : tensor<1xi32>} : () -> tensor<?xi32>
  // expected-error @below {{'costate.locate' op has missing = `skip`, expected error or minus_one}}
  %a = costate.locate (%m) in (%m) {roots = [], array = "", set = "", missing = "skip"} : (tensor<?xi32>, tensor<?xi32>) -> tensor<?xi32>
}

// -----

// C3: a root per query column
costate.program attributes {roots = ["Bus", "Arc"]} {
  %m = costate.literal {values = dense<[1]> : tensor<1xi32>} : () -> tensor<?xi32>
  // expected-error @below {{'costate.locate' op has 1 roots for 2 query columns}}
  %a = costate.locate (%m, %m) in (%m, %m) {roots = [0 : i32], array = "p", set = "Arc", missing = "error"} : (tensor<?xi32>, tensor<?xi32>, tensor<?xi32>, tensor<?xi32>) -> tensor<?xi32>
}
