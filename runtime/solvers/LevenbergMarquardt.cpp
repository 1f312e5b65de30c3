// Levenberg-Marquardt: the model is the sum of squares of the linear residuals [Mor78].
#include "runtime/problem/Residuals.h"
#include "runtime/solvers/FaceSystem.h"
#include "runtime/solvers/Guarded.h"
#include "runtime/solvers/TrustRegion.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

constexpr double zeroResidual = 1e-14; // relative to the start: rounding of the residuals

/// f = sf r'r, g = 2 sf R'r, B = 2 sf R'R. Sparse rows of R are multiplied out; rows with many entries stay
/// rows of the system, as definitions do.
class LinearResiduals final : public QuadraticModel {
public:
  LinearResiduals(BoxSolve &at, Residuals &residuals, const LevenbergMarquardtOptions &options)
      : at(at), box(at.box), residuals(residuals), options(options), weight(2 * at.functions.objectiveScale) {
    isVisible.assign(size_t(n()), true);
    for (const BoxProblem::Definition &d : box.definitions())
      isVisible[size_t(d.variable)] = false;
    for (int32_t j : residuals.cols())
      readsDefined = readsDefined || !isVisible[size_t(j)];
    D = norms = Vector::Zero(n());
    polishes = true; // the certified digits of a regression are those of its data
    buildStructure();
  }

  bool value(Vector &x, double &f) override {
    if ((readsDefined && !box.value(x, f)) || !residuals.values(x.data(), trial))
      return false;
    f = weight / 2 * trial.squaredNorm();
    return true;
  }

  bool evaluate(const Vector &x, Vector &g) override {
    Vector ignored;
    if ((readsDefined && !box.gradient(x, ignored)) || !residuals.values(x.data(), r) ||
        !residuals.first(x.data(), R))
      return false;
    if (firstNorm < 0)
      firstNorm = r.norm();
    g = weight * transposed(r);
    reduceVisible(g);
    fill();
    rounding = 0;
    for (Index i = 0; i < r.size(); ++i) {
      double parts = std::abs(r[i]);
      for (int64_t p = begin(i); p < begin(i + 1); ++p)
        parts += std::abs(R[p] * x[col(p)]);
      rounding += weight * std::abs(r[i]) * parts;
    }
    return true;
  }

  Vector product(const Vector &v) override {
    Vector full = v;
    if (readsDefined)
      box.complete(full);
    Vector t(residuals.count());
    for (Index i = 0; i < t.size(); ++i) {
      double sum = 0;
      for (int64_t p = begin(i); p < begin(i + 1); ++p)
        sum += R[p] * full[col(p)];
      t[i] = sum;
    }
    Vector u = weight * transposed(t);
    reduceVisible(u);
    return u;
  }

  bool factorize(double lambda, const std::vector<bool> &isHeld) override {
    constexpr double small = 1e-10; // keeps pivots of definitions off 0; refined away
    std::vector<bool> isOut = isHeld;
    Vector a(n()), e = Vector::Ones(Index(denseRows.size() + definitionEntries.size()));
    e.tail(Index(definitionEntries.size())).setConstant(small);
    for (Index j = 0; j < n(); ++j) {
      a[j] = (isVisible[size_t(j)] ? lambda : small) * D[j] * D[j];
      if (!isVisible[size_t(j)])
        isOut[size_t(j)] = !readsDefined;
    }
    return face.factorize(N.data(), rows.data(), a, e, isOut);
  }

  void solve(const Vector &b, Vector &p) override {
    face.solve(b, p);
    for (Index j = 0; j < n(); ++j)
      p[j] = isVisible[size_t(j)] ? p[j] : 0;
  }

  /// A residual is a difference of numbers of the size of its derivatives times x: sum 2 |r| |dr|.
  double noise(double) const override { return 2 * std::numeric_limits<double>::epsilon() * rounding; }

  double size() const override { return 1; } // of D^-1 B D^-1: D holds the column norms

