// The product by Eigen's blocked kernels, and products of many small matrices side by side, as the including
// file is compiled. That file gives Eigen a namespace of its own, so that code for different processors does
// not become one function: COSTATE_PRODUCT and COSTATE_LANES name the results.
#include "runtime/numeric/MatrixProduct.h"

#include <Eigen/Core>

#include <algorithm>

namespace costate::rt {
namespace {

using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Columns = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor>;
template <class Layout> using View = Eigen::Map<const Layout, 0, Eigen::OuterStride<>>;
using Entries = Eigen::Map<const Eigen::VectorXd>;

/// Calls `use` with the matrix along rows or along columns.
template <class Use> void viewed(const Matrix &m, Use use) {
  if (m.columnStride == 1)
    use(View<Rows>(m.entries, m.rows, m.columns, Eigen::OuterStride<>(m.rowStride)));
  else
    use(View<Columns>(m.entries, m.rows, m.columns, Eigen::OuterStride<>(m.columnStride)));
}

// ---- lanes ---------------------------------------------------------------------------------------------

#ifdef __AVX512F__
constexpr int64_t width = 8, mostRows = 4; // of one register; 16 sums and 8 factors in 32 registers
#elif defined(__AVX2__)
constexpr int64_t width = 4, mostRows = 2;
#else
constexpr int64_t width = 2, mostRows = 2;
#endif
constexpr int64_t mostColumns = 4;
using Register = double __attribute__((vector_size(width * 8), aligned(8), may_alias));

const Register &at(const double *entries) { return *reinterpret_cast<const Register *>(entries); }

template <int64_t rows, int64_t columns> void tile(const Lanes &p, int64_t i, int64_t j, int64_t l) {
  Register sum[rows][columns] = {};
  for (int64_t k = 0; k < p.sums; ++k) {
    const double *A = p.A + p.sumsA[k] + l, *B = p.B + p.sumsB[k] + l;
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t c = 0; c < columns; ++c)
        sum[r][c] += at(A + p.rowsA[i + r]) * at(B + p.columnsB[j + c]);
  }
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c)
      *reinterpret_cast<Register *>(p.C + p.rowsC[i + r] + p.columnsC[j + c] + l) = sum[r][c];
}

template <int64_t rows> void strip(const Lanes &p, int64_t i, int64_t l) {
  int64_t j = 0;
  for (; j + mostColumns <= p.columns; j += mostColumns)
    tile<rows, mostColumns>(p, i, j, l);
  for (; j < p.columns; ++j)
    tile<rows, 1>(p, i, j, l);
}

/// Lanes that fill no register.
void rest(const Lanes &p, int64_t l) {
  for (; l < p.lanes; ++l)
    for (int64_t i = 0; i < p.rows; ++i)
      for (int64_t j = 0; j < p.columns; ++j) {
        double sum = 0;
        for (int64_t k = 0; k < p.sums; ++k)
          sum += p.A[p.rowsA[i] + p.sumsA[k] + l] * p.B[p.sumsB[k] + p.columnsB[j] + l];
        p.C[p.rowsC[i] + p.columnsC[j] + l] = sum;
      }
}

} // namespace

void COSTATE_PRODUCT(const Matrix &A, const Matrix &B, double *C, int64_t distance) {
  if (A.rows == 1 && A.columnStride == 1)
    viewed(B, [&](auto right) {
      Eigen::Map<Eigen::VectorXd>(C, B.columns).noalias() = right.transpose() * Entries(A.entries, A.columns);
    });
  else if (B.columns == 1 && B.rowStride == 1)
    viewed(A, [&](auto left) {
      Eigen::Map<Eigen::VectorXd, 0, Eigen::InnerStride<>> result(C, A.rows, Eigen::InnerStride<>(distance));
      result.noalias() = left * Entries(B.entries, B.rows);
    });
  else
    viewed(A, [&](auto left) {
      viewed(B, [&](auto right) {
        Eigen::Map<Rows, 0, Eigen::OuterStride<>> result(C, A.rows, B.columns,
                                                         Eigen::OuterStride<>(distance));
        result.noalias() = left * right;
      });
    });
}

void COSTATE_LANES(const Lanes &p) {
  int64_t l = 0;
  for (; l + width <= p.lanes; l += width) {
    int64_t i = 0;
    for (; i + mostRows <= p.rows; i += mostRows)
      strip<mostRows>(p, i, l);
    for (; i < p.rows; ++i)
      strip<1>(p, i, l);
  }
  rest(p, l);
}

} // namespace costate::rt
