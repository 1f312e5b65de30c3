// RUN: costate-opt --costate-lift-from-branches --canonicalize --cse %s | FileCheck %s

// A sum that the branch of every entry would take, and that no entry may want, is taken once, if one does.
// CHECK-LABEL: @shares
// CHECK: %[[ANY:.*]] = costate.reduce "max" (%[[I:.*]] < %[[N:.*]]) -> (i1) {
// CHECK: costate.at %{{.*}}[%[[I]]]
// CHECK: arith.cmpf
// CHECK: %[[TOTAL:.*]] = scf.if %[[ANY]] -> (f64) {
// CHECK: costate.reduce "add"
// CHECK: } else {
// CHECK: costate.map (%[[I:.*]] < %[[N]]) -> (tensor<?xf64>) {
// CHECK: scf.if
// CHECK-NOT: costate.reduce
// CHECK: arith.divf %{{.*}}, %[[TOTAL]]
func.func @shares(%x: tensor<?xf64>) -> tensor<?xf64> attributes {
    costate.function, costate.args = [dense<[1.0, -2.0, 3.0, 6.0]> : tensor<4xf64>],
    costate.expect = [dense<[0.125, 0.0, 0.375, 0.75]> : tensor<4xf64>]} {
  %zero = arith.constant 0.0 : f64
  %n = costate.size %x, 0 : tensor<?xf64>
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %e = costate.at %x[%i] : tensor<?xf64> -> f64
    %is = arith.cmpf ogt, %e, %zero : f64
    %s = scf.if %is -> (f64) {
      %t = costate.reduce "add" (%j < %n) -> (f64) {
        %f = costate.at %x[%j] : tensor<?xf64> -> f64
        costate.yield %f : f64
      }
      %q = arith.divf %e, %t : f64
      scf.yield %q : f64
    } else {
      scf.yield %zero : f64
    }
    costate.yield %s : f64
  }
  return %y : tensor<?xf64>
}

// An array in the branch of a branch, in the inner one of two loops: it comes before both. Nothing fails that did not
// before: the position is out of range for rows that are not wanted.
// CHECK-LABEL: @nested
// CHECK: %[[ANY:.*]] = costate.reduce "max" (%{{.*}} < %{{.*}}) -> (i1) {
// CHECK: costate.reduce "max" (%{{.*}} < %{{.*}}) -> (i1) {
// CHECK: scf.if %{{.*}} -> (i1) {
// CHECK: costate.within
// CHECK: %[[W:.*]] = scf.if %[[ANY]] -> (tensor<?xi64>) {
// CHECK: costate.argsort
// CHECK: } else {
// CHECK: costate.map (%{{.*}} < %{{.*}}) -> (tensor<?xi64>) {
// CHECK: costate.map (%{{.*}} < %{{.*}}) -> (tensor<?xf64>) {
// CHECK-NOT: costate.argsort
// CHECK: costate.at %[[W]]
func.func @nested(%x: tensor<?xf64>) -> tensor<?xf64> attributes {
    costate.function, costate.args = [dense<[3.0, -1.0, 2.0]> : tensor<3xf64>],
    costate.expect = [dense<[2.0, 0.0, 0.0, 0.0]> : tensor<4xf64>]} {
  %zero = arith.constant 0.0 : f64
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %three = arith.constant 3 : index
  %four = arith.constant 4 : index
  %n = costate.size %x, 0 : tensor<?xf64>
  %y = costate.map (%i < %four) -> (tensor<?xf64>) {
    %s = costate.reduce "add" (%j < %two) -> (f64) {
      %k = arith.addi %i, %j : index
      %isIn = arith.cmpi slt, %k, %three : index
      %t = scf.if %isIn -> (f64) {
        %at = costate.within %k < %n else 0
        %e = costate.at %x[%at] : tensor<?xf64> -> f64
        %isLess = arith.cmpf olt, %e, %zero : f64
        %isFirst = arith.cmpi eq, %j, %one : index
        %is = arith.andi %isLess, %isFirst : i1
        %u = scf.if %is -> (f64) {
          %p = costate.argsort %x else 0 : tensor<?xf64> -> tensor<?xi64>
          %at64 = costate.at %p[%k] : tensor<?xi64> -> i64
          %from = arith.index_cast %at64 : i64 to index
          %v = costate.at %x[%from] : tensor<?xf64> -> f64
          scf.yield %v : f64
        } else {
          scf.yield %zero : f64
        }
        scf.yield %u : f64
      } else {
        scf.yield %zero : f64
      }
      costate.yield %t : f64
    }
    costate.yield %s : f64
  }
  return %y : tensor<?xf64>
}

