// For every pair of entries of a row, the place of its product.
#include "runtime/solvers/NormalEquations.h"
#include "runtime/solvers/ColumnQr.h"

#include <algorithm>
#include <cmath>

namespace costate::rt {

std::unique_ptr<ResidualSystem> residualSystem(const BoxProblem &box, const Residuals &residuals,
                                               bool readsDefined) {
  if (ColumnQr::fits(box, residuals, readsDefined))
    return std::make_unique<ColumnQr>(box, residuals, readsDefined);
  return std::make_unique<NormalEquations>(box, residuals, readsDefined);
}

NormalEquations::NormalEquations(const BoxProblem &box, const Residuals &residuals, bool readsDefined)
    : box(box), residuals(residuals), readsDefined(readsDefined), isDefined(size_t(box.n()), false),
      isDenseRow(size_t(residuals.count()), false) {
  constexpr int64_t few = 32; // a row of k entries costs k^2/2 in N
  std::vector<int32_t> major, minor, rowColumns;
  std::vector<int64_t> rowStarts{0};
  for (Index i = 0; i < residuals.count(); ++i) {
    isDenseRow[size_t(i)] = begin(i + 1) - begin(i) > few;
    if (isDenseRow[size_t(i)]) {
      ++numDenseRows;
      for (int64_t p = begin(i); p < begin(i + 1); ++p)
        rowColumns.push_back(col(p));
      rowStarts.push_back(int64_t(rowColumns.size()));
      continue;
    }
    for (int64_t a = begin(i); a < begin(i + 1); ++a)
      for (int64_t b = a; b < begin(i + 1); ++b) // columns increase within a row
        major.push_back(col(a)), minor.push_back(col(b));
  }
  const ProblemShape &shape = box.shape;
  for (const BoxProblem::Definition &d : box.definitions()) {
    isDefined[size_t(d.variable)] = true;
    if (!readsDefined)
      continue;
    definitions.push_back({shape.jac_rows[d.row], shape.jac_rows[d.row + 1]});
    rowColumns.insert(rowColumns.end(), shape.jac_cols + definitions.back().first,
                      shape.jac_cols + definitions.back().second);
    rowStarts.push_back(int64_t(rowColumns.size()));
  }
  products = compress(box.n(), major, minor);
  N.resize(products.minors.size()), rows.resize(rowColumns.size());
  face.analyze(box.n(), products.starts, products.minors, rowStarts, rowColumns);
}

void NormalEquations::update(const Vector &R, const Vector &newD) {
  D = newD;
  multiplyOut(R);
  size_t next = 0;
  const double root = std::sqrt(2 * box.functions.objectiveScale);
  for (Index i = 0; i < residuals.count(); ++i)
    for (int64_t p = begin(i); isDenseRow[size_t(i)] && p < begin(i + 1); ++p)
      rows[next++] = root * R[p];
  for (auto [from, to] : definitions)
    for (int64_t p = from; p < to; ++p)
      rows[next++] = box.jacobian()[p];
}

void NormalEquations::multiplyOut(const Vector &R) {
  const double weight = 2 * box.functions.objectiveScale;
  std::fill(N.begin(), N.end(), 0.0);
  size_t pair = 0;
  for (Index i = 0; i < residuals.count(); ++i)
    for (int64_t a = begin(i); !isDenseRow[size_t(i)] && a < begin(i + 1); ++a)
      for (int64_t b = a; b < begin(i + 1); ++b)
        N[size_t(products.slots[pair++])] += weight * R[a] * R[b];
}

bool NormalEquations::factorize(double lambda, const std::vector<bool> &isHeld) {
  constexpr double small = 1e-10; // keeps pivots of definitions off 0; refined away
  std::vector<bool> isOut = isHeld;
  Vector a(box.n()), e = Vector::Ones(numDenseRows + Index(definitions.size()));
  e.tail(Index(definitions.size())).setConstant(small);
  for (Index j = 0; j < box.n(); ++j) {
    a[j] = (isDefined[size_t(j)] ? small : lambda) * D[j] * D[j];
    if (isDefined[size_t(j)])
      isOut[size_t(j)] = !readsDefined;
  }
  bool isGood = face.factorize(N.data(), rows.data(), a, e, isOut);
  factorizations = face.factorizations, factorSeconds = face.factorSeconds;
  return isGood;
}

void NormalEquations::solve(const Vector &b, Vector &p) {
  face.solve(b, p);
  for (Index j = 0; j < box.n(); ++j)
    p[j] = isDefined[size_t(j)] ? 0 : p[j];
  solveSeconds = face.solveSeconds;
}

} // namespace costate::rt
