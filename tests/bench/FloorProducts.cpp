#include "tests/bench/FloorProducts.h"

#include "tests/bench/CompiledFunction.h"

#include <Eigen/Core>

namespace costate::bench {
namespace {

using Eigen::Index;
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using View = Eigen::Map<const Matrix, 0, Eigen::OuterStride<>>;
using Result = Eigen::Map<Matrix, 0, Eigen::OuterStride<>>;

struct Sizes {
  Index batch, m, n, k;
};

/// Memory for all: a function of the model by name, its result in the same order.
struct Arrays {
  explicit Arrays(Sizes s)
      : A(Eigen::VectorXd::Random(s.batch * s.m * s.k)), B(Eigen::VectorXd::Random(s.batch * s.k * s.n)),
        C(s.batch * s.m * s.n) {}
  Eigen::VectorXd A, B, C;
};

View view(const double *start, Index rows, Index columns, Index distance) {
  return {start, rows, columns, Eigen::OuterStride<>(distance)};
}

Result result(double *start, Index rows, Index columns, Index distance) {
  return {start, rows, columns, Eigen::OuterStride<>(distance)};
}

/// `left`, `right` and `entry` are written with indices b, i, k, j and sizes n, m, l, p of b, i, k, j.
std::string model(Sizes s, const std::string &left, const std::string &right, const std::string &entry,
                  const std::string &A, const std::string &B, const std::string &order) {
  return fmt::format(R"(
param n: int = {}
param m: int = {}
param l: int = {}
param p: int = {}
param A[{}] = 0.001*sin(n)
param B[{}] = 0.001*cos(n)
function product(A: real[{}], B: real[{}], n: int, m: int, l: int, p: int) = [{} for {}]
let C = product(A, B, n, m, l, p)
print sum(b in 1..1) C[b, 1, 1]
)",
                     s.batch, s.m, s.k, s.n, A, B, left, right, entry, order);
}

std::string named(const char *what, Sizes s) {
  return fmt::format("{}, {} of {} x {} x {}", what, s.batch, s.m, s.k, s.n);
}

void batchFirst(Sizes s) {
  Compiled ours(model(s, "n, m, l", "n, l, p", "sum(k in 1..l) A[b, i, k]*B[b, k, j]",
                      "b in 1..n, i in 1..m, k in 1..l", "b in 1..n, k in 1..l, j in 1..p",
                      "b in 1..n, i in 1..m, j in 1..p"));
  Arrays a(s);
  report(named("batch first", s).c_str(), ours, [&] {
    for (Index b = 0; b < s.batch; ++b)
      result(a.C.data() + b * s.m * s.n, s.m, s.n, s.n).noalias() =
          view(a.A.data() + b * s.m * s.k, s.m, s.k, s.k) * view(a.B.data() + b * s.k * s.n, s.k, s.n, s.n);
  });
}

void turned(Sizes s) {
  Compiled ours(model(s, "n, l, m", "n, p, l", "sum(k in 1..l) A[b, k, i]*B[b, j, k]",
                      "b in 1..n, k in 1..l, i in 1..m", "b in 1..n, j in 1..p, k in 1..l",
                      "b in 1..n, i in 1..m, j in 1..p"));
  Arrays a(s);
  report(named("both transposed", s).c_str(), ours, [&] {
    for (Index b = 0; b < s.batch; ++b)
      result(a.C.data() + b * s.m * s.n, s.m, s.n, s.n).noalias() =
          view(a.A.data() + b * s.m * s.k, s.k, s.m, s.m).transpose() *
          view(a.B.data() + b * s.k * s.n, s.n, s.k, s.k).transpose();
  });
}

void shared(Sizes s) {
  Compiled ours(model(s, "n, m, l", "l, p", "sum(k in 1..l) A[b, i, k]*B[k, j]",
                      "b in 1..n, i in 1..m, k in 1..l", "k in 1..l, j in 1..p",
                      "b in 1..n, i in 1..m, j in 1..p"));
  Arrays a(s);
  report(named("second shared", s).c_str(), ours, [&] {
    for (Index b = 0; b < s.batch; ++b)
      result(a.C.data() + b * s.m * s.n, s.m, s.n, s.n).noalias() =
          view(a.A.data() + b * s.m * s.k, s.m, s.k, s.k) * view(a.B.data(), s.k, s.n, s.n);
  });
}

/// Queries and keys of heads lie beside those of the others: q[i,b,k], k[j,b,k].
void scores(Sizes s) {
  Compiled ours(model(s, "m, n, l", "p, n, l", "sum(k in 1..l) A[i, b, k]*B[j, b, k]",
                      "i in 1..m, b in 1..n, k in 1..l", "j in 1..p, b in 1..n, k in 1..l",
                      "b in 1..n, i in 1..m, j in 1..p"));
  Arrays a(s);
  report(named("scores of heads", s).c_str(), ours, [&] {
    for (Index b = 0; b < s.batch; ++b)
      result(a.C.data() + b * s.m * s.n, s.m, s.n, s.n).noalias() =
          view(a.A.data() + b * s.k, s.m, s.k, s.batch * s.k) *
          view(a.B.data() + b * s.k, s.n, s.k, s.batch * s.k).transpose();
  });
}

/// The batch is the last index: by hand each matrix is copied out and back.
void batchLast(Sizes s) {
  Compiled ours(model(s, "m, l, n", "l, p, n", "sum(k in 1..l) A[i, k, b]*B[k, j, b]",
                      "i in 1..m, k in 1..l, b in 1..n", "k in 1..l, j in 1..p, b in 1..n",
                      "i in 1..m, j in 1..p, b in 1..n"));
  Arrays a(s);
  using Strided = Eigen::Map<Matrix, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>>;
  auto strided = [&](double *start, Index rows, Index columns) {
    return Strided(start, rows, columns, {columns * s.batch, s.batch});
  };
  Matrix A(s.m, s.k), B(s.k, s.n), C(s.m, s.n);
  report(named("batch last", s).c_str(), ours, [&] {
    for (Index b = 0; b < s.batch; ++b) {
      A = strided(a.A.data() + b, s.m, s.k);
      B = strided(a.B.data() + b, s.k, s.n);
      C.noalias() = A * B;
      strided(a.C.data() + b, s.m, s.n) = C;
    }
  });
}

/// Filters of 3 x 3 over images; by hand the columns of Eigen's product are gathered by image.
void convolution(Index images, Index channels, Index filters, Index side) {
  Index out = side - 2, taps = channels * 9;
  Compiled ours(fmt::format(R"(
param n: int = {}
param c: int = {}
param f: int = {}
param s: int = {}
param K[k in 1..f, d in 1..c, u in 1..3, v in 1..3] = sin(k + d + u*v)
param x[b in 1..n, d in 1..c, i in 1..s, j in 1..s] = cos(b + d + i*j)
function filtered(K: real[f, c, 3, 3], x: real[n, c, s, s]) = [sum(d in 1..c, u in 1..3, v in 1..3) K[k, d, u, v]*x[b, d, i + u - 1, j + v - 1] for b in 1..n, k in 1..f, i in 1..s-2, j in 1..s-2]
let y = filtered(K, x)
print y[1, 1, 1, 1]
)",
                            images, channels, filters, side));
  Eigen::VectorXd x = Eigen::VectorXd::Random(images * channels * side * side),
                  y(images * filters * out * out);
  Matrix K = Matrix::Random(filters, taps), columns(taps, out * out);
  auto byHand = [&] {
    for (Index b = 0; b < images; ++b) {
      for (Index d = 0; d < channels; ++d)
        for (Index u = 0; u < 3; ++u)
          for (Index v = 0; v < 3; ++v)
            for (Index i = 0; i < out; ++i)
              std::copy_n(x.data() + ((b * channels + d) * side + i + u) * side + v, out,
                          columns.data() + ((d * 3 + u) * 3 + v) * out * out + i * out);
      result(y.data() + b * filters * out * out, filters, out * out, out * out).noalias() = K * columns;
    }
  };
  report(fmt::format("convolution, {} of {} x {}^2, {} filters", images, channels, side, filters).c_str(),
         ours, byHand);
}

