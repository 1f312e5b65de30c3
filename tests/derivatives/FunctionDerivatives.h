// Functions over arrays written as IR, their derivative operators in any order, and the numbers that these
// give.
#pragma once

#include "ir/reference/Evaluate.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <ostream>
#include <string>
#include <vector>

namespace costate::test {

using Vector = std::vector<double>;

/// A function y = f(x) of columns. The body defines `%y : !v` of `%x : !v`, `%data : !v` and `%idx : !i`,
/// where !v, !m, !k are f64 tensors of one, two and three dimensions and !s one without, !i a column of i64;
/// `%i0` to
/// `%i3` are indices, `%zero %half %one %two` numbers.
struct FunctionCase {
  std::string name;
  Vector x;
  std::string body;
  Vector data = {};
  std::vector<int64_t> idx = {};
};
inline void PrintTo(const FunctionCase &function, std::ostream *out) { *out << function.name; }

/// Derivative operators around a function, inner ones first: `j` is jvp, `v` is vjp; both take one more
/// column, the direction or the seed. `w` is the vjp by the seed of the operator before it. The module is
/// expanded, in `simplified` its adjoints are gathered and its maps fused besides.
class DerivedFunction {
public:
  DerivedFunction(const FunctionCase &function, const std::string &operators);
  ~DerivedFunction();
  /// At x (that of `w`: the seed), with the directions in the order of the operators. A failure is a test's.
  Vector operator()(const Vector &x, const std::vector<Vector> &directions) const;
  bool isValid() const { return bool(module); }
  std::string text; // before expansion

private:
  Vector evaluate(mlir::ModuleOp module, const std::vector<reference::Tensor> &args) const;
  const FunctionCase &function;
  mlir::OwningOpRef<mlir::ModuleOp> module, simplified;
};

/// What an expansion says about a function that has no derivative; empty if it has one.
std::string whyNotDerived(const FunctionCase &function, const std::string &operators);

/// Cases with numbers that are smooth where they are given.
std::vector<FunctionCase> smoothFunctions();
std::vector<FunctionCase> functionsOfLoops();       // some of them
std::vector<FunctionCase> functionsOfDerivatives(); // some of them
std::vector<FunctionCase> functionsOfWholeArrays(); // some of them

} // namespace costate::test
