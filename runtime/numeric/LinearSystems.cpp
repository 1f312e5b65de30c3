// Operations on square systems: their factors, solutions by these, inverses and determinants.
#include "runtime/numeric/SolveFactors.h"

#include "runtime/numeric/DenseFactors.h"

namespace costate::rt {
namespace {

/// Of the permutation that sends i to order[i].
double signOfOrder(std::vector<int64_t> order) {
  double sign = 1;
  for (size_t i = 0; i < order.size(); ++i)
    while (order[i] != int64_t(i)) {
      std::swap(order[i], order[size_t(order[i])]);
      sign = -sign;
    }
  return sign;
}

template <class Factor> void giveFactors(Operation call, Factor factor) {
  auto A = matrix(call);
  auto F = matrixResult(call);
  auto order = call.integerResults(1);
  call.run([&] {
    if (AlignedMatrix::isAligned(F.data())) {
      factor(A, {F, order}, call);
      return;
    }
    AlignedMatrix aligned(A.rows(), A.cols());
    if (factor(A, {aligned.view(), order}, call))
      F = aligned.view();
  });
}

void applyFactors(Operation call, bool isTransposed) {
  auto F = matrix(call);
  auto order = call.integers(1);
  auto b = matrix(call);
  auto x = matrixResult(call);
  call.run([&] { solveByFactors(F, order, isTransposed, b, x); });
}

double logOfSize(SolveFactors factors) {
  double sum = factors.F.diagonal().array().abs().log().sum();
  return factors.kind() == choleskyFactor ? 2 * sum : sum;
}

} // namespace
} // namespace costate::rt

using namespace costate::rt;

extern "C" {

void costate_lu(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  giveFactors({arrays, sizes, failure}, [](auto &A, SolveFactors factors, Operation &call) {
    return isFinite(A, call) && factorByRows(A, factors, call);
  });
}

void costate_factor(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  giveFactors({arrays, sizes, failure},
              [](auto &A, SolveFactors factors, Operation &call) { return factorToSolve(A, factors, call); });
}

void costate_factor_solve(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  applyFactors({arrays, sizes, failure}, false);
}

void costate_factor_solve_transposed(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  applyFactors({arrays, sizes, failure}, true);
}

void costate_inv(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto A = matrix(call);
  auto X = matrixResult(call);
  call.run([&] {
    OwnFactors own(A.rows());
    SolveFactors factors = own.view();
    if (!factorToSolve(A, factors, call))
      return;
    Matrix one = Matrix::Identity(A.rows(), A.rows());
    solveByFactors({factors.F.data(), A.rows(), A.cols()}, factors.order, false, one, X);
  });
}

void costate_det(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto A = matrix(call);
  auto det = call.realResults(0);
  call.run([&] {
    if (!isFinite(A, call))
      return;
    AlignedMatrix factors(A);
    auto F = factors.view();
    std::vector<int64_t> order(size_t(A.rows()));
    denseFactors().lu(F.data(), order.data(), A.rows());
    det[0] = signOfOrder(order) * F.diagonal().prod();
  });
}

void costate_logdet(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto A = matrix(call);
  auto logdet = call.realResults(0);
  call.run([&] {
    OwnFactors own(A.rows());
    SolveFactors factors = own.view();
    if (factorToSolve(A, factors, call))
      logdet[0] = logOfSize(factors);
  });
}
}