  std::optional<Stop> shouldStop(double step, double lambda) override {
    double point = D.cwiseProduct(at.x).norm(), norm = r.norm();
    if (norm <= zeroResidual * firstNorm)
      return Stop{Status::optimal, fmt::format("residuals {:.1e} <= {:.0e} of those at the start, {:.1e}",
                                               norm, zeroResidual, firstNorm)};
    if (lambda == 0 && step <= options.step_tol * point)
      return Stop{Status::optimal,
                  fmt::format("Gauss-Newton step {:.1e} <= step_tol {:.1e} of the scaled point, {:.1e}", step,
                              options.step_tol, point)};
    return std::nullopt;
  }

  /// The largest cosine between r and a column of R whose variable may move; no column counts as shorter than
  /// rounding makes it.
  double cosine() const {
    double norm = r.norm(), largest = 0;
    for (Index j = 0; j < n() && norm > zeroResidual * firstNorm; ++j) {
      bool isBound = (at.x[j] <= box.lower[j] && at.g[j] > 0) || (at.x[j] >= box.upper[j] && at.g[j] < 0);
      if (!isBound && !box.isHeld[size_t(j)] && norms[j] > 0)
        largest = std::max(largest, std::abs(at.g[j]) / (std::sqrt(weight) * norms[j] * norm));
    }
    return largest;
  }

  FaceSystem face;

private:
  Index n() const { return box.n(); }
  int64_t begin(Index i) const { return residuals.rows()[size_t(i)]; }
  int32_t col(int64_t p) const { return residuals.cols()[size_t(p)]; }

  Vector transposed(const Vector &t) const {
    Vector u = Vector::Zero(n());
    for (Index i = 0; i < t.size(); ++i)
      for (int64_t p = begin(i); p < begin(i + 1); ++p)
        u[col(p)] += R[p] * t[i];
    return u;
  }

  void reduceVisible(Vector &u) const {
    if (readsDefined)
      box.reduce(u);
  }

  /// N = R'R of the sparse rows: its structure, and for every pair of entries of a row the place of its
  /// product.
  void buildStructure() {
    constexpr int64_t sparse = 32; // a row of k entries costs k^2/2 in N
    std::vector<int32_t> major, minor;
    for (Index i = 0; i < residuals.count(); ++i) {
      if (begin(i + 1) - begin(i) > std::max(sparse, n() / 4)) {
        denseRows.push_back(i);
        continue;
      }
      for (int64_t a = begin(i); a < begin(i + 1); ++a)
        for (int64_t b = a; b < begin(i + 1); ++b) // columns increase within a row
          major.push_back(col(a)), minor.push_back(col(b));
    }
    products = compress(n(), major, minor);
    std::vector<int64_t> rowStarts{0};
    std::vector<int32_t> rowColumns;
    for (Index i : denseRows) {
      rowColumns.insert(rowColumns.end(), residuals.cols().begin() + begin(i),
                        residuals.cols().begin() + begin(i + 1));
      rowStarts.push_back(int64_t(rowColumns.size()));
    }
    const ProblemShape &shape = box.shape;
    for (const BoxProblem::Definition &d : box.definitions()) {
      if (!readsDefined)
        break;
      definitionEntries.push_back({shape.jac_rows[d.row], shape.jac_rows[d.row + 1]});
      rowColumns.insert(rowColumns.end(), shape.jac_cols + shape.jac_rows[d.row],
                        shape.jac_cols + shape.jac_rows[d.row + 1]);
      rowStarts.push_back(int64_t(rowColumns.size()));
    }
    rows.resize(rowColumns.size());
    N.resize(products.minors.size());
    face.analyze(n(), products.starts, products.minors, rowStarts, rowColumns);
  }

