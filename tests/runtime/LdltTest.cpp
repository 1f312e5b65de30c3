// The sparse factorization against dense linear algebra: solutions, inertia, zero pivots.
#include "runtime/linalg/Ldlt.h"
#include "runtime/linalg/DenseKernels.h"
#include "runtime/linalg/EliminationTree.h"

#include <Eigen/Dense>
#include <gtest/gtest.h>

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
