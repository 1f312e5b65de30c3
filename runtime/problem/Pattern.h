// Terms over one index space, bound to data: their compiled kernels and where the results go.
#pragma once

#include "runtime/problem/Cost.h"
#include "runtime/problem/Input.h"
#include "runtime/problem/KernelCall.h"

namespace costate::rt {

/// Coordinates of the entries of a sparse matrix, in the order in which kernels write them. Every block of
/// entries begins at a multiple of 8; the gaps repeat the coordinates before them and hold 0.
struct EntryList {
  std::vector<int32_t> rows, cols;
  int64_t size() const { return int64_t(rows.size()); }
  void pad();
};

/// See PatternOp for what the parts mean. Reads columns of the machine, which must outlive it.
class Pattern {
public:
  struct Term {
    int target = -1;                   // number of the row family; -1: the objective
    Range rows;                        // of the target; {0, 1} for the objective
    const int32_t *rowTable = nullptr; // null: the instance itself (the objective: 0)
    std::vector<int> reads;            // numbers of the inputs that its value is computed from
    Place place;
    int64_t row(int64_t s) const { return rowTable ? rowTable[s] : target < 0 ? 0 : s; }
  };

  /// `variables` and `rows` are the families' ranges, `arrays` the shared arrays' offsets; `terms` counts the
  /// terms per row family.
  Pattern(const Machine &machine, const Json &json, std::span<const Range> variables,
          std::span<const Range> rows, std::span<const int64_t> arrays, std::span<const int> terms);

  /// Entries that vary are listed by all patterns first, then the constant ones.
  void listVarying(EntryList &jacobian, EntryList &hessian);
  void listConstant(EntryList &jacobian, EntryList &hessian);

  void values(const Point &point, const Targets &targets, Scratch &scratch, const costate_host *host) const;
  void constants(const Point &point, const Targets &targets, Scratch &scratch) const;
  void first(const Point &point, const Targets &targets, Scratch &scratch, const costate_host *host) const;
  /// `sigma` weights the objective, `y` the rows of the problem.
  void second(const Point &point, const double *sigma, const double *y, const Targets &targets,
              Scratch &scratch, const costate_host *host) const;
  /// The terms' values of one instance.
  std::vector<double> valuesOf(int64_t instance, const Point &point, Scratch &scratch) const;
  /// The variables of the problem that a term depends on in an instance, without repetition.
  std::vector<int64_t> variablesOf(size_t term, int64_t instance) const;

  int64_t instances = 1;
  std::vector<Term> terms;
  bool isPiecewise = false; // terms compare what depends on variables
  int64_t numJacobian() const { return int64_t(jacobian.size()); }
  int64_t numConstant() const { return constantCount; }
  int64_t numHessian() const { return int64_t(hessian.size()); }
  /// Entries of the tables by which results are added up.
  int64_t numSlots() const;
  bool has(Part part) const { return call(part).kernel; }
  Cost cost(Part part) const;

private:
  struct Load {
    Range variable;
    int kind = 0; // as PositionKind
    const int32_t *table = nullptr;
    int64_t shift = 0;
    int64_t column(int64_t s) const;
  };
  const KernelCall &call(Part part) const {
    return part == Part::Value ? valueCall : part == Part::First ? firstCall : secondCall;
  }
  using Pairs = std::vector<std::pair<int, int>>;

  void readTerms(const Machine &machine, const Json &json, std::span<const Range> rows);
  void readLoads(const Machine &machine, const Json &list, std::span<const Range> variables);
  int64_t bytesPerInstance(const Input &input) const;
  void placeValues(std::span<const int> termsPerFamily);
  Destination jacobianDestination(std::pair<int, int> entry, EntryList &list);
  Destination hessianDestination(std::pair<int, int> entry, EntryList &list);
  Destination listed(Target target, EntryList &list, const std::vector<int32_t> &rows,
                     const std::vector<int32_t> &cols);
  std::vector<void *> inputsAt(const Point &point) const;

  std::vector<Load> loads;
  std::vector<Input> inputs;
  std::vector<void *> rowInputs;
  Pairs jacobian, hessian;
  int64_t constantCount = 0, constantHessian = 0; // at the ends of jacobian and hessian
  Cost counted[3];
  std::vector<Range> clearedJacobian, clearedHessian; // entries that kernels add to, and gaps
  KernelCall valueCall, constantCall, firstCall, secondCall;
};

} // namespace costate::rt