  /// N, the rows, and D: the largest norms that columns had so far [Mor78, section 6].
  void fill() {
    std::fill(N.begin(), N.end(), 0.0);
    size_t pair = 0, dense = 0, next = 0;
    Vector squares = Vector::Zero(n());
    for (Index i = 0; i < residuals.count(); ++i) {
      for (int64_t p = begin(i); p < begin(i + 1); ++p)
        squares[col(p)] += weight * R[p] * R[p];
      if (dense < denseRows.size() && denseRows[dense] == i) {
        ++dense;
        for (int64_t p = begin(i); p < begin(i + 1); ++p)
          rows[next++] = std::sqrt(weight) * R[p];
        continue;
      }
      for (int64_t a = begin(i); a < begin(i + 1); ++a)
        for (int64_t b = a; b < begin(i + 1); ++b)
          N[size_t(products.slots[pair++])] += weight * R[a] * R[b];
    }
    for (auto [from, to] : definitionEntries)
      for (int64_t p = from; p < to; ++p)
        rows[next++] = box.jacobian()[p];
    if (readsDefined)
      passOnSquares(squares);
    norms = squares.cwiseSqrt();
    for (Index j = 0; j < n(); ++j) {
      D[j] = std::max(D[j], norms[j]);
      if (D[j] == 0)
        D[j] = std::numeric_limits<double>::min() < squares.maxCoeff() ? std::sqrt(squares.maxCoeff()) : 1;
    }
  }

  /// Columns of the other variables through those of what they define; exact where no residual reads two.
  void passOnSquares(Vector &squares) const {
    const ProblemShape &shape = box.shape;
    const Vector &J = box.jacobian();
    for (size_t k = box.definitions().size(); k-- > 0;) {
      const BoxProblem::Definition &d = box.definitions()[k];
      for (int64_t p = shape.jac_rows[d.row]; p < shape.jac_rows[d.row + 1]; ++p)
        if (p != d.entry)
          squares[shape.jac_cols[p]] += squares[d.variable] * std::pow(J[p] / J[d.entry], 2);
    }
  }

  BoxSolve &at;
  BoxProblem &box;
  Residuals &residuals;
  const LevenbergMarquardtOptions &options;
  double weight; // 2 sf
  double firstNorm = -1, rounding = 0;
  bool readsDefined = false;
  std::vector<bool> isVisible;
  std::vector<Index> denseRows;
  std::vector<std::pair<int64_t, int64_t>> definitionEntries; // of J
  Sparsity products;
  std::vector<double> N, rows;
  Vector r, R, trial, norms; // norms: of the columns of sqrt(2 sf) R
};

Stop iterate(BoxSolve &shell, const costate_problem_v1 &problem, const costate_instance *instance,
             const LevenbergMarquardtOptions &options) {
  Residuals residuals(problem, instance, shell.functions);
  LinearResiduals model(shell, residuals, options);
  if (!model.value(shell.x, shell.f))
    return {Status::evaluation_error,
            "the residuals are not finite at the start: a square has a negative factor, "
            "or its root is not finite"};
  shell.measure = [&] { return model.cosine(); };
  shell.measureName = "cosine of residuals and Jacobian";
  Stop stop = TrustRegion(shell, model, 0, options.factor).run();
  shell.measure = nullptr;
  shell.factorizations = model.face.factorizations;
  shell.factorSeconds = model.face.factorSeconds, shell.solveSeconds = model.face.solveSeconds;
  return stop;
}

} // namespace

Result solve(const costate_problem_v1 &problem, const costate_instance *instance, const costate_host *host,
             const LevenbergMarquardtOptions &options, const Observer &observer, const WarmStart *warm) {
  return guarded(problem, instance, [&] {
    BoxSolve shell("lm", problem, instance, host, options, observer, warm);
    if (!Residuals::areKnown(problem, instance)) {
      Result refused;
      refused.reason = "`lm` solves sums of squares, and the objective is not known to be one";
      return refused;
    }
    return shell.run([&] { return iterate(shell, problem, instance, options); });
  });
}

} // namespace costate::rt
