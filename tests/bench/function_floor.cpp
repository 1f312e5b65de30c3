// Compiled functions beside the same computations by hand, with Eigen where it has them; one thread, one run:
//
//   function_floor [part]   a line per case: ours, by hand, ratio; least of several repeats
//
// What is measured is one call of the compiled function, data bound and results allocated. What is compared
// takes turns, so that both see the same machine.
#include "tests/bench/CompiledFunction.h"
#include "tests/bench/FloorProducts.h"

#include <Eigen/Dense>

#include <cmath>

using namespace costate;
using namespace costate::bench;
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;

namespace {

/// One layer of a perceptron with its gradient, by Eigen.
template <class Real> struct PerceptronByHand {
  using Matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  using Vector = Eigen::Matrix<Real, Eigen::Dynamic, 1>;
  PerceptronByHand(Eigen::Index B, Eigen::Index d, Eigen::Index h)
      : X(Matrix::Random(B, d)), W(Matrix::Random(h, d)), gW(h, d), Z(B, h), D(B, h), y(Vector::Random(B)),
        b(Vector::Random(h)), v(Vector::Random(h)), gb(h), gv(h), r(B) {}
  void value() {
    Z.noalias() = X * W.transpose();
    Z = (Z.rowwise() + b.transpose()).array().tanh();
    r.noalias() = Z * v;
    loss = (r - y).squaredNorm();
  }
  void gradient() {
    value();
    r = 2 * (r - y);
    gv.noalias() = Z.transpose() * r;
    D.noalias() = r * v.transpose();
    D = D.array() * (1 - Z.array().square());
    gb = D.colwise().sum();
    gW.noalias() = D.transpose() * X;
  }
  Matrix X, W, gW, Z, D;
  Vector y, b, v, gb, gv, r;
  volatile Real loss = 0;
};

void perceptron() {
  const std::string model = R"(
param B: int = 256
param d: int = 64
param h: int = 64
param X[i in 1..B, j in 1..d] = sin(i*0.37 + j*1.3)
param y[i in 1..B] = cos(i)
param W[i in 1..h, j in 1..d] = sin(i*1.1 + j*0.7)/8
param b[i in 1..h] = 0.01*i
param v[i in 1..h] = sin(2*i)/8
function loss(W: real[h, d], b: real[h], v: real[h], X: real[B, d], y: real[B]) -> real {
  let Z = [tanh(b[i] + sum(j in 1..d) W[i, j]*X[s, j]) for s in 1..B, i in 1..h]
  return sum(s in 1..B) (sum(i in 1..h) v[i]*Z[s, i] - y[s])^2
}
)";
  const std::string gradient =
      model + "let (gW, gb, gv) = gradient(loss, wrt = (W, b, v))(W, b, v, X, y)\nprint gv\n";
  PerceptronByHand<double> byHand(256, 64, 64);
  PerceptronByHand<float> single(256, 64, 64);
  Compiled value(model + "let l = loss(W, b, v, X, y)\nprint l\n"), ours(gradient);
  Compiled oursSingle(gradient, /*isSingle=*/true);
  report("perceptron, value, batch 256", value, [&] { byHand.value(); });
  report(
      "perceptron, forward and gradient, batch 256", ours, [&] { byHand.gradient(); },
      fmt::format("   compiled in {:.2f} s", ours.compileSeconds));
  report("the same in floats, arguments in doubles", oursSingle, [&] { single.gradient(); });
}

/// Five points of n x n numbers, as one writes it.
void stencil(const double *__restrict x, double *__restrict y, Eigen::Index n) {
  std::fill_n(y, n, 0.0);
  std::fill_n(y + (n - 1) * n, n, 0.0);
  for (Eigen::Index i = 1; i < n - 1; ++i) {
    const double *row = x + i * n;
    double *result = y + i * n;
    result[0] = result[n - 1] = 0;
    for (Eigen::Index j = 1; j < n - 1; ++j)
      result[j] = 0.1 * (row[j - n] + row[j + n] + row[j - 1] + row[j + 1] - 4 * row[j]);
  }
}

