// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: a root per index column
costate.program attributes {roots = ["Bus", "Arc"]} {
  %a = costate.literal {values = dense<[1.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  %s = costate.literal {values = dense<[0]> : tensor<1xi32>} : () -> tensor<?xi32>
  // expected-error @below {{'costate.check_domain' op has 0 roots for 1 index columns}}
  %b = costate.check_domain "pd" %a index(%s) {roots = []} : (tensor<?xf64>, tensor<?xi32>) -> tensor<?xf64>
}

// -----

// the result is the column
costate.program attributes {roots = []} {
  %a = costate.literal {values = dense<[1.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  // expected-error @below {{'costate.check_domain' op failed to verify that all of {column, checked} have same type}}
  %b = costate.check_domain "pd" %a {roots = []} : (tensor<?xf64>) -> tensor<?xi32>
}
