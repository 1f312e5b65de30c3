// RUN: costate-opt %s | costate-opt | FileCheck %s

// Integers, which wrap around, and truth values.
// CHECK: arith.floordivsi
costate.program attributes {roots = []} {
  %a = costate.literal {values = dense<[7, -7, 0, 9223372036854775807, 5, -3, 12]> : tensor<7xi64>} : () -> tensor<?xi64>
  %b = costate.literal {values = dense<[2, 2, -3, 1, -5, -3, 5]> : tensor<7xi64>} : () -> tensor<?xi64>
  %n = costate.length %a : (tensor<?xi64>) -> index
  %r:7 = costate.map (%i < %n) -> (tensor<?xi64>, tensor<?xi64>, tensor<?xi64>, tensor<?xi64>, tensor<?xi64>, tensor<?xi64>, tensor<?xi64>) {
    %x = costate.at %a[%i] : tensor<?xi64> -> i64
    %y = costate.at %b[%i] : tensor<?xi64> -> i64
    %0 = arith.addi %x, %y : i64
    %1 = arith.subi %x, %y : i64
    %2 = arith.muli %x, %y : i64
    %3 = arith.floordivsi %x, %y : i64
    %4 = arith.minsi %x, %y : i64
    %5 = arith.maxsi %x, %y : i64
    %6 = math.absi %x : i64
    costate.yield %0, %1, %2, %3, %4, %5, %6 : i64, i64, i64, i64, i64, i64, i64
  } {costate.expect = [
    dense<[9, -5, -3, -9223372036854775808, 0, -6, 17]> : tensor<7xi64>,
    dense<[5, -9, 3, 9223372036854775806, 10, 0, 7]> : tensor<7xi64>,
    dense<[14, -14, 0, 9223372036854775807, -25, 9, 60]> : tensor<7xi64>,
    dense<[3, -4, 0, 9223372036854775807, -1, 1, 2]> : tensor<7xi64>,
    dense<[2, -7, -3, 1, -5, -3, 5]> : tensor<7xi64>,
    dense<[7, 2, 0, 9223372036854775807, 5, -3, 12]> : tensor<7xi64>,
    dense<[7, 7, 0, 9223372036854775807, 5, 3, 12]> : tensor<7xi64>
  ]}

  %u:9 = costate.map (%i < %n) -> (tensor<?xi1>, tensor<?xi1>, tensor<?xi1>, tensor<?xi1>, tensor<?xi1>, tensor<?xi1>, tensor<?xi1>, tensor<?xi1>, tensor<?xi1>) {
    %x = costate.at %a[%i] : tensor<?xi64> -> i64
    %y = costate.at %b[%i] : tensor<?xi64> -> i64
    %0 = arith.cmpi slt, %x, %y : i64
    %1 = arith.cmpi sle, %x, %y : i64
    %2 = arith.cmpi sgt, %x, %y : i64
    %3 = arith.cmpi sge, %x, %y : i64
    %4 = arith.cmpi eq, %x, %y : i64
    %5 = arith.cmpi ne, %x, %y : i64
    %6 = arith.andi %1, %3 : i1
    %7 = arith.ori %0, %4 : i1
    %8 = arith.xori %0, %5 : i1
    costate.yield %0, %1, %2, %3, %4, %5, %6, %7, %8 : i1, i1, i1, i1, i1, i1, i1, i1, i1
  } {costate.expect = [
    dense<[false, true, false, false, false, false, false]> : tensor<7xi1>,
    dense<[false, true, false, false, false, true, false]> : tensor<7xi1>,
    dense<[true, false, true, true, true, false, true]> : tensor<7xi1>,
    dense<[true, false, true, true, true, true, true]> : tensor<7xi1>,
    dense<[false, false, false, false, false, true, false]> : tensor<7xi1>,
    dense<[true, true, true, true, true, false, true]> : tensor<7xi1>,
    dense<[false, false, false, false, false, true, false]> : tensor<7xi1>,
    dense<[false, true, false, false, false, true, false]> : tensor<7xi1>,
    dense<[true, false, true, true, true, false, true]> : tensor<7xi1>
  ]}

  // Widths: 2^31 + 1 as 32 bits is -2^31 + 1; as a real it is exact.
  %c = costate.literal {values = dense<[2147483649, -1, 0, 5]> : tensor<4xi64>} : () -> tensor<?xi64>
  %m = costate.length %c : (tensor<?xi64>) -> index
  %w:4 = costate.map (%i < %m) -> (tensor<?xf64>, tensor<?xi32>, tensor<?xi64>, tensor<?xi64>) {
    %x = costate.at %c[%i] : tensor<?xi64> -> i64
    %zero = arith.constant 0 : i64
    %0 = arith.sitofp %x : i64 to f64
    %1 = arith.trunci %x : i64 to i32
    %2 = arith.extsi %1 : i32 to i64
    %isLess = arith.cmpi slt, %x, %zero : i64
    %3 = arith.extui %isLess : i1 to i64
    costate.yield %0, %1, %2, %3 : f64, i32, i64, i64
  } {costate.expect = [
    dense<[2147483649.0, -1.0, 0.0, 5.0]> : tensor<4xf64>,
    dense<[-2147483647, -1, 0, 5]> : tensor<4xi32>,
    dense<[-2147483647, -1, 0, 5]> : tensor<4xi64>,
    dense<[0, 1, 0, 0]> : tensor<4xi64>
  ]}
}
