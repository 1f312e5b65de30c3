// Functions that use operations on whole arrays, and roots of equations.
#include "tests/derivatives/FunctionDerivatives.h"

namespace costate::test {
namespace {

const Vector nine{0.3, -0.8, 1.1, 0.4, 0.9, -0.2, 0.5, 0.7, 1.3};
/// Of a matrix that turns: one real eigenvalue and two that are conjugate.
const Vector turning{0.3, -1.2, 0.4, 1.1, 0.5, -0.3, 0.2, 0.1, 1.4};
const Vector six{0.7, -0.3, 0.9, 0.4, 1.1, -0.6};

/// %A from 9 numbers, regular, and a nonlinear right-hand side %b.
const std::string square = R"(
    %A0 = costate.reshape %x to (%i3, %i3) : !v -> !m
    %A = costate.map (%i < %i3, %j < %i3) -> (!m) {
      %a = costate.at %A0[%i, %j] : !m -> f64
      %e = math.sin %a : f64
      %on = arith.cmpi eq, %i, %j : index
      %d = arith.select %on, %two, %zero : f64
      %s = arith.addf %e, %d : f64
      costate.yield %s : f64
    }
    %b = costate.map (%i < %i3, %j < %i2) -> (!m) {
      %a = costate.at %A0[%j, %i] : !m -> f64
      %e = arith.mulf %a, %a : f64
      costate.yield %e : f64
    }
    %i9 = arith.muli %i3, %i3 : index
    %i6 = arith.muli %i3, %i2 : index
)";

/// Eigenvalues and eigenvectors of %A, mixed.
const std::string spectrum = R"(
    %w, %V, %p = costate.eig %A else 1 : !m -> !m, !k, !i
    %y = costate.map (%i < %i3) -> (!v) {
      %s = costate.reduce "add" (%k < %i3) -> (f64) {
        %a = costate.at %V[%i, %k, %i0] : !k -> f64
        %c = costate.at %V[%i, %k, %i1] : !k -> f64
        %wa = costate.at %w[%k, %i0] : !m -> f64
        %wc = costate.at %w[%k, %i1] : !m -> f64
        %first = arith.mulf %a, %wc : f64
        %square = arith.mulf %c, %c : f64
        %second = arith.mulf %square, %wa : f64
        %both = arith.addf %first, %second : f64
        %all = arith.addf %both, %c : f64
        costate.yield %all : f64
      }
      costate.yield %s : f64
    })";

/// %P, symmetric and positive definite, with simple eigenvalues.
const std::string symmetric = square + R"(
    %P = costate.map (%i < %i3, %j < %i3) -> (!m) {
      %s = costate.reduce "add" (%k < %i3) -> (f64) {
        %a = costate.at %A[%i, %k] : !m -> f64
        %c = costate.at %A[%j, %k] : !m -> f64
        %p = arith.mulf %a, %c : f64
        costate.yield %p : f64
      }
      costate.yield %s : f64
    }
)";

/// y from a vector and matrices, so that all of their entries matter.
std::string mixed(const std::string &vector, const std::string &left, const std::string &right) {
  return R"(
    %rows = costate.size )" +
         left + R"(, 0 : !m
    %columns = costate.size )" +
         vector + R"(, 0 : !v
    %y = costate.map (%i < %rows) -> (!v) {
      %s = costate.reduce "add" (%k < %columns) -> (f64) {
        %a = costate.at )" +
         left + R"([%i, %k] : !m -> f64
        %w = costate.at )" +
         vector + R"([%k] : !v -> f64
        %t = costate.reduce "add" (%l < %i2) -> (f64) {
          %c = costate.at )" +
         right + R"([%l, %k] : !m -> f64
          %q = arith.addf %c, %one : f64
          %r = arith.mulf %q, %c : f64
          costate.yield %r : f64
        }
        %u = arith.mulf %a, %w : f64
        %z = arith.mulf %u, %t : f64
        %e = arith.addf %z, %a : f64
        costate.yield %e : f64
      }
      costate.yield %s : f64
    })";
}

