// Dense linear algebra: closed forms of known matrices, defining equations of random ones, every failure.
#include "tests/runtime/CallOperation.h"

#include <Eigen/Dense>

#include <cmath>
#include <numbers>

namespace costate::rt {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;

/// An operation of matrices: operands by with(), results by gives(), read by result().
class Dense {
public:
  Dense &with(const Matrix &A) {
    call.reals({A.data(), A.data() + A.size()}, {A.rows(), A.cols()});
    ++next;
    return *this;
  }
  Dense &gives(std::vector<int64_t> sizes) {
    call.realResult(sizes);
    shapes.push_back(sizes);
    return *this;
  }
  Dense &givesIntegers(int64_t size) {
    call.integerResult({size});
    return *this;
  }
  Dense &withIntegers(std::vector<int64_t> values) {
    call.integers(values);
    return *this;
  }
  Dense &run(costate_operation operation) {
    EXPECT_TRUE(call.run(operation)) << call.failure.text;
    return *this;
  }
  const costate_failure &fails(costate_operation operation) {
    EXPECT_FALSE(call.run(operation));
    for (size_t k = 0; k < shapes.size(); ++k)
      for (double entry : call.real(next + k))
        EXPECT_TRUE(std::isnan(entry));
    return call.failure;
  }
  Matrix result(size_t k = 0) const {
    const std::vector<int64_t> &shape = shapes[k];
    int64_t rows = shape.empty() ? 1 : shape[0], columns = shape.size() < 2 ? 1 : shape[1];
    return Eigen::Map<const Matrix>(call.real(next + k).data(), rows, columns);
  }

  CallOperation call;

private:
  size_t next = 0;
  std::vector<std::vector<int64_t>> shapes;
};

Matrix hilbert(int n) {
  return Matrix::NullaryExpr(n, n, [](Eigen::Index i, Eigen::Index j) { return 1. / double(i + j + 1); });
}

double binomial(Eigen::Index n, Eigen::Index k) {
  return std::round(std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1)));
}

/// Entry (i, j) is (i + j choose i) = sum_k (i choose k) (j choose k): the Cholesky factor has binomials,
/// det 1.
Matrix pascal(int n) {
  return Matrix::NullaryExpr(n, n, [](Eigen::Index i, Eigen::Index j) { return binomial(i + j, i); });
}

/// 2 on the diagonal, -1 beside it: eigenvalues 2 - 2 cos(k pi / (n + 1)), determinant n + 1.
Matrix secondDifference(int n) {
  Matrix A = 2 * Matrix::Identity(n, n);
  A.diagonal(1).setConstant(-1);
  A.diagonal(-1).setConstant(-1);
  return A;
}

/// Well conditioned, the same for every run.
Matrix random(int rows, int columns, unsigned seed) {
  srand(seed);
  return Matrix::Random(rows, columns);
}

/// A and what costate_factor makes of it.
struct Factored {
  explicit Factored(const Matrix &A) : n(A.rows()) {
    call.with(A).gives({n, n}).givesIntegers(n).run(costate_factor);
    order = call.call.integer(0);
  }
  Matrix solve(const Matrix &b, costate_operation operation = costate_factor_solve) const {
    return Dense()
        .with(call.result())
        .withIntegers(order)
        .with(b)
        .gives({n, b.cols()})
        .run(operation)
        .result();
  }

  int64_t n;
  Dense call;
  std::vector<int64_t> order;
};

double distance(const Matrix &A, const Matrix &B) { return A.size() ? (A - B).cwiseAbs().maxCoeff() : 0; }

