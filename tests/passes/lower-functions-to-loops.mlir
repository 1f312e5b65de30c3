// RUN: costate-opt --costate-lower-functions-to-loops --canonicalize --cse %s | FileCheck %s

// A result is written where it is wanted; the length of an argument is read.
// CHECK-LABEL: func.func @doubled(
// CHECK-SAME: %{{.*}}: index, %{{.*}}: index, %[[X:.*]]: memref<?xf64>, %[[Y:.*]]: memref<?xf64>, %[[LENGTHS:.*]]: memref<?xi64>, %{{.*}}: memref<?xi8>)
// CHECK-SAME: costate.inputs = 1 : i32
// CHECK-NOT: memref.alloc
// CHECK: memref.load %[[LENGTHS]]
// CHECK: scf.for %[[I:.*]] =
// CHECK: %[[V:.*]] = memref.load %[[X]][%[[I]]]
// CHECK: %[[W:.*]] = arith.addf %[[V]], %[[V]]
// CHECK: memref.store %[[W]], %[[Y]][%[[I]]]
func.func @doubled(%x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = arith.addf %v, %v : f64
    costate.yield %w : f64
  }
  return %y : tensor<?xf64>
}

// Memory of a tensor inside of a loop is made once before it, and freed after it; carried arrays change places.
// CHECK-LABEL: func.func @steps(
// CHECK: memref.alloc
// CHECK: %[[LOOP:.*]]:2 = scf.for %{{.*}} iter_args(%[[A:.*]] = %{{.*}}, %[[B:.*]] = %{{.*}}) -> (memref<?xi8>, memref<?xi8>) {
// CHECK-NOT: memref.alloc
// CHECK: memref.view %[[A]]
// CHECK: memref.view %[[B]]
// CHECK: scf.yield %[[B]], %[[A]]
// CHECK: memref.view %[[LOOP]]#0
// CHECK: memref.dealloc
func.func @steps(%x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %ten = arith.constant 10 : index
  %last = costate.scan (%t < %ten) carry (%s = %x : tensor<?xf64>) {
    %squares = costate.map (%i < %n) -> (tensor<?xf64>) {
      %v = costate.at %s[%i] : tensor<?xf64> -> f64
      %w = arith.mulf %v, %v : f64
      costate.yield %w : f64
    }
    %total = costate.reduce "add" (%i < %n) -> (f64) {
      %v = costate.at %squares[%i] : tensor<?xf64> -> f64
      costate.yield %v : f64
    }
    %next = costate.map (%i < %n) -> (tensor<?xf64>) {
      %v = costate.at %squares[%i] : tensor<?xf64> -> f64
      %w = arith.divf %v, %total : f64
      costate.yield %w : f64
    }
    costate.yield %next : tensor<?xf64>
  }
  return %last : tensor<?xf64>
}

// A small array of known size is on the stack.
// CHECK-LABEL: func.func @small(
// CHECK: memref.alloca() {alignment = 64 : i64} : memref<3xf64>
// CHECK-NOT: memref.alloc(
func.func @small(%x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} {
  %three = arith.constant 3 : index
  %one = arith.constant 1 : index
  %y = costate.map (%i < %three) -> (tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %w = math.exp %v : f64
    costate.yield %w : f64
  }
  %s = costate.reduce "add" (%i < %three) -> (f64) {
    %v = costate.at %y[%i] : tensor<?xf64> -> f64
    costate.yield %v : f64
  }
  %c = costate.map (%i < %one) -> (tensor<?xf64>) { costate.yield %s : f64 }
  return %c : tensor<?xf64>
}

// What is no function stays.
// CHECK-LABEL: func.func @other(%{{.*}}: tensor<?xf64>)
func.func @other(%x: tensor<?xf64>) -> tensor<?xf64> { return %x : tensor<?xf64> }

