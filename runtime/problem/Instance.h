// A compiled problem with its data: the ABI's functions over the kernels of its patterns.
#pragma once

#include "runtime/bind/Machine.h"
#include "runtime/problem/Sparsity.h"

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
};

/// Borrows columns of the machine, which must not run while this is used. Read-only after construction; one
/// work area per thread is not needed, since kernels write to the caller's arrays only.
class Instance {
public:
  Instance(Machine &machine, const Step &step);

  /// Functions of the ABI; the instance is this object.
  const costate_problem_v1 &problem() const { return table; }
  const costate_instance *handle() const { return reinterpret_cast<const costate_instance *>(this); }

  int values(const double *x, double *f, double *c) const;
  int first(const double *x, double *g, double *J) const;
  int second(const double *x, double sigma, const double *y, double *g, double *J, double *H) const;
  void shape(costate_shape &out) const;
  std::string trace(const double *x) const;
  /// `x[seattle, topeka]`
  std::string entryName(const FamilyRange &family, int64_t entry) const;

  std::string name, objectiveName;
  bool maximize = false;
  std::vector<FamilyRange> variables, rows;
  int64_t n = 0, m = 0;
  std::vector<double> xLower, xUpper, xStart, cLower, cUpper;
  Sparsity jacobian, hessian;

  struct Call {
    costate_kernel kernel = nullptr;
    std::vector<std::pair<int, int>> args; // kind and number
  };
  struct Pattern {
    int target = -1;
    int64_t instances = 0;
    Call value, first, second;
    std::vector<std::vector<int32_t>> jacobianSlots, hessianSlots;
    size_t jacobianEntries = 0, hessianEntries = 0;
    Place place;
    int row = -1;
  };
  std::vector<Pattern> patterns;

private:
  enum ArgKind {
    SlotArg,
    VariableArg,
    ValueArg,
    WeightArg,
    JacobianSlot,
    JacobianValue,
    HessianSlot,
    HessianValue
  };
  Call readCall(const Json &json) const;
  void addVariables(const Json &list);
  void addRows(const Json &list);
  void addPatterns(const Json &list);
  void fillSide(const Json &slot, int64_t offset, int64_t size, double missing, std::vector<double> &into,
                const std::string &what);
  void checkBounds();
  void startHidden();
  void invoke(const Call &call, const Pattern &pattern, const double *x, double *value, const double *weight,
              double *jacobian, double *hessian, int64_t begin, int64_t end) const;

  Machine &machine;
  costate_problem_v1 table{};
};

} // namespace costate::rt
