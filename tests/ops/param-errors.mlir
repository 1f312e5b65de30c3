// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: the kind and its element type
costate.program attributes {roots = ["Bus", "Arc"]} {
  // expected-error @below {{'costate.param' op of kind `int` has element type 'f64', expected real f64, int i64, bool i1, text i32 or case i64 with a root}}
  %a = costate.param "a" "int" : () -> tensor<?xf64>
}

// -----

// C1: a case without its root
costate.program attributes {roots = ["Mode"]} {
  // expected-error @below {{'costate.param' op of kind `case` has element type 'i64', expected real f64, int i64, bool i1, text i32 or case i64 with a root}}
  %m = costate.param "m" "case" : () -> tensor<?xi64>
}

// -----

// C2: the type of the fallback
costate.program attributes {roots = ["Bus", "Arc"]} {
  %ten = costate.literal {values = dense<[10]> : tensor<1xi64>} : () -> tensor<?xi64>
  // expected-error @below {{'costate.param' op has a fallback of type 'tensor<?xi64>', expected 'tensor<?xf64>'}}
  %a = costate.param "a" "real" = %ten : (tensor<?xi64>) -> tensor<?xf64>
}
