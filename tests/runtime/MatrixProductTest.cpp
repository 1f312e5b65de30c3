// Products of matrices of every kernel that the processor has, beside sums written out.
#include "runtime/numeric/MatrixProduct.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

using namespace costate::rt;

namespace {

struct Layout {
  bool isLeftTurned, isRightTurned;
};

std::vector<double> randomEntries(size_t count, std::mt19937 &random) {
  std::vector<double> entries(count);
  for (double &entry : entries)
    entry = std::uniform_real_distribution<double>(-1, 1)(random);
  return entries;
}

double entryOf(const Matrix &m, int64_t i, int64_t j) {
  return m.entries[i * m.rowStride + j * m.columnStride];
}

Matrix matrixOf(const std::vector<double> &entries, int64_t rows, int64_t columns, bool isTurned) {
  return isTurned ? Matrix{entries.data(), 1, rows, rows, columns}
                  : Matrix{entries.data(), columns, 1, rows, columns};
}

void expectSums(MatrixProduct *product, int64_t m, int64_t n, int64_t k, Layout layout,
                std::mt19937 &random) {
  auto a = randomEntries(size_t(m * k), random), b = randomEntries(size_t(k * n), random);
  int64_t distance = n + 2;
  std::vector<double> c(size_t(m * distance), -1);
  Matrix A = matrixOf(a, m, k, layout.isLeftTurned), B = matrixOf(b, k, n, layout.isRightTurned);
  product(A, B, c.data(), distance);
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < distance; ++j) {
      double sum = j < n ? 0 : -1; // what lies between rows stays
      for (int64_t l = 0; j < n && l < k; ++l)
        sum += entryOf(A, i, l) * entryOf(B, l, j);
      ASSERT_NEAR(c[size_t(i * distance + j)], sum, 1e-13 * double(k + 1)) << m << " x " << n << " x " << k;
    }
}

std::vector<ProductKernels> kernels() {
  std::vector<ProductKernels> all{{productPlain, lanesPlain}};
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    all.push_back({productAvx2, lanesAvx2});
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
    all.push_back({productAvx512, lanesAvx512});
#endif
  return all;
}

TEST(MatrixProduct, isTheSumOfProducts) {
  std::mt19937 random(1);
  constexpr int64_t sizes[] = {0, 1, 2, 3, 7, 8, 17, 64, 65};
  for (auto [product, lanes] : kernels())
    for (Layout layout : {Layout{false, false}, {true, false}, {false, true}, {true, true}})
      for (int64_t m : sizes)
        for (int64_t n : {int64_t(1), int64_t(5), int64_t(33)})
          for (int64_t k : sizes)
            expectSums(product, m, n, k, layout, random);
}

/// Matrices of m x k and k x n with the batch as their last index.
TEST(MatrixProduct, isTakenSideBySide) {
  std::mt19937 random(2);
  for (auto [product, lanes] : kernels())
    for (auto [m, n, k, count] :
         {std::array<int64_t, 4>{1, 1, 1, 3}, {5, 6, 7, 8}, {4, 4, 0, 9}, {7, 9, 2, 31}}) {
      auto a = randomEntries(size_t(m * k * count), random), b = randomEntries(size_t(k * n * count), random);
      std::vector<double> c(size_t(m * n * count), -1);
      auto places = [](int64_t size, int64_t distance) {
        std::vector<int64_t> all;
        for (int64_t number = 0; number < size; ++number)
          all.push_back(number * distance);
        return all;
      };
      auto rowsA = places(m, k * count), sumsA = places(k, count), sumsB = places(k, n * count),
           columnsB = places(n, count), rowsC = places(m, n * count), columnsC = places(n, count);
      lanes({a.data(), b.data(), c.data(), rowsA.data(), sumsA.data(), sumsB.data(), columnsB.data(),
             rowsC.data(), columnsC.data(), m, n, k, count});
      for (int64_t i = 0; i < m; ++i)
        for (int64_t j = 0; j < n; ++j)
          for (int64_t l = 0; l < count; ++l) {
            double sum = 0;
            for (int64_t s = 0; s < k; ++s)
              sum += a[size_t((i * k + s) * count + l)] * b[size_t((s * n + j) * count + l)];
            ASSERT_NEAR(c[size_t((i * n + j) * count + l)], sum, 1e-13);
          }
    }
}

} // namespace
