// Functions over arrays that are smooth where they are differentiated: every operation, nested in every way.
#include "tests/derivatives/FunctionDerivatives.h"

namespace costate::test {
namespace {

const Vector four{0.7, 1.2, 0.9, 1.4};
const Vector sixteen{0.3, -0.8, 1.1, 0.4, 0.9, -0.2, 0.5, 0.7, 1.3, 0.6, -0.5, 0.2, 0.1, 0.8, 0.4, -1.0};

const char *const size = "%n = costate.size %x, 0 : !v\n";

std::vector<FunctionCase> mapsAndReductions() {
  return {
      {"itself", four, "%y = costate.reshape %x to (%n) : !v -> !v"},
      {"constant", four, R"(%y = costate.map (%i < %i3) -> (!v) { costate.yield %two : f64 })"},
      {"elementwise", four,
       R"(
    %y = costate.map (%i < %n) -> (!v) {
      %a = costate.at %x[%i] : !v -> f64
      %b = math.tanh %a : f64
      %c = math.sin %a : f64
      %d = arith.addf %c, %two : f64
      %e = arith.divf %b, %d : f64
      %f = math.powf %a, %e : f64
      costate.yield %f : f64
    })"},
      {"linear_layer", four,
       R"(
    %A = costate.reshape %data to (%n, %n) : !v -> !m
    %y = costate.map (%i < %n) -> (!v) {
      %s = costate.reduce "add" (%k < %n) -> (f64) {
        %a = costate.at %A[%i, %k] : !m -> f64
        %b = costate.at %x[%k] : !v -> f64
        %p = arith.mulf %a, %b : f64
        costate.yield %p : f64
      }
      %t = math.tanh %s : f64
      costate.yield %t : f64
    })",
       sixteen},
      {"both_factors", {0.3, -0.8, 1.1, 0.4, 0.9, -0.2, 0.5, 0.7, 1.3}, R"(
    %A = costate.reshape %x to (%i3, %i3) : !v -> !m
    %B = costate.map (%i < %i3, %j < %i3) -> (!m) {
      %s = costate.reduce "add" (%k < %i3) -> (f64) {
        %a = costate.at %A[%i, %k] : !m -> f64
        %b = costate.at %A[%k, %j] : !m -> f64
        %p = arith.mulf %a, %b : f64
        costate.yield %p : f64
      }
      costate.yield %s : f64
    }
    %C = costate.map (%i < %i3, %j < %i3) -> (!m) {
      %a = costate.at %B[%i, %j] : !m -> f64
      %b = costate.at %B[%j, %i] : !m -> f64
      %p = arith.mulf %a, %b : f64
      %q = math.exp %p : f64
      costate.yield %q : f64
    }
    %nine = arith.muli %i3, %i3 : index
    %y = costate.reshape %C to (%nine) : !m -> !v)"},
      {"repeated_gather",
       four,
       R"(
    %m = costate.size %idx, 0 : !i
    %y = costate.map (%j < %m) -> (!v) {
      %k = costate.at %idx[%j] : !i -> i64
      %p = arith.index_cast %k : i64 to index
      %a = costate.at %x[%p] : !v -> f64
      %b = costate.at %x[%i1] : !v -> f64
      %c = math.sin %a : f64
      %d = arith.mulf %c, %b : f64
      costate.yield %d : f64
    })",
       {},
       {2, 0, 2, 2, 3, 1, 0}},
      {"scatter",
       four,
       R"(
    %z = costate.map (%j < %i3) -> (!v) {
      %a = costate.at %x[%j] : !v -> f64
      costate.yield %a : f64
    }
    %s = costate.map (%i < %n) into (%acc = %z : !v) {
      %k = costate.at %idx[%i] : !i -> i64
      %p = arith.index_cast %k : i64 to index
      %a = costate.at %x[%i] : !v -> f64
      %b = arith.mulf %a, %a : f64
      costate.accumulate %b into %acc[%p] "add" : f64, !v
      %c = math.exp %a : f64
      costate.accumulate %c into %acc[%i0] "add" : f64, !v
      costate.yield
    }
    %y = costate.map (%j < %i3) -> (!v) {
      %a = costate.at %s[%j] : !v -> f64
      %b = math.log %a : f64
      costate.yield %b : f64
    })",
       {},
       {1, 2, 1, 1}},
      {"deep_accumulation", four,
       R"(
    %z = costate.map (%j < %n) -> (!v) { costate.yield %one : f64 }
    %f, %s = costate.map (%i < %n) into (%acc = %z : !v) -> (!v) {
      %a = costate.at %x[%i] : !v -> f64
      %r = costate.reduce "add" (%k < %i3) -> (f64) {
        %b = costate.at %x[%k] : !v -> f64
        %c = arith.mulf %a, %b : f64
        %d = math.sin %c : f64
        costate.accumulate %d into %acc[%k] "add" : f64, !v
        costate.yield %c : f64
      }
      costate.map (%k < %i2) {
        %d = arith.mulf %r, %a : f64
        costate.accumulate %d into %acc[%i] "add" : f64, !v
        costate.yield
      }
      costate.yield %r : f64
    }
    %y = costate.map (%j < %n) -> (!v) {
      %a = costate.at %s[%j] : !v -> f64
      %b = costate.at %f[%j] : !v -> f64
      %c = arith.mulf %a, %b : f64
      costate.yield %c : f64
    })"},
      {"local_tensors", four,
       R"(
    %y = costate.map (%i < %n) -> (!v) {
      %a = costate.at %x[%i] : !v -> f64
      %local, %square = costate.map (%j < %n) -> (!v, !v) {
        %b = costate.at %x[%j] : !v -> f64
        %c = arith.mulf %a, %b : f64
        %d = arith.mulf %c, %c : f64
        costate.yield %c, %d : f64, f64
      }
      %first = costate.at %local[%i0] : !v -> f64
      %again = costate.at %local[%i0] : !v -> f64
      %s, %t = costate.reduce "add" (%j < %n) -> (f64, f64) {
        %b = costate.at %local[%j] : !v -> f64
        %c = costate.at %square[%j] : !v -> f64
        %d = arith.mulf %b, %first : f64
        %e = math.cos %c : f64
        costate.yield %d, %e : f64, f64
      }
      %p = arith.mulf %s, %t : f64
      %q = arith.addf %p, %again : f64
      costate.yield %q : f64
    })"},
      {"yielded_rows", four,
       R"(
    %B, %twice = costate.map (%i < %n) -> (!m, !m) inner (%n, %n) {
      %a = costate.at %x[%i] : !v -> f64
      %row = costate.map (%j < %n) -> (!v) {
        %b = costate.at %x[%j] : !v -> f64
        %c = arith.mulf %a, %b : f64
        %d = math.sin %c : f64
        costate.yield %d : f64
      }
      costate.yield %row, %x : !v, !v
    }
    %y = costate.map (%i < %n) -> (!v) {
      %s = costate.reduce "add" (%j < %n) -> (f64) {
        %a = costate.at %B[%i, %j] : !m -> f64
        %b = costate.at %twice[%j, %i] : !m -> f64
        %c = arith.mulf %a, %b : f64
        costate.yield %c : f64
      }
      costate.yield %s : f64
    })"},
      {"captured_scalars", four,
       R"(
    %a = costate.at %x[%i0] : !v -> f64
    %b = costate.at %x[%i1] : !v -> f64
    %r = arith.mulf %a, %b : f64
    %h = math.sqrt %r : f64
    %y = costate.map (%i < %n) -> (!v) {
      %c = costate.at %x[%i] : !v -> f64
      %u = arith.mulf %c, %h : f64
      %s = costate.reduce "add" (%j < %i3) -> (f64) {
        %t = costate.reduce "add" (%k < %i2) -> (f64) {
          %e = arith.mulf %u, %h : f64
          %g = math.sin %e : f64
          costate.yield %g : f64
        }
        %e = arith.mulf %t, %r : f64
        costate.yield %e : f64
      }
      costate.yield %s : f64
    })"},
      {"log_sum_exp", four,
       R"(
    %g = costate.reduce "max" (%i < %n) -> (f64) {
      %a = costate.at %x[%i] : !v -> f64
      costate.yield %a : f64
    }
    %s = costate.reduce "add" (%i < %n) -> (f64) {
      %a = costate.at %x[%i] : !v -> f64
      %b = arith.subf %a, %g : f64
      %c = math.exp %b : f64
      costate.yield %c : f64
    }
    %l = math.log %s : f64
    %e = arith.addf %l, %g : f64
    %y = costate.map (%i < %n) -> (!v) {
      %a = costate.at %x[%i] : !v -> f64
      %b = arith.subf %a, %e : f64
      %c = math.exp %b : f64
      costate.yield %c : f64
    })"},
      {"product_with_zeros",
       {0.0, 1.2, 0.0, 1.4},
       R"(
    %p = costate.reduce "mul" (%i < %n) -> (f64) {
      %a = costate.at %x[%i] : !v -> f64
      costate.yield %a : f64
    }
    %q:2 = costate.reduce "mul" (%i < %n, %j < %i2) -> (f64, f64) {
      %a = costate.at %x[%i] : !v -> f64
      %b = costate.at %x[%j] : !v -> f64
      %c = arith.addf %a, %b : f64
      %d = math.cos %c : f64
      costate.yield %c, %d : f64, f64
    }
    %y = costate.map (%i < %i3) -> (!v) {
      %a = costate.at %x[%i] : !v -> f64
      %b = arith.mulf %a, %q#1 : f64
      %c = arith.addf %b, %p : f64
      %d = arith.addf %c, %q#0 : f64
      costate.yield %d : f64
    })"},
      {"product_with_one_zero",
       {0.5, 0.0, 2.0, 1.4},
       R"(
    %p = costate.reduce "mul" (%i < %n) -> (f64) {
      %a = costate.at %x[%i] : !v -> f64
      costate.yield %a : f64
    }
    %y = costate.map (%i < %i1) -> (!v) { costate.yield %p : f64 })"},
      {"extremes", four,
       R"(
    %g, %u = costate.reduce "max" (%i < %n, %j < %i2) -> (f64, f64) {
      %a = costate.at %x[%i] : !v -> f64
      %b = costate.at %x[%j] : !v -> f64
      %c = arith.mulf %a, %b : f64
      %d = math.cos %c : f64
      costate.yield %c, %d : f64, f64
    }
    %y = costate.map (%i < %n) -> (!v) {
      %a = costate.at %x[%i] : !v -> f64
      %l = costate.reduce "min" (%j < %n) -> (f64) {
        %b = costate.at %x[%j] : !v -> f64
        %c = arith.subf %b, %a : f64
        %o = arith.constant 0.45 : f64
        %d = arith.subf %c, %o : f64
        %e = arith.mulf %d, %d : f64
        %f = costate.reduce "max" (%k < %n) -> (f64) {
          %h = costate.at %x[%k] : !v -> f64
          %p = arith.mulf %h, %e : f64
          costate.yield %p : f64
        }
        costate.yield %f : f64
      }
      %p = arith.mulf %l, %g : f64
      %q = arith.addf %p, %u : f64
      costate.yield %q : f64
    })"},
      {"empty_spaces", four,
       R"(
    %none = costate.map (%i < %i0) -> (!v) {
      %a = costate.at %x[%i] : !v -> f64
      costate.yield %a : f64
    }
    %s = costate.reduce "add" (%i < %i0) -> (f64) {
      %a = costate.at %none[%i] : !v -> f64
      costate.yield %a : f64
    }
    %p = costate.reduce "mul" (%i < %i0, %j < %n) -> (f64) {
      %a = costate.at %none[%i] : !v -> f64
      costate.yield %a : f64
    }
    %l = costate.reduce "min" (%i < %i0) -> (f64) {
      %a = costate.at %none[%i] : !v -> f64
      costate.yield %a : f64
    }
    %c = costate.scan (%t < %i0) carry (%v = %x : !v) {
      %w = costate.map (%i < %n) -> (!v) {
        %a = costate.at %v[%i] : !v -> f64
        %b = arith.mulf %a, %a : f64
        costate.yield %b : f64
      }
      costate.yield %w : !v
    }
    %y = costate.map (%i < %n) -> (!v) {
      %a = costate.at %x[%i] : !v -> f64
      %b = arith.minimumf %a, %l : f64
      %d = costate.at %c[%i] : !v -> f64
      %e = arith.mulf %b, %d : f64
      %f = arith.mulf %e, %p : f64
      %g = arith.addf %f, %s : f64
      costate.yield %g : f64
    })"},
      {"stopped", four, R"(
    %b = arith.constant 0.3 : f64
    %y = costate.map (%i < %n) -> (!v) {
      %a = costate.at %data[%i] : !v -> f64
      %s = costate.stop %a : f64
      %c = costate.at %x[%i] : !v -> f64
      %d = arith.mulf %c, %s : f64
      %e = arith.mulf %d, %c : f64
      costate.yield %e : f64
    })",
       four},
      {"tensors_without_dimensions", four,
       R"(
    %c = costate.map () -> (!s) {
      %a = costate.at %x[%i2] : !v -> f64
      %b = math.exp %a : f64
      costate.yield %b : f64
    }
    %t = costate.map (%i < %n) into (%acc = %c : !s) {
      %a = costate.at %x[%i] : !v -> f64
      %b = costate.at %c[] : !s -> f64
      %d = arith.mulf %a, %b : f64
      costate.accumulate %d into %acc[] "add" : f64, !s
      costate.yield
    }
    %y = costate.map (%i < %n) -> (!v) {
      %a = costate.at %x[%i] : !v -> f64
      %b = costate.at %t[] : !s -> f64
      %d = arith.divf %a, %b : f64
      costate.yield %d : f64
    })"},
  };
}