/// A 3 x 3 matrix by its entries.
std::string sparseEntries(const std::string &matrix) {
  return "%values = costate.reshape " + matrix +
         R"( to (%i9) : !m -> !v
    %rows, %columns = costate.map (%k < %i9) -> (!i, !i) {
      %i = arith.divsi %k, %i3 : index
      %j = arith.remsi %k, %i3 : index
      %row = arith.index_cast %i : index to i64
      %column = arith.index_cast %j : index to i64
      costate.yield %row, %column : i64, i64
    })"
         "\n";
}

std::vector<FunctionCase> linearSystems() {
  const std::string factors =
                        "%As = costate.stop %A : !m\n%F, %p = costate.factor %As else 1 : !m -> !m, !i\n",
                    positive =
                        "%Ps = costate.stop %P : !m\n%F, %p = costate.factor %Ps else 1 : !m -> !m, !i\n";
  return {
      {"linear_solve", nine, square + factors + R"(
    %X = costate.linear_solve %A by %F, %p of %b else 1 : !m, !m, !i, !m -> !m
    %y = costate.reshape %X to (%i6) : !m -> !v)"},
      {"transposed_solve", nine, square + factors + R"(
    %X = costate.linear_solve transposed %A by %F, %p of %b else 1 : !m, !m, !i, !m -> !m
    %y = costate.reshape %X to (%i6) : !m -> !v)"},
      {"positive_solve", nine, symmetric + positive + R"(
    %X = costate.linear_solve %P by %F, %p of %b else 1 : !m, !m, !i, !m -> !m
    %y = costate.reshape %X to (%i6) : !m -> !v)"},
      {"transposed_positive_solve", nine, symmetric + positive + R"(
    %X = costate.linear_solve transposed %P by %F, %p of %b else 1 : !m, !m, !i, !m -> !m
    %y = costate.reshape %X to (%i6) : !m -> !v)"},
      {"sparse_solve", nine, square + sparseEntries("%A") + R"(
    %X = costate.sparse_solve %values at %rows, %columns of %b else 1 : !v, !i, !i, !m -> !m
    %y = costate.reshape %X to (%i6) : !m -> !v)"},
      {"transposed_sparse_solve", nine, square + sparseEntries("%A") + R"(
    %X = costate.sparse_solve transposed %values at %rows, %columns of %b else 1 : !v, !i, !i, !m -> !m
    %y = costate.reshape %X to (%i6) : !m -> !v)"},
      {"sparse_positive_solve", nine, symmetric + sparseEntries("%P") + R"(
    %X = costate.sparse_solve %values at %rows, %columns of %b else 1 : !v, !i, !i, !m -> !m
    %y = costate.reshape %X to (%i6) : !m -> !v)"},
      {"lower_solve", nine, square + R"(
    %X = costate.lower_solve %A of %b else 1 : !m, !m -> !m
    %Z = costate.lower_solve transposed %A of %X else 1 : !m, !m -> !m
    %y = costate.reshape %Z to (%i6) : !m -> !v)"},
      {"lu", {0.3, 1.8, 1.1, 2.4, 0.9, -0.2, 0.5, 0.7, 1.3}, R"(
    %i9 = arith.muli %i3, %i3 : index
    %A = costate.reshape %x to (%i3, %i3) : !v -> !m
    %F, %p = costate.lu %A else 1 : !m -> !m, !i
    %y = costate.reshape %F to (%i9) : !m -> !v)"},
      {"inv", nine, square + R"(
    %X = costate.inv %A else 1 : !m -> !m
    %y = costate.reshape %X to (%i9) : !m -> !v)"},
      {"determinants", nine, square + R"(
    %d = costate.det %A else 1 : !m
    %l = costate.logdet %A else 1 : !m
    %y = costate.map (%i < %i2) -> (!v) {
      %s = arith.mulf %d, %l : f64
      %q = arith.addf %s, %d : f64
      costate.yield %q : f64
    })"},
      {"cholesky", nine, symmetric + R"(
    %L = costate.cholesky %P else 1 : !m -> !m
    %y = costate.reshape %L to (%i9) : !m -> !v)"},
      {"expm", {0.3, -0.8, 1.1, 0.4}, R"(
    %A = costate.reshape %x to (%i2, %i2) : !v -> !m
    %E = costate.expm %A else 1 : !m -> !m
    %y = costate.reshape %E to (%n) : !m -> !v)"},
  };
}