TEST(Dense, SolvesSystemsAndTheirTransposesByTheSameFactors) {
  for (int n : {0, 1, 2, 3, 10, 37, 150})
    for (int k : {1, 4}) {
      Matrix A = random(n, n, unsigned(n)) + Matrix::Identity(n, n), b = random(n, k, 7);
      Matrix x = Factored(A).solve(b);
      EXPECT_LE(distance(A * x, b), 1e-11) << n;

      Dense lu;
      lu.with(A).gives({n, n}).givesIntegers(n).run(costate_lu);
      Matrix F = lu.result();
      std::vector<int64_t> p = lu.call.integer(0);
      Matrix L = F.triangularView<Eigen::UnitLower>(), U = F.triangularView<Eigen::Upper>(), LU = L * U;
      for (int i = 0; i < n; ++i)
        EXPECT_LE(distance(LU.row(i), A.row(p[size_t(i)])), 1e-13 * (n + 1));
      Matrix y = Dense().with(F).withIntegers(p).with(b).gives({n, k}).run(costate_factor_solve).result();
      EXPECT_EQ(distance(x, y), 0);
      Matrix z =
          Dense().with(F).withIntegers(p).with(b).gives({n, k}).run(costate_factor_solve_transposed).result();
      EXPECT_LE(distance(A.transpose() * z, b), 1e-11) << n;
    }
}

TEST(Dense, FactorsAreByWhatTheMatrixIs) {
  for (int n : {2, 5, 33, 90, 200}) {
    Matrix A = random(n, n, unsigned(n)) + 3 * Matrix::Identity(n, n), b = random(n, 3, 4),
           product = A * A.transpose(), positive = product + product.transpose(),
           indefinite = A + A.transpose();
    indefinite(0, 0) = 1e-3;
    Matrix lower = A.triangularView<Eigen::Lower>(), upper = A.triangularView<Eigen::Upper>();
    auto check = [&](const Matrix &B, int64_t mark) {
      Factored factors(B);
      EXPECT_EQ(factors.order == std::vector<int64_t>(size_t(n), mark), mark < 0) << n;
      double size = B.cwiseAbs().maxCoeff();
      Matrix x = factors.solve(b), y = factors.solve(b, costate_factor_solve_transposed);
      EXPECT_LE(distance(B * x, b), 1e-13 * n * size * (1 + x.cwiseAbs().maxCoeff())) << n;
      EXPECT_LE(distance(B.transpose() * y, b), 1e-13 * n * size * (1 + y.cwiseAbs().maxCoeff())) << n;
    };
    check(positive, -1);
    check(lower, -2);
    check(upper, -3);
    check(indefinite, 0);
    positive(1, 0) += 1e-9;
    check(positive, 0);
  }
}

/// Symmetric with positive diagonal, and singular but for rounding: Cholesky's last pivot is some ulp of
/// either sign.
TEST(Dense, SemidefiniteMatricesAreSingular) {
  for (int n : {3, 20, 70}) {
    Matrix G = random(n, n - 1, unsigned(n)), A = G * G.transpose();
    Matrix symmetric = (A + A.transpose()) / 2;
    const costate_failure failure =
        Dense().with(symmetric).gives({n, n}).givesIntegers(n).fails(costate_factor);
    EXPECT_EQ(failure.code, COSTATE_SINGULAR);
    EXPECT_EQ(failure.values[0], n);
  }
}

/// Cholesky needs no exchange of rows, whatever the scales: the solution of a graded system keeps all its
/// digits.
TEST(Dense, GradedPositiveMatricesAreSolvedToAllDigits) {
  constexpr int n = 12;
  Matrix scales =
      Matrix::NullaryExpr(n, 1, [](Eigen::Index i, Eigen::Index) { return std::pow(2.0, -8 * i); });
  Matrix A = scales.asDiagonal() * secondDifference(n) * scales.asDiagonal(), exact(n, 1);
  for (int i = 0; i < n; ++i) // of the second difference of n, from 1 on: i (n + 1 - i) / 2
    exact(i) = (i + 1) * (n - i) / 2. / scales(i);
  Matrix x = Factored(A).solve(scales);
  for (int i = 0; i < n; ++i)
    EXPECT_NEAR(x(i) / exact(i), 1, 1e-14) << i;
}

