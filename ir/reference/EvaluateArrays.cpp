// Operations on whole arrays, by the plainest algorithms and Eigen.
#include "ir/reference/Evaluate.h"

#include "llvm/ADT/TypeSwitch.h"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <Eigen/QR>
#include <Eigen/SVD>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <numeric>

using namespace mlir;

namespace costate::reference {
namespace {

using Eigen::Index;
using Matrix = Eigen::MatrixXd;
using Tensors = FailureOr<std::vector<Tensor>>;

double realAt(const Tensor &tensor, int64_t k) { return std::get<double>(tensor.entries[size_t(k)]); }

/// By the determinants of all minors.
Matrix cofactors(const Matrix &A) {
  Matrix C(A.rows(), A.cols());
  for (Eigen::Index i = 0; i < A.rows(); ++i)
    for (Eigen::Index j = 0; j < A.cols(); ++j) {
      Matrix minor(A.rows() - 1, A.cols() - 1);
      for (Eigen::Index r = 0; r < minor.rows(); ++r)
        for (Eigen::Index c = 0; c < minor.cols(); ++c)
          minor(r, c) = A(r + (r >= i), c + (c >= j));
      C(i, j) = ((i + j) % 2 ? -1 : 1) * minor.determinant();
    }
  return C;
}

Matrix matrix(const Tensor &tensor) {
  Matrix A(tensor.shape[0], tensor.shape[1]);
  for (Index i = 0; i < A.rows(); ++i)
    for (Index j = 0; j < A.cols(); ++j)
      A(i, j) = realAt(tensor, i * A.cols() + j);
  return A;
}

Tensor tensor(const Matrix &A) {
  Tensor result{{A.rows(), A.cols()}, {}};
  for (Index i = 0; i < A.rows(); ++i)
    for (Index j = 0; j < A.cols(); ++j)
      result.entries.push_back(A(i, j));
  return result;
}

Tensor vector(const Eigen::VectorXd &x) { return Tensor::reals({x.data(), size_t(x.size())}); }

Tensor number(double value) { return Tensor{{}, {value}}; }

/// +1 or -1: the component largest in size becomes positive, the first of those that agree to 1e-6.
double signOf(const Eigen::VectorXd &v) {
  for (double component : v)
    if (std::abs(component) >= (1 - 1e-6) * v.cwiseAbs().maxCoeff())
      return component < 0 ? -1 : 1;
  return 1;
}

Matrix symmetric(const Matrix &A) { return A.selfadjointView<Eigen::Lower>(); }

Tensors factors(Operation *op, const Tensor &A) {
  Eigen::PartialPivLU<Matrix> lu(matrix(A));
  if (lu.matrixLU().diagonal().cwiseAbs().minCoeff() == 0)
    return op->emitError("the matrix is singular"), failure();
  std::vector<int64_t> order(size_t(A.shape[0]));
  for (size_t i = 0; i < order.size(); ++i)
    order[size_t(lu.permutationP().indices()[Index(i)])] = int64_t(i);
  return std::vector<Tensor>{tensor(lu.matrixLU()), Tensor::integers(order)};
}

/// As the solution needs them, which the evaluator does not.
Tensors factorsToSolve(FactorOp op, const Tensor &array) {
  Matrix A = matrix(array);
  auto marked = [&](const Matrix &F, int64_t mark) {
    return std::vector<Tensor>{tensor(F), Tensor::integers(std::vector<int64_t>(size_t(A.rows()), mark))};
  };
  if (A.diagonal().prod() != 0 && A.isLowerTriangular(0))
    return marked(A, -2);
  if (A.diagonal().prod() != 0 && A.isUpperTriangular(0))
    return marked(A, -3);
  Eigen::LLT<Matrix> llt(A);
  if (A == A.transpose() && llt.info() == Eigen::Success) {
    Matrix F = llt.matrixU();
    F.triangularView<Eigen::StrictlyLower>() = A;
    return marked(F, -1);
  }
  return factors(op, array);
}

/// The matrix with values at places; nothing, with an error, where one is outside.
FailureOr<Matrix> spread(SparseSolveOp op, ArrayRef<Tensor> in, int64_t n) {
  Matrix A = Matrix::Zero(n, n);
  for (int64_t k = 0; k < in[2].size(); ++k) {
    int64_t i = std::get<int64_t>(in[0].entries[size_t(k)]), j = std::get<int64_t>(in[1].entries[size_t(k)]);
    if (i < 0 || i >= n || j < 0 || j >= n)
      return op.emitError("a place is outside of the matrix"), failure();
    A(i, j) += realAt(in[2], k);
  }
  return A;
}

Tensors sparseSolution(SparseSolveOp op, ArrayRef<Tensor> in) {
  FailureOr<Matrix> A = spread(op, in, in[3].shape[0]);
  if (failed(A))
    return failure();
  Eigen::FullPivLU<Matrix> lu(op.getTransposed() ? Matrix(A->transpose()) : *A);
  if (!lu.isInvertible())
    return op.emitError("the matrix is singular"), failure();
  return std::vector<Tensor>{tensor(lu.solve(matrix(in[3])))};
}

Tensors cholesky(CholeskyOp op, const Tensor &A) {
  Eigen::LLT<Matrix> llt(symmetric(matrix(A)));
  if (llt.info() != Eigen::Success)
    return op.emitError("the matrix is not positive definite"), failure();
  return std::vector<Tensor>{tensor(llt.matrixL())};
}

/// The sum of the series after halving, squared again.
Matrix exponential(const Matrix &A) {
  int halvings = 0;
  for (double norm = A.cwiseAbs().rowwise().sum().maxCoeff(); norm > 0.25; norm /= 2)
    ++halvings;
  Matrix half = A * std::pow(0.5, halvings), sum = Matrix::Identity(A.rows(), A.cols()), term = sum;
  for (int k = 1; k <= 20; ++k) {
    term = term * half / k;
    sum += term;
  }
  for (int k = 0; k < halvings; ++k)
    sum = sum * sum;
  return sum;
}

Tensors orthogonal(const Tensor &array) {
  Matrix A = matrix(array);
  Index k = std::min(A.rows(), A.cols());
  Eigen::HouseholderQR<Matrix> qr(A);
  Matrix Q = qr.householderQ() * Matrix::Identity(A.rows(), k),
         R = qr.matrixQR().topRows(k).triangularView<Eigen::Upper>();
  for (Index j = 0; j < k; ++j)
    if (R(j, j) < 0) {
      Q.col(j) *= -1;
      R.row(j) *= -1;
    }
  return std::vector<Tensor>{tensor(Q), tensor(R)};
}

Tensors eigenvalues(const Tensor &A) {
  Eigen::SelfAdjointEigenSolver<Matrix> eigen(symmetric(matrix(A)));
  Matrix V = eigen.eigenvectors();
  for (Index j = 0; j < V.cols(); ++j)
    V.col(j) *= signOf(V.col(j));
  return std::vector<Tensor>{vector(eigen.eigenvalues()), tensor(V)};
}

Tensors singularValues(const Tensor &A) {
  Eigen::JacobiSVD<Matrix> svd(matrix(A), Eigen::ComputeThinU | Eigen::ComputeThinV);
  Matrix U = svd.matrixU(), V = svd.matrixV();
  for (Index j = 0; j < V.cols(); ++j) {
    double sign = signOf(V.col(j));
    U.col(j) *= sign;
    V.col(j) *= sign;
  }
  return std::vector<Tensor>{tensor(U), vector(svd.singularValues()), tensor(V)};
}

Tensors gaps(GapsOp op, const Tensor &w) {
  Index n = w.size();
  Matrix E = Matrix::Ones(n, n);
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j) {
      if (i == j)
        continue;
      if (realAt(w, i) == realAt(w, j))
        return op.emitError("equal values are not simple"), failure();
      E(i, j) = 1 / (realAt(w, j) - realAt(w, i));
    }
  return std::vector<Tensor>{tensor(E)};
}

// ---- transforms ----------------------------------------------------------------------------------------

using Complex = std::complex<double>;

Complex complexAt(const Tensor &x, int64_t k) { return {realAt(x, 2 * k), realAt(x, 2 * k + 1)}; }

void append(Tensor &pairs, Complex value) {
  pairs.entries.push_back(value.real());
  pairs.entries.push_back(value.imag());
}

Tensors complexEigenvalues(const Tensor &A) {
  Eigen::ComplexEigenSolver<Eigen::MatrixXcd> eigen(matrix(A).cast<Complex>());
  Index n = A.shape[0];
  std::vector<Index> order(static_cast<size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  auto key = [&](Index k) { // parts that agree but for rounding are equal
    Complex w = eigen.eigenvalues()[k];
    return std::pair(std::round(w.real() * 1e9), w.imag());
  };
  std::sort(order.begin(), order.end(), [&](Index i, Index j) { return key(i) < key(j); });
  Tensor w{{n, 2}, {}}, V{{n, n, 2}, std::vector<Scalar>(size_t(2 * n * n), 0.0)};
  std::vector<int64_t> places;
  for (Index k = 0; k < n; ++k) {
    append(w, eigen.eigenvalues()[order[size_t(k)]]);
    Eigen::VectorXcd v = eigen.eigenvectors().col(order[size_t(k)]).normalized();
    Index p = 0;
    while (std::abs(v[p]) < (1 - 1e-6) * v.cwiseAbs().maxCoeff())
      ++p;
    v *= std::abs(v[p]) / v[p];
    places.push_back(p);
    for (Index i = 0; i < n; ++i) {
      V.entries[size_t(2 * (i * n + k))] = v[i].real();
      V.entries[size_t(2 * (i * n + k) + 1)] = v[i].imag();
    }
  }
  return std::vector<Tensor>{w, V, Tensor::integers(places)};
}

Tensors complexGaps(ComplexGapsOp op, const Tensor &w) {
  int64_t n = w.shape[0];
  Tensor E{{n, n, 2}, {}};
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < n; ++j) {
      if (i != j && complexAt(w, i) == complexAt(w, j))
        return op.emitError("equal values are not simple"), failure();
      append(E, i == j ? 1 : 1. / (complexAt(w, j) - complexAt(w, i)));
    }
  return std::vector<Tensor>{E};
}

/// Sums of n numbers from `first` in steps, times exp(sign 2 pi i j k / n), in their place.
void transform(std::vector<Complex> &x, int64_t first, int64_t step, int64_t n, int sign) {
  std::vector<Complex> sums;
  sums.resize(size_t(n));
  for (int64_t k = 0; k < n; ++k)
    for (int64_t j = 0; j < n; ++j)
      sums[size_t(k)] += x[size_t(first + j * step)] *
                         std::polar(1.0, sign * 2 * std::numbers::pi * double(j * k % n) / double(n));
  for (int64_t k = 0; k < n; ++k)
    x[size_t(first + k * step)] = sums[size_t(k)];
}

std::vector<Complex> complexes(const Tensor &x) {
  std::vector<Complex> all;
  for (int64_t k = 0; k < x.size() / 2; ++k)
    all.push_back(complexAt(x, k));
  return all;
}

Tensor pairs(ArrayRef<Complex> x, std::vector<int64_t> shape) {
  Tensor result{std::move(shape), {}};
  for (const Complex &value : x) {
    result.entries.push_back(value.real());
    result.entries.push_back(value.imag());
  }
  return result;
}

/// Along the second dimension, and the first, too, where `both`.
Tensor fourier(const Tensor &x, bool both, bool inverse) {
  std::vector<Complex> values = complexes(x);
  int64_t m = x.shape[0], n = x.shape[1];
  int sign = inverse ? 1 : -1;
  for (int64_t i = 0; i < m; ++i)
    transform(values, i * n, 1, n, sign);
  for (int64_t j = 0; both && j < n; ++j)
    transform(values, j, n, m, sign);
  if (inverse)
    for (Complex &value : values)
      value /= double(both ? m * n : n);
  return pairs(values, x.shape);
}

Tensor halfFourier(const Tensor &x) {
  int64_t rows = x.shape[0], n = x.shape[1], half = n / 2 + 1;
  std::vector<Complex> values, kept;
  for (int64_t k = 0; k < x.size(); ++k)
    values.push_back(realAt(x, k));
  for (int64_t i = 0; i < rows; ++i) {
    transform(values, i * n, 1, n, -1);
    kept.insert(kept.end(), values.begin() + i * n, values.begin() + i * n + half);
  }
  return pairs(kept, {rows, half, 2});
}

Tensor fromHalf(const Tensor &X, int64_t n) {
  int64_t rows = X.shape[0], half = X.shape[1];
  std::vector<Complex> values(size_t(rows * n));
  Tensor result{{rows, n}, {}};
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t k = 0; k < n; ++k) {
      int64_t kept = std::min(k, n - k);
      Complex value = complexAt(X, i * half + kept);
      if (2 * kept == 0 || 2 * kept == n)
        value = value.real();
      values[size_t(i * n + k)] = k == kept ? value : std::conj(value);
    }
    transform(values, i * n, 1, n, 1);
    for (int64_t k = 0; k < n; ++k)
      result.entries.push_back(values[size_t(i * n + k)].real() / double(n));
  }
  return result;
}

