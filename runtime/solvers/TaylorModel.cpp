// Hessians of functions of the variables that bounds do not hold.
#include "runtime/solvers/TaylorModel.h"

#include <algorithm>
#include <cmath>

namespace costate::rt {

TaylorModel::TaylorModel(BoxProblem &box, double f)
    : box(box), shape(box.shape), leastSize(std::min(1.0, std::abs(f))) {
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

double TaylorModel::noise(double f) const { return QuadraticModel::noise(std::max(std::abs(f), leastSize)); }

bool TaylorModel::evaluate(const Vector &x, Vector &g) {
  if (!box.second(x, g))
    return false;
  H = box.functions.hessian();
  for (size_t p = 0; p < entries.size(); ++p)
    rows[p] = box.jacobian()[entries[p]];
  return true;
}

bool TaylorModel::factorize(double lambda, const std::vector<bool> &isHeld) {
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

void TaylorModel::solve(const Vector &r, Vector &p) {
  face.solve(r, p);
  for (Index j = 0; j < shape.n; ++j)
    p[j] = isVisible[size_t(j)] ? p[j] : 0;
}

double TaylorModel::size() const {
  double largest = 0;
  for (int64_t p = 0; p < shape.hess_cols[shape.n]; ++p)
    largest = std::max(largest, std::abs(H[p]));
  return largest > 0 ? largest : 1;
}

} // namespace costate::rt