/// Bytes of what is read and what is written, once each, per second; beside a[i] = b[i] + s c[i], for which
/// 24 are counted. Lines that a processor reads before it writes them are counted for none of them.
void bandwidths() {
  constexpr Eigen::Index n = 10'000'000, side = 3000;
  Vector a(n), b = Vector::Ones(n), c = Vector::Ones(n);
  Vector x = Vector::Random(side * side), y(side * side);
  auto line = [&](const char *name, double seconds, double bytes, double triad) {
    fmt::print("{:<46} {:>9.1f} us, {:.1f} GB/s, {:.0f} % of a triad's {:.1f} GB/s\n", name, seconds * 1e6,
               bytes / seconds / 1e9, 100 * bytes / seconds / triad, triad / 1e9);
  };
  auto share = [&](const char *name, const std::string &text, double bytes, bool withHand = false) {
    Compiled ours(text);
    std::vector<Work> works{[&] { a.noalias() = b + 3.0 * c; }, [&] { ours(); }};
    if (withHand)
      works.push_back([&] { stencil(x.data(), y.data(), side); });
    std::vector<double> seconds = leastSeconds(works);
    double triad = 24.0 * double(n) / seconds[0];
    line(name, seconds[1], bytes, triad);
    if (withHand)
      line("  by hand, as one writes it", seconds[2], bytes, triad);
  };
  share("chain of 10 operations, entry by entry", R"(
param n: int = 10000000
param x[i in 1..n] = 0.5*i
function chain(x: real[n]) -> real[n] {
  let a = [2*x[i] + 1 for i in 1..n]
  let b = [a[i]*a[i] - 3 for i in 1..n]
  let c = [b[i]*0.5 + x[i] for i in 1..n]
  let d = [c[i]*c[i]*1e-3 for i in 1..n]
  return [d[i] + 1 for i in 1..n]
}
let y = chain(x)
print y[1]
)",
        16.0 * n);
  share("stencil in one dimension", R"(
param n: int = 10000000
param x[i in 1..n] = 0.5*i
function stencil(x: real[n]) -> real[n] {
  let y = [if i > 1 and i < n then x[i-1] - 2*x[i] + x[i+1] else 0 for i in 1..n]
  return [0.1*y[i] for i in 1..n]
}
let y = stencil(x)
print y[1]
)",
        16.0 * n);
  share("stencil in two dimensions", R"(
param n: int = 3000
param x[i in 1..n, j in 1..n] = i + 0.5*j
function stencil(x: real[n, n]) -> real[n, n] {
  let y = [x[i-1, j] + x[i+1, j] + x[i, j-1] + x[i, j+1] - 4*x[i, j] for i in 2..n-1, j in 2..n-1]
  return [if i > 1 and i < n and j > 1 and j < n then 0.1*y[i-1, j-1] else 0 for i in 1..n, j in 1..n]
}
let y = stencil(x)
print y[1, 1]
)",
        16.0 * side * side, /*withHand=*/true);
}

void tinySteps() {
  constexpr int steps = 100'000;
  Compiled ours(R"(
function swing(a0: real, n: int) -> real {
  scan (a = a0, w = 0.1) for t in 1..n {
    w = 0.999*w - 0.001*sin(a)
    a = a + 0.001*w
  }
  return a
}
let x = swing(0.5, 100000)
print x
)");
  volatile double start = 0.5, end = 0;
  auto byHand = [&] {
    double a = start, w = 0.1;
    for (int t = 0; t < steps; ++t) {
      w = 0.999 * w - 0.001 * std::sin(a);
      a = a + 0.001 * w;
    }
    end = a;
  };
  report("scan of 100,000 tiny steps", ours, byHand);
}

void product() {
  constexpr int n = 512;
  Compiled ours(R"(
param n: int = 512
param A[i in 1..n, j in 1..n] = sin(i + 2*j)
param B[i in 1..n, j in 1..n] = cos(i - j)
function product(A: real[n, m], B: real[m, k]) -> real[n, k] = [sum(j in 1..m) A[i, j]*B[j, l] for i in 1..n, l in 1..k]
let C = product(A, B)
print C[1, 1]
)");
  Matrix A = Matrix::Random(n, n), B = Matrix::Random(n, n), C(n, n);
  report("matrix product 512 x 512 x 512", ours, [&] { C.noalias() = A * B; });
}

/// Factors and solution, beside those that Eigen has for the kind of matrix.
void systems() {
  auto model = [](const std::string &n, const std::string &entry) {
    return "param n: int = " + n + "\nparam A[i in 1..n, j in 1..n] = " + entry +
           R"( + (if i == j then n else 0)
param b[i in 1..n] = i/n
function solved(A: real[n, n], b: real[n]) -> real[n] = A \ b
let x = solved(A, b)
print x[1]
)";
  };
  for (int n : {100, 1000}) {
    Eigen::MatrixXd A = Eigen::MatrixXd::Random(n, n);
    Eigen::MatrixXd general = A + n * Eigen::MatrixXd::Identity(n, n),
                    positive = general + general.transpose();
    Vector b = Vector::Random(n), x(n);
    Compiled oursPositive(model(std::to_string(n), "cos(i - j)")),
        ours(model(std::to_string(n), "sin(i + 2*j)"));
    Eigen::LLT<Eigen::MatrixXd> llt(n);
    report(fmt::format("symmetric positive system, {} unknowns", n).c_str(), oursPositive,
           [&] { x = llt.compute(positive).solve(b); });
    Eigen::PartialPivLU<Eigen::MatrixXd> lu(n);
    report(fmt::format("general system, {} unknowns", n).c_str(), ours,
           [&] { x = lu.compute(general).solve(b); });
  }
}

