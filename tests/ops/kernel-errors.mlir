// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: the callee is a kernel
costate.program attributes {roots = ["Bus", "Arc"]} {
  %x = costate.literal {values = dense<[1.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  // expected-error @below {{'costate.kernel' op uses `nothing`, which is no kernel of the module}}
  %y = costate.kernel @nothing(%x) over %x : (tensor<?xf64>, tensor<?xf64>) -> tensor<?xf64>
}

// -----

// C2: its signature
costate.program attributes {roots = ["Bus", "Arc"]} {
  %x = costate.literal {values = dense<[1.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  // expected-error @below {{'costate.kernel' op has operands or results that are not those of `twice`}}
  %y = costate.kernel @twice(%x) over %x : (tensor<?xf64>, tensor<?xf64>) -> tensor<?xf64>
}
func.func @twice(%n: index, %x: tensor<?xf64>, %s0: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>)
    attributes {costate.kernel} {
  %y, %s = costate.map (%i < %n) into (%acc = %s0 : tensor<?xf64>) -> (tensor<?xf64>) {
    %zero = arith.constant 0 : index
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = arith.addf %v, %v : f64
    costate.accumulate %v into %acc[%zero] "add" : f64, tensor<?xf64>
    costate.yield %w : f64
  }
  return %y, %s : tensor<?xf64>, tensor<?xf64>
}
