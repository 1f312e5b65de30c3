// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: an index per size
func.func @arguments(%n: index, %v: f64) -> f64 {
  // expected-error @below {{'costate.reduce' op has 1 dimensions, but its body takes 2 arguments}}
  %s = "costate.reduce"(%n) <{kind = "add"}> ({
  ^bb0(%i: index, %j: index):
    costate.yield %v : f64
  }) : (index) -> f64
  return %s : f64
}

// -----

// C2: the kind
func.func @kind(%n: index, %v: f64) -> f64 {
  // expected-error @below {{'costate.reduce' op has kind `sub`, expected add, mul, min, max, argmin or argmax}}
  %s = costate.reduce "sub" (%i < %n) -> (f64) {
    costate.yield %v : f64
  }
  return %s : f64
}

// -----

// C3: a value per result, of its type
func.func @values(%n: index, %v: f64) -> i64 {
  // expected-error @below {{'costate.reduce' op yields values of other types than its results}}
  %s = costate.reduce "add" (%i < %n) -> (i64) {
    costate.yield %v : f64
  }
  return %s : i64
}

// -----

// C3: positions of reals
func.func @position(%n: index, %v: f64) -> f64 {
  // expected-error @below {{'costate.reduce' op yields one f64 for one i64}}
  %s = costate.reduce "argmax" (%i < %n) -> (f64) {
    costate.yield %v : f64
  }
  return %s : f64
}

// -----

// C4: truth values
func.func @truths(%n: index, %v: i1) -> i1 {
  // expected-error @below {{'costate.reduce' op has kind `add`, expected min or max for truth values}}
  %s = costate.reduce "add" (%i < %n) -> (i1) {
    costate.yield %v : i1
  }
  return %s : i1
}