// Products of a batch of matrices are one call: indices with their sizes and distances in the three arrays.
// CHECK-LABEL: func.func @batch(
// CHECK-NOT: scf.for
// CHECK-NOT: memref.alloc(
// CHECK: call @costate_product(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %c4_i64)
// CHECK-NOT: scf.for
func.func @batch(%a: tensor<?xf64>, %b: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} {
  %n = arith.constant 20 : index
  %all = arith.constant 8000 : index
  %A = costate.reshape %a to (%n, %n, %n) : tensor<?xf64> -> tensor<?x?x?xf64>
  %B = costate.reshape %b to (%n, %n, %n) : tensor<?xf64> -> tensor<?x?x?xf64>
  %C = costate.map (%s < %n, %i < %n, %j < %n) -> (tensor<?x?x?xf64>) {
    %sum = costate.reduce "add" (%k < %n) -> (f64) {
      %x = costate.at %A[%s, %i, %k] : tensor<?x?x?xf64> -> f64
      %y = costate.at %B[%s, %k, %j] : tensor<?x?x?xf64> -> f64
      %xy = arith.mulf %x, %y : f64
      costate.yield %xy : f64
    }
    costate.yield %sum : f64
  }
  %c = costate.reshape %C to (%all) : tensor<?x?x?xf64> -> tensor<?xf64>
  return %c : tensor<?xf64>
}

// A map that goes on with products has some rows of them at a time; filters over an image are one.
// CHECK-LABEL: func.func @filtered(
// CHECK: %[[PART:.*]] = memref.alloc(
// CHECK: scf.for %[[FIRST:.*]] = %c0
// CHECK: call @costate_product({{.*}}, %c5_i64)
// CHECK: scf.for %[[F:.*]] = %[[FIRST]] to
// CHECK: memref.load %[[PART]]
// CHECK: arith.maximumf
// CHECK: memref.dealloc %[[PART]]
func.func @filtered(%filter: tensor<?xf64>, %image: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} {
  %three = arith.constant 3 : index
  %filters = arith.constant 80 : index
  %n = arith.constant 100 : index
  %m = arith.constant 98 : index
  %all = arith.constant 768320 : index
  %K = costate.reshape %filter to (%filters, %three, %three) : tensor<?xf64> -> tensor<?x?x?xf64>
  %X = costate.reshape %image to (%n, %n) : tensor<?xf64> -> tensor<?x?xf64>
  %Y = costate.map (%f < %filters, %i < %m, %j < %m) -> (tensor<?x?x?xf64>) {
    %zero = arith.constant 0.0 : f64
    %sum = costate.reduce "add" (%u < %three, %v < %three) -> (f64) {
      %x = costate.at %K[%f, %u, %v] : tensor<?x?x?xf64> -> f64
      %p = arith.addi %i, %u : index
      %q = arith.addi %j, %v : index
      %y = costate.at %X[%p, %q] : tensor<?x?xf64> -> f64
      %xy = arith.mulf %x, %y : f64
      costate.yield %xy : f64
    }
    %positive = arith.maximumf %sum, %zero : f64
    costate.yield %positive : f64
  }
  %y = costate.reshape %Y to (%all) : tensor<?x?x?xf64> -> tensor<?xf64>
  return %y : tensor<?xf64>
}

