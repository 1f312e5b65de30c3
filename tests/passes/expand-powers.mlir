// RUN: costate-opt %s --costate-expand-powers | FileCheck %s
// RUN: costate-opt %s --costate-expand-powers=roots=true | FileCheck %s --check-prefix=ROOTS

// CHECK-LABEL: func.func @cube
// CHECK: %[[S:.*]] = arith.mulf %[[X:.*]], %[[X]]
// CHECK: %[[C:.*]] = arith.mulf %[[X]], %[[S]]
// CHECK: return %[[C]]
func.func @cube(%x: f64) -> f64 {
  %n = arith.constant 3 : i32
  %y = math.fpowi %x, %n : f64, i32
  return %y : f64
}

// CHECK-LABEL: func.func @reciprocalSquare
// CHECK: %[[ONE:.*]] = arith.constant 1.0
// CHECK: %[[S:.*]] = arith.mulf %[[X:.*]], %[[X]]
// CHECK: arith.divf %[[ONE]], %[[S]]
func.func @reciprocalSquare(%x: f64) -> f64 {
  %n = arith.constant -2.0 : f64
  %y = math.powf %x, %n : f64
  return %y : f64
}

// CHECK-LABEL: func.func @nothing
// CHECK: %[[ONE:.*]] = arith.constant 1.0
// CHECK: return %[[ONE]]
func.func @nothing(%x: f64) -> f64 {
  %n = arith.constant 0 : i32
  %y = math.fpowi %x, %n : f64, i32
  return %y : f64
}

// x^16 takes four multiplications.
// CHECK-LABEL: func.func @squarings
// CHECK-COUNT-4: arith.mulf
// CHECK-NOT: arith.mulf
// CHECK: return
func.func @squarings(%x: f64) -> f64 {
  %n = arith.constant 16 : i32
  %y = math.fpowi %x, %n : f64, i32
  return %y : f64
}

// CHECK-LABEL: func.func @halves
// CHECK: math.powf
// ROOTS-LABEL: func.func @halves
// ROOTS: %[[S:.*]] = arith.mulf %[[X:.*]], %[[X]]
// ROOTS: %[[R:.*]] = math.sqrt %[[X]]
// ROOTS: arith.mulf %[[S]], %[[R]]
func.func @halves(%x: f64) -> f64 {
  %n = arith.constant 2.5 : f64
  %y = math.powf %x, %n : f64
  return %y : f64
}

// Large and other exponents stay powers.
// CHECK-LABEL: func.func @others
// CHECK: math.powf
// CHECK: math.powf
// CHECK: math.powf
// ROOTS-LABEL: func.func @others
// ROOTS-NOT: math.sqrt
// ROOTS: return
func.func @others(%x: f64, %n: i32) -> (f64, f64, f64) {
  %65 = arith.constant 65 : i32
  %third = arith.constant 0.3 : f64
  %a = math.fpowi %x, %65 : f64, i32
  %b = math.powf %x, %third : f64
  %c = math.fpowi %x, %n : f64, i32
  return %a, %b, %c : f64, f64, f64
}