/// The gradient of half the sum of squares of a filtered image, by filters and image; by hand as in
/// `convolution`, and what is gathered is added back.
void convolutionGradient(Index channels, Index filters, Index side) {
  Index out = side - 2, taps = channels * 9;
  Compiled ours(fmt::format(R"(
param c: int = {}
param f: int = {}
param s: int = {}
param K[k in 1..f, d in 1..c, u in 1..3, v in 1..3] = sin(k + d + u*v)
param x[d in 1..c, i in 1..s, j in 1..s] = cos(d + i*j)
function loss(K: real[f, c, 3, 3], x: real[c, s, s]) = sum(k in 1..f, i in 1..s-2, j in 1..s-2) (sum(d in 1..c, u in 1..3, v in 1..3) K[k, d, u, v]*x[d, i + u - 1, j + v - 1])^2/2
let (gK, gx) = gradient(loss, wrt = (K, x))(K, x)
print gK[1, 1, 1, 1], gx[1, 1, 1]
)",
                            channels, filters, side));
  Eigen::VectorXd x = Eigen::VectorXd::Random(channels * side * side), gx(channels * side * side);
  Matrix K = Matrix::Random(filters, taps), gK(filters, taps), columns(taps, out * out),
         y(filters, out * out);
  auto forRows = [&](auto use) {
    for (Index d = 0; d < channels; ++d)
      for (Index u = 0; u < 3; ++u)
        for (Index v = 0; v < 3; ++v)
          for (Index i = 0; i < out; ++i)
            use((d * side + i + u) * side + v, columns.data() + ((d * 3 + u) * 3 + v) * out * out + i * out);
  };
  auto byHand = [&] {
    forRows([&](Index from, double *to) { std::copy_n(x.data() + from, out, to); });
    y.noalias() = K * columns;
    gK.noalias() = y * columns.transpose();
    columns.noalias() = K.transpose() * y;
    gx.setZero();
    forRows([&](Index to, const double *from) {
      for (Index j = 0; j < out; ++j)
        gx[to + j] += from[j];
    });
  };
  report(fmt::format("gradient, convolution, {} x {}^2, {} filters", channels, side, filters).c_str(), ours,
         byHand);
}

