// RUN: costate-opt %s --costate-lower-maps-to-loops --split-input-file --verify-diagnostics

// expected-error @below {{a kernel holds 0 maps, expected 1}}
func.func @none(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  return %x : tensor<?xf64>
}

// -----

// expected-error @below {{the first size of a kernel's map is its first argument}}
func.func @fixed(%n: index) -> tensor<?xf64> attributes {costate.kernel} {
  %three = arith.constant 3 : index
  %one = arith.constant 1.0 : f64
  %y = costate.map (%i < %three) -> (tensor<?xf64>) {
    costate.yield %one : f64
  }
  return %y : tensor<?xf64>
}
