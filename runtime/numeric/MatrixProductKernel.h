// The product by Eigen's blocked kernels, as the including file is compiled. That file gives Eigen a
// namespace of its own, so that code for different processors does not become one function: COSTATE_PRODUCT
// names the result.
#include "runtime/numeric/MatrixProduct.h"

#include <Eigen/Core>

namespace costate::rt {
namespace {

template <class Real> using Rows = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class Real> using Columns = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor>;
template <class Layout> using View = Eigen::Map<const Layout, 0, Eigen::OuterStride<>>;

/// Calls `use` with the matrix along rows or along columns.
template <class Real, class Use> void viewed(const MatrixOf<Real> &m, Use use) {
  if (m.columnStride == 1)
    use(View<Rows<Real>>(m.entries, m.rows, m.columns, Eigen::OuterStride<>(m.rowStride)));
  else
    use(View<Columns<Real>>(m.entries, m.rows, m.columns, Eigen::OuterStride<>(m.columnStride)));
}

template <class Real> void multiply(const MatrixOf<Real> &A, const MatrixOf<Real> &B, Real *C) {
  using Vector = Eigen::Matrix<Real, Eigen::Dynamic, 1>;
  Eigen::Map<Rows<Real>> result(C, A.rows, B.columns);
  viewed(A, [&](auto left) {
    if (B.columns == 1 && B.rowStride == 1)
      result.col(0).noalias() = left * Eigen::Map<const Vector>(B.entries, B.rows);
    else
      viewed(B, [&](auto right) { result.noalias() = left * right; });
  });
}

} // namespace

void COSTATE_PRODUCT(const Matrix &A, const Matrix &B, double *C) { multiply(A, B, C); }
void COSTATE_PRODUCT(const SingleMatrix &A, const SingleMatrix &B, float *C) { multiply(A, B, C); }

} // namespace costate::rt
