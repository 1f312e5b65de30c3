// The sparse factorization against dense linear algebra: solutions, inertia, zero pivots.
#include "runtime/linalg/Ldlt.h"
#include "runtime/linalg/DenseKernels.h"
#include "runtime/linalg/EliminationOrder.h"
#include "runtime/linalg/EliminationTree.h"
#include "runtime/linalg/LeafBundles.h"

#include <Eigen/Dense>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace costate::rt {
namespace {

struct Lower {
  std::vector<int64_t> starts{0};
  std::vector<int32_t> rows;
  std::vector<double> values;
};

/// The lower triangle of A with its full diagonal and its nonzeros.
Lower sparse(const Eigen::MatrixXd &A) {
  Lower lower;
  for (Eigen::Index j = 0; j < A.cols(); ++j) {
    for (Eigen::Index i = j; i < A.rows(); ++i)
      if (i == j || A(i, j) != 0) {
        lower.rows.push_back(int32_t(i));
        lower.values.push_back(A(i, j));
      }
    lower.starts.push_back(int64_t(lower.rows.size()));
  }
  return lower;
}

/// [ H J'; J -D ] with H positive, D nonnegative diagonals and a sparse J: quasidefinite.
Eigen::MatrixXd quasidefinite(int n, int m, double density, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  Eigen::MatrixXd A = Eigen::MatrixXd::Zero(n + m, n + m);
  for (int i = 0; i < n + m; ++i)
    A(i, i) = i < n ? 1 + uniform(random) : -1e-2 - uniform(random);
  for (int i = n; i < n + m; ++i)
    for (int j = 0; j < n; ++j)
      if (uniform(random) < density)
        A(i, j) = A(j, i) = uniform(random) - 0.5;
  return A;
}

Eigen::VectorXd solve(Ldlt &ldlt, Eigen::VectorXd b) {
  ldlt.solve(b.data());
  return b;
}

TEST(Ldlt, SolvesQuasidefiniteSystemsOfAllSizes) {
  for (int n : {1, 2, 5, 20, 90})
    for (double density : {0.02, 0.1, 1.0}) {
      int m = n / 2;
      Eigen::MatrixXd A = quasidefinite(n, m, density, unsigned(n));
      Lower lower = sparse(A);
      Ldlt ldlt;
      ldlt.analyze(n + m, lower.starts, lower.rows);
      ASSERT_TRUE(ldlt.factorize(lower.values.data())) << n << " " << density;
      EXPECT_EQ(ldlt.positivePivots(), n);
      Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(n + m, -1, 2);
      EXPECT_LE((solve(ldlt, A * x) - x).lpNorm<Eigen::Infinity>(), 1e-9) << n << " " << density;
    }
}

TEST(Ldlt, FactorsNewValuesInTheSameStructure) {
  Eigen::MatrixXd A = quasidefinite(40, 20, 0.1, 7);
  Lower lower = sparse(A);
  Ldlt ldlt;
  ldlt.analyze(60, lower.starts, lower.rows);
  ASSERT_TRUE(ldlt.factorize(lower.values.data()));
  for (double &value : lower.values)
    value *= -2;
  ASSERT_TRUE(ldlt.factorize(lower.values.data()));
  EXPECT_EQ(ldlt.positivePivots(), 20); // the signs have changed sides
  Eigen::VectorXd x = Eigen::VectorXd::Ones(60);
  EXPECT_LE((solve(ldlt, -2 * (A * x)) - x).lpNorm<Eigen::Infinity>(), 1e-10);
}

TEST(Ldlt, CountsPositiveEigenvalues) {
  Eigen::MatrixXd A = Eigen::MatrixXd::Random(30, 30);
  A = (A + A.transpose()).eval();
  A.diagonal().array() += 0.3;
  Eigen::Index positive =
      (Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(A).eigenvalues().array() > 0).count();
  Lower lower = sparse(A);
  Ldlt ldlt;
  ldlt.analyze(30, lower.starts, lower.rows);
  ASSERT_TRUE(ldlt.factorize(lower.values.data()));
  EXPECT_EQ(ldlt.positivePivots(), positive);
}

TEST(Ldlt, RefusesZeroPivotsAndValuesThatAreNotFinite) {
  Eigen::MatrixXd A = Eigen::MatrixXd::Zero(3, 3);
  A << 0, 0, 0, 0, 1, 1, 0, 1, 2;
  Lower lower = sparse(A);
  Ldlt ldlt;
  ldlt.analyze(3, lower.starts, lower.rows);
  EXPECT_FALSE(ldlt.factorize(lower.values.data()));
  for (double &value : lower.values)
    value = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(ldlt.factorize(lower.values.data()));
}

TEST(Ldlt, FillsNothingInAnArrow) {
  const int n = 1000; // dense last row and column: any good order keeps 2n - 1 entries
  Lower arrow;
  for (int j = 0; j < n; ++j) {
    arrow.rows.push_back(j);
    arrow.values.push_back(j + 1 < n ? 2 : 2 * n);
    if (j + 1 < n) {
      arrow.rows.push_back(n - 1);
      arrow.values.push_back(1);
    }
    arrow.starts.push_back(int64_t(arrow.rows.size()));
  }
  Ldlt ldlt;
  ldlt.analyze(n, arrow.starts, arrow.rows);
  EXPECT_LE(ldlt.entries(), 2 * n + 16);
  ASSERT_TRUE(ldlt.factorize(arrow.values.data()));
  Eigen::VectorXd b = Eigen::VectorXd::Constant(n, 3); // A (1, ..., 1)
  b[n - 1] = 2 * n + n - 1;
  EXPECT_LE((solve(ldlt, b) - Eigen::VectorXd::Ones(n)).lpNorm<Eigen::Infinity>(), 1e-12);
}

/// Memory of the factors beside that of a full J and the square of its short side, after a check of a solve.
double shareOfFullFactors(int n, int m, double density) {
  Eigen::MatrixXd A = quasidefinite(n, m, density, 11);
  Lower lower = sparse(A);
  Ldlt ldlt;
  ldlt.analyze(n + m, lower.starts, lower.rows);
  EXPECT_TRUE(ldlt.factorize(lower.values.data()));
  EXPECT_EQ(ldlt.positivePivots(), n);
  Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(n + m, -1, 2);
  EXPECT_LE((solve(ldlt, A * x) - x).lpNorm<Eigen::Infinity>(), 1e-8);
  double shortSide = std::min(n, m);
  return double(ldlt.bytes()) / (8 * (double(n) * m + shortSide * shortSide));
}

/// With an update that waited for every column it were about min(n, m) times the square of the density.
TEST(Ldlt, TakesMemoryAsFullMatricesDo) {
  for (auto [density, most] : {std::pair(1.0, 2.5), {0.5, 3.0}, {0.2, 4.0}})
    for (auto [n, m] : {std::pair(300, 300), {500, 120}, {120, 500}, {600, 400}, {400, 600}})
      EXPECT_LE(shareOfFullFactors(n, m, density), most) << n << " x " << m << ", " << density;
}

/// Least absolute deviations: |J x - b| <= e by two rows for each e. What each adds to the matrix of x does
/// not wait for the others.
TEST(Ldlt, AddsPairsOfRowsWithFullColumns) {
  const int k = 60, m = 200, n = k + m;
  Eigen::MatrixXd A = quasidefinite(n, 2 * m, 0, 5), J = Eigen::MatrixXd::Random(m, k);
  A.block(n, 0, m, k) = J, A.block(n + m, 0, m, k) = -J;
  for (int i : {n, n + m})
    A.block(i, k, m, m).diagonal().setConstant(-1);
  A.triangularView<Eigen::StrictlyUpper>() = A.transpose();
  Lower lower = sparse(A);
  Ldlt ldlt;
  ldlt.analyze(n + 2 * m, lower.starts, lower.rows);
  ASSERT_TRUE(ldlt.factorize(lower.values.data()));
  EXPECT_EQ(ldlt.positivePivots(), n);
  Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(n + 2 * m, -1, 2);
  EXPECT_LE((solve(ldlt, A * x) - x).lpNorm<Eigen::Infinity>(), 1e-8);
  EXPECT_LE(ldlt.bytes(), 8 * (3 * 2 * m * k + 3 * k * k));
}

TEST(Ldlt, SaysHowLargeFactorsAreThatDoNotFit) {
  EXPECT_STREQ(FactorsTooLarge(4400, 116'160'000).what(),
               "the factors of a matrix of order 4400 take 116 MB");
}

TEST(EliminationOrder, PutsTheShortSideOfAFullMatrixLast) {
  for (auto [n, m] : {std::pair(300, 700), {700, 300}}) {
    Lower lower = sparse(quasidefinite(n, m, 1, 3));
    std::vector<int32_t> order = eliminationOrder(n + m, lower.starts, lower.rows);
    bool isFirstShort = n < m;
    for (int j = 0; j < n + m; ++j)
      EXPECT_EQ(order[size_t(j)] >= std::max(n, m), (j < n) == isFirstShort) << j;
  }
}

/// A lower triangle with its diagonal, of columns with the rows begin .. end-1 below it.
struct Columns {
  std::vector<int64_t> starts{0};
  std::vector<int32_t> rows;

