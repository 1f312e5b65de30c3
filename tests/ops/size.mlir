// RUN: costate-opt %s -canonicalize | FileCheck %s

// Sizes of arguments; those of what operations make are what these were given.
// CHECK-LABEL: @sizes
// CHECK: %[[N:.*]] = costate.size %arg0, 0 : tensor<?xf64>
// CHECK: %[[M:.*]] = costate.size %arg1, 0 : tensor<?xf64>
// CHECK-NOT: costate.size
// CHECK: return
func.func @sizes(%x: tensor<?xf64>, %y: tensor<?xf64>) -> (tensor<?xi64>) attributes {costate.function,
    costate.args = [dense<[1.0, 2.0, 3.0]> : tensor<3xf64>, dense<[1.0, 2.0]> : tensor<2xf64>],
    costate.expect = [dense<[3, 2, 2, 3]> : tensor<4xi64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %m = costate.size %y, 0 : tensor<?xf64>
  %A = costate.map (%i < %n, %j < %m) -> (tensor<?x?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  %c = arith.constant 1.0 : f64
  %B, %C = costate.scan (%t < %m) carry (%s = %A : tensor<?x?xf64>) -> (tensor<?x?x?xf64>) inner (%n, %m) {
    costate.yield %s, %s : tensor<?x?xf64>, tensor<?x?xf64>
  }
  %n0 = costate.size %A, 0 : tensor<?x?xf64>
  %n1 = costate.size %B, 1 : tensor<?x?xf64>
  %n2 = costate.size %C, 0 : tensor<?x?x?xf64>
  %n3 = costate.size %C, 1 : tensor<?x?x?xf64>
  %four = arith.constant 4 : index
  %all = costate.map (%k < %four) -> (tensor<?xi64>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %is0 = arith.cmpi eq, %k, %c0 : index
    %is1 = arith.cmpi eq, %k, %c1 : index
    %is2 = arith.cmpi eq, %k, %c2 : index
    %a = arith.select %is2, %n2, %n3 : index
    %b = arith.select %is1, %n1, %a : index
    %d = arith.select %is0, %n0, %b : index
    %e = arith.index_cast %d : index to i64
    costate.yield %e : i64
  }
  return %all : tensor<?xi64>
}

// Also of what stands around: a carried value, an accumulated tensor.
func.func @sizes_inside(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[1.0, 2.0, 3.0]> : tensor<3xf64>], costate.expect = [dense<[4.0, 5.0, 6.0]> : tensor<3xf64>]} {
  %one = arith.constant 1 : index
  %y = costate.map (%i < %one) into (%acc = %x : tensor<?xf64>) {
    %n = costate.size %acc, 0 : tensor<?xf64>
    %z = costate.map (%k < %n) -> (tensor<?xf64>) {
      %whole = arith.index_cast %n : index to i64
      %v = arith.sitofp %whole : i64 to f64
      costate.accumulate %v into %acc[%k] "add" : f64, tensor<?xf64>
      costate.yield %v : f64
    }
    costate.yield
  }
  return %y : tensor<?xf64>
}
