// RUN: costate-opt %s | costate-opt | FileCheck %s

// Values of a family, or of the problem where the name is empty.
// CHECK: costate.solution @p "balance" "dual" : tensor<?xf64>
// CHECK: costate.solution @p "" "status" : tensor<?xf64>
costate.program attributes {roots = ["Bus", "Arc"]} {
  costate.problem "p" {}
  %a = costate.solution @p "balance" "dual" : tensor<?xf64>
  %b = costate.solution @p "" "status" : tensor<?xf64>
}
