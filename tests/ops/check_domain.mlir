// RUN: costate-opt %s | costate-opt | FileCheck %s

// Every value lies in the domain; the index columns name the entry in the message.
// CHECK: costate.check_domain "pd" %{{.*}} low %{{.*}} index(%{{.*}}) {allow_infinite, roots = [0 : i32]}
// CHECK: costate.check_domain "pd" %{{.*}} high %{{.*}} {roots = []}
// CHECK: costate.check_domain "" %{{.*}} {divides, roots = [], sentence = "{} divides"}
costate.program attributes {roots = ["Bus", "Arc"]} {
  %a = costate.literal {values = dense<[1.0, 2.0]> : tensor<2xf64>} : () -> tensor<?xf64>
  %lo = costate.literal {values = dense<[0.0]> : tensor<1xf64>} : () -> tensor<?xf64>
  %s = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  %b = costate.check_domain "pd" %a low %lo index(%s) {roots = [0 : i32], allow_infinite} : (tensor<?xf64>, tensor<?xf64>, tensor<?xi32>) -> tensor<?xf64>
  %c = costate.check_domain "pd" %a high %lo {roots = []} : (tensor<?xf64>, tensor<?xf64>) -> tensor<?xf64>
  %d = costate.check_domain "" %a {roots = [], divides, sentence = "{} divides"} : (tensor<?xf64>) -> tensor<?xf64>
}
