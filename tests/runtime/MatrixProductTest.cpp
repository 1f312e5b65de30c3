// Products of matrices in every layout and of every kernel that the processor has, beside sums written out.
#include "runtime/numeric/MatrixProduct.h"
#include "costate/rt/Functions.h"

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
  std::vector<double> c(size_t(m * n), -1);
  Matrix A = matrixOf(a, m, k, layout.isLeftTurned), B = matrixOf(b, k, n, layout.isRightTurned);
  product(A, B, c.data());
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < n; ++j) {
      double sum = 0;
      for (int64_t l = 0; l < k; ++l)
        sum += entryOf(A, i, l) * entryOf(B, l, j);
      ASSERT_NEAR(c[size_t(i * n + j)], sum, 1e-13 * double(k + 1)) << m << " x " << n << " x " << k;
    }
}

std::vector<MatrixProduct *> products() {
  std::vector<MatrixProduct *> all{productPlain};
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    all.push_back(productAvx2);
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
    all.push_back(productAvx512);
#endif
  return all;
}

TEST(MatrixProduct, isTheSumOfProducts) {
  std::mt19937 random(1);
  constexpr int64_t sizes[] = {0, 1, 2, 3, 7, 8, 17, 64, 65};
  for (MatrixProduct *product : products())
    for (Layout layout : {Layout{false, false}, {true, false}, {false, true}, {true, true}})
      for (int64_t m : sizes)
        for (int64_t n : {int64_t(1), int64_t(5), int64_t(33)})
          for (int64_t k : sizes)
            expectSums(product, m, n, k, layout, random);
}

TEST(MatrixProduct, isCalledByStrides) {
  double A[] = {1, 2, 3, 4, 5, 6}, x[] = {1, 10, 100}, y[2], z[] = {1, -1}, w[3];
  costate_product(A, 3, 1, x, 1, 1, y, 2, 1, 3);
  EXPECT_EQ(y[0], 321);
  EXPECT_EQ(y[1], 654);
  costate_product(A, 1, 3, z, 1, 1, w, 3, 1, 2); // the transpose
  EXPECT_EQ(w[0], -3);
  EXPECT_EQ(w[2], -3);
}

} // namespace
