// Products of matrices that generated loops ask for, by Eigen's blocked kernels.
#include "costate/rt/Functions.h"

#include <Eigen/Core>

namespace costate::rt {
namespace {

using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Columns = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor>;
template <class Layout> using View = Eigen::Map<const Layout, 0, Eigen::OuterStride<>>;

struct Matrix {
  const double *entries;
  int64_t rowStride, columnStride, rows, columns;
};

/// Calls `use` with the matrix as Eigen sees it: along rows or along columns.
template <class Use> void viewed(const Matrix &m, Use use) {
  if (m.columnStride == 1)
    use(View<Rows>(m.entries, m.rows, m.columns, Eigen::OuterStride<>(m.rowStride)));
  else
    use(View<Columns>(m.entries, m.rows, m.columns, Eigen::OuterStride<>(m.columnStride)));
}

} // namespace
} // namespace costate::rt

using namespace costate::rt;

extern "C" void costate_product(const double *A, int64_t A_rows, int64_t A_columns, const double *B,
                                int64_t B_rows, int64_t B_columns, double *C, int64_t m, int64_t n,
                                int64_t k) {
  Eigen::Map<Rows> result(C, m, n);
  viewed({A, A_rows, A_columns, m, k}, [&](auto left) {
    if (n == 1 && B_rows == 1)
      result.col(0).noalias() = left * Eigen::Map<const Eigen::VectorXd>(B, k);
    else
      viewed({B, B_rows, B_columns, k, n}, [&](auto right) { result.noalias() = left * right; });
  });
}