Tensor convolution(const Tensor &x, const Tensor &h) {
  int64_t n = x.size(), m = h.size();
  std::vector<double> sums(size_t(n && m ? n + m - 1 : 0), 0);
  for (int64_t j = 0; j < n; ++j)
    for (int64_t k = 0; k < m; ++k)
      sums[size_t(j + k)] += realAt(x, j) * realAt(h, k);
  return Tensor::reals(sums);
}

// ---- sequences -----------------------------------------------------------------------------------------

bool isBefore(const Scalar &a, const Scalar &b) {
  if (std::holds_alternative<int64_t>(a))
    return std::get<int64_t>(a) < std::get<int64_t>(b);
  double x = std::get<double>(a), y = std::get<double>(b);
  return x < y || (std::isnan(y) && !std::isnan(x));
}

Tensor order(const Tensor &x) {
  std::vector<int64_t> order(x.entries.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int64_t i, int64_t j) {
    return isBefore(x.entries[size_t(i)], x.entries[size_t(j)]);
  });
  return Tensor::integers(order);
}

Tensor places(SearchsortedOp op, const Tensor &x, const Tensor &v) {
  std::vector<int64_t> counts;
  for (int64_t i = 0; i < v.size(); ++i)
    counts.push_back(std::count_if(x.entries.begin(), x.entries.end(), [&](const Scalar &entry) {
      double value = std::get<double>(entry);
      return op.getRight() ? value <= realAt(v, i) : value < realAt(v, i);
    }));
  return Tensor::integers(counts);
}

} // namespace

