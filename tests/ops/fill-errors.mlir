// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: the element type
costate.program attributes {roots = ["Bus", "Arc"]} {
  %a = costate.literal {values = dense<[2]> : tensor<1xi32>} : () -> tensor<?xi32>
  // expected-error @below {{'costate.fill' op fills a column of 'f64' with 0 : i32}}
  %c = costate.fill %a {value = 0 : i32} : (tensor<?xi32>) -> tensor<?xf64>
}