std::vector<FunctionCase> factorizations() {
  auto qr = [](const char *name, const char *rows, const char *columns) {
    std::string body = std::string("%A = costate.reshape %x to (") + rows + ", " + columns + R"() : !v -> !m
    %Q, %R = costate.qr %A else 1 : !m -> !m, !m
    %d = costate.map (%i < %i2) -> (!v) {
      %a = costate.at %R[%i, %i] : !m -> f64
      %c = costate.at %R[%i0, %i1] : !m -> f64
      %e = arith.addf %a, %c : f64
      costate.yield %e : f64
    })" + mixed("%d", "%Q", "%R");
    return FunctionCase{name, six, body};
  };
  auto svd = [](const char *name, const Vector &x, const char *rows, const char *columns) {
    return FunctionCase{name, x,
                        std::string("%A = costate.reshape %x to (") + rows + ", " + columns +
                            ") : !v -> !m\n%U, %values, %V = costate.svd %A else 1 : !m -> !m, !v, !m" +
                            mixed("%values", "%U", "%V")};
  };
  return {
      qr("qr_tall", "%i3", "%i2"),
      qr("qr_wide", "%i2", "%i3"),
      {"eigh", nine,
       symmetric + "%values, %V = costate.eigh %P else 1 : !m -> !v, !m" + mixed("%values", "%V", "%V")},
      {"eigenvalues", nine, symmetric + R"(
    %values, %V = costate.eigh %P else 1 : !m -> !v, !m
    %y = costate.map (%i < %i3) -> (!v) {
      %a = costate.at %values[%i] : !v -> f64
      %e = math.log %a : f64
      costate.yield %e : f64
    })"},
      {"eig", turning, square + spectrum},
      {"eigenvalues_turning", turning, square + R"(
    %w, %V, %p = costate.eig %A else 1 : !m -> !m, !k, !i
    %y = costate.reshape %w to (%i6) : !m -> !v)"},
      svd("svd_square", nine, "%i3", "%i3"),
      svd("svd_tall", six, "%i3", "%i2"),
      svd("svd_wide", six, "%i2", "%i3"),
      {"complex_gaps", six, R"(
    %w = costate.reshape %x to (%i3, %i2) : !v -> !m
    %E = costate.complex_gaps %w else 1 : !m -> !k
    %i6 = arith.muli %i3, %i2 : index
    %i18 = arith.muli %i6, %i3 : index
    %y = costate.reshape %E to (%i18) : !k -> !v)"},
      {"gaps", {0.3, -0.8, 1.1}, R"(
    %E = costate.gaps %x else 1 : !v -> !m
    %i9 = arith.muli %i3, %i3 : index
    %y = costate.reshape %E to (%i9) : !m -> !v)"},
  };
}

