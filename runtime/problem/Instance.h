// A compiled problem with its data: the ABI's functions over the kernels of its patterns.
#pragma once

#include "runtime/problem/Pattern.h"
#include "runtime/problem/SharedArrays.h"
#include "runtime/problem/SmoothTerms.h"

#include <map>

namespace costate::rt {

/// A family of variables or rows: entries offset..offset+size-1.
struct FamilyRange {
  std::string name;
  int64_t offset = 0, size = 0;
  std::vector<int> index; // slots of its index columns
  Json roots;
  Place place;
  bool hidden = false;
  int defines = -1; // rows: the hidden variable they define

  bool isOfModel() const { return !hidden && defines < 0; }
  /// The name; of those the compiler added, `$sum.cost.0`, what they stand for: "a sum in `cost`".
  std::string shownName(const std::string &index = "") const;
};

/// What one thread needs while it evaluates an instance.
struct Work {
  Scratch kernels, gradient, entries;
  /// The Hessian of the patterns as hvp() had it last: further products at its point read it.
  struct {
    Scratch entries;
    std::vector<double> x, y;
    double sigma = 0;
  } curvature;
};

/// Borrows columns of the machine, which must not run while this is used. Read-only after construction.
class Instance {
public:
  Instance(Machine &machine, const Step &step);

  /// Functions of the ABI; the instance is this object.
  const costate_problem_v1 &problem() const { return table; }
  const costate_instance *handle() const { return reinterpret_cast<const costate_instance *>(this); }

  void values(const double *x, double *f, double *c, Scratch &scratch) const;
  void first(const double *x, double *g, double *J, Scratch &scratch) const;
  void second(const double *x, double sigma, const double *y, double *g, double *J, double *H,
              Scratch &scratch) const;
  /// Products with vectors, by the entries of the derivatives; see Abi.h. The cost of first or second; hvp()
  /// with the same work, point and weights as before costs a pass over the entries.
  void jvp(const double *x, const double *v, double *df, double *dc, Work &work) const;
  void vjp(const double *x, double sigma, const double *y, double *u, Work &work) const;
  void hvp(const double *x, double sigma, const double *y, const double *v, double *u, Work &work) const;
  /// f and its gradient g [n] for some addends; see Abi.h.
  void some(const double *x, const int64_t *which, int64_t count, double *f, double *g) const;
  /// The entries of J that do not depend on x.
  void constants(double *J) const;
  /// Residuals of an objective that is a sum of squares; see Abi.h.
  void residualValues(const double *x, double *r, Scratch &scratch) const;
  void residualFirst(const double *x, double *R, Scratch &scratch) const;
  std::string trace(const double *x, Scratch &scratch) const;
  /// Of x [n], or of values of all rows [m], the entries of families of the model alone, one family after the
  /// other.
  Column ofModel(const double *x) const;
  Column rowsOfModel(const double *c) const;
  /// Gives the hidden variables in x [n] the values that their definitions have at the others.
  void completeHidden(std::vector<double> &x) const;
  /// The family of variable or row `number` of the problem, counted from 0.
  static const FamilyRange &familyOf(const std::vector<FamilyRange> &families, int64_t number);
  /// "x[seattle, topeka]"; of a family that the compiler added, what it stands for: "a sum in
  /// `cost[topeka]`".
  std::string entryName(const FamilyRange &family, int64_t entry) const;
  std::string entryName(const std::vector<FamilyRange> &families, int64_t number) const;
  /// The same, in backticks where it is a name of the model.
  std::string quotedName(const FamilyRange &family, int64_t entry) const;
  std::string quotedName(const std::vector<FamilyRange> &families, int64_t number) const;

  std::string name, objectiveName;
  bool hasObjective = false, maximize = false;
  std::vector<FamilyRange> variables, rows;
  int64_t n = 0, m = 0;
  std::vector<double> xLower, xUpper, xStart, cLower, cUpper;
  EntryList jacobian, hessian;
  int64_t numVarying = 0, numVaryingHessian = 0; // entries of J and H before the constant ones
  SharedArrays shared;
  std::vector<Pattern> patterns;
  SmoothTerms smooth;       // what has no patterns
  SampledObjective sampled; // beside either
  int64_t numResiduals = 0; // 0: the objective is not known to be a sum of squares
  EntryList residualJacobian;
  std::vector<Pattern> residualPatterns;
  std::vector<SmoothRows> residualFunctions;
  /// Absolute values that the objective has besides its patterns and functions; see costate_absolutes.
  struct {
    std::vector<double> weights, offsets, values;
    std::vector<int64_t> starts;
    std::vector<int32_t> cols;
  } absolutes;

private:
  void fillTable();
  void addVariables(const Json &list);
  void addRows(const Json &list);
  void addPatterns(const Json &sharedList, const Json &list);
  void addResiduals(const Json &json, const Json &functions);
  void addAbsolutes(const Json &weights);
  void addFunctions(const Json &whole, const Json &some);
  void fillSampled();
  void fillAbsolutes();
  int codeAfter() const;
  void secondOfPatterns(const double *x, double weight, const double *y, double *g, double *J, double *H,
                        Scratch &scratch) const;
  const double *curvatureAt(const double *x, double sigma, const double *y, Work &work) const;
  /// With the shared arrays that a part needs, in the scratch memory.
  Point pointAt(Part part, const double *x, Scratch &scratch) const;
  void computeConstants();
  void fillSide(const Json &slot, const FamilyRange &family, double missing, std::vector<double> &into,
                const std::string &what);
  void requireFinite(int slot, const FamilyRange &family, int64_t entry, double value,
                     const std::string &what) const;
  void requireFiniteData(const Json &sharedList, const Json &list) const;
  void requireFiniteTerms(const Pattern &pattern, int input, int slot) const;
  void requireFiniteShared(size_t number, int slot) const;
  void requireFiniteInstance(const Pattern &pattern, int64_t instance, const Point &start, int input,
                             int slot, double value, Scratch &scratch) const;
  void requireFiniteRows(const Pattern &pattern, int64_t instance, const Point &start, int slot,
                         const std::map<int64_t, double> &reached, Scratch &scratch) const;
  StepFailure notFinite(const Pattern &pattern, size_t term, int64_t instance, std::optional<Place> place,
                        double value) const;
  void checkBounds();
  void shape(costate_shape &out) const;
  void fillResidualTable();
  std::string operands(const std::vector<int64_t> &list, const double *x) const;
  std::string rowName(const Pattern::Term &term, int64_t instance) const;
  std::string placeAndOperands(const Pattern &pattern, size_t term, int64_t instance, const double *x) const;
  std::string traceWhole(const double *x, Scratch &scratch) const;
  std::string traceDerivatives(const double *x, Scratch &scratch) const;
  std::string derivativeSentence(const char *what, int64_t row, const std::vector<int64_t> &by, double value,
                                 const double *x) const;

  Machine &machine;
  costate_problem_v1 table{};
  std::vector<double> constantJacobian; // [jacobian.size() - numVarying]
  std::vector<double> constantResidual; // the constant entries at the end of residualJacobian
  std::vector<double> constantGradient; // [n] of the objective's linear parts
};

} // namespace costate::rt
