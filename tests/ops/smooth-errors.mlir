// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: a function
costate.program attributes {roots = []} {
  %rows = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %rows {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    // expected-error @below {{'costate.smooth' op names `g`, which is no function of its inputs}}
    costate.smooth by @f, @g product @f(%x) {places = [], variables = array<i32: 0>} : (tensor<?xf64>) -> ()
  }
}
func.func @f(%x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} { return %x : tensor<?xf64> }

// -----

// C2: positions of inputs
costate.program attributes {roots = []} {
  %rows = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %rows {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    // expected-error @below {{'costate.smooth' op has variable 1 of 1 inputs}}
    costate.smooth by @f, @f product @f(%x) {places = [], variables = array<i32: 1>} : (tensor<?xf64>) -> ()
  }
}
func.func @f(%x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} { return %x : tensor<?xf64> }

// -----

// C3: a constraint without a body
costate.program attributes {roots = []} {
  %rows = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %rows {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    // expected-error @below {{'costate.smooth' op has target 0, which is no constraint without a body}}
    costate.smooth by @f, @f product @f forward @f(%x) {places = [], target = 0 : i32, variables = array<i32: 0>} : (tensor<?xf64>) -> ()
  }
}
func.func @f(%x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} { return %x : tensor<?xf64> }

// -----

// C4: forward
costate.program attributes {roots = []} {
  %rows = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %rows {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    // expected-error @below {{'costate.smooth' op has a forward function, for an objective}}
    costate.smooth by @f, @f product @f forward @f(%x) {places = [], variables = array<i32: 0>} : (tensor<?xf64>) -> ()
  }
}
func.func @f(%x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} { return %x : tensor<?xf64> }

// -----

// C4: a product
costate.program attributes {roots = []} {
  %rows = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %rows {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    // expected-error @below {{'costate.smooth' op has no product}}
    costate.smooth by @f, @f(%x) {places = [], variables = array<i32: 0>} : (tensor<?xf64>) -> ()
  }
}
func.func @f(%x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} { return %x : tensor<?xf64> }

// -----

// C3: residuals without a body
costate.program attributes {roots = []} {
  %rows = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %rows {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    // expected-error @below {{'costate.smooth' op has target 0, which is no residual without a body}}
    costate.smooth by @f, @f forward @f(%x) {places = [], residuals, target = 0 : i32, variables = array<i32: 0>} : (tensor<?xf64>) -> ()
  }
}
func.func @f(%x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} { return %x : tensor<?xf64> }

// -----

// C5: columns of sites
costate.program attributes {roots = []} {
  %rows = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %rows {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    // expected-error @below {{'costate.smooth' op has 0 columns of reads for sites of 2}}
    costate.smooth by @f, @f product @f(%x) {places = [], sites = array<i32: 0, 0, 2>, variables = array<i32: 0>} : (tensor<?xf64>) -> ()
  }
}
func.func @f(%x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} { return %x : tensor<?xf64> }

// -----

// C5: a variable that is read
costate.program attributes {roots = []} {
  %rows = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "p" {
    %x = costate.variable "x" like %rows {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    // expected-error @below {{'costate.smooth' op has a site of group 1, variable 1 and 0 columns}}
    costate.smooth by @f, @f product @f(%x) {places = [], sites = array<i32: 1, 1, 0>, variables = array<i32: 0>} : (tensor<?xf64>) -> ()
  }
}
func.func @f(%x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} { return %x : tensor<?xf64> }
