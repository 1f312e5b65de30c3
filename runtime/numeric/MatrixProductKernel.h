// The product by Eigen's blocked kernels, and products of many small matrices side by side, as the including
// file is compiled. That file gives Eigen a namespace of its own, so that code for different processors does
// not become one function: COSTATE_PRODUCT and COSTATE_LANES name the results.
#include "runtime/numeric/MatrixProduct.h"

#include <Eigen/Core>

#include <algorithm>
#ifdef __AVX512F__
#include <immintrin.h>
#endif

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

/// All lanes of a register.
template <class Real> struct AllLanes {
  static Register<Real> load(const Real *from) { return *reinterpret_cast<const Register<Real> *>(from); }
  static void store(const Register<Real> &value, Real *to) {
    *reinterpret_cast<Register<Real> *>(to) = value;
  }
};

/// The first ones, fewer than all.
template <class Real> struct SomeLanes {
  int64_t count;
#ifdef __AVX512F__
  unsigned mask() const { return (1u << count) - 1; }
  Register<Real> load(const Real *from) const {
    if constexpr (sizeof(Real) == 8)
      return (Register<Real>)_mm512_maskz_loadu_pd(__mmask8(mask()), from);
    else
      return (Register<Real>)_mm512_maskz_loadu_ps(__mmask16(mask()), from);
  }
  void store(const Register<Real> &value, Real *to) const {
    if constexpr (sizeof(Real) == 8)
      _mm512_mask_storeu_pd(to, __mmask8(mask()), (__m512d)value);
    else
      _mm512_mask_storeu_ps(to, __mmask16(mask()), (__m512)value);
  }
#else
  Register<Real> load(const Real *from) const {
    Register<Real> value = {};
    for (int64_t l = 0; l < count; ++l)
      value[l] = from[l];
    return value;
  }
  void store(const Register<Real> &value, Real *to) const {
    for (int64_t l = 0; l < count; ++l)
      to[l] = value[l];
  }
#endif
};

/// Where registers of B and C are whose sums are taken at once.
struct Strip {
  int64_t count = 0, B[mostColumns], C[mostColumns];
};

/// Some rows of C from row i on; the lanes of A begin at l.
template <class Real, int64_t rows, bool isShared> class RowsOf {
public:
  RowsOf(const LanesOf<Real> &p, int64_t i) : p(p), i(i) {}

  template <class Lanes> void addColumns(int64_t l, Lanes lanes) {
    for (int64_t j = 0; j < p.columns; ++j) {
      strip.B[strip.count] = p.columnsB[j] + l;
      strip.C[strip.count] = p.columnsC[j] + l;
      if (++strip.count == mostColumns)
        multiply(l, lanes);
    }
  }

  template <class Lanes> void multiply(int64_t l, Lanes lanes) {
    static_assert(mostColumns == 4);
    switch (strip.count) {
    case 1:
      tile<1>(l, lanes);
      break;
    case 2:
      tile<2>(l, lanes);
      break;
    case 3:
      tile<3>(l, lanes);
      break;
    case 4:
      tile<4>(l, lanes);
      break;
    }
    strip.count = 0;
  }

private:
  template <int64_t columns, class Lanes> void tile(int64_t l, Lanes lanes) {
    Register<Real> sum[rows][columns] = {};
    for (int64_t k = 0; k < p.sums; ++k) {
      const Real *A = p.A + p.sumsA[k] + (isShared ? 0 : l), *B = p.B + p.sumsB[k];
      Register<Real> right[columns];
      for (int64_t c = 0; c < columns; ++c)
        right[c] = lanes.load(B + strip.B[c]);
      for (int64_t r = 0; r < rows; ++r)
        if constexpr (isShared)
          add(sum[r], A[p.rowsA[i + r]], right);
        else
          add(sum[r], lanes.load(A + p.rowsA[i + r]), right);
    }
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t c = 0; c < columns; ++c)
        lanes.store(sum[r][c], p.C + p.rowsC[i + r] + strip.C[c]);
  }

  template <size_t columns, class Factor>
  static void add(Register<Real> (&sum)[columns], const Factor &factor,
                  const Register<Real> (&right)[columns]) {
    for (size_t c = 0; c < columns; ++c)
      sum[c] += factor * right[c];
  }

  const LanesOf<Real> &p;
  int64_t i;
  Strip strip;
};

/// Calls use(rows) for blocks of rows.
template <bool isShared, class Real, class Use> void forRows(const LanesOf<Real> &p, Use use) {
  int64_t i = 0;
  for (; i + mostRows <= p.rows; i += mostRows)
    use(RowsOf<Real, mostRows, isShared>(p, i));
  for (; i < p.rows; ++i)
    use(RowsOf<Real, 1, isShared>(p, i));
}

/// Calls use(l, lanes) for the registers of lanes.
template <class Real, class Use> void forLanes(const LanesOf<Real> &p, Use use) {
  int64_t l = 0;
  for (; l + width<Real> <= p.lanes; l += width<Real>)
    use(l, AllLanes<Real>());
  if (l < p.lanes)
    use(l, SomeLanes<Real>{p.lanes - l});
}

template <class Real> void lanes(const LanesOf<Real> &p) {
  if (!p.isShared)
    return forLanes(p, [&](int64_t l, auto lanes) {
      forRows<false>(p, [&](auto rows) {
        rows.addColumns(l, lanes);
        rows.multiply(l, lanes);
      });
    });
  forRows<true>(p, [&](auto rows) {
    int64_t l = 0;
    for (; l + width<Real> <= p.lanes; l += width<Real>)
      rows.addColumns(l, AllLanes<Real>());
    rows.multiply(l, AllLanes<Real>());
    if (l == p.lanes)
      return;
    SomeLanes<Real> some{p.lanes - l};
    rows.addColumns(l, some);
    rows.multiply(l, some);
  });
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