Tensors Evaluator::runtimeOperation(RuntimeOperation operation) {
  SmallVector<Value> passed = operation.passed();
  FailureOr<States> args = values(passed);
  if (failed(args))
    return failure();
  std::vector<Tensor> &in = *args;
  auto one = [](Tensor result) -> Tensors { return std::vector<Tensor>{std::move(result)}; };
  return llvm::TypeSwitch<Operation *, Tensors>(operation)
      .Case([&](LuOp op) { return factors(op, in[0]); })
      .Case([&](FactorOp op) { return factorsToSolve(op, in[0]); })
      .Case([&](SparseSolveOp op) { return sparseSolution(op, in); })
      .Case([&](LinearSolveOp op) -> Tensors {
        FailureOr<Tensor> given = value(op.getA());
        if (failed(given))
          return failure();
        Matrix A = matrix(*given), b = matrix(in[2]);
        return one(tensor(op.getTransposed() ? A.transpose().fullPivLu().solve(b).eval()
                                             : A.fullPivLu().solve(b).eval()));
      })
      .Case([&](LowerSolveOp op) {
        Matrix L = matrix(in[0]).triangularView<Eigen::Lower>(), b = matrix(in[1]);
        return one(tensor(op.getTransposed() ? L.transpose().fullPivLu().solve(b).eval()
                                             : L.fullPivLu().solve(b).eval()));
      })
      .Case([&](InvOp) { return one(tensor(matrix(in[0]).inverse())); })
      .Case([&](DetOp) { return one(number(matrix(in[0]).determinant())); })
      .Case([&](CofactorsOp) { return one(tensor(cofactors(matrix(in[0])))); })
      .Case([&](LogdetOp) { return one(number(std::log(std::abs(matrix(in[0]).determinant())))); })
      .Case([&](CholeskyOp op) { return cholesky(op, in[0]); })
      .Case([&](ExpmOp) { return one(tensor(exponential(matrix(in[0])))); })
      .Case([&](QrOp) { return orthogonal(in[0]); })
      .Case([&](EighOp) { return eigenvalues(in[0]); })
      .Case([&](SvdOp) { return singularValues(in[0]); })
      .Case([&](GapsOp op) { return gaps(op, in[0]); })
      .Case([&](EigOp) { return complexEigenvalues(in[0]); })
      .Case([&](ComplexGapsOp op) { return complexGaps(op, in[0]); })
      .Case([&](FftOp op) { return one(fourier(in[0], false, op.getInverse())); })
      .Case([&](Fft2Op op) { return one(fourier(in[0], true, op.getInverse())); })
      .Case([&](RfftOp) { return one(halfFourier(in[0])); })
      .Case([&](IrfftOp op) -> Tensors {
        FailureOr<Scalar> n = scalar(op.getSize());
        return failed(n) ? Tensors(failure()) : one(fromHalf(in[0], std::get<int64_t>(*n)));
      })
      .Case([&](ConvOp) { return one(convolution(in[0], in[1])); })
      .Case([&](ArgsortOp) { return one(order(in[0])); })
      .Case([&](SearchsortedOp op) { return one(places(op, in[0], in[1])); })
      .Default([](Operation *op) -> Tensors { return op->emitError("is not evaluated"), failure(); });
}

} // namespace costate::reference
