// Functions over arrays with loops, and with derivatives in them.
#include "tests/derivatives/FunctionDerivatives.h"

namespace costate::test {
namespace {

const Vector four{0.7, 1.2, 0.9, 1.4};
const Vector sixteen{0.3, -0.8, 1.1, 0.4, 0.9, -0.2, 0.5, 0.7, 1.3, 0.6, -0.5, 0.2, 0.1, 0.8, 0.4, -1.0};

} // namespace

std::vector<FunctionCase> functionsOfLoops() {
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
std::vector<FunctionCase> functionsOfDerivatives() {
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

} // namespace costate::test
