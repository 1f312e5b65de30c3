// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: a root per index column
costate.program attributes {roots = ["Bus", "Arc"]} {
  %p = costate.literal {values = dense<[0]> : tensor<1xi32>} : () -> tensor<?xi32>
  // expected-error @below {{'costate.check_rows' op has 2 roots for 1 index columns}}
  %c = costate.check_rows "min" %p of %p index(%p) {roots = [0 : i32, 1 : i32]} : (tensor<?xi32>, tensor<?xi32>, tensor<?xi32>) -> tensor<?xi32>
}
