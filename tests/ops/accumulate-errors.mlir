// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: into an accumulator
costate.program attributes {roots = ["Bus", "Arc"]} {
  %c = costate.literal {values = dense<[0.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  %n = arith.constant 1 : index
  %v = arith.constant 0.0 : f64
  costate.map (%i < %n) {
    // expected-error @below {{'costate.accumulate' op adds to a tensor that is not an `into` argument}}
    costate.accumulate %v into %c[%i] "add" : f64, tensor<?xf64>
    costate.yield
  }
}

// -----

// C2: the kind
costate.program attributes {roots = ["Bus", "Arc"]} {
  %c = costate.literal {values = dense<[0.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  %n = arith.constant 1 : index
  %v = arith.constant 0.0 : f64
  %t = costate.literal {values = dense<true> : tensor<1xi1>} : () -> tensor<?xi1>
  %y = costate.map (%i < %n) into (%acc = %c : tensor<?xf64>) {
    // expected-error @below {{'costate.accumulate' op has kind `sub`, expected add, mul, min or max}}
    costate.accumulate %v into %acc[%i] "sub" : f64, tensor<?xf64>
    costate.yield
  }
}

// -----

// C2: truth values have min and max
costate.program attributes {roots = ["Bus", "Arc"]} {
  %c = costate.literal {values = dense<[0.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  %n = arith.constant 1 : index
  %v = arith.constant true
  %t = costate.literal {values = dense<true> : tensor<1xi1>} : () -> tensor<?xi1>
  %y = costate.map (%i < %n) into (%acc = %t : tensor<?xi1>) {
    // expected-error @below {{'costate.accumulate' op has kind `add`, expected min or max for truth values}}
    costate.accumulate %v into %acc[%i] "add" : i1, tensor<?xi1>
    costate.yield
  }
}

// -----

// C3: an index per dimension
costate.program attributes {roots = ["Bus", "Arc"]} {
  %c = costate.literal {values = dense<[0.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  %n = arith.constant 1 : index
  %v = arith.constant 0.0 : f64
  %t = costate.literal {values = dense<true> : tensor<1xi1>} : () -> tensor<?xi1>
  %y = costate.map (%i < %n) into (%acc = %c : tensor<?xf64>) {
    // expected-error @below {{'costate.accumulate' op has 2 indices for an array of rank 1}}
    costate.accumulate %v into %acc[%i, %i] "add" : f64, tensor<?xf64>
    costate.yield
  }
}

// -----

// C4: the element type
costate.program attributes {roots = ["Bus", "Arc"]} {
  %c = costate.literal {values = dense<[0.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  %n = arith.constant 1 : index
  %v = arith.constant 0 : i64
  %t = costate.literal {values = dense<true> : tensor<1xi1>} : () -> tensor<?xi1>
  %y = costate.map (%i < %n) into (%acc = %c : tensor<?xf64>) {
    // expected-error @below {{'costate.accumulate' op adds 'i64' to 'tensor<?xf64>'}}
    costate.accumulate %v into %acc[%i] "add" : i64, tensor<?xf64>
    costate.yield
  }
}
