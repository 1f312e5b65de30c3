// The product by Eigen's blocked kernels, and products of many small matrices side by side, as the including
// file is compiled. That file gives Eigen a namespace of its own, so that code for different processors does
// not become one function: COSTATE_PRODUCT and COSTATE_LANES name the results.
#include "runtime/numeric/MatrixProduct.h"

#include <Eigen/Core>

#include <algorithm>

namespace costate::rt {
namespace {

template <class Real> using Rows = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class Real> using Columns = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor>;
template <class Real> using Vector = Eigen::Matrix<Real, Eigen::Dynamic, 1>;
template <class Layout> using View = Eigen::Map<const Layout, 0, Eigen::OuterStride<>>;
template <class Real> using Entries = Eigen::Map<const Vector<Real>>;

/// Calls `use` with the matrix along rows or along columns.
template <class Real, class Use> void viewed(const MatrixOf<Real> &m, Use use) {
  if (m.columnStride == 1)
    use(View<Rows<Real>>(m.entries, m.rows, m.columns, Eigen::OuterStride<>(m.rowStride)));
  else
    use(View<Columns<Real>>(m.entries, m.rows, m.columns, Eigen::OuterStride<>(m.columnStride)));
}

// ---- lanes ---------------------------------------------------------------------------------------------

#ifdef __AVX512F__
constexpr int64_t bytes = 64, mostRows = 4; // of one register; 16 sums and 8 factors in 32 registers
#elif defined(__AVX2__)
constexpr int64_t bytes = 32, mostRows = 2;
#else
constexpr int64_t bytes = 16, mostRows = 2;
#endif
constexpr int64_t mostColumns = 4;
template <class Real> constexpr int64_t width = bytes / int64_t(sizeof(Real));
template <class Real> struct RegisterOf;
template <> struct RegisterOf<double> {
  using Type = double __attribute__((vector_size(bytes), aligned(8), may_alias));
};
template <> struct RegisterOf<float> {
  using Type = float __attribute__((vector_size(bytes), aligned(4), may_alias));
};
template <class Real> using Register = typename RegisterOf<Real>::Type;

template <class Real> const Register<Real> &at(const Real *entries) {
  return *reinterpret_cast<const Register<Real> *>(entries);
}

template <int64_t rows, int64_t columns, class Real>
void tile(const LanesOf<Real> &p, int64_t i, int64_t j, int64_t l) {
  Register<Real> sum[rows][columns] = {};
  for (int64_t k = 0; k < p.sums; ++k) {
    const Real *A = p.A + p.sumsA[k] + l, *B = p.B + p.sumsB[k] + l;
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t c = 0; c < columns; ++c)
        sum[r][c] += at(A + p.rowsA[i + r]) * at(B + p.columnsB[j + c]);
  }
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c)
      *reinterpret_cast<Register<Real> *>(p.C + p.rowsC[i + r] + p.columnsC[j + c] + l) = sum[r][c];
}

template <int64_t rows, class Real> void strip(const LanesOf<Real> &p, int64_t i, int64_t l) {
  int64_t j = 0;
  for (; j + mostColumns <= p.columns; j += mostColumns)
    tile<rows, mostColumns>(p, i, j, l);
  for (; j < p.columns; ++j)
    tile<rows, 1>(p, i, j, l);
}

/// Lanes that fill no register.
template <class Real> void rest(const LanesOf<Real> &p, int64_t l) {
  for (; l < p.lanes; ++l)
    for (int64_t i = 0; i < p.rows; ++i)
      for (int64_t j = 0; j < p.columns; ++j) {
        Real sum = 0;
        for (int64_t k = 0; k < p.sums; ++k)
          sum += p.A[p.rowsA[i] + p.sumsA[k] + l] * p.B[p.sumsB[k] + p.columnsB[j] + l];
        p.C[p.rowsC[i] + p.columnsC[j] + l] = sum;
      }
}

template <class Real> void lanes(const LanesOf<Real> &p) {
  int64_t l = 0;
  for (; l + width<Real> <= p.lanes; l += width<Real>) {
    int64_t i = 0;
    for (; i + mostRows <= p.rows; i += mostRows)
      strip<mostRows>(p, i, l);
    for (; i < p.rows; ++i)
      strip<1>(p, i, l);
  }
  rest(p, l);
}

// ---- one product ---------------------------------------------------------------------------------------

template <class Real>
void multiply(const MatrixOf<Real> &A, const MatrixOf<Real> &B, Real *C, int64_t distance) {
  if (A.rows == 1 && A.columnStride == 1)
    viewed(B, [&](auto right) {
      Eigen::Map<Vector<Real>>(C, B.columns).noalias() =
          right.transpose() * Entries<Real>(A.entries, A.columns);
    });
  else if (B.columns == 1 && B.rowStride == 1)
    viewed(A, [&](auto left) {
      Eigen::Map<Vector<Real>, 0, Eigen::InnerStride<>> result(C, A.rows, Eigen::InnerStride<>(distance));
      result.noalias() = left * Entries<Real>(B.entries, B.rows);
    });
  else
    viewed(A, [&](auto left) {
      viewed(B, [&](auto right) {
        Eigen::Map<Rows<Real>, 0, Eigen::OuterStride<>> result(C, A.rows, B.columns,
                                                               Eigen::OuterStride<>(distance));
        result.noalias() = left * right;
      });
    });
}

} // namespace

void COSTATE_PRODUCT(const MatrixOf<double> &A, const MatrixOf<double> &B, double *C, int64_t distance) {
  multiply(A, B, C, distance);
}
void COSTATE_PRODUCT(const MatrixOf<float> &A, const MatrixOf<float> &B, float *C, int64_t distance) {
  multiply(A, B, C, distance);
}
void COSTATE_LANES(const LanesOf<double> &p) { lanes(p); }
void COSTATE_LANES(const LanesOf<float> &p) { lanes(p); }

} // namespace costate::rt
