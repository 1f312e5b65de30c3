// RUN: costate-opt %s --costate-outline-kernels --split-input-file --verify-diagnostics

costate.program attributes {roots = []} {
  %x = costate.literal {values = dense<[1.0, 2.0]> : tensor<2xf64>} : () -> tensor<?xf64>
  %n = costate.length %x : (tensor<?xf64>) -> index
  %three = arith.constant 3 : index
  // expected-error @below {{size 1 of a map of a program is not the length of a column}}
  %y = costate.map (%i < %n, %j < %three) -> (tensor<?x?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
}

// -----

costate.program attributes {roots = []} {
  // expected-error @below {{a map of a program has 0 dimensions, expected at least 1}}
  %y = costate.map () -> (tensor<f64>) {
    %v = arith.constant 1.0 : f64
    costate.yield %v : f64
  }
}
