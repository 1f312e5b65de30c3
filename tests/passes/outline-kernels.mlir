// RUN: costate-opt --costate-outline-kernels %s | FileCheck %s

// CHECK: costate.kernel @data.0(%{{.*}}) over
// CHECK: func.func @data.0(%{{.*}}: index, %{{.*}}: tensor<?xf64>) -> tensor<?xf64>
module {
  costate.program attributes {roots = []} {
    %x = costate.literal {values = dense<[1.0, 2.0]> : tensor<2xf64>} : () -> tensor<?xf64>
    %n = costate.length %x : (tensor<?xf64>) -> index
    %y = costate.map (%s < %n) -> (tensor<?xf64>) {
      %v = costate.at %x[%s] : tensor<?xf64> -> f64
      %w = arith.mulf %v, %v : f64
      costate.yield %w : f64
    }
    costate.print %y {items = []} : (tensor<?xf64>) -> ()
  }
}
