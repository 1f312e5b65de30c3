// Pairs, and the small matrix between them.
#include "runtime/solvers/LimitedMemory.h"

#include <Eigen/LU>

#include <limits>

namespace costate::rt {

bool LimitedMemory::push(const Vector &s, const Vector &y) {
  double sy = s.dot(y), yy = y.squaredNorm();
  if (!(sy > std::numeric_limits<double>::epsilon() * yy)) // [BLNZ95, eq. (3.9)]
    return false;
  if (size() == memory)
    S.erase(S.begin()), Y.erase(Y.begin());
  S.push_back(s), Y.push_back(y);
  theta = yy / sy;
  refresh();
  return true;
}

void LimitedMemory::clear() {
  S.clear(), Y.clear();
  theta = 1;
  inverse.resize(0, 0);
}

void LimitedMemory::refresh() {
  Index k = size();
  SY.resize(k, k), SS.resize(k, k);
  for (Index a = 0; a < k; ++a)
    for (Index b = 0; b < k; ++b) {
      SY(a, b) = S[size_t(a)].dot(Y[size_t(b)]);
      SS(a, b) = b < a ? SS(b, a) : S[size_t(a)].dot(S[size_t(b)]);
    }
  Matrix m = Matrix::Zero(2 * k, 2 * k);
  for (Index a = 0; a < k; ++a) {
    m(a, a) = -SY(a, a);
    for (Index b = 0; b < a; ++b)
      m(k + a, b) = m(b, k + a) = SY(a, b);
  }
  m.bottomRightCorner(k, k) = theta * SS;
  inverse = m.partialPivLu().inverse();
}

LimitedMemory::Vector LimitedMemory::row(Index j) const {
  Vector w(2 * size());
  for (Index a = 0; a < size(); ++a) {
    w[a] = Y[size_t(a)][j];
    w[size() + a] = theta * S[size_t(a)][j];
  }
  return w;
}

LimitedMemory::Vector LimitedMemory::transposed(const Vector &v) const {
  Vector w(2 * size());
  for (Index a = 0; a < size(); ++a) {
    w[a] = Y[size_t(a)].dot(v);
    w[size() + a] = theta * S[size_t(a)].dot(v);
  }
  return w;
}

void LimitedMemory::addProduct(const Vector &v, Vector &out) const {
  for (Index a = 0; a < size(); ++a)
    out += v[a] * Y[size_t(a)] + (theta * v[size() + a]) * S[size_t(a)];
}

LimitedMemory::Vector LimitedMemory::middle(const Vector &v) const {
  return size() ? Vector(inverse * v) : Vector();
}

} // namespace costate::rt
