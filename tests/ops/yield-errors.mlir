// RUN: costate-opt %s --split-input-file --verify-diagnostics

// C1: in a body
func.func @outside() {
  // expected-error @below {{'costate.yield' op expects parent op to be one of 'costate.map, costate.reduce, costate.scan, costate.iterate, costate.unwind, costate.jvp, costate.vjp, costate.root, costate.ruled, costate.sum, costate.fold, costate.constraint, costate.objective, costate.let, costate.residual, costate.term, costate.shared'}}
  costate.yield
}
