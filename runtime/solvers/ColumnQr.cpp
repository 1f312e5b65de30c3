// Blocks of rows are reduced to a triangle, one after the other.
#include "runtime/solvers/ColumnQr.h"
#include "runtime/report/Timer.h"

#include <Eigen/QR>

#include <algorithm>
#include <cmath>
#include <limits>

namespace costate::rt {

bool ColumnQr::fits(const BoxProblem &box, const Residuals &residuals, bool readsDefined) {
  constexpr int64_t few = 100, most = 3000, mostEntries = 20'000'000; // of dx/dv: 160 MB
  int64_t k = std::count(box.isHeld.begin(), box.isHeld.end(), false);
  bool isDense = 4 * int64_t(residuals.cols().size()) >= residuals.count() * k;
  return (k <= few || (k <= most && isDense)) && (!readsDefined || box.n() * k <= mostEntries);
}

void ColumnQr::update(const Vector &newR, const Vector &newD) {
  R = newR, D = newD;
  isStale = true;
}

void ColumnQr::chooseColumns(const std::vector<bool> &isHeld) {
  held = isHeld;
  columns.clear(), place.assign(held.size(), -1);
  for (size_t j = 0; j < held.size(); ++j)
    if (!held[j]) {
      place[j] = int32_t(columns.size());
      columns.push_back(int32_t(j));
    }
  if (!readsDefined)
    return;
  V.resize(box.n(), Index(columns.size()));
  Vector column;
  for (size_t c = 0; c < columns.size(); ++c) {
    column = Vector::Unit(box.n(), columns[c]);
    box.complete(column);
    V.col(Index(c)) = column / D[columns[c]];
  }
}

void ColumnQr::addRow(Index i, Matrix::RowXpr row) const {
  const double root = std::sqrt(2 * box.functions.objectiveScale);
  for (int64_t p = residuals.rows()[size_t(i)]; p < residuals.rows()[size_t(i) + 1]; ++p) {
    int32_t j = residuals.cols()[size_t(p)], c = place[size_t(j)];
    if (readsDefined)
      row += root * R[p] * V.row(j);
    else if (c >= 0)
      row[c] += root * R[p] / D[j];
  }
}

static Eigen::MatrixXd triangle(Eigen::Ref<Eigen::MatrixXd> rows) {
  Eigen::HouseholderQR<Eigen::Ref<Eigen::MatrixXd>> qr(rows);
  return rows.topRows(rows.cols()).triangularView<Eigen::Upper>();
}

void ColumnQr::reduceRows() {
  constexpr Index least = 256; // rows of a block
  Index k = Index(columns.size()), height = std::min(residuals.count(), std::max(least, k));
  reduced = Matrix::Zero(k, k);
  Matrix block(k + height, k);
  for (Index begin = 0; begin < residuals.count(); begin += height) {
    Index count = std::min(height, residuals.count() - begin);
    block.setZero();
    block.topRows(k) = reduced;
    for (Index i = 0; i < count; ++i)
      addRow(begin + i, block.row(k + i));
    reduced = triangle(block);
  }
}

bool ColumnQr::factorize(double lambda, const std::vector<bool> &isHeld) {
  Timer timer(factorSeconds);
  ++factorizations;
  if (isStale || isHeld != held) {
    chooseColumns(isHeld);
    reduceRows();
    isStale = false;
  }
  Index k = Index(columns.size());
  T = reduced;
  if (lambda > 0) {
    Matrix both(2 * k, k);
    both << reduced, std::sqrt(lambda) * Matrix::Identity(k, k);
    T = triangle(both);
  }
  if (k == 0)
    return true;
  auto sizes = T.diagonal().cwiseAbs();
  return sizes.minCoeff() > double(k) * std::numeric_limits<double>::epsilon() * sizes.maxCoeff();
}

void ColumnQr::solve(const Vector &b, Vector &p) {
  Timer timer(solveSeconds);
  Vector u(Index(columns.size()));
  for (size_t c = 0; c < columns.size(); ++c)
    u[Index(c)] = b[columns[c]] / D[columns[c]];
  T.triangularView<Eigen::Upper>().transpose().solveInPlace(u);
  T.triangularView<Eigen::Upper>().solveInPlace(u);
  p = Vector::Zero(box.n());
  for (size_t c = 0; c < columns.size(); ++c)
    p[columns[c]] = u[Index(c)] / D[columns[c]];
}

} // namespace costate::rt
