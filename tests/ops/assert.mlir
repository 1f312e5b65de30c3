// RUN: costate-opt %s | costate-opt | FileCheck %s

// A claim, and what is shown when it is false.
// CHECK: costate.assert %{{.*}} shows %{{.*}} {labels = ["x"], text = "x == 1"}
// CHECK: costate.assert %{{.*}} {labels = [], text = "true"}
costate.program attributes {roots = ["Bus", "Arc"]} {
  %x = costate.literal {values = dense<[1.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  %t = costate.literal {values = dense<true> : tensor<1xi1>} : () -> tensor<?xi1>
  costate.assert %t shows %x {text = "x == 1", labels = ["x"]} : (tensor<?xi1>, tensor<?xf64>) -> ()
  costate.assert %t {text = "true", labels = []} : (tensor<?xi1>) -> ()
}
