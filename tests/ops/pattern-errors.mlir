// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: a row number per target
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    // expected-error @below {{'costate.pattern' op has 0 row numbers for 1 targets}}
    costate.pattern into [0] over %n inputs(%x) {rowOf = array<i32>, loadVariables = array<i32: 0>, loadKinds = array<i32: 0>, loadPositions = array<i32: -1>, jacobian = array<i32: 0, 0>, numConstant = 1 : i32, hessian = array<i32>, value = @v, constants = @j} : (tensor<?xi32>, tensor<?xf64>) -> ()
  }
}
func.func @v(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %c = costate.map (%s < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%s] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  return %c : tensor<?xf64>
}
func.func @j(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %j = costate.map (%s < %n) -> (tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    costate.yield %one : f64
  }
  return %j : tensor<?xf64>
}

// -----

// C1: row numbers name columns
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    // expected-error @below {{'costate.pattern' op has row number 0 of 0 columns}}
    costate.pattern into [0] over %n inputs(%x) {rowOf = array<i32: 0>, loadVariables = array<i32: 0>, loadKinds = array<i32: 0>, loadPositions = array<i32: -1>, jacobian = array<i32: 0, 0>, numConstant = 1 : i32, hessian = array<i32>, value = @v, constants = @j} : (tensor<?xi32>, tensor<?xf64>) -> ()
  }
}
func.func @v(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %c = costate.map (%s < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%s] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  return %c : tensor<?xf64>
}
func.func @j(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %j = costate.map (%s < %n) -> (tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    costate.yield %one : f64
  }
  return %j : tensor<?xf64>
}

// -----

// C1: a kind and a position per load
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    // expected-error @below {{'costate.pattern' op has 1 kinds and 1 positions for 2 loads}}
    costate.pattern into [0] over %n inputs(%x) {rowOf = array<i32: -1>, loadVariables = array<i32: 0, 0>, loadKinds = array<i32: 0>, loadPositions = array<i32: -1>, jacobian = array<i32: 0, 0>, numConstant = 1 : i32, hessian = array<i32>, value = @v, constants = @j} : (tensor<?xi32>, tensor<?xf64>) -> ()
  }
}
func.func @v(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %c = costate.map (%s < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%s] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  return %c : tensor<?xf64>
}
func.func @j(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %j = costate.map (%s < %n) -> (tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    costate.yield %one : f64
  }
  return %j : tensor<?xf64>
}

// -----

// C1: kinds are known
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    // expected-error @below {{'costate.pattern' op has a load of kind 5, expected 0 to 4}}
    costate.pattern into [0] over %n inputs(%x) {rowOf = array<i32: -1>, loadVariables = array<i32: 0>, loadKinds = array<i32: 5>, loadPositions = array<i32: -1>, jacobian = array<i32: 0, 0>, numConstant = 1 : i32, hessian = array<i32>, value = @v, constants = @j} : (tensor<?xi32>, tensor<?xf64>) -> ()
  }
}
func.func @v(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %c = costate.map (%s < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%s] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  return %c : tensor<?xf64>
}
func.func @j(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %j = costate.map (%s < %n) -> (tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    costate.yield %one : f64
  }
  return %j : tensor<?xf64>
}

// -----

// C1: positions name columns
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    // expected-error @below {{'costate.pattern' op has position 1 of 0 columns}}
    costate.pattern into [0] over %n inputs(%x) {rowOf = array<i32: -1>, loadVariables = array<i32: 0>, loadKinds = array<i32: 1>, loadPositions = array<i32: 1>, jacobian = array<i32: 0, 0>, numConstant = 1 : i32, hessian = array<i32>, value = @v, constants = @j} : (tensor<?xi32>, tensor<?xf64>) -> ()
  }
}
func.func @v(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %c = costate.map (%s < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%s] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  return %c : tensor<?xf64>
}
func.func @j(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %j = costate.map (%s < %n) -> (tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    costate.yield %one : f64
  }
  return %j : tensor<?xf64>
}

// -----

