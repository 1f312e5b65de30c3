// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: numbers of operands
costate.program attributes {roots = ["Bus", "Arc"]} {
  %x = costate.literal {values = dense<[1.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  // expected-error @below {{'costate.print' op item 0 needs a label, and columns among its 1 operands}}
  costate.print %x {items = [{label = "x", column = 1 : i32}]} : (tensor<?xf64>) -> ()
}

// -----

// C1: index columns, too
costate.program attributes {roots = ["Bus", "Arc"]} {
  %x = costate.literal {values = dense<[1.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  // expected-error @below {{'costate.print' op item 0 needs a label, and columns among its 1 operands}}
  costate.print %x {items = [{label = "x", column = 0 : i32, index = [-1 : i32]}]} : (tensor<?xf64>) -> ()
}

// -----

// C1: imaginary parts, too
costate.program attributes {roots = ["Bus", "Arc"]} {
  %x = costate.literal {values = dense<[1.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  // expected-error @below {{'costate.print' op item 0 needs a label, and columns among its 1 operands}}
  costate.print %x {items = [{label = "x", column = 0 : i32, imaginary = 1 : i32}]} : (tensor<?xf64>) -> ()
}

// -----

// C1: a label
costate.program attributes {roots = ["Bus", "Arc"]} {
  %x = costate.literal {values = dense<[1.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  // expected-error @below {{'costate.print' op item 1 needs a label, and columns among its 1 operands}}
  costate.print %x {items = [{label = "x", column = 0 : i32}, {column = 0 : i32}]} : (tensor<?xf64>) -> ()
}