std::vector<FunctionCase> branches() {
  return {
      {"branches_on_data", four,
       R"(
    %s = costate.reduce "add" (%i < %n) -> (f64) {
      %a = costate.at %x[%i] : !v -> f64
      %b = arith.mulf %a, %a : f64
      costate.yield %b : f64
    }
    %y = costate.map (%i < %n) -> (!v) {
      %a = costate.at %x[%i] : !v -> f64
      %c = arith.cmpf ogt, %a, %one : f64
      %r = scf.if %c -> (f64) {
        %b = arith.mulf %a, %s : f64
        %d = costate.at %x[%i0] : !v -> f64
        %e = arith.mulf %b, %d : f64
        scf.yield %e : f64
      } else {
        %b = math.sin %a : f64
        %f = arith.cmpf ogt, %a, %half : f64
        %e = scf.if %f -> (f64) {
          %g = arith.mulf %b, %s : f64
          scf.yield %g : f64
        } else {
          scf.yield %b : f64
        }
        scf.yield %e : f64
      }
      costate.yield %r : f64
    })"},
      {"branches_with_tensors", four,
       R"(
    %first = costate.at %x[%i0] : !v -> f64
    %c = arith.cmpf olt, %first, %one : f64
    %z, %u = scf.if %c -> (!v, f64) {
      %w = costate.map (%i < %n) -> (!v) {
        %a = costate.at %x[%i] : !v -> f64
        %b = arith.mulf %a, %first : f64
        costate.yield %b : f64
      }
      scf.yield %w, %first : !v, f64
    } else {
      scf.yield %x, %one : !v, f64
    }
    %nc = arith.cmpf ogt, %first, %one : f64
    %q = scf.if %nc -> (!v) {
      scf.yield %x : !v
    } else {
      scf.yield %z : !v
    }
    %y = costate.map (%i < %n) -> (!v) {
      %a = costate.at %z[%i] : !v -> f64
      %b = costate.at %q[%i] : !v -> f64
      %d = arith.mulf %a, %b : f64
      %e = arith.mulf %d, %u : f64
      costate.yield %e : f64
    })"},
      {"taken_sum_that_accumulates", four,
       R"(
    %z = costate.map (%j < %n) -> (!v) { costate.yield %one : f64 }
    %s = costate.map (%i < %n) into (%acc = %z : !v) {
      %a = costate.at %x[%i] : !v -> f64
      %b = math.sin %a : f64
      %r = costate.reduce "add" (%k < %i3) -> (f64) {
        %d = costate.at %x[%k] : !v -> f64
        %e = arith.mulf %b, %d : f64
        costate.accumulate %e into %acc[%k] "add" : f64, !v
        costate.yield %e : f64
      }
      %c = arith.cmpf ogt, %a, %one : f64
      %q = arith.select %c, %r, %zero : f64
      costate.accumulate %q into %acc[%i] "add" : f64, !v
      costate.yield
    }
    %y = costate.map (%i < %n) -> (!v) {
      %a = costate.at %s[%i] : !v -> f64
      %b = math.sin %a : f64
      costate.yield %b : f64
    })"},
      {"taken_tensor_of_a_branch", four,
       R"(
    %first = costate.at %x[%i0] : !v -> f64
    %c = arith.cmpf olt, %first, %one : f64
    %no = arith.cmpf ogt, %first, %one : f64
    %z = scf.if %c -> (!v) {
      %w = costate.map (%i < %n) -> (!v) {
        %a = costate.at %x[%i] : !v -> f64
        %b = arith.mulf %a, %first : f64
        costate.yield %b : f64
      }
      scf.yield %w : !v
    } else {
      scf.yield %x : !v
    }
    %u = arith.select %no, %z, %x : !v
    %s = costate.map (%i < %i2) into (%acc = %z : !v) {
      %a = costate.at %x[%i] : !v -> f64
      costate.accumulate %a into %acc[%i] "add" : f64, !v
      costate.yield
    }
    %y = costate.map (%i < %n) -> (!v) {
      %a = costate.at %u[%i] : !v -> f64
      %b = costate.at %s[%i] : !v -> f64
      %d = arith.mulf %a, %b : f64
      costate.yield %d : f64
    })"},
      {"accumulation_in_branches", four,
       R"(
    %z = costate.map (%j < %n) -> (!v) { costate.yield %one : f64 }
    %s = costate.map (%i < %n) into (%acc = %z : !v) {
      %a = costate.at %x[%i] : !v -> f64
      %c = arith.cmpf ogt, %a, %one : f64
      scf.if %c {
        %b = arith.mulf %a, %a : f64
        costate.accumulate %b into %acc[%i0] "add" : f64, !v
      }
      costate.yield
    }
    %y = costate.map (%i < %n) -> (!v) {
      %a = costate.at %s[%i0] : !v -> f64
      %b = costate.at %x[%i] : !v -> f64
      %d = arith.mulf %a, %b : f64
      costate.yield %d : f64
    })"},
      {"loops_in_branches", four,
       R"(
    %y = costate.map (%i < %n) -> (!v) {
      %a = costate.at %x[%i] : !v -> f64
      %c = arith.cmpf ogt, %a, %one : f64
      %r = scf.if %c -> (f64) {
        %s = costate.scan (%t < %i3) carry (%v = %a : f64) {
          %b = costate.at %x[%t] : !v -> f64
          %d = arith.mulf %v, %b : f64
          costate.yield %d : f64
        }
        scf.yield %s : f64
      } else {
        %s = costate.iterate carry (%v = %a : f64) while {
          %k = arith.cmpf olt, %v, %two : f64
          costate.yield %k : i1
        } do (%u) {
          %d = arith.mulf %u, %u : f64
          %e = arith.addf %d, %a : f64
          costate.yield %e : f64
        }
        scf.yield %s : f64
      }
      costate.yield %r : f64
    })"},
  };
}