TEST(Dense, InvertsTheHilbertMatrixToItsIntegers) {
  Matrix X = Dense().with(hilbert(4)).gives({4, 4}).run(costate_inv).result();
  Matrix exact(4, 4);
  exact << 16, -120, 240, -140, -120, 1200, -2700, 1680, 240, -2700, 6480, -4200, -140, 1680, -4200, 2800;
  EXPECT_LE(distance(X, exact), 1e-8); // condition 1.6e4, entries up to 6480
}

TEST(Dense, DeterminantsOfKnownMatrices) {
  auto det = [](const Matrix &A) { return Dense().with(A).gives({}).run(costate_det).result()(0, 0); };
  auto logdet = [](const Matrix &A) { return Dense().with(A).gives({}).run(costate_logdet).result()(0, 0); };
  EXPECT_NEAR(det(hilbert(5)) * 266716800000., 1, 1e-10); // the published determinant, condition 4.8e5
  for (int n : {1, 2, 5, 40}) {
    EXPECT_NEAR(det(secondDifference(n)), n + 1, 1e-12 * n);
    EXPECT_NEAR(logdet(-1e-3 * secondDifference(n)), std::log(n + 1) - n * std::log(1e3), 1e-12 * n);
  }
  EXPECT_EQ(det(Matrix::Zero(0, 0)), 1);
  Matrix swap(3, 3), cycle(3, 3), singular(2, 2);
  swap << 0, 1, 0, 1, 0, 0, 0, 0, 1;
  cycle << 0, 1, 0, 0, 0, 1, 1, 0, 0;
  singular << 1, 2, 2, 4;
  EXPECT_EQ(det(swap), -1);
  EXPECT_EQ(det(cycle), 1);
  EXPECT_EQ(det(singular), 0);
}

TEST(Dense, CofactorsCountSpanningTrees) {
  // Of the singular matrix of a graph all cofactors are the number of its trees [Kirchhoff]: n^(n-2) of all
  // edges [Cayley], 1 of a path.
  auto cofactors = [](const Matrix &A) {
    return Dense().with(A).gives({int(A.rows()), int(A.cols())}).run(costate_cofactors).result();
  };
  for (int n : {1, 2, 5, 12}) {
    Matrix all = n * Matrix::Identity(n, n) - Matrix::Ones(n, n), path = secondDifference(n);
    path(0, 0) = path(n - 1, n - 1) = n > 1;
    double trees = std::pow(n, n - 2);
    EXPECT_LE(distance(cofactors(all), trees * Matrix::Ones(n, n)), 1e-13 * n * trees) << n;
    EXPECT_LE(distance(cofactors(path), Matrix::Ones(n, n)), 1e-12) << n;
    Matrix regular = secondDifference(n); // A C' = det(A)
    EXPECT_LE(distance(regular * cofactors(regular).transpose(), (n + 1) * Matrix::Identity(n, n)), 1e-11);
  }
  EXPECT_EQ(cofactors(Matrix::Zero(3, 3)).norm(), 0);
  Matrix graded = Matrix::Identity(3, 3);
  graded(2, 2) = 1e-200;
  EXPECT_EQ(cofactors(graded)(0, 0), 1e-200);
  EXPECT_EQ(cofactors(graded)(2, 2), 1);
}

TEST(Dense, SingularMatricesNameTheirPivot) {
  Matrix A(3, 3);
  A << 1, 2, 3, 4, 5, 6, 7, 8, 9;
  const costate_failure failure = Dense().with(A).gives({3, 3}).givesIntegers(3).fails(costate_factor);
  EXPECT_EQ(failure.code, COSTATE_SINGULAR);
  EXPECT_EQ(failure.values[0], 3);
  EXPECT_LE(std::abs(failure.values[1]), 1e-15);
  EXPECT_EQ(failure.values[2], 9);
  Matrix zero = Matrix::Zero(2, 2);
  EXPECT_STREQ(Dense().with(zero).gives({2, 2}).fails(costate_inv).text,
               "the matrix is singular: pivot 1 of 2 is 0 where the largest entry is 0");
  EXPECT_EQ(Dense().with(zero).gives({}).fails(costate_logdet).code, COSTATE_SINGULAR);
  EXPECT_EQ(Dense().with(zero).gives({2, 2}).givesIntegers(2).fails(costate_lu).code, COSTATE_SINGULAR);
}