  void add(int32_t begin, int32_t end) {
    rows.push_back(int32_t(starts.size()) - 1);
    for (int32_t row = begin; row < end; ++row)
      rows.push_back(row);
    starts.push_back(int64_t(rows.size()));
  }
};

TEST(LeafBundles, AreLeavesOfOneParentWithNearlyTheSameRows) {
  Columns K; // columns 40 to 69 are full
  for (int k = 0; k < 18; ++k)
    K.add(40, 60), K.add(41, 64);
  for (int k = 0; k < 4; ++k)
    K.add(42, 44); // too small
  for (int j = 40; j < 70; ++j)
    K.add(j + 1, 70);
  std::vector<int64_t> parent = eliminationTree(K.starts, K.rows);
  Bundles bundles = leafBundles(K.starts, K.rows, parent);
  EXPECT_EQ(bundles.starts, (std::vector<int64_t>{0, 18, 36}));
  for (size_t k = 0; k < 36; ++k)
    EXPECT_EQ(bundles.columns[k], k < 18 ? 2 * int64_t(k) : 2 * int64_t(k - 18) + 1);
  std::vector<int64_t> order = postorder(parent, bundles.columns);
  for (int begin : {0, 18}) // each stands together
    EXPECT_NE(std::search(order.begin(), order.end(), bundles.columns.begin() + begin,
                          bundles.columns.begin() + begin + 18),
              order.end());
}

TEST(LeafBundles, StoreFewZeros) {
  Columns K;
  for (int k = 0; k < 100; ++k) // each has two rows, and one of them alone
    K.add(101 + k, 102 + k), K.rows.insert(K.rows.end() - 1, 100), K.starts.back() = int64_t(K.rows.size());
  for (int j = 100; j < 202; ++j)
    K.add(202, 202);
  EXPECT_TRUE(leafBundles(K.starts, K.rows, eliminationTree(K.starts, K.rows)).columns.empty());
}

TEST(DenseKernels, SubtractTheLowerTriangleOfAProduct) {
  for (int rows : {1, 3, 4, 7, 8, 13, 30})
    for (int columns : {1, 2, 3, 5, 8})
      for (int inner : {1, 2, 9}) {
        if (columns > rows)
          continue;
        Eigen::MatrixXd A = Eigen::MatrixXd::Random(rows, inner), B = Eigen::MatrixXd::Random(columns, inner);
        Eigen::MatrixXd C = Eigen::MatrixXd::Random(rows, columns), expected = C - A * B.transpose();
        subtractLowerProduct(C.data(), rows, A.data(), rows, B.data(), columns, rows, columns, inner);
        for (int j = 0; j < columns; ++j)
          for (int i = j; i < rows; ++i)
            EXPECT_NEAR(C(i, j), expected(i, j), 1e-13) << rows << " " << columns << " " << inner;
      }
}

TEST(EliminationTree, OfATridiagonalMatrixIsAPath) {
  std::vector<int64_t> starts{0, 2, 4, 6, 7};
  std::vector<int32_t> rows{0, 1, 1, 2, 2, 3, 3};
  std::vector<int64_t> parent = eliminationTree(starts, rows);
  EXPECT_EQ(parent, (std::vector<int64_t>{1, 2, 3, -1}));
  EXPECT_EQ(postorder(parent), (std::vector<int64_t>{0, 1, 2, 3}));
  EXPECT_EQ(columnCounts(starts, rows, parent), (std::vector<int64_t>{2, 2, 2, 1}));
}

} // namespace
} // namespace costate::rt