std::vector<FunctionCase> loops() {
  return {
      {"running_product", four,
       R"(
    %c, %y = costate.scan (%t < %n) carry (%s = %one : f64) -> (!v) {
      %a = costate.at %x[%t] : !v -> f64
      %m = arith.mulf %s, %a : f64
      costate.yield %m, %m : f64, f64
    })"},
      {"carried_shapes", four,
       R"(
    %A = costate.reshape %data to (%n, %n) : !v -> !m
    %first = costate.at %x[%i0] : !v -> f64
    %k0 = arith.constant 0 : i64
    %k1 = arith.constant 1 : i64
    %s, %v, %B, %k, %path, %states = costate.scan (%t < %i3)
        carry (%s0 = %first : f64, %v0 = %x : !v, %B0 = %A : !m, %kk = %k0 : i64) -> (!v, !m) inner (%n) {
      %p = arith.index_cast %kk : i64 to index
      %a = costate.at %x[%p] : !v -> f64
      %v1 = costate.map (%i < %n) -> (!v) {
        %r = costate.reduce "add" (%j < %n) -> (f64) {
          %e = costate.at %B0[%i, %j] : !m -> f64
          %f = costate.at %v0[%j] : !v -> f64
          %g = arith.mulf %e, %f : f64
          costate.yield %g : f64
        }
        %h = arith.mulf %r, %s0 : f64
        %o = math.tanh %h : f64
        costate.yield %o : f64
      }
      %B1 = costate.map (%i < %n, %j < %n) -> (!m) {
        %e = costate.at %B0[%i, %j] : !m -> f64
        %f = costate.at %v0[%i] : !v -> f64
        %g = costate.at %v1[%j] : !v -> f64
        %h = arith.mulf %f, %g : f64
        %o = arith.addf %e, %h : f64
        costate.yield %o : f64
      }
      %q = costate.at %v1[%t] : !v -> f64
      %s1 = arith.mulf %a, %q : f64
      %k2 = arith.addi %kk, %k1 : i64
      costate.yield %s1, %v1, %B1, %k2, %s0, %v1 : f64, !v, !m, i64, f64, !v
    }
    %y = costate.map (%i < %i3) -> (!v) {
      %a = costate.at %path[%i] : !v -> f64
      %b = costate.at %states[%i, %i2] : !m -> f64
      %c = costate.at %B[%i, %i1] : !m -> f64
      %d = costate.at %v[%i] : !v -> f64
      %e = arith.mulf %a, %b : f64
      %f = arith.mulf %c, %d : f64
      %g = arith.addf %e, %f : f64
      %h = arith.addf %g, %s : f64
      costate.yield %h : f64
    })",
       sixteen},
      {"accumulation_in_loop", four,
       R"(
    %z = costate.map (%j < %n) -> (!v) { costate.yield %one : f64 }
    %last, %s = costate.scan (%t < %n) carry (%v = %half : f64) into (%acc = %z : !v) {
      %a = costate.at %x[%t] : !v -> f64
      %b = arith.mulf %v, %a : f64
      %c = math.sin %b : f64
      costate.accumulate %c into %acc[%i1] "add" : f64, !v
      costate.map (%i < %i2) {
        %d = arith.mulf %c, %a : f64
        costate.accumulate %d into %acc[%i] "add" : f64, !v
        costate.yield
      }
      %e = arith.addf %b, %one : f64
      costate.yield %e : f64
    }
    %y = costate.map (%i < %n) -> (!v) {
      %a = costate.at %s[%i] : !v -> f64
      %b = arith.mulf %a, %last : f64
      costate.yield %b : f64
    })"},
      {"mixed_sizes",
       {0.3, -0.8, 1.1, 0.4, 0.9},
       R"(
    %pair, %triple = costate.map (%i < %i2) -> (!m, !v) inner (%i3) {
      %a = costate.at %x[%i] : !v -> f64
      %three = costate.map (%j < %i3) -> (!v) {
        %k = arith.addi %i2, %j : index
        %b = costate.at %x[%k] : !v -> f64
        %c = arith.mulf %a, %b : f64
        %d = math.sin %c : f64
        costate.yield %d : f64
      }
      %e = math.exp %a : f64
      costate.yield %three, %e : !v, f64
    }
    %P, %c, %V, %Q, %last = costate.scan (%t < %i3)
        carry (%A = %pair : !m, %u = %triple : !v) -> (!m, !k, !v) inner (%i2, %i2, %i3) {
      %B = costate.map (%i < %i2, %j < %i3) -> (!m) {
        %a = costate.at %A[%i, %j] : !m -> f64
        %b = costate.at %u[%i] : !v -> f64
        %d = costate.at %A[%i, %t] : !m -> f64
        %e = arith.mulf %a, %b : f64
        %f = arith.addf %e, %d : f64
        costate.yield %f : f64
      }
      %w, %T, %o = costate.map (%i < %i2) -> (!v, !m, !k) inner (%i3, %i3, %i2) {
        %s = costate.reduce "add" (%j < %i3) -> (f64) {
          %a = costate.at %B[%i, %j] : !m -> f64
          %b = math.sin %a : f64
          costate.yield %b : f64
        }
        %row = costate.map (%j < %i3) -> (!v) {
          %a = costate.at %A[%i, %j] : !m -> f64
          %b = arith.mulf %a, %s : f64
          costate.yield %b : f64
        }
        %plane = costate.map (%j < %i3, %k < %i2) -> (!m) {
          %a = costate.at %B[%k, %j] : !m -> f64
          %b = arith.mulf %a, %s : f64
          costate.yield %b : f64
        }
        costate.yield %s, %row, %plane : f64, !v, !m
      }
      %C = costate.map (%i < %i2, %j < %i3) -> (!m) {
        %a = costate.at %T[%i, %j] : !m -> f64
        %b = costate.at %o[%i, %j, %i1] : !k -> f64
        %d = arith.mulf %a, %b : f64
        %e = math.tanh %d : f64
        costate.yield %e : f64
      }
      %f = costate.at %w[%i1] : !v -> f64
      costate.yield %C, %w, %w, %B, %f : !m, !v, !v, !m, f64
    }
    %y = costate.map (%t < %i3) -> (!v) {
      %a = costate.at %V[%t, %i1] : !m -> f64
      %b = costate.at %Q[%t, %i0, %i2] : !k -> f64
      %d = costate.at %P[%i1, %t] : !m -> f64
      %e = costate.at %c[%i0] : !v -> f64
      %f = costate.at %last[%t] : !v -> f64
      %g = arith.mulf %a, %b : f64
      %h = arith.mulf %d, %e : f64
      %k = arith.addf %g, %h : f64
      %l = arith.mulf %k, %f : f64
      costate.yield %l : f64
    })"},
      {"reversed_loop", four,
       R"(
    %c, %y = costate.scan reversed (%t < %n) carry (%s = %half : f64) -> (!v) {
      %a = costate.at %x[%t] : !v -> f64
      %m = arith.mulf %s, %a : f64
      %e = math.sin %m : f64
      costate.yield %e, %m : f64, f64
    })"},
      {"replaced_arrays", four,
       R"(
    %v = costate.scan (%t < %i3) carry (%u = %x : !v) {
      %a = costate.at %u[%t] : !v -> f64
      %w = costate.map (%i < %i2) into (%acc = %u : !v) {
        %b = costate.at %u[%i] : !v -> f64
        %c = arith.mulf %a, %b : f64
        costate.accumulate %c into %acc[%t] "add" : f64, !v
        costate.yield
      }
      costate.yield %w : !v
    }
    %y = costate.map (%i < %n) -> (!v) {
      %a = costate.at %v[%i] : !v -> f64
      %b = costate.at %x[%i] : !v -> f64
      %c = arith.mulf %a, %b : f64
      costate.yield %c : f64
    })"},
      {"exchanged_arrays", four,
       R"(
    %u, %v = costate.scan (%t < %i3) carry (%a = %x : !v, %b = %data : !v) {
      %c = costate.map (%i < %n) -> (!v) {
        %d = costate.at %a[%i] : !v -> f64
        %e = costate.at %b[%i] : !v -> f64
        %f = arith.mulf %d, %e : f64
        costate.yield %f : f64
      }
      costate.yield %b, %c : !v, !v
    }
    %y = costate.map (%i < %n) -> (!v) {
      %a = costate.at %u[%i] : !v -> f64
      %b = costate.at %v[%i] : !v -> f64
      %c = arith.addf %a, %b : f64
      costate.yield %c : f64
    })",
       four},
      {"newton_root", four,
       R"(
    %y = costate.map (%i < %n) -> (!v) {
      %a = costate.at %x[%i] : !v -> f64
      %r = costate.iterate carry (%v = %a : f64) while {
        %b = arith.mulf %v, %v : f64
        %c = arith.subf %b, %a : f64
        %d = math.absf %c : f64
        %tol = arith.constant 1.0e-3 : f64
        %e = arith.cmpf ogt, %d, %tol : f64
        costate.yield %e : i1
      } do (%u) {
        %b = arith.divf %a, %u : f64
        %c = arith.addf %u, %b : f64
        %d = arith.mulf %c, %half : f64
        costate.yield %d : f64
      }
      costate.yield %r : f64
    })"},
      {"dynamic_loop_over_arrays", four,
       R"(
    %before = costate.map (%i < %n) -> (!v) {
      %a = costate.at %x[%i] : !v -> f64
      %b = math.sin %a : f64
      costate.yield %b : f64
    }
    %k0 = arith.constant 0 : i64
    %v, %k = costate.iterate carry (%u = %x : !v, %c = %k0 : i64) while {
      %four = arith.constant 4 : i64
      %e = arith.cmpi slt, %c, %four : i64
      costate.yield %e : i1
    } do (%w, %d) {
      %k1 = arith.constant 1 : i64
      %e = arith.addi %d, %k1 : i64
      %f = costate.map (%i < %n) -> (!v) {
        %a = costate.at %w[%i] : !v -> f64
        %b = costate.at %before[%i] : !v -> f64
        %g = arith.mulf %a, %b : f64
        %h = math.cos %g : f64
        costate.yield %h : f64
      }
      costate.yield %f, %e : !v, i64
    }
    %y = costate.map (%i < %n) -> (!v) {
      %a = costate.at %v[%i] : !v -> f64
      %b = costate.at %before[%i] : !v -> f64
      %c = arith.mulf %a, %b : f64
      costate.yield %c : f64
    })"},
      {"nested_dynamic_loops",
       four,
       R"(
    %first = costate.at %x[%i0] : !v -> f64
    %last, %y = costate.scan (%t < %n) carry (%s = %first : f64) -> (!v) {
      %a = costate.at %x[%t] : !v -> f64
      %b = arith.mulf %a, %s : f64
      %r, %count = costate.iterate carry (%v = %b : f64, %k = %zero : f64) while {
        %c = arith.cmpf olt, %k, %two : f64
        costate.yield %c : i1
      } do (%u, %l) {
        %inner = costate.iterate carry (%p = %u : f64) while {
          %c = arith.cmpf olt, %p, %one : f64
          costate.yield %c : i1
        } do (%q) {
          %c = arith.mulf %q, %q : f64
          %d = arith.addf %c, %a : f64
          costate.yield %d : f64
        }
        %e = math.sin %inner : f64
        %f = arith.mulf %e, %a : f64
        %g = arith.addf %l, %one : f64
        costate.yield %f, %g : f64, f64
      }
      %m = arith.addf %r, %b : f64
      costate.yield %m, %r : f64, f64
    })",
       {}},
      {"loops_over_loops", four, R"(
    %v = costate.scan (%t < %i2) carry (%u = %x : !v) {
      %w = costate.scan (%q < %i3) carry (%p = %u : !v) {
        %g = costate.map (%i < %n) -> (!v) {
          %r = costate.scan (%k < %i2) carry (%s = %half : f64) {
            %a = costate.at %p[%i] : !v -> f64
            %b = costate.at %u[%k] : !v -> f64
            %c = arith.mulf %a, %b : f64
            %d = arith.addf %c, %s : f64
            %e = math.sin %d : f64
            costate.yield %e : f64
          }
          costate.yield %r : f64
        }
        costate.yield %g : !v
      }
      costate.yield %w : !v
    }
    %y = costate.reshape %v to (%n) : !v -> !v)"},
      {"heat_equation", four,
       R"(
    %y = costate.scan (%t < %i3) carry (%u = %x : !v) {
      %w = costate.map (%i < %n) -> (!v) {
        %last = arith.subi %n, %i1 : index
        %isFirst = arith.cmpi eq, %i, %i0 : index
        %isLast = arith.cmpi eq, %i, %last : index
        %before = arith.subi %i, %i1 : index
        %after = arith.addi %i, %i1 : index
        %l = arith.select %isFirst, %i, %before : index
        %r = arith.select %isLast, %i, %after : index
        %a = costate.at %u[%l] : !v -> f64
        %b = costate.at %u[%i] : !v -> f64
        %c = costate.at %u[%r] : !v -> f64
        %d = arith.addf %a, %c : f64
        %e = arith.mulf %d, %half : f64
        %f = arith.subf %e, %b : f64
        %g = arith.mulf %b, %b : f64
        %h = arith.mulf %f, %g : f64
        %o = arith.addf %b, %h : f64
        costate.yield %o : f64
      }
      costate.yield %w : !v
    })"},
      {"product_in_loop", {0.5, 0.0, 2.0, 1.4}, R"(
    %y = costate.scan (%t < %i2) carry (%u = %x : !v) {
      %p = costate.reduce "mul" (%i < %n) -> (f64) {
        %a = costate.at %u[%i] : !v -> f64
        costate.yield %a : f64
      }
      %w = costate.map (%i < %n) -> (!v) {
        %a = costate.at %u[%i] : !v -> f64
        %b = math.cos %a : f64
        %c = arith.addf %b, %p : f64
        costate.yield %c : f64
      }
      costate.yield %w : !v
    })"},
  };
}