TEST(Dense, TriangularSystemsReadTheLowerTriangle) {
  for (int n : {1, 5, 90}) {
    Matrix full = random(n, n, 7) + 3 * Matrix::Identity(n, n), b = random(n, 2, 8);
    Matrix L = full.triangularView<Eigen::Lower>();
    Matrix x = Dense().with(full).with(b).gives({n, 2}).run(costate_lower_solve).result();
    Matrix y = Dense().with(full).with(b).gives({n, 2}).run(costate_lower_solve_transposed).result();
    EXPECT_LE(distance(L * x, b), 1e-10) << n;
    EXPECT_LE(distance(L.transpose() * y, b), 1e-10) << n;
  }
  Matrix zero = Matrix::Identity(2, 2);
  zero(1, 1) = 0;
  const costate_failure failure =
      Dense().with(zero).with(Matrix::Ones(2, 1)).gives({2, 1}).fails(costate_lower_solve);
  EXPECT_EQ(failure.code, COSTATE_SINGULAR);
  EXPECT_EQ(failure.values[0], 2);
}

TEST(Dense, GapsAreReciprocalDifferencesOfSimpleValues) {
  CallOperation call;
  call.reals({1, 3, 2}, {3});
  call.realResult({3, 3});
  EXPECT_TRUE(call.run(costate_gaps));
  EXPECT_EQ(call.real(1), (std::vector<double>{1, .5, 1, -.5, 1, -1, -1, 1, 1}));
  CallOperation equal;
  equal.reals({1, 3, 1}, {3});
  equal.realResult({3, 3});
  EXPECT_FALSE(equal.run(costate_gaps));
  EXPECT_EQ(equal.failure.code, COSTATE_NOT_SIMPLE);
  EXPECT_EQ(equal.failure.values[0], 1);
}

TEST(Dense, GapsOfComplexNumbers) {
  CallOperation call; // 1 / (i - 1) = -(1 + i)/2
  call.reals({1, 0, 0, 1}, {2, 2}).realResult({2, 2, 2});
  EXPECT_TRUE(call.run(costate_complex_gaps));
  EXPECT_EQ(call.real(1), (std::vector<double>{1, 0, -.5, -.5, .5, .5, 1, 0}));
  CallOperation equal;
  equal.reals({1, 2, 3, 0, 1, 2}, {3, 2}).realResult({3, 3, 2});
  EXPECT_FALSE(equal.run(costate_complex_gaps));
  EXPECT_STREQ(equal.failure.text,
               "the values 1+2i and 1+2i are not simple: their gap is 0, and a derivative "
               "needs more than 1.6e-14");
}

TEST(Dense, BadlyScaledMatricesAreNotSingular) {
  Matrix rows(2, 2), columns(2, 2), b = Matrix::Ones(2, 1);
  rows << 1, 1, 1e-20, 2e-20;
  columns << 1, 1e-20, 1, 2e-20;
  EXPECT_NEAR(Factored(rows).solve(b)(1) / 1e20, 1, 1e-14);
  EXPECT_NEAR(Factored(columns).solve(b)(0), 1, 1e-14);
}

TEST(Dense, CholeskyFactorsOfPascalMatricesAreBinomials) {
  for (int n : {0, 1, 2, 8, 12}) {
    Matrix L = Dense().with(pascal(n)).gives({n, n}).run(costate_cholesky).result();
    Matrix exact =
        Matrix::NullaryExpr(n, n, [](Eigen::Index i, Eigen::Index j) { return j > i ? 0 : binomial(i, j); });
    EXPECT_LE(distance(L, exact), 1e-6) << n; // condition 8.8e11 at 12
  }
}