/// Gradients by both factors of the sum of squares of a batch of products.
void gradient(Sizes s) {
  Compiled ours(fmt::format(R"(
param n: int = {}
param m: int = {}
param A[b in 1..n, i in 1..m, k in 1..m] = 0.001*sin(n)
param B[b in 1..n, k in 1..m, j in 1..m] = 0.001*cos(n)
function loss(A: real[n, m, m], B: real[n, m, m]) = sum(b in 1..n, i in 1..m, j in 1..m) (sum(k in 1..m) A[b, i, k]*B[b, k, j])^2
let (gA, gB) = gradient(loss, wrt = (A, B))(A, B)
print gA[1, 1, 1], gB[1, 1, 1]
)",
                            s.batch, s.m));
  Arrays a(s), g(s);
  report(named("gradient, batch first", s).c_str(), ours, [&] {
    for (Index b = 0; b < s.batch; ++b) {
      auto A = view(a.A.data() + b * s.m * s.k, s.m, s.k, s.k),
           B = view(a.B.data() + b * s.k * s.n, s.k, s.n, s.n);
      auto C = result(a.C.data() + b * s.m * s.n, s.m, s.n, s.n);
      C.noalias() = 2 * A * B;
      result(g.A.data() + b * s.m * s.k, s.m, s.k, s.k).noalias() = C * B.transpose();
      result(g.B.data() + b * s.k * s.n, s.k, s.n, s.n).noalias() = A.transpose() * C;
    }
  });
}

/// A layer beside the product alone, and beside the product and a second pass over it.
void layer(Index m, Index k, Index n) {
  Compiled ours(fmt::format(R"(
param m: int = {}
param k: int = {}
param n: int = {}
param X[i in 1..m, j in 1..k] = sin(i + j)
param W[i in 1..k, j in 1..n] = cos(i*j)
param b[j in 1..n] = sin(j)
function layer(X: real[m, k], W: real[k, n], b: real[n]) = [max(0, b[j] + sum(l in 1..k) X[i, l]*W[l, j]) for i in 1..m, j in 1..n]
let y = layer(X, W, b)
print y[1, 1]
)",
                            m, k, n));
  Matrix X = Matrix::Random(m, k), W = Matrix::Random(k, n), y(m, n);
  Eigen::RowVectorXd b = Eigen::RowVectorXd::Random(n);
  std::string size = fmt::format("{} x {} x {}", m, k, n);
  report(("layer with relu beside its product alone, " + size).c_str(), ours, [&] { y.noalias() = X * W; });
  report(("layer with relu in two passes, " + size).c_str(), ours, [&] {
    y.noalias() = X * W;
    y = (y.rowwise() + b).cwiseMax(0.0);
  });
}

} // namespace

void products() {
  for (Sizes s : {Sizes{1000, 8, 8, 8}, Sizes{1000, 32, 32, 32}, Sizes{16, 128, 128, 128}}) {
    batchFirst(s);
    turned(s);
    shared(s);
    batchLast(s);
  }
  scores({8, 128, 128, 64});
  gradient({1000, 32, 32, 32});
  gradient({16, 128, 128, 128});
  convolution(64, 1, 8, 8);
  convolution(16, 16, 32, 32);
  convolutionGradient(1, 8, 8);
  convolutionGradient(16, 32, 32);
  layer(256, 64, 64);
  layer(4096, 64, 512);
  layer(4096, 512, 512);
}

} // namespace costate::bench