std::vector<FunctionCase> transforms() {
  const std::string squares = R"(
    %q = costate.map (%i < %n) -> (!v) {
      %a = costate.at %x[%i] : !v -> f64
      %b = arith.mulf %a, %a : f64
      %c = arith.addf %a, %b : f64
      costate.yield %c : f64
    }
)";
  return {
      {"fft", six, squares + R"(
    %Z = costate.reshape %q to (%i1, %i3, %i2) : !v -> !k
    %X = costate.fft %Z else 1 : !k -> !k
    %S = costate.map (%i < %i1, %j < %i3, %l < %i2) -> (!k) {
      %a = costate.at %X[%i, %j, %l] : !k -> f64
      %b = math.sin %a : f64
      costate.yield %b : f64
    }
    %B = costate.fft inverse %S else 1 : !k -> !k
    %y = costate.reshape %B to (%n) : !k -> !v)"},
      {"fft2", {0.7, -0.3, 0.9, 0.4, 1.1, -0.6, 0.2, 0.8, -0.4, 0.6, 0.1, -0.9}, squares + R"(
    %Z = costate.reshape %q to (%i2, %i3, %i2) : !v -> !k
    %X = costate.fft2 %Z else 1 : !k -> !k
    %S = costate.map (%i < %i2, %j < %i3, %l < %i2) -> (!k) {
      %a = costate.at %X[%i, %j, %l] : !k -> f64
      %b = math.sin %a : f64
      costate.yield %b : f64
    }
    %B = costate.fft2 inverse %S else 1 : !k -> !k
    %y = costate.reshape %B to (%n) : !k -> !v)"},
      {"rfft_even", six, squares + R"(
    %Z = costate.reshape %q to (%i1, %n) : !v -> !m
    %X = costate.rfft %Z else 1 : !m -> !k
    %half_size = arith.addi %i3, %i1 : index
    %S = costate.map (%i < %i1, %j < %half_size, %l < %i2) -> (!k) {
      %a = costate.at %X[%i, %j, %l] : !k -> f64
      %b = math.sin %a : f64
      costate.yield %b : f64
    }
    %B = costate.irfft %S to %n else 1 : !k -> !m
    %y = costate.reshape %B to (%n) : !m -> !v)"},
      {"rfft_odd", {0.7, -0.3, 0.9, 0.4, 1.1}, squares + R"(
    %Z = costate.reshape %q to (%i1, %n) : !v -> !m
    %X = costate.rfft %Z else 1 : !m -> !k
    %S = costate.map (%i < %i1, %j < %i3, %l < %i2) -> (!k) {
      %a = costate.at %X[%i, %j, %l] : !k -> f64
      %b = math.sin %a : f64
      costate.yield %b : f64
    }
    %B = costate.irfft %S to %n else 1 : !k -> !m
    %y = costate.reshape %B to (%n) : !m -> !v)"},
      {"conv", six, R"(
    %h = costate.map (%i < %i3) -> (!v) {
      %a = costate.at %x[%i] : !v -> f64
      %b = math.exp %a : f64
      costate.yield %b : f64
    }
    %y = costate.conv %x, %h else 1 : !v, !v -> !v)"},
      {"quantiles", {0.2, 0.7, 0.45}, R"(
    %y = costate.map (%i < %n) -> (!v) {
      %a = costate.at %x[%i] : !v -> f64
      %q = costate.normal_quantile %a
      costate.yield %q : f64
    })"},
      {"sorted", six, R"(
    %xs = costate.stop %x : !v
    %p = costate.argsort %xs else 1 : !v -> !i
    %y = costate.map (%i < %n) -> (!v) {
      %k = costate.at %p[%i] : !i -> i64
      %l = arith.index_cast %k : i64 to index
      %a = costate.at %x[%l] : !v -> f64
      %e = math.exp %a : f64
      costate.yield %e : f64
    })"},
      {"in_a_loop", nine, square + R"(
    %A1 = costate.scan (%t < %i2) carry (%B = %A : !m) {
      %X = costate.inv %B else 1 : !m -> !m
      %C = costate.map (%i < %i3, %j < %i3) -> (!m) {
        %a = costate.at %X[%i, %j] : !m -> f64
        %c = costate.at %A[%j, %i] : !m -> f64
        %e = arith.addf %a, %c : f64
        costate.yield %e : f64
      }
      costate.yield %C : !m
    }
    %y = costate.reshape %A1 to (%i9) : !m -> !v)"},
      {"in_a_map", nine, square + R"(
    %y = costate.map (%i < %i3) -> (!v) {
      %c = costate.at %x[%i] : !v -> f64
      %B = costate.map (%j < %i3, %l < %i3) -> (!m) {
        %a = costate.at %A[%j, %l] : !m -> f64
        %e = arith.mulf %a, %c : f64
        costate.yield %e : f64
      }
      %d = costate.det %B else 1 : !m
      costate.yield %d : f64
    })"},
  };
}