TEST(Dense, CholeskySolvesByItsFactorAndReadsTheLowerTriangle) {
  for (int n : {1, 5, 90}) {
    Matrix G = random(n, n, 3), A = G * G.transpose() + Matrix::Identity(n, n), b = random(n, 2, 4);
    Matrix lower = A;
    lower.triangularView<Eigen::StrictlyUpper>().setConstant(99);
    Matrix L = Dense().with(lower).gives({n, n}).run(costate_cholesky).result();
    EXPECT_LE(distance(L * L.transpose(), A), 1e-12 * n);
    Matrix x = Dense().with(L).with(b).gives({n, 2}).run(costate_cholesky_solve).result();
    EXPECT_LE(distance(A * x, b), 1e-12 * n);
  }
}

TEST(Dense, MatricesThatAreNotPositiveNameTheirRow) {
  Matrix A = secondDifference(200);
  A(150, 150) = 0.5; // the pivot before is 151/150, so this one is 0.5 - 150/151
  const costate_failure failure = Dense().with(A).gives({200, 200}).fails(costate_cholesky);
  EXPECT_EQ(failure.code, COSTATE_NOT_POSITIVE);
  EXPECT_EQ(failure.values[0], 151);
  EXPECT_NEAR(failure.values[1], 0.5 - 150. / 151, 1e-12);
  EXPECT_STREQ(failure.text, "the matrix is not positive definite: the pivot of row 151 is -0.493");
}

TEST(Dense, QrIsOrthonormalTriangularAndUnique) {
  for (auto [m, n] : {std::pair{1, 1}, {3, 2}, {5, 5}, {2, 4}, {80, 33}, {4, 0}}) {
    Matrix A = random(m, n, 9);
    int64_t k = std::min(m, n);
    Dense qr;
    qr.with(A).gives({m, k}).gives({k, n}).run(costate_qr);
    Matrix Q = qr.result(0), R = qr.result(1);
    EXPECT_LE(distance(Q * R, A), 1e-13 * m);
    EXPECT_LE(distance(Q.transpose() * Q, Matrix::Identity(k, k)), 1e-13 * m);
    for (int64_t i = 0; i < k; ++i) {
      EXPECT_GT(R(i, i), 0);
      for (int64_t j = 0; j < i; ++j)
        EXPECT_EQ(R(i, j), 0);
    }
  }
  Matrix A(3, 2);
  A << 3, 1, 4, 2, 0, -2; // by hand: Gram-Schmidt
  Dense qr;
  qr.with(A).gives({3, 2}).gives({2, 2}).run(costate_qr);
  Matrix R(2, 2);
  R << 5, 2.2, 0, std::sqrt(9 - 2.2 * 2.2);
  EXPECT_LE(distance(qr.result(1), R), 1e-14);
}

TEST(Dense, DependentColumnsAreNamed) {
  Matrix A(3, 3);
  A << 1, 2, 3, 2, 4, 4, 3, 6, 5;
  const costate_failure failure = Dense().with(A).gives({3, 3}).gives({3, 3}).fails(costate_qr);
  EXPECT_EQ(failure.code, COSTATE_SINGULAR);
  EXPECT_EQ(failure.values[0], 2);
}

TEST(Dense, EigenvaluesOfTheSecondDifferenceAreKnown) {
  for (int n : {1, 2, 7, 60}) {
    Matrix A = secondDifference(n);
    Dense eigh;
    eigh.with(A).gives({n}).gives({n, n}).run(costate_eigh);
    Matrix w = eigh.result(0), V = eigh.result(1);
    for (int k = 1; k <= n; ++k) {
      double angle = k * std::numbers::pi / (n + 1);
      EXPECT_NEAR(w(k - 1), 2 - 2 * std::cos(angle), 1e-14 * n);
      // Components are sin(i angle): those that are largest decide the sign.
      EXPECT_GT(V.col(k - 1).maxCoeff(), (1 - 1e-6) * V.col(k - 1).cwiseAbs().maxCoeff());
    }
    EXPECT_LE(distance(A * V, V * w.col(0).asDiagonal()), 1e-13 * n);
    EXPECT_LE(distance(V.transpose() * V, Matrix::Identity(n, n)), 1e-13 * n);
  }
}