// C2: derivatives come in pairs
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    // expected-error @below {{'costate.pattern' op has 2 and 1 numbers of derivatives, expected pairs}}
    costate.pattern into [0] over %n inputs(%x) {rowOf = array<i32: -1>, loadVariables = array<i32: 0>, loadKinds = array<i32: 0>, loadPositions = array<i32: -1>, jacobian = array<i32: 0, 0>, numConstant = 1 : i32, hessian = array<i32: 0>, value = @v, constants = @j} : (tensor<?xi32>, tensor<?xf64>) -> ()
  }
}
func.func @v(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %c = costate.map (%s < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%s] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  return %c : tensor<?xf64>
}
func.func @j(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %j = costate.map (%s < %n) -> (tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    costate.yield %one : f64
  }
  return %j : tensor<?xf64>
}

// -----

// C2: Jacobian entries name terms and loads
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    // expected-error @below {{'costate.pattern' op has a Jacobian entry of term 0 of 1 by load 1 of 1}}
    costate.pattern into [0] over %n inputs(%x) {rowOf = array<i32: -1>, loadVariables = array<i32: 0>, loadKinds = array<i32: 0>, loadPositions = array<i32: -1>, jacobian = array<i32: 0, 1>, numConstant = 1 : i32, hessian = array<i32>, value = @v, constants = @j} : (tensor<?xi32>, tensor<?xf64>) -> ()
  }
}
func.func @v(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %c = costate.map (%s < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%s] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  return %c : tensor<?xf64>
}
func.func @j(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %j = costate.map (%s < %n) -> (tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    costate.yield %one : f64
  }
  return %j : tensor<?xf64>
}

// -----

// C2: Hessian entries name loads
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    // expected-error @below {{'costate.pattern' op has a Hessian entry by load 1 of 1}}
    costate.pattern into [0] over %n inputs(%x) {rowOf = array<i32: -1>, loadVariables = array<i32: 0>, loadKinds = array<i32: 0>, loadPositions = array<i32: -1>, jacobian = array<i32: 0, 0>, numConstant = 1 : i32, hessian = array<i32: 0, 1>, value = @v, constants = @j} : (tensor<?xi32>, tensor<?xf64>) -> ()
  }
}
func.func @v(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %c = costate.map (%s < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%s] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  return %c : tensor<?xf64>
}
func.func @j(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %j = costate.map (%s < %n) -> (tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    costate.yield %one : f64
  }
  return %j : tensor<?xf64>
}

// -----

// C2: constant entries are among the entries
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    // expected-error @below {{'costate.pattern' op has 2 constant Jacobian entries of 1}}
    costate.pattern into [0] over %n inputs(%x) {rowOf = array<i32: -1>, loadVariables = array<i32: 0>, loadKinds = array<i32: 0>, loadPositions = array<i32: -1>, jacobian = array<i32: 0, 0>, numConstant = 2 : i32, hessian = array<i32>, value = @v, constants = @j} : (tensor<?xi32>, tensor<?xf64>) -> ()
  }
}
func.func @v(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %c = costate.map (%s < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%s] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  return %c : tensor<?xf64>
}
func.func @j(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %j = costate.map (%s < %n) -> (tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    costate.yield %one : f64
  }
  return %j : tensor<?xf64>
}

// -----

// C2: more constant Hessian entries than entries
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    // expected-error @below {{'costate.pattern' op has 2 constant Hessian entries of 1}}
    costate.pattern into [0] over %n inputs(%x) {rowOf = array<i32: -1>, loadVariables = array<i32: 0>, loadKinds = array<i32: 0>, loadPositions = array<i32: -1>, jacobian = array<i32: 0, 0>, numConstant = 1 : i32, hessian = array<i32: 0, 0>, numConstantHessian = 2 : i32, value = @v, constants = @j} : (tensor<?xi32>, tensor<?xf64>) -> ()
  }
}
func.func @v(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %c = costate.map (%s < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%s] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  return %c : tensor<?xf64>
}
func.func @j(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %j = costate.map (%s < %n) -> (tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    costate.yield %one : f64
  }
  return %j : tensor<?xf64>
}

// -----

