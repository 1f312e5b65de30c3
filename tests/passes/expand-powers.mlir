// RUN: costate-opt --costate-expand-powers %s | FileCheck %s

// CHECK-LABEL: @cube
// CHECK: %[[SQUARE:.*]] = arith.mulf %arg0, %arg0
// CHECK: arith.mulf %arg0, %[[SQUARE]]
func.func @cube(%x: f64) -> f64 {
  %n = arith.constant 3 : i32
  %y = math.fpowi %x, %n : f64, i32
  return %y : f64
}

// CHECK-LABEL: @one
// CHECK: %[[ONE:.*]] = arith.constant 1.0
// CHECK: return %[[ONE]]
func.func @one(%x: f64) -> f64 {
  %n = arith.constant 0 : i32
  %y = math.fpowi %x, %n : f64, i32
  return %y : f64
}

// CHECK-LABEL: @kept
// CHECK: math.powf
func.func @kept(%x: f64) -> f64 {
  %n = arith.constant 1.5 : f64
  %y = math.powf %x, %n : f64
  return %y : f64
}
