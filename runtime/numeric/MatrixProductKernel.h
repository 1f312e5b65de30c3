// The product by Eigen's blocked kernels, as the including file is compiled. That file gives Eigen a
// namespace of its own, so that code for different processors does not become one function: COSTATE_PRODUCT
// names the result.
#include "runtime/numeric/MatrixProduct.h"

#include <Eigen/Core>

namespace costate::rt {
namespace {

using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Columns = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor>;
template <class Layout> using View = Eigen::Map<const Layout, 0, Eigen::OuterStride<>>;

/// Calls `use` with the matrix along rows or along columns.
template <class Use> void viewed(const Matrix &m, Use use) {
  if (m.columnStride == 1)
    use(View<Rows>(m.entries, m.rows, m.columns, Eigen::OuterStride<>(m.rowStride)));
  else
    use(View<Columns>(m.entries, m.rows, m.columns, Eigen::OuterStride<>(m.columnStride)));
}

} // namespace

void COSTATE_PRODUCT(const Matrix &A, const Matrix &B, double *C) {
  Eigen::Map<Rows> result(C, A.rows, B.columns);
  viewed(A, [&](auto left) {
    if (B.columns == 1 && B.rowStride == 1)
      result.col(0).noalias() = left * Eigen::Map<const Eigen::VectorXd>(B.entries, B.rows);
    else
      viewed(B, [&](auto right) { result.noalias() = left * right; });
  });
}

} // namespace costate::rt
