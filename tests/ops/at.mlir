// RUN: costate-opt %s | costate-opt | FileCheck %s

// Entries by one index or two.
// CHECK: costate.at %{{.*}}[%{{.*}}] : tensor<?xf64> -> f64
// CHECK: costate.at %{{.*}}[%{{.*}}, %{{.*}}] : tensor<?x?xi32> -> i32
func.func @entries(%x: tensor<?xf64>, %a: tensor<?x?xi32>, %i: index) -> (f64, i32) {
  %v = costate.at %x[%i] : tensor<?xf64> -> f64
  %w = costate.at %a[%i, %i] : tensor<?x?xi32> -> i32
  return %v, %w : f64, i32
}
