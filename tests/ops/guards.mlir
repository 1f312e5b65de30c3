// RUN: costate-opt %s | costate-opt | FileCheck %s

// Branches on the index, for sizes at which parts of the loops are empty (costate-split-ranges).
// CHECK: scf.if

func.func @both_ends_1(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[1.0]> : tensor<1xf64>], costate.expect = [dense<[-11.0]> : tensor<1xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %r = arith.addi %i, %c1 : index
    %is_a = arith.cmpi slt, %r, %n : index
    %v_a = scf.if %is_a -> (f64) {
      %j = arith.addi %i, %c1 : index
      %v = costate.at %x[%j] : tensor<?xf64> -> f64
      scf.yield %v : f64
    } else {
      %z = arith.constant -1.0 : f64
      scf.yield %z : f64
    }
    %is_b = arith.cmpi sge, %i, %c2 : index
    %v_b = scf.if %is_b -> (f64) {
      %j = arith.subi %i, %c2 : index
      %v = costate.at %x[%j] : tensor<?xf64> -> f64
      scf.yield %v : f64
    } else {
      %z = arith.constant -1.0 : f64
      scf.yield %z : f64
    }
    %ten = arith.constant 10.0 : f64
    %p = arith.mulf %ten, %v_b : f64
    %s = arith.addf %v_a, %p : f64
    costate.yield %s : f64
  }
  return %y : tensor<?xf64>
}

func.func @both_ends_2(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[1.0, 2.0]> : tensor<2xf64>], costate.expect = [dense<[-8.0, -11.0]> : tensor<2xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %r = arith.addi %i, %c1 : index
    %is_a = arith.cmpi slt, %r, %n : index
    %v_a = scf.if %is_a -> (f64) {
      %j = arith.addi %i, %c1 : index
      %v = costate.at %x[%j] : tensor<?xf64> -> f64
      scf.yield %v : f64
    } else {
      %z = arith.constant -1.0 : f64
      scf.yield %z : f64
    }
    %is_b = arith.cmpi sge, %i, %c2 : index
    %v_b = scf.if %is_b -> (f64) {
      %j = arith.subi %i, %c2 : index
      %v = costate.at %x[%j] : tensor<?xf64> -> f64
      scf.yield %v : f64
    } else {
      %z = arith.constant -1.0 : f64
      scf.yield %z : f64
    }
    %ten = arith.constant 10.0 : f64
    %p = arith.mulf %ten, %v_b : f64
    %s = arith.addf %v_a, %p : f64
    costate.yield %s : f64
  }
  return %y : tensor<?xf64>
}

func.func @both_ends_3(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[1.0, 2.0, 3.0]> : tensor<3xf64>], costate.expect = [dense<[-8.0, -7.0, 9.0]> : tensor<3xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %r = arith.addi %i, %c1 : index
    %is_a = arith.cmpi slt, %r, %n : index
    %v_a = scf.if %is_a -> (f64) {
      %j = arith.addi %i, %c1 : index
      %v = costate.at %x[%j] : tensor<?xf64> -> f64
      scf.yield %v : f64
    } else {
      %z = arith.constant -1.0 : f64
      scf.yield %z : f64
    }
    %is_b = arith.cmpi sge, %i, %c2 : index
    %v_b = scf.if %is_b -> (f64) {
      %j = arith.subi %i, %c2 : index
      %v = costate.at %x[%j] : tensor<?xf64> -> f64
      scf.yield %v : f64
    } else {
      %z = arith.constant -1.0 : f64
      scf.yield %z : f64
    }
    %ten = arith.constant 10.0 : f64
    %p = arith.mulf %ten, %v_b : f64
    %s = arith.addf %v_a, %p : f64
    costate.yield %s : f64
  }
  return %y : tensor<?xf64>
}

func.func @both_ends_4(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf64>], costate.expect = [dense<[-8.0, -7.0, 14.0, 19.0]> : tensor<4xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %r = arith.addi %i, %c1 : index
    %is_a = arith.cmpi slt, %r, %n : index
    %v_a = scf.if %is_a -> (f64) {
      %j = arith.addi %i, %c1 : index
      %v = costate.at %x[%j] : tensor<?xf64> -> f64
      scf.yield %v : f64
    } else {
      %z = arith.constant -1.0 : f64
      scf.yield %z : f64
    }
    %is_b = arith.cmpi sge, %i, %c2 : index
    %v_b = scf.if %is_b -> (f64) {
      %j = arith.subi %i, %c2 : index
      %v = costate.at %x[%j] : tensor<?xf64> -> f64
      scf.yield %v : f64
    } else {
      %z = arith.constant -1.0 : f64
      scf.yield %z : f64
    }
    %ten = arith.constant 10.0 : f64
    %p = arith.mulf %ten, %v_b : f64
    %s = arith.addf %v_a, %p : f64
    costate.yield %s : f64
  }
  return %y : tensor<?xf64>
}