TEST(Dense, ComponentsOfEqualSizeGiveTheSignToTheFirst) {
  Matrix A(2, 2), expected(2, 2);
  A << 0, 1, 1, 0;
  expected << 1, 1, -1, 1;
  Dense eigh;
  eigh.with(A).gives({2}).gives({2, 2}).run(costate_eigh);
  EXPECT_LE(distance(eigh.result(1) * std::sqrt(2), expected), 1e-14);
}

using ComplexMatrix = Eigen::Matrix<std::complex<double>, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

struct ComplexEigen {
  explicit ComplexEigen(const Matrix &A) {
    int64_t n = A.rows();
    CallOperation call;
    call.reals({A.data(), A.data() + A.size()}, {n, n})
        .realResult({n, 2})
        .realResult({n, n, 2})
        .integerResult({n});
    EXPECT_TRUE(call.run(costate_eig)) << call.failure.text;
    auto entries = [&](size_t k) {
      return reinterpret_cast<const std::complex<double> *>(call.real(k).data());
    };
    w = Eigen::Map<const ComplexMatrix>(entries(1), n, 1);
    V = Eigen::Map<const ComplexMatrix>(entries(2), n, n);
  }
  ComplexMatrix w, V;
};

TEST(Dense, EigenvaluesOfACycleAreRootsOfOne) {
  for (int n : {1, 2, 3, 8, 31}) {
    Matrix A = Matrix::Zero(n, n);
    for (int i = 0; i < n; ++i)
      A(i, (i + 1) % n) += 1;
    ComplexEigen eigen(A);
    for (int k = 0; k < n; ++k) {
      EXPECT_LE(std::abs(std::pow(eigen.w(k), n) - 1.), 1e-12 * n);
      EXPECT_TRUE(k == 0 || eigen.w(k - 1).real() <= eigen.w(k).real());
      EXPECT_NEAR(eigen.V.col(k).norm(), 1, 1e-12);
      EXPECT_NEAR(std::abs(eigen.V(0, k) - 1 / std::sqrt(n)), 0, 1e-12); // all components have one size
    }
    EXPECT_LE((A * eigen.V - eigen.V * eigen.w.col(0).asDiagonal()).cwiseAbs().maxCoeff(), 1e-12 * n);
  }
}

TEST(Dense, EigenvectorsOfRandomMatrices) {
  Matrix A = random(40, 40, 12);
  ComplexEigen eigen(A);
  EXPECT_LE((A * eigen.V - eigen.V * eigen.w.col(0).asDiagonal()).cwiseAbs().maxCoeff(), 1e-12);
  EXPECT_NEAR(eigen.w.sum().real(), A.trace(), 1e-12);
}

TEST(Dense, SingularValuesOfDifferencesAreKnown) {
  for (int n : {1, 2, 9, 50}) { // D' D is the second difference: s_k = 2 sin(k pi / (2 n + 2))
    Matrix D = Matrix::Zero(n + 1, n);
    D.diagonal().setOnes();
    D.diagonal(-1).setConstant(-1);
    for (bool isTall : {true, false}) {
      Matrix A = isTall ? D : Matrix(D.transpose());
      Dense svd;
      svd.with(A).gives({A.rows(), n}).gives({n}).gives({A.cols(), n}).run(costate_svd);
      Matrix U = svd.result(0), s = svd.result(1), V = svd.result(2);
      for (int k = 1; k <= n; ++k)
        EXPECT_NEAR(s(n - k), 2 * std::sin(k * std::numbers::pi / (2 * n + 2)), 1e-14 * n);
      EXPECT_LE(distance(U * s.col(0).asDiagonal() * V.transpose(), A), 1e-13 * n);
      EXPECT_LE(distance(U.transpose() * U, Matrix::Identity(n, n)), 1e-13 * n);
      EXPECT_LE(distance(V.transpose() * V, Matrix::Identity(n, n)), 1e-13 * n);
      for (int k = 0; k < n; ++k)
        EXPECT_GT(V.col(k).maxCoeff(), (1 - 1e-6) * V.col(k).cwiseAbs().maxCoeff());
    }
  }
}

