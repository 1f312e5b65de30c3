// Newton's method: the model is the Taylor polynomial of degree 2.
#include "runtime/solvers/FaceSystem.h"
#include "runtime/solvers/Guarded.h"
#include "runtime/solvers/TrustRegion.h"

#include <algorithm>
#include <cmath>

namespace costate::rt {
namespace {

/// B is the Hessian of f(x, h(x)): that of f + y'c on steps that the definitions complete.
class TaylorModel final : public QuadraticModel {
public:
  /// f: the first value.
  TaylorModel(BoxProblem &box, double f) : box(box), shape(box.shape), leastSize(std::min(1.0, std::abs(f))) {
    D = Vector::Ones(shape.n);
    isVisible.assign(size_t(shape.n), true);
    std::vector<int64_t> rowStarts{0};
    std::vector<int32_t> columns;
    for (const BoxProblem::Definition &d : box.definitions()) {
      isVisible[size_t(d.variable)] = false;
      for (int64_t p = shape.jac_rows[d.row]; p < shape.jac_rows[d.row + 1]; ++p) {
        columns.push_back(shape.jac_cols[p]);
        entries.push_back(p);
      }
      rowStarts.push_back(int64_t(columns.size()));
    }
    rows.resize(entries.size());
    face.analyze(shape.n, {shape.hess_cols, shape.hess_cols + shape.n + 1},
                 {shape.hess_rows, shape.hess_rows + shape.hess_cols[shape.n]}, rowStarts, columns);
  }

  bool value(Vector &x, double &f) override { return box.value(x, f); }

  /// Where f falls to 0 for ever, as at a kink of a norm, that is rounding too.
  double noise(double f) const override { return QuadraticModel::noise(std::max(std::abs(f), leastSize)); }

  bool evaluate(const Vector &x, Vector &g) override {
    if (!box.second(x, g))
      return false;
    H = box.functions.hessian();
    for (size_t p = 0; p < entries.size(); ++p)
      rows[p] = box.jacobian()[entries[p]];
    return true;
  }

  Vector product(const Vector &v) override {
    Vector full = v, u = Vector::Zero(shape.n);
    box.complete(full);
    for (Index j = 0; j < shape.n; ++j)
      for (int64_t p = shape.hess_cols[j]; p < shape.hess_cols[j + 1]; ++p) {
        int32_t i = shape.hess_rows[p];
        u[i] += H[p] * full[j];
        if (i != j)
          u[j] += H[p] * full[i];
      }
    box.reduce(u);
    return u;
  }

  bool factorize(double lambda, const std::vector<bool> &isHeld) override {
    // So that no pivot of a definition is zero, whatever the order. What it changes is refined away.
    constexpr double small = 1e-8;
    std::vector<bool> isOut = isHeld;
    Vector a = Vector::Constant(shape.n, small * size());
    for (Index j = 0; j < shape.n; ++j)
      if (isVisible[size_t(j)])
        a[j] = lambda * D[j] * D[j];
      else
        isOut[size_t(j)] = false;
    Vector e = Vector::Constant(Index(box.definitions().size()), small / size());
    return face.factorize(H, rows.data(), a, e, isOut);
  }

  void solve(const Vector &r, Vector &p) override {
    face.solve(r, p);
    for (Index j = 0; j < shape.n; ++j)
      p[j] = isVisible[size_t(j)] ? p[j] : 0;
  }

  double size() const override {
    double largest = 0;
    for (int64_t p = 0; p < shape.hess_cols[shape.n]; ++p)
      largest = std::max(largest, std::abs(H[p]));
    return largest > 0 ? largest : 1;
  }

  FaceSystem face;

private:
  BoxProblem &box;
  const ProblemShape &shape;
  double leastSize;
  std::vector<bool> isVisible;
  std::vector<int64_t> entries; // of J, in the definitions' order
  std::vector<double> rows;
  const double *H = nullptr;
};

} // namespace

Result solve(const costate_problem_v1 &problem, const costate_instance *instance, const costate_host *host,
             const NewtonOptions &options, const Observer &observer, const WarmStart *warm) {
  return guarded(problem, instance, [&] {
    BoxSolve shell("newton", problem, instance, host, options, observer, warm);
    return shell.run([&] {
      TaylorModel model(shell.box, shell.f);
      Stop stop = TrustRegion(shell, model, options.radius, 1).run();
      shell.factorizations = model.face.factorizations;
      shell.factorSeconds = model.face.factorSeconds, shell.solveSeconds = model.face.solveSeconds;
      return stop;
    });
  });
}

} // namespace costate::rt
