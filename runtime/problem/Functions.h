// A bound problem as a solver sees it: scaled functions, counted and timed.
#pragma once

#include "costate/rt/Abi.h"
#include "runtime/problem/Absolutes.h"
#include "runtime/problem/Sparsity.h"

#include <Eigen/Core>

#include <memory>
#include <string>
#include <vector>

namespace costate::rt {

using Vector = Eigen::VectorXd;

/// Sizes, bounds and start of a problem as costate_shape has them, and the compressed structure of its
/// derivatives: entries with equal coordinates are one.
struct ProblemShape {
  int64_t n = 0, m = 0;
  const double *x_lower = nullptr, *x_upper = nullptr, *x_start = nullptr; // [n]
  const double *c_lower = nullptr, *c_upper = nullptr;                     // [m]
  const int64_t *jac_rows = nullptr;  // [m+1] row pointers of the Jacobian
  const int32_t *jac_cols = nullptr;  // [jac nnz] increasing within a row
  const int64_t *hess_cols = nullptr; // [n+1] column pointers of the Hessian's lower triangle
  const int32_t *hess_rows = nullptr; // [hess nnz] increasing within a column
};

/// Which entries of the compressed Jacobian change with x, and the unscaled values of the others. Entries
/// that are 0 for every x count as none.
struct JacobianConstants {
  enum class Kind : uint8_t { Varies, Constant, Zero };
  std::vector<Kind> kinds; // [jac nnz]
  Vector values;           // [jac nnz] 0 where they vary
};

/// The functions of a problem with objective  sf f(x)  and rows  sc_i c_i(x),  scaled at the start so that no
/// first derivative there exceeds 100 [WB06, section 3.8].
///
/// Arrays that generated kernels see are aligned to 64 bytes and belong to this object; results are copied
/// out scaled. Evaluations return false where the problem refuses or a value is not finite; trace() says
/// where.
class Functions {
public:
  Functions(const costate_problem_v1 &problem, const costate_instance *instance);
  ~Functions();
  Functions(const Functions &) = delete;
  Functions &operator=(const Functions &) = delete;

  const ProblemShape &shape() const { return form; }
  Eigen::Index n() const { return form.n; }
  Eigen::Index m() const { return form.m; }

  /// sf f and sc c [m] at x [n].
  bool values(const double *x, double &f, Vector &c);
  /// sf grad f [n] and the scaled Jacobian [jac nnz] at x.
  bool first(const double *x, Vector &g, Vector &J);
  /// The same, and hessian() of  sigma sf f + sum_i y_i sc_i c_i.
  bool second(const double *x, double sigma, const Vector &y, Vector &g, Vector &J);
  /// Whether second() can be called.
  bool hasSecond() const { return problem.second; }
  /// Lower triangle by columns [hess nnz], as of the last call of second().
  const double *hessian() const { return H.data(); }

  /// u [n] := the Hessian of  sf f + sum_i y_i sc_i c_i  at x times v [n], without its entries; counted with
  /// second().
  bool product(const double *x, const Vector &y, const Vector &v, Vector &u);
  /// Whether product() can be called.
  bool hasProduct() const { return problem.hvp; }

  /// The addends of the objective; 0 where the problem does not tell.
  int64_t addends() const;
  /// Whether sampled() takes any numbers from 0 on, each of which names a draw.
  bool isEndless() const;
  /// The unscaled objective with the addends `which` alone and the first entries of its gradient, as many as
  /// g has; counted with first().
  bool sampled(const double *x, const std::vector<int64_t> &which, double &f, Vector &g);

  /// sf = min(1, 100/|grad f|), sc_i = min(1, 100/|grad c_i|) in the maximum norm at x; not below 1e-8. Rows
  /// with gradients below 1e-2 are scaled up to that, at most by 1e4.
  /// Derivatives with respect to fixed variables do not count.
  bool chooseScaling(const double *x, const std::vector<bool> &isFixed);

  /// c [m] unscaled at x, finite or not; false where the problem refuses.
  bool unscaledRows(const double *x, Vector &c);
  JacobianConstants constants() const;
  /// Rows are linear and the objective is linear or quadratic: no derivative of highest order depends on x.
  bool isQuadratic() const { return quadratic; }
  /// shape() has this start [n] from now on; the array must outlive this object.
  void replaceStart(const double *x) { form.x_start = x; }
  /// shape() has these bounds from now on; the arrays must outlive this object.
  void replaceBounds(const double *xLower, const double *xUpper, const double *cLower, const double *cUpper);

  /// For messages: "`balance[3]`", or "row 3" where the problem has no names.
  std::string variableName(int64_t j) const { return name(0, j); }
  std::string rowName(int64_t i) const { return name(1, i); }

  /// Where the last evaluation that failed stopped being finite: ": ..." or empty.
  std::string trace(const double *x);
  /// An evaluation returned COSTATE_INTERRUPTED.
  bool wasInterrupted() const { return interrupted; }
  /// Whether that code of the ABI is COSTATE_OK; keeps an interruption in mind.
  bool succeeded(int code);

  /// Parts of f and of its first derivatives; they have no second ones.
  Absolutes absolutes;

  double objectiveScale = 1;
  Vector rowScale; // [m]
  int valueCount = 0, firstCount = 0, secondCount = 0;
  double seconds = 0;

  struct Release {
    void operator()(double *memory) const;
  };
  /// Zeros, aligned as kernels expect.
  using Array = std::unique_ptr<double[], Release>;
  static Array aligned(int64_t size);

private:
  std::string name(int isRow, int64_t number) const;
  bool copyFirst(Vector &g, Vector &J);
  void compressStructure(const costate_shape &given);

  const costate_problem_v1 &problem;
  const costate_instance *instance;
  costate_work *work = nullptr;
  ProblemShape form;
  Sparsity jacobian, hessianStructure;
  Array point, rows, gradient, jacobianEntries, hessianEntries, weights, direction;
  Vector H;
  int64_t firstConstant = 0; // of the entries of the Jacobian
  bool interrupted = false, quadratic = false;
  int64_t badRow = -1; // of the last evaluation; -1: the objective
};

} // namespace costate::rt
