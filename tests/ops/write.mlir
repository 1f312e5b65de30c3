// RUN: costate-opt %s | costate-opt | FileCheck %s

// Items name their column and index columns by operand number; -1 is a text.
// CHECK: costate.write %{{.*}}, %{{.*}} {items = [{{.*}}label = "x"
costate.program attributes {roots = ["Bus", "Arc"]} {
  %x = costate.literal {values = dense<[1.0, 2.0]> : tensor<2xf64>} : () -> tensor<?xf64>
  %i = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  costate.write %x, %i {items = [{label = "x", column = 0 : i32, index = [1 : i32], roots = [0 : i32], kind = "real", root = -1 : i32}, {label = "done", column = -1 : i32, index = [], roots = []}], path = "out.csv"} : (tensor<?xf64>, tensor<?xi32>) -> ()
}
