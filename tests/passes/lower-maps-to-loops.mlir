// RUN: costate-opt --costate-lower-maps-to-loops %s | FileCheck %s

// CHECK: func.func @k(%[[BEGIN:.*]]: index, %[[END:.*]]: index, %[[X:.*]]: memref<?xf64>, %[[ACC:.*]]: memref<?xf64>)
// CHECK: scf.for %[[S:.*]] = %[[BEGIN]] to %[[END]]
// CHECK: memref.load %[[X]][%[[S]]]
// CHECK: arith.maximumf
// CHECK: memref.store {{.*}}, %[[ACC]][%[[S]]]
func.func @k(%n: index, %x: tensor<?xf64>, %acc0: tensor<?xf64>) -> tensor<?xf64> attributes {costate.kernel} {
  %y = costate.map (%s < %n) into (%acc = %acc0 : tensor<?xf64>) {
    %v = costate.at %x[%s] : tensor<?xf64> -> f64
    costate.accumulate %v into %acc[%s] "max" : f64, tensor<?xf64>
    costate.yield
  }
  return %y : tensor<?xf64>
}
