// A problem in IR, compiled by the passes and evaluated by the reference evaluator: values, Jacobian and
// Hessian as dense matrices, next to what its bodies mean.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace costate::test {

using Vector = std::vector<double>;
using Matrix = std::vector<Vector>;

class CompiledProblem {
public:
  /// Which form of the kernels computes: functions over tensors, or loops.
  enum class Engine { Functions, Loops };

  /// `text` is a module with one program and one problem in it. Adds a test failure where it is not valid.
  explicit CompiledProblem(const std::string &text, Engine engine = Engine::Functions);
  ~CompiledProblem();

  bool isValid() const;
  int64_t numVariables() const;
  int64_t numRows() const;
  int numHidden() const; // families
  int numTerms() const;
  int numStored() const; // expressions

  /// Rows in order of constraints, then the objective as the last one.
  Vector values(const Vector &x);
  /// One row per row, the last one the gradient of the objective.
  Matrix jacobian(const Vector &x);
  /// The full symmetric matrix of sum_i weights[i] * values(x)[i].
  Matrix hessian(const Vector &x, const Vector &weights);
  /// Rows of the original constraints and the objective, from their bodies.
  Vector meaning(const Vector &x);
  /// x with the values that hidden variables have where their defining rows hold.
  Vector complete(Vector x);

private:
  struct State;
  std::unique_ptr<State> state;
};

} // namespace costate::test
