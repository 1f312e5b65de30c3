// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: a label per value
costate.program attributes {roots = ["Bus", "Arc"]} {
  %x = costate.literal {values = dense<[1.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  %t = costate.literal {values = dense<true> : tensor<1xi1>} : () -> tensor<?xi1>
  // expected-error @below {{'costate.assert' op has 0 labels for 1 values}}
  costate.assert %t shows %x {text = "x == 1", labels = []} : (tensor<?xi1>, tensor<?xf64>) -> ()
}
