// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: a problem stated before it
costate.program attributes {roots = ["Bus", "Arc"]} {
  costate.problem "p" {}
  // expected-error @below {{'costate.solve' op names problem `q`, which is not stated before it}}
  costate.solve @q "ipm" {options = {}}
  costate.problem "q" {}
}

// -----

// C2: a function
func.func @plain(%x: tensor<?xf64>) -> tensor<?xf64> { return %x : tensor<?xf64> }
costate.program attributes {roots = []} {
  costate.problem "p" {}
  // expected-error @below {{'costate.solve' op runs `plain`, which is no function}}
  costate.solve @p "m" by @plain {options = {}}
}

// -----

// C2: its columns
func.func @short(%x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} { return %x : tensor<?xf64> }
costate.program attributes {roots = []} {
  costate.problem "p" {}
  // expected-error @below {{'costate.solve' op gives and takes other columns than `short`}}
  costate.solve @p "m" by @short {options = {}}
}

// -----

// C2: its columns, of a number that a solver watches
func.func @whole(%x: tensor<?xf64>, %y: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} { return %x : tensor<?xf64> }
costate.program attributes {roots = []} {
  costate.problem "p" {}
  // expected-error @below {{'costate.solve' op gives and takes other columns than `whole`}}
  costate.solve @p "adam" by @whole {monitors, options = {}}
}
