// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: an argument per dimension and accumulator
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = arith.constant 1 : index
  // expected-error @below {{'costate.map' op has 1 dimensions and 0 accumulated tensors, but its body takes 2 arguments}}
  %y = "costate.map"(%n) <{operandSegmentSizes = array<i32: 1, 0, 0>}> ({
  ^bb0(%i: index, %j: index):
    %v = arith.constant 0.0 : f64
    costate.yield %v : f64
  }) : (index) -> tensor<?xf64>
}

// -----

// C1: dimensions are counted by index
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = arith.constant 1 : index
  // expected-error @below {{'costate.map' op body argument 0 is 'i32', expected index}}
  %y = "costate.map"(%n) <{operandSegmentSizes = array<i32: 1, 0, 0>}> ({
  ^bb0(%i: i32):
    %v = arith.constant 0.0 : f64
    costate.yield %v : f64
  }) : (index) -> tensor<?xf64>
}

// -----

// C2: a scalar per result
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = arith.constant 1 : index
  %v = arith.constant 0.0 : f64
  // expected-error @below {{'costate.map' op yields 2 values for 1 results}}
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    costate.yield %v, %v : f64, f64
  }
}

// -----

// C3: the element type
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = arith.constant 1 : index
  %v = arith.constant 0.0 : f64
  // expected-error @below {{'costate.map' op yields 'f64' over 1 dimensions for a result of type 'tensor<?xi32>'}}
  %y = costate.map (%i < %n) -> (tensor<?xi32>) {
    costate.yield %v : f64
  }
}

// -----

// C3: the rank
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = arith.constant 1 : index
  %v = arith.constant 0.0 : f64
  // expected-error @below {{'costate.map' op yields 'f64' over 1 dimensions for a result of type 'tensor<?x?xf64>'}}
  %y = costate.map (%i < %n) -> (tensor<?x?xf64>) {
    costate.yield %v : f64
  }
}

// -----

// C3: an inner size per dimension of what is yielded
func.func @inner(%x: tensor<?xf64>, %n: index) -> tensor<?x?xf64> {
  // expected-error @below {{'costate.map' op has 0 inner sizes, expected 1}}
  %y = costate.map (%i < %n) -> (tensor<?x?xf64>) {
    costate.yield %x : tensor<?xf64>
  }
  return %y : tensor<?x?xf64>
}

// -----

// C4: results of accumulators
costate.program attributes {roots = ["Bus", "Arc"]} {
  %c = costate.literal {values = dense<[0.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  %n = arith.constant 1 : index
  // expected-error @below {{'costate.map' op accumulates into 'tensor<?xf64>', but its result is 'tensor<?xi32>'}}
  %y = "costate.map"(%n, %c) <{operandSegmentSizes = array<i32: 1, 1, 0>}> ({
  ^bb0(%i: index, %acc: tensor<?xf64>):
    costate.yield
  }) : (index, tensor<?xf64>) -> tensor<?xi32>
}

// -----

// C5: no other side effects
costate.program attributes {roots = ["Bus", "Arc"]} {
  %c = costate.literal {values = dense<[0.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  %n = arith.constant 1 : index
  costate.map (%i < %n) {
    // expected-error @below {{'costate.check_domain' op has side effects in the body of `costate.map`}}
    %checked = costate.check_domain "c" %c {roots = []} : (tensor<?xf64>) -> tensor<?xf64>
    costate.yield
  }
}

// -----

// C5: accumulators are not read
costate.program attributes {roots = ["Bus", "Arc"]} {
  %c = costate.literal {values = dense<[0.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  %n = arith.constant 1 : index
  %y = costate.map (%i < %n) into (%acc = %c : tensor<?xf64>) {
    // expected-error @below {{'costate.at' op uses an `into` argument, into which one accumulates}}
    %v = costate.at %acc[%i] : tensor<?xf64> -> f64
    costate.yield
  }
}

// -----

// C5: nor do operations inside take them
func.func @inits(%x: tensor<?xf64>, %n: index) -> tensor<?xf64> {
  %y = costate.map (%i < %n) into (%acc = %x : tensor<?xf64>) {
    // expected-error @below {{'costate.map' op uses an `into` argument, into which one accumulates}}
    %z = costate.map (%k < %n) into (%own = %acc : tensor<?xf64>) {
      costate.yield
    }
    costate.yield
  }
  return %y : tensor<?xf64>
}