// C3: a second kernel for Hessian entries
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    // expected-error @below {{'costate.pattern' op has no kernel `second` for 1 entries}}
    costate.pattern into [0] over %n inputs(%x) {rowOf = array<i32: -1>, loadVariables = array<i32: 0>, loadKinds = array<i32: 0>, loadPositions = array<i32: -1>, jacobian = array<i32: 0, 0>, numConstant = 1 : i32, hessian = array<i32: 0, 0>, value = @v, constants = @j} : (tensor<?xi32>, tensor<?xf64>) -> ()
  }
}
func.func @v(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %c = costate.map (%s < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%s] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  return %c : tensor<?xf64>
}
func.func @j(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %j = costate.map (%s < %n) -> (tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    costate.yield %one : f64
  }
  return %j : tensor<?xf64>
}

// -----

// C3: and only then
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    // expected-error @below {{'costate.pattern' op has a kernel `second` for 0 entries}}
    costate.pattern into [0] over %n inputs(%x) {rowOf = array<i32: -1>, loadVariables = array<i32: 0>, loadKinds = array<i32: 0>, loadPositions = array<i32: -1>, jacobian = array<i32: 0, 0>, numConstant = 1 : i32, hessian = array<i32>, value = @v, constants = @j, second = @j} : (tensor<?xi32>, tensor<?xf64>) -> ()
  }
}
func.func @v(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %c = costate.map (%s < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%s] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  return %c : tensor<?xf64>
}
func.func @j(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %j = costate.map (%s < %n) -> (tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    costate.yield %one : f64
  }
  return %j : tensor<?xf64>
}

// -----

// C3: a first kernel for entries that vary
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    // expected-error @below {{'costate.pattern' op has no kernel `first` for 1 entries}}
    costate.pattern into [0] over %n inputs(%x) {rowOf = array<i32: -1>, loadVariables = array<i32: 0>, loadKinds = array<i32: 0>, loadPositions = array<i32: -1>, jacobian = array<i32: 0, 0>, numConstant = 0 : i32, hessian = array<i32>, value = @v} : (tensor<?xi32>, tensor<?xf64>) -> ()
  }
}
func.func @v(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %c = costate.map (%s < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%s] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  return %c : tensor<?xf64>
}
func.func @j(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %j = costate.map (%s < %n) -> (tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    costate.yield %one : f64
  }
  return %j : tensor<?xf64>
}

// -----

// C3: a kernel for constant entries
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    // expected-error @below {{'costate.pattern' op has no kernel `constants` for 1 entries}}
    costate.pattern into [0] over %n inputs(%x) {rowOf = array<i32: -1>, loadVariables = array<i32: 0>, loadKinds = array<i32: 0>, loadPositions = array<i32: -1>, jacobian = array<i32: 0, 0>, numConstant = 1 : i32, hessian = array<i32>, value = @v} : (tensor<?xi32>, tensor<?xf64>) -> ()
  }
}
func.func @v(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %c = costate.map (%s < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%s] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  return %c : tensor<?xf64>
}
func.func @j(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %j = costate.map (%s < %n) -> (tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    costate.yield %one : f64
  }
  return %j : tensor<?xf64>
}

// -----

// C4: the kernels exist
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %n {kind = "real", roots = [], costate.values = dense<[1.0, 2.0, 4.0]> : tensor<3xf64>} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {}
    // expected-error @below {{'costate.pattern' op uses `nothing`, which is no kernel of the module}}
    costate.pattern into [0] over %n inputs(%x) {rowOf = array<i32: -1>, loadVariables = array<i32: 0>, loadKinds = array<i32: 0>, loadPositions = array<i32: -1>, jacobian = array<i32: 0, 0>, numConstant = 1 : i32, hessian = array<i32>, value = @nothing, constants = @j} : (tensor<?xi32>, tensor<?xf64>) -> ()
  }
}
func.func @v(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %c = costate.map (%s < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%s] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  return %c : tensor<?xf64>
}
func.func @j(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %j = costate.map (%s < %n) -> (tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    costate.yield %one : f64
  }
  return %j : tensor<?xf64>
}
