// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: a problem stated before it
costate.program attributes {roots = ["Bus", "Arc"]} {
  // expected-error @below {{'costate.solution' op names problem `q`, which is not stated before it}}
  %a = costate.solution @q "x" "value" : tensor<?xf64>
}

// -----

// C2: the field
costate.program attributes {roots = ["Bus", "Arc"]} {
  costate.problem "p" {}
  // expected-error @below {{'costate.solution' op has field `price`, expected value, dual, reduced_cost, slack, lower, upper, objective, status, iterations or report}}
  %a = costate.solution @p "x" "price" : tensor<?xf64>
}
