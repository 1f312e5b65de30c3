// RUN: costate-opt %s --costate-collect-residuals --split-input-file | FileCheck %s

// Squares inside a sum, with weights, and one alone; what data adds is no residual.
// CHECK-LABEL: costate.problem "weighted"
// CHECK: costate.residual "$f.0" over %[[OVER:.*]] : (tensor<?xi32>) -> () {
// CHECK: ^bb0(%[[S:.*]]: index):
// CHECK: %[[W:.*]] = costate.at %{{.*}}[%[[S]]] : tensor<?xf64> -> f64
// CHECK: %[[V:.*]] = costate.at %{{.*}}[%[[S]]] : tensor<?xf64> -> f64
// CHECK: %[[ROOT:.*]] = math.sqrt %[[W]] : f64
// CHECK: %[[R:.*]] = arith.mulf %[[ROOT]], %[[V]] : f64
// CHECK: costate.yield %[[R]] : f64
// CHECK: costate.residual "$f.1" : () -> () {
// CHECK: %[[TWO:.*]] = arith.constant 2 : i32
// CHECK: math.fpowi %{{.*}}, %[[TWO]] : f64, i32
// CHECK-NOT: costate.residual
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1, 2]> : tensor<3xi32>} : () -> tensor<?xi32>
  %zero = costate.literal {values = dense<[0, 0, 0]> : tensor<3xi32>} : () -> tensor<?xi32>
  %w = costate.literal {values = dense<[1.0, 2.0, 3.0]> : tensor<3xf64>} : () -> tensor<?xf64>
  costate.problem "weighted" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {
      %all = costate.sum over %zero : tensor<?xi32> {
      ^bb0(%s: index):
        %ws = costate.at %w[%s] : tensor<?xf64> -> f64
        %v = costate.at %x[%s] : tensor<?xf64> -> f64
        %two = arith.constant 2 : i32
        %square = math.fpowi %v, %two : f64, i32
        %product = arith.mulf %ws, %square : f64
        costate.yield %product : f64
      }
      %one = arith.constant 1 : index
      %y = costate.at %x[%one] : tensor<?xf64> -> f64
      %four = arith.constant 4 : i32
      %fourth = math.fpowi %y, %four : f64, i32
      %sum = arith.addf %all, %fourth : f64
      %constant = arith.constant 7.0 : f64
      %f = arith.subf %sum, %constant : f64
      costate.yield %f : f64
    }
  }
}

// -----

// The body of an inner sum reads what the one around computes.
// CHECK-LABEL: costate.problem "nested"
// CHECK: costate.residual "$f.0" over %[[INNER:.*]] : (tensor<?xi32>) -> () {
// CHECK: ^bb0(%[[T:.*]]: index):
// CHECK: %[[ENTRY:.*]] = costate.at %[[INNER]][%[[T]]] : tensor<?xi32> -> i32
// CHECK: %[[S:.*]] = arith.index_cast %[[ENTRY]] : i32 to index
// CHECK: costate.at %{{.*}}[%[[S]]] : tensor<?xf64> -> f64
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  %zero = costate.literal {values = dense<[0, 0]> : tensor<2xi32>} : () -> tensor<?xi32>
  %of = costate.literal {values = dense<[0, 0, 1]> : tensor<3xi32>} : () -> tensor<?xi32>
  %k = costate.literal {values = dense<[1.0, 2.0, 3.0]> : tensor<3xf64>} : () -> tensor<?xf64>
  costate.problem "nested" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {
      %all = costate.sum over %zero : tensor<?xi32> {
      ^bb0(%s: index):
        %v = costate.at %x[%s] : tensor<?xf64> -> f64
        %inner = costate.sum over %of : tensor<?xi32> {
        ^bb0(%t: index):
          %kt = costate.at %k[%t] : tensor<?xf64> -> f64
          %r = arith.subf %v, %kt : f64
          %square = arith.mulf %r, %r : f64
          costate.yield %square : f64
        }
        costate.yield %inner : f64
      }
      costate.yield %all : f64
    }
  }
}

// -----

// A difference that adds a square; a quotient by a constant below zero; what is maximized.
// CHECK-LABEL: costate.problem "signs"
// CHECK: costate.residual "$f.0"
// CHECK: %[[C:.*]] = arith.constant -2.000000e+00 : f64
// CHECK: %[[MINUS:.*]] = arith.negf %[[C]] : f64
// CHECK: %[[ROOT:.*]] = math.sqrt %[[MINUS]] : f64
// CHECK: arith.divf %{{.*}}, %[[ROOT]] : f64
// CHECK-NOT: costate.residual
// CHECK-LABEL: costate.problem "largest"
// CHECK: costate.residual "$f.0" : () -> () {
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "signs" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {
      %one = arith.constant 1 : index
      %y = costate.at %x[%one] : tensor<?xf64> -> f64
      %square = arith.mulf %y, %y : f64
      %minus = arith.constant -2.0 : f64
      %q = arith.divf %square, %minus : f64
      %three = arith.constant 3.0 : f64
      %f = arith.subf %three, %q : f64
      costate.yield %f : f64
    }
  }
  costate.problem "largest" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "maximize" {
      %one = arith.constant 1 : index
      %y = costate.at %x[%one] : tensor<?xf64> -> f64
      %square = arith.mulf %y, %y : f64
      %f = arith.negf %square : f64
      costate.yield %f : f64
    }
  }
}

// -----

// Negative factors, odd powers, products of variables and maxima are no sums of squares.
// CHECK-LABEL: costate.problem "others"
// CHECK-NOT: costate.residual
costate.program attributes {roots = ["Bus", "Arc"]} {
  %n = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.problem "others" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {
      %one = arith.constant 1 : index
      %y = costate.at %x[%one] : tensor<?xf64> -> f64
      %square = arith.mulf %y, %y : f64
      %minus = arith.constant -1.0 : f64
      %f = arith.mulf %minus, %square : f64
      costate.yield %f : f64
    }
  }
  costate.problem "odd" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "minimize" {
      %one = arith.constant 1 : index
      %y = costate.at %x[%one] : tensor<?xf64> -> f64
      %three = arith.constant 3 : i32
      %f = math.fpowi %y, %three : f64, i32
      costate.yield %f : f64
    }
  }
  costate.problem "most" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.objective "f" "maximize" {
      %one = arith.constant 1 : index
      %y = costate.at %x[%one] : tensor<?xf64> -> f64
      %f = arith.mulf %y, %y : f64
      costate.yield %f : f64
    }
  }
}
