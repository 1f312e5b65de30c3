// RUN: costate-opt %s | costate-opt | FileCheck %s

// Positions of a column that are checked where they are used.
// CHECK: costate.within %{{.*}} < %{{.*}} else 7
func.func @inside(%x: tensor<?xf64>, %rows: tensor<?xi64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[1.5, 2.5, 3.5]> : tensor<3xf64>, dense<[2, 0, 2, 1]> : tensor<4xi64>],
    costate.expect = [dense<[3.5, 1.5, 3.5, 2.5]> : tensor<4xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %m = costate.size %rows, 0 : tensor<?xi64>
  %y = costate.map (%i < %m) -> (tensor<?xf64>) {
    %row = costate.at %rows[%i] : tensor<?xi64> -> i64
    %place = arith.index_cast %row : i64 to index
    %good = costate.within %place < %n else 7
    %v = costate.at %x[%good] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  return %y : tensor<?xf64>
}

func.func @below(%k: tensor<?xi64>) -> (tensor<?xi64>) attributes {costate.function,
    costate.args = [dense<[-1]> : tensor<1xi64>], costate.failure = "position -1 of 1, sentence 3"} {
  %n = costate.size %k, 0 : tensor<?xi64>
  %y = costate.map (%i < %n) -> (tensor<?xi64>) {
    %row = costate.at %k[%i] : tensor<?xi64> -> i64
    %place = arith.index_cast %row : i64 to index
    %good = costate.within %place < %n else 3
    %v = arith.index_cast %good : index to i64
    costate.yield %v : i64
  }
  return %y : tensor<?xi64>
}

func.func @above(%k: tensor<?xi64>) -> (tensor<?xi64>) attributes {costate.function,
    costate.args = [dense<[0, 2]> : tensor<2xi64>], costate.failure = "position 2 of 2, sentence 0"} {
  %n = costate.size %k, 0 : tensor<?xi64>
  %y = costate.map (%i < %n) -> (tensor<?xi64>) {
    %row = costate.at %k[%i] : tensor<?xi64> -> i64
    %place = arith.index_cast %row : i64 to index
    %good = costate.within %place < %n else 0
    %v = arith.index_cast %good : index to i64
    costate.yield %v : i64
  }
  return %y : tensor<?xi64>
}
