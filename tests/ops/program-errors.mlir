// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: no arguments
// expected-error @below {{'costate.program' op takes 1 arguments, expected none}}
"costate.program"() <{roots = []}> ({
^bb0(%x: index):
}) : () -> ()

// -----

// C2: names of problems
costate.program attributes {roots = ["Bus", "Arc"]} {
  costate.problem "p" {}
  // expected-error @below {{'costate.problem' op is the second problem named `p`}}
  costate.problem "p" {}
}