std::vector<FunctionCase> equations() {
  return {
      {"root_of_a_number", {0.7, 1.2, -0.9, 1.4}, R"(
    %y = costate.map (%i < %n) -> (!v) {
      %a = costate.at %x[%i] : !v -> f64
      %r = costate.root from %zero else 1 : f64 {
      ^bb0(%u: f64):
        %v = arith.mulf %u, %u : f64
        %w = arith.mulf %v, %u : f64
        %s = arith.addf %w, %u : f64
        %f = arith.subf %s, %a : f64
        costate.yield %f : f64
      }
      costate.yield %r : f64
    })"},
      {"root_of_an_array", nine, square + R"(
    %start = costate.map (%i < %i3) -> (!v) { costate.yield %zero : f64 }
    %y = costate.root from %start else 1 : !v {
    ^bb0(%u: !v):
      %F = costate.map (%i < %i3) -> (!v) {
        %s = costate.reduce "add" (%k < %i3) -> (f64) {
          %a = costate.at %A[%i, %k] : !m -> f64
          %c = costate.at %u[%k] : !v -> f64
          %p = arith.mulf %a, %c : f64
          costate.yield %p : f64
        }
        %c = costate.at %u[%i] : !v -> f64
        %e = math.tanh %c : f64
        %d = costate.at %x[%i] : !v -> f64
        %t = arith.addf %s, %e : f64
        %f = arith.subf %t, %d : f64
        costate.yield %f : f64
      }
      costate.yield %F : !v
    })"},
      {"fixed_point", {0.7, -0.4, 0.9, 0.3}, R"(
    %start = costate.map (%i < %i2) -> (!v) { costate.yield %half : f64 }
    %p = costate.root fixed from %start else 1 : !v {
    ^bb0(%u: !v):
      %g = costate.map (%i < %i2) -> (!v) {
        %c = costate.at %u[%i] : !v -> f64
        %d = costate.at %u[%i0] : !v -> f64
        %a = costate.at %x[%i] : !v -> f64
        %j = arith.addi %i, %i2 : index
        %b = costate.at %x[%j] : !v -> f64
        %e = arith.mulf %a, %d : f64
        %f = math.sin %e : f64
        %h = arith.mulf %f, %half : f64
        %k = arith.mulf %c, %b : f64
        %l = arith.mulf %k, %half : f64
        %m = arith.addf %h, %l : f64
        %q = arith.addf %m, %b : f64
        costate.yield %q : f64
      }
      costate.yield %g : !v
    }
    %y = costate.map (%i < %i2) -> (!v) {
      %a = costate.at %p[%i] : !v -> f64
      %b = math.exp %a : f64
      costate.yield %b : f64
    })"},
      {"root_in_a_root", {0.7, 1.2}, R"(
    %y = costate.map (%i < %n) -> (!v) {
      %a = costate.at %x[%i] : !v -> f64
      %r = costate.root from %one else 1 : f64 {
      ^bb0(%u: f64):
        %inner = costate.root fixed from %zero else 1 : f64 {
        ^bb0(%v: f64):
          %c = arith.mulf %u, %v : f64
          %d = math.cos %c : f64
          %e = arith.mulf %d, %half : f64
          costate.yield %e : f64
        }
        %s = arith.addf %inner, %u : f64
        %t = arith.mulf %s, %u : f64
        %f = arith.subf %t, %a : f64
        costate.yield %f : f64
      }
      costate.yield %r : f64
    })"},
  };
}

} // namespace

std::vector<FunctionCase> functionsOfWholeArrays() {
  std::vector<FunctionCase> all = linearSystems();
  for (auto list : {factorizations(), transforms(), equations()})
    all.insert(all.end(), list.begin(), list.end());
  return all;
}

} // namespace costate::test
