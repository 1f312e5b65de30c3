// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: four columns per parameter
costate.program attributes {roots = ["Bus", "Arc"]} {
  %x = costate.literal {values = dense<[1.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  // expected-error @below {{'costate.check_function' op has 1 columns for 1 parameters}}
  costate.check_function %x {function = "f", parameters = ["x"]} : (tensor<?xf64>) -> ()
}
