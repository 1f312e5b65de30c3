// RUN: costate-opt %s | costate-opt | FileCheck %s

// Derivatives of a function are checked.
// CHECK: costate.check_function %{{.*}} {function = "f", parameters = ["x"]}
costate.program attributes {roots = ["Bus", "Arc"]} {
  %x = costate.literal {values = dense<[1.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  costate.check_function %x, %x, %x, %x {function = "f", parameters = ["x"]}
    : (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) -> ()
}