/// Derivatives are used inside of functions.
std::vector<FunctionCase> operators() {
  const char *objective = R"(
        %r = costate.reduce "add" (%i < %n) -> (f64) {
          %a = costate.at %z[%i] : !v -> f64
          %b = costate.at %x[%i] : !v -> f64
          %c = arith.mulf %a, %b : f64
          %d = math.cosh %c : f64
          %e = costate.at %z[%i0] : !v -> f64
          %f = arith.mulf %e, %a : f64
          %g = math.sin %f : f64
          %h = arith.addf %d, %g : f64
          costate.yield %h : f64
        }
        costate.yield %r : f64
)";
  std::string descent = std::string(R"(
    %y = costate.scan (%t < %i3) carry (%u = %data : !v) {
      %r:2 = costate.vjp at (%u) seeds (%one) : (!v, f64) -> (f64, !v) {
      ^bb0(%z: !v):)") + objective +
                        R"(
      }
      %w = costate.map (%i < %n) -> (!v) {
        %tenth = arith.constant 0.1 : f64
        %a = costate.at %u[%i] : !v -> f64
        %b = costate.at %r#1[%i] : !v -> f64
        %c = arith.mulf %b, %tenth : f64
        %d = arith.subf %a, %c : f64
        costate.yield %d : f64
      }
      costate.yield %w : !v
    })";
  std::string directions = std::string(R"(
    %y = costate.map (%o < %n) -> (!v) {
      %e0 = costate.map (%i < %n) -> (!v) {
        %is = arith.cmpi eq, %i, %o : index
        %v0 = arith.select %is, %one, %zero : f64
        costate.yield %v0 : f64
      }
      %h:2 = costate.jvp at (%data) tangents (%e0) : (!v, !v) -> (!v, !v) {
      ^bb0(%u: !v):
        %r:2 = costate.vjp at (%u) seeds (%one) : (!v, f64) -> (f64, !v) {
        ^bb0(%z: !v):)") + objective +
                           R"(
        }
        costate.yield %r#1 : !v
      }
      %q = costate.at %h#1[%o] : !v -> f64
      costate.yield %q : f64
    })";
  const char *several = R"(
    %a = costate.at %x[%i0] : !v -> f64
    %r:7 = costate.vjp at (%x, %a, %data) seeds (%a, %x, %x, %two) : (!v, f64, !v, f64, !v, !v, f64)
        -> (f64, !v, !v, f64, !v, f64, !v) {
    ^bb0(%u: !v, %c: f64, %unused: !v):
      %v = costate.map (%i < %n) -> (!v) {
        %b = costate.at %u[%i] : !v -> f64
        %d = arith.mulf %b, %c : f64
        %e = math.sin %d : f64
        %f = arith.mulf %e, %a : f64
        costate.yield %f : f64
      }
      %b = costate.at %v[%i1] : !v -> f64
      %d = arith.mulf %b, %c : f64
      costate.yield %d, %v, %u, %half : f64, !v, !v, f64
    }
    %q:4 = costate.jvp at (%a, %x) tangents (%two, %r#4) : (f64, !v, f64, !v) -> (!v, f64, !v, f64) {
    ^bb0(%c: f64, %u: !v):
      %v = costate.map (%i < %n) -> (!v) {
        %b = costate.at %u[%i] : !v -> f64
        %d = math.exp %b : f64
        %e = arith.mulf %d, %c : f64
        costate.yield %e : f64
      }
      costate.yield %v, %c : !v, f64
    }
    %y = costate.map (%i < %n) -> (!v) {
      %b = costate.at %r#4[%i] : !v -> f64
      %d = costate.at %r#6[%i] : !v -> f64
      %e = costate.at %q#2[%i] : !v -> f64
      %f = arith.mulf %b, %r#5 : f64
      %g = arith.addf %d, %e : f64
      %h = arith.addf %f, %g : f64
      %k = arith.mulf %h, %q#3 : f64
      costate.yield %k : f64
    })";
  return {{"several_values", four, several, four},
          {"descent", four, descent, {0.1, -0.2, 0.3, 0.4}},
          {"diagonal_of_hessian", four, directions, {0.1, -0.2, 0.3, 0.4}}};
}

} // namespace

std::vector<FunctionCase> smoothFunctions() {
  std::vector<FunctionCase> all;
  for (auto list : {mapsAndReductions(), branches(), loops(), operators()})
    for (FunctionCase &one : list) {
      one.body = size + one.body;
      all.push_back(one);
    }
  return all;
}

} // namespace costate::test
