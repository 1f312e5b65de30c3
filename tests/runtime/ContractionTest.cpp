// Contractions in every order of indices beside sums written out.
#include "runtime/numeric/Contraction.h"
#include "costate/rt/Functions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <vector>

using namespace costate::rt;

namespace {

/// Arrays named by the letters of their indices, last fastest: "bik" has A[b,i,k].
struct Shape {
  std::string A, B, C;
};

int64_t sizeOf(char letter, const std::string &letters, const std::vector<int64_t> &sizes) {
  return sizes[letters.find(letter)];
}

/// How far entries lie apart that the letter counts; 0 if it counts none.
int64_t distanceOf(char letter, const std::string &array, const std::string &letters,
                   const std::vector<int64_t> &sizes) {
  int64_t distance = 1;
  for (size_t d = array.size(); d-- > 0; distance *= sizeOf(array[d], letters, sizes))
    if (array[d] == letter)
      return distance;
  return 0;
}

/// C with -1 where nothing is written.
std::vector<double> sums(const std::vector<double> &A, const std::vector<double> &B, size_t sizeC,
                         const std::vector<ProductIndex> &indices) {
  std::vector<double> C(sizeC, -1);
  std::vector<int64_t> at(indices.size());
  std::vector<bool> isFirst(sizeC, true);
  int64_t all = 1, summed = 1;
  for (const ProductIndex &index : indices) {
    all *= index.size;
    summed *= index.c == 0 ? index.size : 1;
  }
  for (int64_t number = 0; number < all; ++number) {
    int64_t rest = number, a = 0, b = 0, c = 0;
    for (const ProductIndex &index : indices) {
      int64_t k = rest % index.size;
      rest /= index.size;
      a += k * index.a, b += k * index.b, c += k * index.c;
    }
    C[size_t(c)] = (isFirst[size_t(c)] ? 0 : C[size_t(c)]) + A[size_t(a)] * B[size_t(b)];
    isFirst[size_t(c)] = false;
  }
  return C;
}

std::vector<double> randomEntries(size_t count, std::mt19937 &random) {
  std::vector<double> entries(count);
  for (double &entry : entries)
    entry = std::uniform_real_distribution<double>(-1, 1)(random);
  return entries;
}

/// One past the last place that is read or written.
size_t extent(const std::vector<ProductIndex> &indices, int64_t ProductIndex::*side) {
  int64_t last = 0;
  for (const ProductIndex &index : indices)
    last += (index.size - 1) * std::max<int64_t>(index.*side, 0);
  return size_t(last + 1);
}

void expectSums(const std::vector<ProductIndex> &indices, std::mt19937 &random, const std::string &what) {
  auto A = randomEntries(extent(indices, &ProductIndex::a), random);
  auto B = randomEntries(extent(indices, &ProductIndex::b), random);
  std::vector<double> C(extent(indices, &ProductIndex::c), -1);
  std::vector<double> expected = sums(A, B, C.size(), indices);
  contract(A.data(), B.data(), C.data(), indices.data(), int64_t(indices.size()));
  for (size_t place = 0; place < C.size(); ++place)
    ASSERT_NEAR(C[place], expected[place], 1e-12) << what << " at " << place;
  std::vector<float> a(A.begin(), A.end()), b(B.begin(), B.end()), c(C.size(), -1);
  contract(a.data(), b.data(), c.data(), indices.data(), int64_t(indices.size()));
  for (size_t place = 0; place < C.size(); ++place)
    ASSERT_NEAR(c[place], expected[place], 1e-5 * std::max(1.0, std::abs(expected[place])))
        << "floats of " << what << " at " << place;
}

std::vector<ProductIndex> indicesOf(const Shape &shape, const std::string &letters,
                                    const std::vector<int64_t> &sizes) {
  std::vector<ProductIndex> indices;
  for (char letter : letters)
    indices.push_back({sizeOf(letter, letters, sizes), distanceOf(letter, shape.A, letters, sizes),
                       distanceOf(letter, shape.B, letters, sizes),
                       distanceOf(letter, shape.C, letters, sizes)});
  return indices;
}

/// All orders of the indices of each array, and some sizes with ones among them.
void expectAllOrders(Shape shape, const std::string &letters, const std::vector<std::vector<int64_t>> &all) {
  std::mt19937 random(3);
  std::sort(shape.A.begin(), shape.A.end());
  do {
    std::sort(shape.B.begin(), shape.B.end());
    do {
      std::sort(shape.C.begin(), shape.C.end());
      do
        for (const auto &sizes : all)
          expectSums(indicesOf(shape, letters, sizes), random, shape.A + " " + shape.B + " " + shape.C);
      while (std::next_permutation(shape.C.begin(), shape.C.end()));
    } while (std::next_permutation(shape.B.begin(), shape.B.end()));
  } while (std::next_permutation(shape.A.begin(), shape.A.end()));
}

TEST(Contraction, isAProductOfMatrices) {
  expectAllOrders({"ik", "kj", "ij"}, "ijk",
                  {{3, 4, 5}, {1, 4, 5}, {3, 1, 5}, {3, 4, 1}, {33, 21, 40}, {1, 1, 9}});
}

TEST(Contraction, isOneOfAMatrixAndAVector) {
  expectAllOrders({"ik", "k", "i"}, "ik", {{3, 5}, {40, 30}, {1, 5}});
  expectAllOrders({"k", "ki", "i"}, "ik", {{3, 5}, {40, 30}});
}

TEST(Contraction, isABatchOfProducts) {
  expectAllOrders({"bik", "bkj", "bij"}, "bijk", {{3, 4, 5, 6}, {9, 2, 3, 4}, {17, 5, 6, 3}, {1, 4, 5, 6}});
}

TEST(Contraction, isABatchOfOneSharedMatrix) {
  expectAllOrders({"bik", "kj", "bij"}, "bijk", {{3, 4, 5, 6}, {9, 12, 10, 8}});
}

TEST(Contraction, isSummedOverSeveralIndices) {
  expectAllOrders({"ikl", "klj", "ij"}, "ijkl", {{3, 4, 5, 6}, {17, 18, 2, 9}});
}

TEST(Contraction, hasPlacesForSeveralRows) {
  expectAllOrders({"ihk", "kj", "ihj"}, "ihjk", {{3, 4, 5, 6}, {17, 3, 20, 9}});
}

/// y[f,i,j] = sum(c,u,v) K[f,c,u,v] x[c,i+u,j+v], of many and of few columns at a time.
TEST(Contraction, isAConvolution) {
  std::mt19937 random(4);
  for (int64_t side : {6, 70}) {
    int64_t filters = 5, channels = side > 6 ? 40 : 3, taps = 3, out = side - taps + 1;
    std::vector<ProductIndex> indices = {
        {filters, channels * taps * taps, 0, out * out}, {out, 0, side, out},   {out, 0, 1, 1},
        {channels, taps * taps, side * side, 0},         {taps, taps, side, 0}, {taps, 1, 1, 0}};
    expectSums(indices, random, "convolution");
  }
}

TEST(Contraction, readsBackwards) { // y[i] = sum(k) h[k] x[i - k]
  std::mt19937 random(5);
  auto h = randomEntries(20, random), x = randomEntries(59, random);
  std::vector<double> y(40, -1);
  ProductIndex indices[] = {{40, 0, 1, 1}, {20, 1, -1, 0}};
  contract(h.data(), x.data() + 19, y.data(), indices, 2);
  for (size_t i = 0; i < y.size(); ++i)
    EXPECT_NEAR(y[i], std::inner_product(h.begin(), h.end(), x.rend() - long(i) - 20, 0.0), 1e-13);
}

/// Rows of many and of few entries side by side.
TEST(Contraction, hasLinesOfAnyLength) {
  std::mt19937 random(6);
  for (int64_t length = 1; length <= 40; ++length)
    for (int64_t rows : {1, 3, 6}) {
      std::vector<ProductIndex> indices = {
          {rows, 7, 0, 3 * length}, {3, 0, 50, length}, {length, 0, 1, 1}, {7, 1, 4, 0}};
      expectSums(indices, random, "lines of " + std::to_string(length));
      for (ProductIndex &index : indices)
        std::swap(index.a, index.b);
      expectSums(indices, random, "columns of " + std::to_string(length));
    }
}

/// A filter's adjoint where A is 0 at what is not finite: sums are those of the rest, and NaN where A is one.
TEST(Contraction, countsNothingWhereAIsNought) {
  const double infinity = std::numeric_limits<double>::infinity(), nan = std::nan("");
  for (int64_t columns : {1, 2, 9}) {
    std::vector<double> A = {0, 2, 3, 0}, B(size_t(2 * columns), 5), C(size_t(2 * columns), -1);
    for (int64_t j = 0; j < columns; ++j)
      B[size_t(j)] = j % 2 ? nan : infinity;
    int64_t indices[] = {2, 2, 0, columns, columns, 0, 1, 1, 2, 1, columns, 0};
    costate_masked_product(A.data(), B.data(), C.data(), indices, 3);
    for (int64_t j = 0; j < columns; ++j) {
      EXPECT_EQ(C[size_t(j)], 10);
      EXPECT_FALSE(std::isfinite(C[size_t(columns + j)]));
    }
    A[0] = nan;
    costate_masked_product(A.data(), B.data(), C.data(), indices, 3);
    EXPECT_TRUE(std::isnan(C[0]));
    std::vector<float> a(A.begin(), A.end()), b(B.begin(), B.end()), c(C.size(), -1);
    a[0] = 0;
    costate_masked_product_single(a.data(), b.data(), c.data(), indices, 3);
    EXPECT_EQ(c[0], 10);
  }
}

TEST(Contraction, overNothingIsNought) {
  double A[4] = {}, B[4] = {}, C[] = {-1, -1, -1};
  int64_t of[] = {3, 0, 1, 1, 0, 1, 3, 0};
  costate_product(A, B, C, of, 2);
  for (double entry : C)
    EXPECT_EQ(entry, 0);
  int64_t none[] = {0, 0, 1, 1, 2, 1, 0, 0};
  costate_product(A, B, C, none, 2);
}

} // namespace
