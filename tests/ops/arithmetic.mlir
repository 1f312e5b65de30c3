// RUN: costate-opt %s | costate-opt | FileCheck %s

// Arithmetic of reals, exact: every result is rounded once, or not at all.
// CHECK: arith.addf
costate.program attributes {roots = []} {
  %a = costate.literal {values = dense<[1.0, 0.1, -2.5, 1.0e300, -0.0, 0x7FF8000000000000, 7.0]> : tensor<7xf64>} : () -> tensor<?xf64>
  %b = costate.literal {values = dense<[3.0, 0.2, -2.0, 1.0e-300, 0.0, 1.0, 0x7FF0000000000000]> : tensor<7xf64>} : () -> tensor<?xf64>
  %e = costate.literal {values = dense<[1.0, 0.2, -2.0, 1.0e-300, 0.0, 1.0, 0x7FF8000000000000]> : tensor<7xf64>} : () -> tensor<?xf64>
  %n = costate.length %a : (tensor<?xf64>) -> index
  // The nearest doubles to 0.1 + 0.2, 0.1 - 0.2, 0.1 * 0.2 and 1/3 are those that Python prints.
  %r:9 = costate.map (%i < %n) -> (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) {
    %x = costate.at %a[%i] : tensor<?xf64> -> f64
    %y = costate.at %b[%i] : tensor<?xf64> -> f64
    %0 = arith.addf %x, %y : f64
    %1 = arith.subf %x, %y : f64
    %2 = arith.mulf %x, %y : f64
    %3 = arith.divf %x, %y : f64
    %4 = arith.negf %x : f64
    %5 = arith.remf %x, %y : f64
    %6 = math.copysign %x, %y : f64
    %7 = math.absf %x : f64
    %8 = math.fma %x, %y, %y : f64
    costate.yield %0, %1, %2, %3, %4, %5, %6, %7, %8 : f64, f64, f64, f64, f64, f64, f64, f64, f64
  } {costate.expect = [
    dense<[4.0, 0.30000000000000004, -4.5, 1.0e300, 0.0, 0x7FF8000000000000, 0x7FF0000000000000]> : tensor<7xf64>,
    dense<[-2.0, -0.1, -0.5, 1.0e300, -0.0, 0x7FF8000000000000, 0xFFF0000000000000]> : tensor<7xf64>,
    dense<[3.0, 0.020000000000000004, 5.0, 1.0, -0.0, 0x7FF8000000000000, 0x7FF0000000000000]> : tensor<7xf64>,
    dense<[0.3333333333333333, 0.5, 1.25, 0x7FF0000000000000, 0x7FF8000000000000, 0x7FF8000000000000, 0.0]> : tensor<7xf64>,
    dense<[-1.0, -0.1, 2.5, -1.0e300, 0.0, 0x7FF8000000000000, -7.0]> : tensor<7xf64>,
    dense<[1.0, 0.1, -0.5, 4.891554850853602e-301, 0x7FF8000000000000, 0x7FF8000000000000, 7.0]> : tensor<7xf64>,
    dense<[1.0, 0.1, -2.5, 1.0e300, 0.0, 0x7FF8000000000000, 7.0]> : tensor<7xf64>,
    dense<[1.0, 0.1, 2.5, 1.0e300, 0.0, 0x7FF8000000000000, 7.0]> : tensor<7xf64>,
    dense<[6.0, 0.22, 3.0, 1.0, 0.0, 0x7FF8000000000000, 0x7FF0000000000000]> : tensor<7xf64>
  ]}

  // Where the distribution is (1 + erf(1/sqrt(2)))/2, and the 97.5 % quantile that tables of the normal distribution have.
  %p = costate.literal {values = dense<[0.84134474606854293, 0.975]> : tensor<2xf64>} : () -> tensor<?xf64>
  %pn = costate.length %p : (tensor<?xf64>) -> index
  %q = costate.map (%i < %pn) -> (tensor<?xf64>) {
    %x = costate.at %p[%i] : tensor<?xf64> -> f64
    %0 = costate.normal_quantile %x
    costate.yield %0 : f64
  } {costate.expect = [dense<[1.0, 1.959963984540054]> : tensor<2xf64>], costate.ulps = 4 : i64}

  // Least and greatest values in both orders: not-a-number if either is, and -0 is less than 0.
  %v:4 = costate.map (%i < %n) -> (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) {
    %x = costate.at %a[%i] : tensor<?xf64> -> f64
    %y = costate.at %e[%i] : tensor<?xf64> -> f64
    %0 = arith.minimumf %x, %y : f64
    %1 = arith.maximumf %x, %y : f64
    %2 = arith.minimumf %y, %x : f64
    %3 = arith.maximumf %y, %x : f64
    costate.yield %0, %1, %2, %3 : f64, f64, f64, f64
  } {costate.expect = [
    dense<[1.0, 0.1, -2.5, 1.0e-300, -0.0, 0x7FF8000000000000, 0x7FF8000000000000]> : tensor<7xf64>,
    dense<[1.0, 0.2, -2.0, 1.0e300, 0.0, 0x7FF8000000000000, 0x7FF8000000000000]> : tensor<7xf64>,
    dense<[1.0, 0.1, -2.5, 1.0e-300, -0.0, 0x7FF8000000000000, 0x7FF8000000000000]> : tensor<7xf64>,
    dense<[1.0, 0.2, -2.0, 1.0e300, 0.0, 0x7FF8000000000000, 0x7FF8000000000000]> : tensor<7xf64>
  ]}

  // Rounding to integers: halves to even, away from zero, down, up, towards zero. Roots and powers.
  %c = costate.literal {values = dense<[2.5, -2.5, 3.5, -0.5, 0.25, 6.25, -7.0]> : tensor<7xf64>} : () -> tensor<?xf64>
  %s:5 = costate.map (%i < %n) -> (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) {
    %x = costate.at %c[%i] : tensor<?xf64> -> f64
    %0 = math.roundeven %x : f64
    %1 = math.round %x : f64
    %2 = math.floor %x : f64
    %3 = math.ceil %x : f64
    %4 = math.trunc %x : f64
    costate.yield %0, %1, %2, %3, %4 : f64, f64, f64, f64, f64
  } {costate.expect = [
    dense<[2.0, -2.0, 4.0, -0.0, 0.0, 6.0, -7.0]> : tensor<7xf64>,
    dense<[3.0, -3.0, 4.0, -1.0, 0.0, 6.0, -7.0]> : tensor<7xf64>,
    dense<[2.0, -3.0, 3.0, -1.0, 0.0, 6.0, -7.0]> : tensor<7xf64>,
    dense<[3.0, -2.0, 4.0, -0.0, 1.0, 7.0, -7.0]> : tensor<7xf64>,
    dense<[2.0, -2.0, 3.0, -0.0, 0.0, 6.0, -7.0]> : tensor<7xf64>
  ]}
  %d = costate.literal {values = dense<[4.0, 0.25, 2.0, 0.0, 1.0e-300, 16.0, 1.5]> : tensor<7xf64>} : () -> tensor<?xf64>
  %t:6 = costate.map (%i < %n) -> (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) {
    %x = costate.at %d[%i] : tensor<?xf64> -> f64
    %three = arith.constant 3 : i32
    %less = arith.constant -2 : i32
    %none = arith.constant 0 : i32
    %half = arith.constant 2.5 : f64
    %0 = math.sqrt %x : f64
    %1 = math.rsqrt %x : f64
    %2 = math.fpowi %x, %three : f64, i32
    %3 = math.fpowi %x, %less : f64, i32
    %4 = math.fpowi %x, %none : f64, i32
    %5 = math.powf %x, %half : f64
    costate.yield %0, %1, %2, %3, %4, %5 : f64, f64, f64, f64, f64, f64
  } {costate.ulps = 2 : i32, costate.expect = [
    dense<[2.0, 0.5, 1.4142135623730951, 0.0, 1.0e-150, 4.0, 1.224744871391589]> : tensor<7xf64>,
    dense<[0.5, 2.0, 0.7071067811865475, 0x7FF0000000000000, 1.0e150, 0.25, 0.8164965809277261]> : tensor<7xf64>,
    dense<[64.0, 0.015625, 8.0, 0.0, 0.0, 4096.0, 3.375]> : tensor<7xf64>,
    dense<[0.0625, 16.0, 0.25, 0x7FF0000000000000, 0x7FF0000000000000, 0.00390625, 0.4444444444444444]> : tensor<7xf64>,
    dense<1.0> : tensor<7xf64>,
    dense<[32.0, 0.03125, 5.656854249492381, 0.0, 0.0, 1024.0, 2.7556759606310752]> : tensor<7xf64>
  ]}

  // Comparisons: with not-a-number only `une` holds.
  %u:7 = costate.map (%i < %n) -> (tensor<?xi1>, tensor<?xi1>, tensor<?xi1>, tensor<?xi1>, tensor<?xi1>, tensor<?xi1>, tensor<?xf64>) {
    %x = costate.at %a[%i] : tensor<?xf64> -> f64
    %y = costate.at %b[%i] : tensor<?xf64> -> f64
    %0 = arith.cmpf olt, %x, %y : f64
    %1 = arith.cmpf ole, %x, %y : f64
    %2 = arith.cmpf ogt, %x, %y : f64
    %3 = arith.cmpf oge, %x, %y : f64
    %4 = arith.cmpf oeq, %x, %y : f64
    %5 = arith.cmpf une, %x, %y : f64
    %6 = arith.select %0, %x, %y : f64
    costate.yield %0, %1, %2, %3, %4, %5, %6 : i1, i1, i1, i1, i1, i1, f64
  } {costate.expect = [
    dense<[true, true, true, false, false, false, true]> : tensor<7xi1>,
    dense<[true, true, true, false, true, false, true]> : tensor<7xi1>,
    dense<[false, false, false, true, false, false, false]> : tensor<7xi1>,
    dense<[false, false, false, true, true, false, false]> : tensor<7xi1>,
    dense<[false, false, false, false, true, false, false]> : tensor<7xi1>,
    dense<[true, true, true, true, false, true, true]> : tensor<7xi1>,
    dense<[1.0, 0.1, -2.5, 1.0e-300, 0.0, 1.0, 7.0]> : tensor<7xf64>
  ]}
}
