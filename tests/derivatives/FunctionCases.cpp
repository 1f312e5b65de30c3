// Functions over arrays that are smooth where they are differentiated: maps, reductions and branches here,
// loops in FunctionLoopCases.cpp.
#include "tests/derivatives/FunctionDerivatives.h"

namespace costate::test {
namespace {

const Vector four{0.7, 1.2, 0.9, 1.4};
const Vector sixteen{0.3, -0.8, 1.1, 0.4, 0.9, -0.2, 0.5, 0.7, 1.3, 0.6, -0.5, 0.2, 0.1, 0.8, 0.4, -1.0};

const char *const size = "%n = costate.size %x, 0 : !v\n";

std::vector<FunctionCase> functionsOfMaps() {
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
      {"with_a_rule", four, R"(
    %y = costate.ruled at (%x) : (!v) -> !v {
    ^bb0(%u: !v):
      %v = costate.map (%i < %n) -> (!v) {
        %a = costate.at %u[%i] : !v -> f64
        %b = costate.at %u[%i0] : !v -> f64
        %s = math.sin %a : f64
        %p = arith.mulf %s, %b : f64
        costate.yield %p : f64
      }
      costate.yield %v : !v
    } rule {
    ^bb0(%u: !v, %du: !v):
      %v = costate.map (%i < %n) -> (!v) {
        %a = costate.at %u[%i] : !v -> f64
        %b = costate.at %u[%i0] : !v -> f64
        %da = costate.at %du[%i] : !v -> f64
        %db = costate.at %du[%i0] : !v -> f64
        %s = math.sin %a : f64
        %c = math.cos %a : f64
        %slope = arith.mulf %c, %b : f64
        %first = arith.mulf %slope, %da : f64
        %second = arith.mulf %s, %db : f64
        %all = arith.addf %first, %second : f64
        costate.yield %all : f64
      }
      costate.yield %v : !v
    })"},
      {"rules_in_a_loop", four, R"(
    %last, %y = costate.scan (%t < %n) carry (%s = %two : f64) -> (!v) {
      %a = costate.at %x[%t] : !v -> f64
      %b = costate.ruled at (%s, %a) : (f64, f64) -> f64 {
      ^bb0(%u: f64, %v: f64):
        %p = arith.mulf %u, %v : f64
        %q = math.tanh %p : f64
        costate.yield %q : f64
      } rule {
      ^bb0(%u: f64, %v: f64, %du: f64, %dv: f64):
        %p = arith.mulf %u, %v : f64
        %q = math.tanh %p : f64
        %square = arith.mulf %q, %q : f64
        %slope = arith.subf %one, %square : f64
        %first = arith.mulf %du, %v : f64
        %second = arith.mulf %u, %dv : f64
        %both = arith.addf %first, %second : f64
        %all = arith.mulf %slope, %both : f64
        costate.yield %all : f64
      }
      costate.yield %b, %b : f64, f64
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

std::vector<FunctionCase> functionsOfBranches() {
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

} // namespace

std::vector<FunctionCase> smoothFunctions() {
  std::vector<FunctionCase> all;
  for (auto list : {functionsOfMaps(), functionsOfBranches(), functionsOfLoops(), functionsOfDerivatives(),
                    functionsOfWholeArrays()})
    for (FunctionCase &one : list) {
      one.body = size + one.body;
      all.push_back(one);
    }
  return all;
}

} // namespace costate::test
