// RUN: costate-opt %s | costate-opt | FileCheck %s

// A problem is solved with a method and its options.
// CHECK: costate.solve @p "ipm" {goes_on, options = {tol = 1.000000e-08 : f64}}
costate.program attributes {roots = ["Bus", "Arc"]} {
  costate.problem "p" {}
  costate.solve @p "ipm" {goes_on, options = {tol = 1.0e-8 : f64}}

  // A method of the model goes on from there: a step of the given length towards zero.
  // CHECK: costate.solve @p "shrink" by @shrink %{{.*}} : tensor<?xf64> {continues, options = {}, reports = {{\[\[}}"first"]]}
  %rate = costate.literal {values = dense<[0.5]> : tensor<1xf64>} : () -> tensor<?xf64>
  costate.solve @p "shrink" by @shrink %rate : tensor<?xf64> {continues, options = {}, reports = [["first"]]}

  // A solver watches a number: the first entry of the point, times the rate.
  // CHECK: costate.solve @p "adam" by @watched %{{.*}} : tensor<?xf64> {monitors, options = {monitor = "first"}}
  costate.solve @p "adam" by @watched %rate : tensor<?xf64> {monitors, options = {monitor = "first"}}
}

func.func @watched(%x: tensor<?xf64>, %rate: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} {
  %one = arith.constant 1 : index
  %v = costate.map (%i < %one) -> (tensor<?xf64>) {
    %a = costate.at %x[%i] : tensor<?xf64> -> f64
    %r = costate.at %rate[%i] : tensor<?xf64> -> f64
    %w = arith.mulf %r, %a : f64
    costate.yield %w : f64
  }
  return %v : tensor<?xf64>
}

func.func @shrink(%start: tensor<?xf64>, %lower: tensor<?xf64>, %upper: tensor<?xf64>, %row_lower: tensor<?xf64>,
    %row_upper: tensor<?xf64>, %capacity: tensor<?xi64>, %rate: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xi64>, tensor<?xi64>, tensor<?xf64>) attributes {costate.function} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %count = arith.constant 1 : i64
  %n = costate.size %start, 0 : tensor<?xf64>
  %r = costate.at %rate[%zero] : tensor<?xf64> -> f64
  %x = costate.map (%i < %n) -> (tensor<?xf64>) {
    %v = costate.at %start[%i] : tensor<?xf64> -> f64
    %w = arith.mulf %r, %v : f64
    costate.yield %w : f64
  }
  %steps = costate.map (%i < %one) -> (tensor<?xi64>) { costate.yield %count : i64 }
  %counts = costate.map (%i < %two) -> (tensor<?xi64>) { costate.yield %count : i64 }
  %first = costate.map (%i < %one) -> (tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  return %x, %steps, %counts, %first : tensor<?xf64>, tensor<?xi64>, tensor<?xi64>, tensor<?xf64>
}