func.func @both_ends_7(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]> : tensor<7xf64>], costate.expect = [dense<[-8.0, -7.0, 14.0, 25.0, 36.0, 47.0, 49.0]> : tensor<7xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %r = arith.addi %i, %c1 : index
    %is_a = arith.cmpi slt, %r, %n : index
    %v_a = scf.if %is_a -> (f64) {
      %j = arith.addi %i, %c1 : index
      %v = costate.at %x[%j] : tensor<?xf64> -> f64
      scf.yield %v : f64
    } else {
      %z = arith.constant -1.0 : f64
      scf.yield %z : f64
    }
    %is_b = arith.cmpi sge, %i, %c2 : index
    %v_b = scf.if %is_b -> (f64) {
      %j = arith.subi %i, %c2 : index
      %v = costate.at %x[%j] : tensor<?xf64> -> f64
      scf.yield %v : f64
    } else {
      %z = arith.constant -1.0 : f64
      scf.yield %z : f64
    }
    %ten = arith.constant 10.0 : f64
    %p = arith.mulf %ten, %v_b : f64
    %s = arith.addf %v_a, %p : f64
    costate.yield %s : f64
  }
  return %y : tensor<?xf64>
}

func.func @overlapping_4(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf64>], costate.expect = [dense<[-2.0, -3.0, 4.0, -2.0]> : tensor<4xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %is_c = arith.cmpi sgt, %c3, %i : index
    %v_c = scf.if %is_c -> (f64) {
      %j = arith.addi %i, %c1 : index
      %v = costate.at %x[%j] : tensor<?xf64> -> f64
      scf.yield %v : f64
    } else {
      %z = arith.constant -1.0 : f64
      scf.yield %z : f64
    }
    %is_b = arith.cmpi sge, %i, %c2 : index
    %v_b = scf.if %is_b -> (f64) {
      %j = arith.subi %i, %c2 : index
      %v = costate.at %x[%j] : tensor<?xf64> -> f64
      scf.yield %v : f64
    } else {
      %z = arith.constant -1.0 : f64
      scf.yield %z : f64
    }
    %s = arith.mulf %v_c, %v_b : f64
    costate.yield %s : f64
  }
  return %y : tensor<?xf64>
}

func.func @overlapping_7(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]> : tensor<7xf64>], costate.expect = [dense<[-2.0, -3.0, 4.0, -2.0, -3.0, -4.0, -5.0]> : tensor<7xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %is_c = arith.cmpi sgt, %c3, %i : index
    %v_c = scf.if %is_c -> (f64) {
      %j = arith.addi %i, %c1 : index
      %v = costate.at %x[%j] : tensor<?xf64> -> f64
      scf.yield %v : f64
    } else {
      %z = arith.constant -1.0 : f64
      scf.yield %z : f64
    }
    %is_b = arith.cmpi sge, %i, %c2 : index
    %v_b = scf.if %is_b -> (f64) {
      %j = arith.subi %i, %c2 : index
      %v = costate.at %x[%j] : tensor<?xf64> -> f64
      scf.yield %v : f64
    } else {
      %z = arith.constant -1.0 : f64
      scf.yield %z : f64
    }
    %s = arith.mulf %v_c, %v_b : f64
    costate.yield %s : f64
  }
  return %y : tensor<?xf64>
}

func.func @but_the_first_1(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[1.0]> : tensor<1xf64>], costate.expect = [dense<[-2.0]> : tensor<1xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %c0 = arith.constant 0 : index
    %is_e = arith.cmpi ne, %i, %c0 : index
    %v_e = scf.if %is_e -> (f64) {
      %j = arith.subi %i, %c1 : index
      %v = costate.at %x[%j] : tensor<?xf64> -> f64
      scf.yield %v : f64
    } else {
      %z = arith.constant -1.0 : f64
      scf.yield %z : f64
    }
    %s = arith.addf %v_e, %v_e : f64
    costate.yield %s : f64
  }
  return %y : tensor<?xf64>
}

func.func @but_the_first_2(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[1.0, 2.0]> : tensor<2xf64>], costate.expect = [dense<[-2.0, 2.0]> : tensor<2xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %c0 = arith.constant 0 : index
    %is_e = arith.cmpi ne, %i, %c0 : index
    %v_e = scf.if %is_e -> (f64) {
      %j = arith.subi %i, %c1 : index
      %v = costate.at %x[%j] : tensor<?xf64> -> f64
      scf.yield %v : f64
    } else {
      %z = arith.constant -1.0 : f64
      scf.yield %z : f64
    }
    %s = arith.addf %v_e, %v_e : f64
    costate.yield %s : f64
  }
  return %y : tensor<?xf64>
}

func.func @but_the_first_5(%x: tensor<?xf64>) -> (tensor<?xf64>) attributes {costate.function,
    costate.args = [dense<[1.0, 2.0, 3.0, 4.0, 5.0]> : tensor<5xf64>], costate.expect = [dense<[-2.0, 2.0, 4.0, 6.0, 8.0]> : tensor<5xf64>]} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %y = costate.map (%i < %n) -> (tensor<?xf64>) {
    %c0 = arith.constant 0 : index
    %is_e = arith.cmpi ne, %i, %c0 : index
    %v_e = scf.if %is_e -> (f64) {
      %j = arith.subi %i, %c1 : index
      %v = costate.at %x[%j] : tensor<?xf64> -> f64
      scf.yield %v : f64
    } else {
      %z = arith.constant -1.0 : f64
      scf.yield %z : f64
    }
    %s = arith.addf %v_e, %v_e : f64
    costate.yield %s : f64
  }
  return %y : tensor<?xf64>
}