// Few products are loops, and so are sums whose factors have no row or column of their own.
// CHECK-LABEL: func.func @few(
// CHECK-NOT: costate_product
// CHECK: return
func.func @few(%a: tensor<?xf64>, %b: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {costate.function} {
  %n = arith.constant 8 : index
  %m = arith.constant 64 : index
  %all = arith.constant 4096 : index
  %A = costate.reshape %a to (%n, %n) : tensor<?xf64> -> tensor<?x?xf64>
  %B = costate.reshape %b to (%m, %m) : tensor<?xf64> -> tensor<?x?xf64>
  %C = costate.map (%i < %n, %j < %n) -> (tensor<?x?xf64>) {
    %sum = costate.reduce "add" (%k < %n) -> (f64) {
      %x = costate.at %A[%i, %k] : tensor<?x?xf64> -> f64
      %y = costate.at %A[%k, %j] : tensor<?x?xf64> -> f64
      %xy = arith.mulf %x, %y : f64
      costate.yield %xy : f64
    }
    costate.yield %sum : f64
  }
  %s = costate.map (%i < %m) -> (tensor<?xf64>) {
    %sum = costate.reduce "add" (%k < %m) -> (f64) {
      %x = costate.at %B[%i, %k] : tensor<?x?xf64> -> f64
      %xx = arith.mulf %x, %x : f64
      costate.yield %xx : f64
    }
    costate.yield %sum : f64
  }
  %c = costate.reshape %C to (%m) : tensor<?x?xf64> -> tensor<?xf64>
  return %c, %s : tensor<?xf64>, tensor<?xf64>
}

// States of a loop of known length that are few lie on the stack.
// CHECK-LABEL: func.func @short_tape(
// CHECK: memref.alloca() {alignment = 64 : i64} : memref<88xi8>
// CHECK-NOT: costate_tape
// CHECK: return
func.func @short_tape(%x: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %ten = arith.constant 10 : index
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %last, %tape = costate.scan record (%t < %ten) carry (%s = %v : f64) {
      %w = arith.mulf %s, %s : f64
      costate.yield %w : f64
    }
    %d = costate.unwind %tape : !costate.tape<f64> step (%t, %s) {
      %w = arith.mulf %s, %s : f64
      costate.yield %w : f64
    } adjoint (%t, %s) carry (%w = %one : f64) {
      %twice = arith.addf %s, %s : f64
      %before = arith.mulf %w, %twice : f64
      costate.yield %before : f64
    }
    costate.yield %d : f64
  }
  return %y : tensor<?xf64>
}

// Others are on a tape that starts again for every instance; what the reverse loop does not read stays in two places.
// CHECK-LABEL: func.func @tape(
// CHECK: %[[TAPE:.*]] = call @costate_tape_begin(
// CHECK: %[[ALL:.*]] = call @costate_tape_all(%[[TAPE]],
// CHECK: %[[HAS:.*]] = arith.cmpi ne, %[[ALL]]
// CHECK: scf.for
// CHECK: call @costate_tape_restart(%[[TAPE]])
// CHECK: scf.for
// CHECK: scf.if %[[HAS]]
// CHECK: call @costate_tape_next
// CHECK: arith.select %[[HAS]]
// CHECK: call @costate_tape_end
// CHECK: scf.if %[[HAS]]
// CHECK: call @costate_tape_seek
// CHECK: call @costate_tape_state
// CHECK: call @costate_tape_release(%[[TAPE]])
func.func @tape(%x: tensor<?xf64>, %steps: tensor<?xi64>) -> tensor<?xf64> attributes {costate.function} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %m = costate.size %steps, 0 : tensor<?xi64>
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %one = arith.constant 1.0 : f64
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %last:2, %tape = costate.scan record (%t < %m) carry (%s = %v : f64, %r = %x : tensor<?xf64>) {
      %e = costate.at %r[%t] : tensor<?xf64> -> f64
      %w = arith.mulf %s, %e : f64
      %next = costate.map (%j < %n) -> (tensor<?xf64>) {
        %a = costate.at %r[%j] : tensor<?xf64> -> f64
        %b = arith.addf %a, %s : f64
        costate.yield %b : f64
      }
      costate.yield %w, %next : f64, tensor<?xf64>
    }
    %d = costate.unwind %tape : !costate.tape<f64, tensor<?xf64>> step (%t, %s, %r) {
      %e = costate.at %r[%t] : tensor<?xf64> -> f64
      %w = arith.mulf %s, %e : f64
      %next = costate.map (%j < %n) -> (tensor<?xf64>) {
        %a = costate.at %r[%j] : tensor<?xf64> -> f64
        %b = arith.addf %a, %s : f64
        costate.yield %b : f64
      }
      costate.yield %w, %next : f64, tensor<?xf64>
    } adjoint (%t, %s, %r) carry (%w = %one : f64) {
      %before = arith.mulf %w, %s : f64
      costate.yield %before : f64
    }
    costate.yield %d : f64
  }
  return %y : tensor<?xf64>
}
