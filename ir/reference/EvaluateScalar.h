// What the scalar operations of arith and math mean, one operation at a time. Slow and plain: other engines
// are compared with it.
#pragma once

#include "mlir/IR/Operation.h"

#include <optional>
#include <variant>

namespace costate::reference {

/// i1, i32, i64 and index as integers; f64 and f32 as reals.
using Scalar = std::variant<int64_t, double>;

inline int64_t integer(const Scalar &value) { return std::get<int64_t>(value); }
inline double real(const Scalar &value) { return std::get<double>(value); }

/// The result of an operation on these operands; empty where the operation is not known. A division of
/// integers by zero is 0.
std::optional<Scalar> evaluateScalar(mlir::Operation *op, llvm::ArrayRef<Scalar> operands);

/// As IEEE 754-2019: not-a-number if either is, and -0 is less than 0.
double minimum(double x, double y);
double maximum(double x, double y);

/// The value as one of the type: integers wrap to its width (truth values are 0 and 1), reals round to it.
Scalar rounded(const Scalar &value, mlir::Type type);

} // namespace costate::reference
