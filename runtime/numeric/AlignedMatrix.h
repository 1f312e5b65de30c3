// Matrices for vector instructions.
#pragma once

#include "runtime/numeric/Matrices.h"

#include <cstdlib>
#include <memory>

namespace costate::rt {

/// Its entries begin at a multiple of 64 bytes: what is added up in one instruction, and so the last digits
/// of results, does not depend on where memory happens to be.
class AlignedMatrix {
public:
  AlignedMatrix() = default;
  AlignedMatrix(Eigen::Index rows, Eigen::Index columns)
      : rows(rows), columns(columns),
        memory(static_cast<double *>(std::aligned_alloc(64, size_t(rows * columns + 8) / 8 * 64))) {
    if (!memory)
      throw std::bad_alloc();
  }
  explicit AlignedMatrix(const Eigen::Ref<const Matrix> &A) : AlignedMatrix(A.rows(), A.cols()) {
    view() = A;
  }

  MatrixResult view() { return {memory.get(), rows, columns}; }
  MatrixOperand operand() const { return {memory.get(), rows, columns}; }

  static bool isAligned(const double *entries) { return reinterpret_cast<uintptr_t>(entries) % 64 == 0; }

private:
  struct Free {
    void operator()(double *entries) const { std::free(entries); }
  };
  Eigen::Index rows = 0, columns = 0;
  std::unique_ptr<double, Free> memory;
};

} // namespace costate::rt
