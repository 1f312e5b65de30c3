// RUN: costate-opt %s --costate-outline-kernels --verify-diagnostics

costate.program attributes {roots = []} {
  %x = costate.literal {values = dense<[1.0, 2.0]> : tensor<2xf64>} : () -> tensor<?xf64>
  %n = costate.length %x : (tensor<?xf64>) -> index
  // expected-error @below {{a map of a program has one dimension: the length of a column, or 1}}
  %y = costate.map (%i < %n, %j < %n) -> (tensor<?x?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
}