/// What a gradient costs beside its function, as the examples have them.
void gradients() {
  auto cost = [&](const char *name, const std::string &model, const std::string &call,
                  const std::string &gradient) {
    Compiled function(model + "let y = " + call + "\nprint y\n");
    Compiled derived(model + gradient + "\n");
    std::vector<double> seconds = leastSeconds({[&] { derived(); }, [&] { function(); }});
    fmt::print("{:<46} {:>9.1f} us {:>9.1f} us {:>6.2f}\n", name, seconds[0] * 1e6, seconds[1] * 1e6,
               seconds[0] / seconds[1]);
  };
  fmt::print("\n{:<46} {:>12} {:>12} {:>6}\n", "", "gradient", "function", "ratio");
  const std::string chain = R"(
param h = 0.01
function pull(x: real[n], i: int) = (if i < n then x[i + 1] - x[i] else 0) - (if i > 1 then x[i] - x[i - 1] else 0)
function final(x0: real[n], v0: real[n], k: real) -> real {
  scan (x = x0, v = v0) for t in 1..1000 {
    v = [v[i] + h*k*pull(x, i) for i in 1..n]
    x = x + h*v
  }
  return sum(i in 1..n) x[i]^2
}
param x0[i in 1..n] = sin(i)
param v0[i in 1..n] = cos(2*i)
)";
  const std::string call = "final(x0, v0, 2.0)";
  const std::string all = "let (gx, gv, gk) = gradient(final, wrt = (x0, v0, k))(x0, v0, 2.0)\nprint gk";
  cost("mass-spring, 20 masses, 1000 steps", "param n: int = 20" + chain, call, all);
  cost("mass-spring, 1000 masses, 1000 steps", "param n: int = 1000" + chain, call, all);
  cost("sinkhorn, 30 points", R"(
function value(C: real[n, m], a: real[n], b: real[m], eps: real) -> real {
  iterate (f = [0.0 for i in 1..n], old = [1.0 for i in 1..n], k = 0) while norm(f - old) > 1e-13*eps and k < 10_000 {
    let g = [-eps*log(sum(i in 1..n) a[i]*exp((f[i] - C[i, j])/eps)) for j in 1..m]
    old = f
    f = [-eps*log(sum(j in 1..m) b[j]*exp((g[j] - C[i, j])/eps)) for i in 1..n]
    k = k + 1
  }
  let g = [-eps*log(sum(i in 1..n) a[i]*exp((f[i] - C[i, j])/eps)) for j in 1..m]
  return dot(a, f) + dot(b, g)
}
param n = 30
param x[i in 1..n] = i/n
param a[i in 1..n] = 1/n
param b[j in 1..n] = 2*j/(n*(n + 1))
let C = [(x[i] - x[j])^2 for i in 1..n, j in 1..n]
)",
       "value(C, a, b, 0.01)", "let D = gradient(value)(C, a, b, 0.01)\nprint D[1, 1]");
  cost("linear system, 100 unknowns", R"(
param n = 100
param A[i in 1..n, j in 1..n] = sin(i + 2*j) + (if i == j then n else 0)
param b[i in 1..n] = i/n
function pressed(A: real[n, n], b: real[n]) = dot(b, A \ b)
)",
       "pressed(A, b)", "let (gA, gb) = gradient(pressed, wrt = (A, b))(A, b)\nprint gb[1]");
  cost("swing of 1000 steps", R"(
function swing(a0: real, torque: real[n]) -> real {
  scan (a = a0, w = 0.1) for t in 1..n {
    w = 0.999*w - 0.01*sin(a) + 0.01*torque[t]
    a = a + 0.01*w
  }
  return a
}
param torque[t in 1..1000] = sin(0.1*t)
)",
       "swing(0.5, torque)", "let g = gradient(swing, wrt = torque)(0.5, torque)\nprint g[1]");
  const std::string paths = R"(
