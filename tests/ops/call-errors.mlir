// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: a function
func.func @plain(%x: tensor<?xf64>) -> tensor<?xf64> { return %x : tensor<?xf64> }
costate.program attributes {roots = []} {
  %x = costate.literal {values = dense<[1.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  // expected-error @below {{'costate.call' op calls `plain`, which is no function}}
  %y = costate.call @plain(%x) like(%x) : (tensor<?xf64>, tensor<?xf64>) -> tensor<?xf64>
}

// -----

// C2: its columns
func.func @whole(%x: tensor<?xi64>) -> tensor<?xi64> attributes {costate.function} { return %x : tensor<?xi64> }
costate.program attributes {roots = []} {
  %x = costate.literal {values = dense<[1.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  // expected-error @below {{'costate.call' op gives and takes other columns than `whole`}}
  %y = costate.call @whole(%x) like(%x) : (tensor<?xf64>, tensor<?xf64>) -> tensor<?xf64>
}

// -----

// C3: a length per result
func.func @same(%x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} { return %x : tensor<?xf64> }
costate.program attributes {roots = []} {
  %x = costate.literal {values = dense<[1.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  // expected-error @below {{'costate.call' op has 0 lengths for 1 results}}
  %y = costate.call @same(%x) like() : (tensor<?xf64>) -> tensor<?xf64>
}