// What depends on an index of the outer loop stays in it, out of the inner one; what a loop over carried values decides
// stays where it is.
// CHECK-LABEL: @rows
// CHECK: costate.map (%[[I:.*]] < %{{.*}}) -> (tensor<?xf64>) {
// CHECK: %[[ANY:.*]] = costate.reduce "max"
// CHECK: %[[T:.*]] = scf.if %[[ANY]] -> (f64) {
// CHECK: costate.reduce "add"
// CHECK: costate.reduce "add"
// CHECK: arith.select %{{.*}}, %[[T]]
// CHECK: costate.scan
// CHECK: scf.if
// CHECK: costate.reduce "add"
func.func @rows(%x: tensor<?xf64>) -> tensor<?xf64> attributes {
    costate.function, costate.args = [dense<[1.0, -2.0, 3.0]> : tensor<3xf64>],
    costate.expect = [dense<[0.0, 2.0, 4.0]> : tensor<3xf64>]} {
  %zero = arith.constant 0.0 : f64
  %n = costate.size %x, 0 : tensor<?xf64>
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %i64 = arith.index_cast %i : index to i64
    %w = arith.sitofp %i64 : i64 to f64
    %s = costate.reduce "add" (%j < %n) -> (f64) {
      %e = costate.at %x[%j] : tensor<?xf64> -> f64
      %is = arith.cmpf olt, %e, %zero : f64
      %t = scf.if %is -> (f64) {
        %r = costate.reduce "add" (%k < %n) -> (f64) {
          %f = costate.at %x[%k] : tensor<?xf64> -> f64
          %fw = arith.mulf %f, %w : f64
          costate.yield %fw : f64
        }
        scf.yield %r : f64
      } else {
        scf.yield %zero : f64
      }
      costate.yield %t : f64
    }
    costate.yield %s : f64
  }
  %z = costate.scan (%t < %n) carry (%c = %zero : f64) {
    %is = arith.cmpf ogt, %c, %zero : f64
    %d = scf.if %is -> (f64) {
      %r = costate.reduce "add" (%k < %n) -> (f64) {
        %f = costate.at %x[%k] : tensor<?xf64> -> f64
        costate.yield %f : f64
      }
      scf.yield %r : f64
    } else {
      scf.yield %c : f64
    }
    costate.yield %d : f64
  }
  %r = costate.map (%i < %n) -> (tensor<?xf64>) {
    %e = costate.at %y[%i] : tensor<?xf64> -> f64
    %f = arith.addf %e, %z : f64
    costate.yield %f : f64
  }
  return %r : tensor<?xf64>
}

// A map is no reason: its entries are computed where they are read.
// CHECK-LABEL: @entries
// CHECK-NOT: costate.reduce
// CHECK: costate.map (%{{.*}} < %{{.*}}) -> (tensor<?xf64>) {
// CHECK: scf.if
// CHECK: costate.map
func.func @entries(%x: tensor<?xf64>) -> tensor<?xf64> attributes {
    costate.function, costate.args = [dense<[1.0, -2.0, 3.0]> : tensor<3xf64>],
    costate.expect = [dense<[2.0, 0.0, 6.0]> : tensor<3xf64>]} {
  %zero = arith.constant 0.0 : f64
  %n = costate.size %x, 0 : tensor<?xf64>
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %e = costate.at %x[%i] : tensor<?xf64> -> f64
    %is = arith.cmpf ogt, %e, %zero : f64
    %s = scf.if %is -> (f64) {
      %d = costate.map (%j < %n) -> (tensor<?xf64>) {
        %f = costate.at %x[%j] : tensor<?xf64> -> f64
        %g = arith.addf %f, %f : f64
        costate.yield %g : f64
      }
      %h = costate.at %d[%i] : tensor<?xf64> -> f64
      scf.yield %h : f64
    } else {
      scf.yield %zero : f64
    }
    costate.yield %s : f64
  }
  return %y : tensor<?xf64>
}