function path(a0: real, k: real, m: int) -> real {
  scan (a = a0) for t in 1..m {
    a = a + 0.1*sin(k*a)
  }
  return a
}
param n: int = 100_000
param k = 1.5
param m: int = 10
param x[i in 1..n] = sin(i)
)";
  for (auto [name, steps] :
       {std::pair{"sum of 100,000 scans of 10 steps", "10"}, {"the same, of m steps", "m"}})
    cost(name,
         paths +
             fmt::format("function total(x: real[n], k: real, m: int) = sum(i in 1..n) path(x[i], k, {})\n",
                         steps),
         "total(x, k, m)", "let (gx, gk) = gradient(total, wrt = (x, k))(x, k, m)\nprint gk");
  cost("convolutional network, 64 images of 8^2", R"(
set Image = 1..64
param ink[i in Image, r in 1..8, c in 1..8] = sin(i*r + c)
param shown[i in Image]: int = i mod 10
param f: int = 8
param q: int = 10
param K[k in 1..f, u in 1..3, v in 1..3] = sin(9*k + 3*u + v)
param b[k in 1..f] = 0.01*k
param W[j in 1..q, k in 1..f, r in 1..3, c in 1..3] = 0.3*sin(90*j + 9*k + 3*r + c)
param a[j in 1..q] = 0.01*j
function relu(x: real) = max(x, 0)
function scores[f](K: real[f, 3, 3], b: real[f], W: real[n, f, 3, 3], a: real[n], x: real[8, 8]) -> real[n] {
  let filtered = [relu(b[k] + sum(u in 1..3, v in 1..3) K[k, u, v]*x[r + u - 1, c + v - 1]) for k in 1..f, r in 1..6, c in 1..6]
  let pooled = [max(u in 0..1, v in 0..1) filtered[k, 2*r - u, 2*c - v] for k in 1..f, r in 1..3, c in 1..3]
  return [a[j] + sum(k in 1..f, r in 1..3, c in 1..3) W[j, k, r, c]*pooled[k, r, c] for j in 1..n]
}
function cross_entropy(z: real[c], label: int) = logsumexp(z) - z[label + 1]
function loss[f](K: real[f, 3, 3], b: real[f], W: real[n, f, 3, 3], a: real[n], X: real[m, 8, 8], y: int[m]) -> real {
  return mean(i in 1..m) cross_entropy(scores(K, b, W, a, X[i, :, :]), y[i])
}
)",
       "loss(K, b, W, a, ink, shown)",
       "let (gK, gb, gW, ga) = gradient(loss, wrt = (K, b, W, a))(K, b, W, a, ink, shown)\nprint ga[1]");
  cost("truss of 8 bars", R"(
param m = 8
param n = 8
param B[b in 1..m, d in 1..n] = sin(3*b + d*d) + (if b == d then 2 else 0)
param a[b in 1..m] = 1 + b/8
param load[d in 1..n] = if d == 4 then -1 else 0
function compliance(B: real[m, n], a: real[m], load: real[n]) -> real {
  let K = [sum(b in 1..m) B[b, i]*B[b, j]*a[b] for i in 1..n, j in 1..n]
  return dot(load, K \ load)
}
)",
       "compliance(B, a, load)", "let g = gradient(compliance, wrt = a)(B, a, load)\nprint g[1]");
  cost("spectral derivative, 1024 points", R"(
function derivative(u: real[n]) -> real[n] {
  let waves = rfft(u)
  let slopes = [if 2*(k - 1) == n then 0 else 1i*(k - 1)*waves[k] for k in 1..n div 2 + 1]
  return irfft(slopes, n)
}
function energy(u: real[n]) = sum(j in 1..n) derivative(u)[j]^2
param u[j in 1..1024] = sin(j/100) + cos(j*j/3000)
)",
       "energy(u)", "let g = gradient(energy)(u)\nprint g[1]");
  cost("root of 20 equations", R"(
param n = 20
function balance(b: real[n]) -> real {
  root x: [2*x[i] - sum(j in 1..n) x[j]/n + exp(x[i]) - b[i] for i in 1..n] == 0 from [0.0 for i in 1..n]
  return sum(i in 1..n) x[i]^2
}
param b[i in 1..n] = 1 + i/2
)",
       "balance(b)", "let g = gradient(balance)(b)\nprint g[1]");
}

} // namespace

int main(int count, char **arguments) {
  Eigen::setNbThreads(1);
  std::string part = count > 1 ? arguments[1] : "";
  const std::pair<const char *, void (*)()> parts[] = {
      {"perceptron", perceptron}, {"bandwidths", bandwidths}, {"steps", tinySteps},    {"product", product},
      {"products", products},     {"systems", systems},       {"gradients", gradients}};
  fmt::print("{:<46} {:>12} {:>12} {:>6}\n", "", "ours", "by hand", "ratio");
  for (auto [name, measure] : parts)
    if (part.empty() || part == name)
      measure();
}