TEST(Dense, ExponentialsOfKnownMatrices) {
  auto expm = [](const Matrix &A) {
    return Dense().with(A).gives({A.rows(), A.cols()}).run(costate_expm).result();
  };
  Matrix turn(2, 2), rotated(2, 2);
  for (double angle : {0., 0.1, 3., 100.}) {
    turn << 0, -angle, angle, 0;
    rotated << std::cos(angle), -std::sin(angle), std::sin(angle), std::cos(angle);
    EXPECT_LE(distance(expm(turn), rotated), 1e-15 + 3e-16 * angle * 10) << angle;
  }
  Matrix A(2, 2), V(2, 2), D = Matrix::Zero(2, 2); // C. Moler, C. Van Loan (1978), example 1
  A << -49, 24, -64, 31;
  V << 1, 3, 2, 4;
  D.diagonal() << std::exp(-1.), std::exp(-17.);
  EXPECT_LE(distance(expm(A), V * D * V.inverse()), 1e-14);
  Matrix shift = Matrix::Zero(6, 6), powers = Matrix::Zero(6, 6); // nilpotent: entries 7^k / k!
  shift.diagonal(1).setConstant(7);
  for (int k = 0; k < 6; ++k)
    powers.diagonal(k).setConstant(std::pow(7, k) / std::tgamma(k + 1));
  EXPECT_LE(distance(expm(shift), powers), 1e-12);
  EXPECT_EQ(expm(Matrix::Zero(0, 0)).size(), 0);
}

TEST(Dense, MatricesOfNoEntriesHaveNoResults) {
  Matrix none = Matrix::Zero(0, 0), tall = Matrix::Zero(3, 0);
  Dense().with(none).gives({0}).gives({0, 0}).run(costate_eigh);
  Dense().with(none).gives({0, 2}).gives({0, 0, 2}).givesIntegers(0).run(costate_eig);
  Dense().with(tall).gives({3, 0}).gives({0}).gives({0, 0}).run(costate_svd);
  Dense().with(tall).gives({3, 0}).gives({0, 0}).run(costate_qr);
  Dense().with(none).gives({0, 0}).run(costate_inv);
}

TEST(Dense, EntriesThatAreNotFiniteAreNamed) {
  Matrix A = Matrix::Identity(2, 2);
  A(1, 0) = NAN;
  for (costate_operation *operation : {costate_inv, costate_cholesky, costate_expm})
    EXPECT_STREQ(Dense().with(A).gives({2, 2}).fails(operation).text, "entry (2, 1) of the matrix is nan");
  EXPECT_EQ(Dense().with(A).gives({2}).gives({2, 2}).fails(costate_eigh).code, COSTATE_NOT_FINITE);
  EXPECT_EQ(Dense().with(A).gives({2, 2}).gives({2, 2, 2}).givesIntegers(2).fails(costate_eig).code,
            COSTATE_NOT_FINITE);
  EXPECT_EQ(Dense().with(A).gives({2, 2}).gives({2}).gives({2, 2}).fails(costate_svd).code,
            COSTATE_NOT_FINITE);
  EXPECT_EQ(Dense().with(A).gives({2, 2}).gives({2, 2}).fails(costate_qr).code, COSTATE_NOT_FINITE);
}

} // namespace
} // namespace costate::rt
