// Offsets, bounds, sparsity and the calls of kernels.
#include "runtime/problem/Instance.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace costate::rt {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

const Instance &self(const costate_instance *instance) {
  return *reinterpret_cast<const Instance *>(instance);
}

Work &of(costate_work *work) { return *reinterpret_cast<Work *>(work); }
Scratch &scratch(costate_work *work) { return of(work).kernels; }

int copyText(const std::string &from, char *text, int64_t size) {
  if (size > 0)
    text[from.copy(text, size_t(size) - 1)] = 0;
  return COSTATE_OK;
}

Place placeOf(const Json &json) { return {json.at("place")[0], json.at("place")[1], json.at("place")[2]}; }

} // namespace

Instance::Instance(Machine &machine, const Step &step) : machine(machine) {
  const Json &all = step.all;
  name = all.at("name");
  hasObjective = !all.at("objective").is_null();
  if (hasObjective) {
    objectiveName = all["objective"].at("name");
    maximize = all["objective"].at("sense") == "maximize";
  }
  addVariables(all.at("variables"));
  addRows(all.at("rows"));
  checkBounds();
  addFunctions(all.at("smooth"), all.at("sampled"));
  addPatterns(all.at("shared"), all.at("patterns"));
  addResiduals(all.at("residuals"), all.at("smooth"));
  addAbsolutes(all.at("residuals").at("weights"));
  completeHidden(xStart);
  fillTable();
}

void Instance::fillTable() {
  table.version = COSTATE_ABI_VERSION;
  table.size = sizeof table;
  table.shape = [](const costate_instance *i, costate_shape *out) {
    self(i).shape(*out);
    return int(COSTATE_OK);
  };
  table.work = [](const costate_instance *) { return reinterpret_cast<costate_work *>(new Work); };
  table.release_work = [](costate_work *work) { delete reinterpret_cast<Work *>(work); };
  table.constants = [](const costate_instance *i, double *J) {
    self(i).constants(J);
    return int(COSTATE_OK);
  };
  table.values = [](const costate_instance *i, costate_work *work, const double *x, double *f, double *c) {
    self(i).values(x, f, c, scratch(work));
    return self(i).codeAfter();
  };
  table.first = [](const costate_instance *i, costate_work *work, const double *x, double *g, double *J) {
    self(i).first(x, g, J, scratch(work));
    return self(i).codeAfter();
  };
  table.second = [](const costate_instance *i, costate_work *work, const double *x, double sigma,
                    const double *y, double *g, double *J, double *H) {
    self(i).second(x, sigma, y, g, J, H, scratch(work));
    return self(i).codeAfter();
  };
  if (smooth && !smooth.hasHessian())
    table.second = nullptr;
  table.jvp = [](const costate_instance *i, costate_work *work, const double *x, const double *v, double *df,
                 double *dc) {
    self(i).jvp(x, v, df, dc, of(work));
    return int(COSTATE_OK);
  };
  table.vjp = [](const costate_instance *i, costate_work *work, const double *x, double sigma,
                 const double *y, double *u) {
    self(i).vjp(x, sigma, y, u, of(work));
    return int(COSTATE_OK);
  };
  table.hvp = [](const costate_instance *i, costate_work *work, const double *x, double sigma,
                 const double *y, const double *v, double *u) {
    self(i).hvp(x, sigma, y, v, u, of(work));
    return int(COSTATE_OK);
  };
  table.trace = [](const costate_instance *i, costate_work *work, const double *x, int64_t, char *text,
                   int64_t size) { return copyText(self(i).trace(x, scratch(work)), text, size); };
  table.name = [](const costate_instance *i, int isRow, int64_t number, char *text, int64_t size) {
    return copyText(self(i).quotedName(isRow ? self(i).rows : self(i).variables, number), text, size);
  };
  fillResidualTable();
  fillSampled();
  fillAbsolutes();
}

void Instance::fillSampled() {
  if (!sampled)
    return;
  table.addends = [](const costate_instance *i) { return self(i).sampled.addends(); };
  table.sampled = [](const costate_instance *i, costate_work *, const double *x, const int64_t *which,
                     int64_t count, double *f, double *g) {
    self(i).some(x, which, count, f, g);
    return self(i).codeAfter();
  };
  table.is_endless = [](const costate_instance *i) { return int(self(i).sampled.isEndless()); };
}

void Instance::fillResidualTable() {
  if (numResiduals == 0)
    return;
  table.residual_shape = [](const costate_instance *i, costate_residuals *out) {
    const EntryList &list = self(i).residualJacobian;
    *out = {self(i).numResiduals, list.size(), list.rows.data(), list.cols.data(),
            int64_t(self(i).constantResidual.size())};
    return int(COSTATE_OK);
  };
  table.residual_constants = [](const costate_instance *i, double *R) {
    const std::vector<double> &constants = self(i).constantResidual;
    std::copy(constants.begin(), constants.end(),
              R + self(i).residualJacobian.size() - int64_t(constants.size()));
    return int(COSTATE_OK);
  };
  table.residuals = [](const costate_instance *i, costate_work *work, const double *x, double *r) {
    self(i).residualValues(x, r, scratch(work));
    return int(COSTATE_OK);
  };
  table.residual_first = [](const costate_instance *i, costate_work *work, const double *x, double *R) {
    self(i).residualFirst(x, R, scratch(work));
    return int(COSTATE_OK);
  };
}

namespace {

Column entriesOfModel(const std::vector<FamilyRange> &families, const double *all) {
  int64_t size = 0;
  for (const FamilyRange &family : families)
    size += family.isOfModel() ? family.size : 0;
  Column column(Type::F64, size);
  auto to = column.as<double>().begin();
  for (const FamilyRange &family : families)
    if (family.isOfModel())
      to = std::copy_n(all + family.offset, family.size, to);
  return column;
}

} // namespace

Column Instance::ofModel(const double *x) const { return entriesOfModel(variables, x); }
Column Instance::rowsOfModel(const double *c) const { return entriesOfModel(rows, c); }

std::string FamilyRange::shownName(const std::string &index) const {
  if (isOfModel())
    return name + index;
  size_t kind = name.find('.'), number = name.rfind('.');
  std::string what = name.substr(1, kind - 1), family = name.substr(kind + 1, number - kind - 1);
  return family.empty() ? fmt::format("a {} in the objective", what)
                        : fmt::format("a {} in `{}{}`", what, family, index);
}

std::string Instance::entryName(const FamilyRange &family, int64_t entry) const {
  return family.shownName(machine.indexText(family.index, family.roots, entry));
}

std::string Instance::quotedName(const FamilyRange &family, int64_t entry) const {
  return family.isOfModel() ? "`" + entryName(family, entry) + "`" : entryName(family, entry);
}

const FamilyRange &Instance::familyOf(const std::vector<FamilyRange> &families, int64_t number) {
  auto after = std::upper_bound(families.begin(), families.end(), number,
                                [](int64_t k, const FamilyRange &family) { return k < family.offset; });
  return after[-1]; // the one that is not empty, of those that begin here
}

std::string Instance::entryName(const std::vector<FamilyRange> &families, int64_t number) const {
  const FamilyRange &family = familyOf(families, number);
  return entryName(family, number - family.offset);
}

std::string Instance::quotedName(const std::vector<FamilyRange> &families, int64_t number) const {
  const FamilyRange &family = familyOf(families, number);
  return quotedName(family, number - family.offset);
}

void Instance::fillSide(const Json &slot, const FamilyRange &family, double missing,
                        std::vector<double> &into, const std::string &what) {
  into.resize(size_t(family.offset + family.size), missing);
  if (slot.is_null())
    return;
  int number = slot.get<int>();
  auto values = machine.column(number).as<double>();
  if (int64_t(values.size()) != family.size && values.size() != 1)
    throw StepFailure{"internal", fmt::format("the {} of `{}` has {} rows, expected {} or 1", what,
                                              family.name, values.size(), family.size)};
  for (int64_t k = 0; k < family.size; ++k) {
    double value = values[values.size() == 1 ? 0 : size_t(k)];
    if (!std::isfinite(value))
      requireFinite(number, family, k, value, what);
    into[size_t(family.offset + k)] = value;
  }
}

void Instance::addVariables(const Json &list) {
  for (auto &entry : list) {
    FamilyRange family;
    family.name = entry.at("name");
    family.offset = n;
    family.size = machine.column(entry.at("like")).size();
    family.index = entry.at("index").get<std::vector<int>>();
    family.roots = entry.at("attrs").at("roots");
    family.place = placeOf(entry);
    family.hidden = entry.at("hidden");
    fillSide(entry.at("lower"), family, -inf, xLower, "lower bound");
    fillSide(entry.at("upper"), family, inf, xUpper, "upper bound");
    fillSide(entry.at("start"), family, 0, xStart, "start");
    n = checkedRows(n + family.size, "the problem");
    variables.push_back(std::move(family));
  }
}

void Instance::addRows(const Json &list) {
  for (auto &entry : list) {
    FamilyRange family;
    family.name = entry.at("name");
    family.offset = m;
    family.size = machine.column(entry.at("over")).size();
    family.index = entry.at("index").get<std::vector<int>>();
    family.roots = entry.at("attrs").at("roots");
    family.place = placeOf(entry);
    family.defines = entry.at("defines").is_null() ? -1 : entry.at("defines").get<int>();
    fillSide(entry.at("lower"), family, -inf, cLower, "lower bound");
    fillSide(entry.at("upper"), family, inf, cUpper, "upper bound");
    m = checkedRows(m + family.size, "the problem");
    rows.push_back(std::move(family));
  }
}

void Instance::checkBounds() {
  auto check = [&](const FamilyRange &family, const std::vector<double> &low,
                   const std::vector<double> &high) {
    for (int64_t k = 0; k < family.size; ++k) {
      double l = low[size_t(family.offset + k)], u = high[size_t(family.offset + k)];
      if (l > u)
        throw StepFailure{"crossed-bounds",
                          fmt::format("lower bound {:.9g} of {} is above its upper bound {:.9g}", l,
                                      quotedName(family, k), u)};
    }
  };
  for (auto &family : variables)
    check(family, xLower, xUpper);
  for (auto &family : rows)
    check(family, cLower, cUpper);
}

/// Structure: entries that vary with x, then the constant ones, whose values are computed here and now.
void Instance::addPatterns(const Json &sharedList, const Json &list) {
  std::vector<Range> variableRanges, rowRanges;
  for (auto &family : variables)
    variableRanges.push_back({family.offset, family.size});
  for (auto &family : rows)
    rowRanges.push_back({family.offset, family.size});
  std::vector<int> termsPerFamily(rows.size(), 0);
  for (auto &entry : list)
    for (auto &term : entry.at("terms"))
      if (int target = term.at("target"); target >= 0)
        ++termsPerFamily[size_t(target)];
  shared = SharedArrays(machine, sharedList, variableRanges);
  patterns.reserve(list.size());
  for (auto &entry : list)
    patterns.emplace_back(machine, entry, variableRanges, rowRanges, shared.offsets, termsPerFamily);
  requireFiniteData(sharedList, list);
  for (Pattern &pattern : patterns)
    pattern.listVarying(jacobian, hessian);
  smooth.list(jacobian, hessian);
  numVarying = jacobian.size(), numVaryingHessian = hessian.size();
  for (Pattern &pattern : patterns)
    pattern.listConstant(jacobian, hessian);
  computeConstants();
}

void Instance::addFunctions(const Json &whole, const Json &some) {
  std::vector<Range> ranges, rowRanges;
  for (auto &family : variables)
    ranges.push_back({family.offset, family.size});
  for (auto &family : rows)
    rowRanges.push_back({family.offset, family.size});
  smooth = SmoothTerms(machine, whole, ranges, rowRanges);
  sampled = SampledObjective(machine, some, ranges);
}

/// A loop of unknown length that was broken off has no value.
int Instance::codeAfter() const {
  return (smooth || sampled) && machine.isCancelled() ? COSTATE_INTERRUPTED : COSTATE_OK;
}

/// As for rows: a family of residuals after the other, varying entries before constant ones.
void Instance::addResiduals(const Json &json, const Json &functions) {
  std::vector<Range> variableRanges, families;
  for (auto &family : variables)
    variableRanges.push_back({family.offset, family.size});
  for (auto &over : json.at("over")) {
    int64_t size = over.get<int>() < 0 ? 1 : machine.column(over.get<int>()).size();
    families.push_back({numResiduals, size});
    numResiduals = checkedRows(numResiduals + size, "the sum of squares");
  }
  std::vector<int> termsPerFamily(families.size(), 0);
  for (auto &entry : json.at("patterns"))
    for (auto &term : entry.at("terms"))
      ++termsPerFamily[term.at("target").get<size_t>()];
  residualPatterns.reserve(json.at("patterns").size());
  for (auto &entry : json.at("patterns"))
    residualPatterns.emplace_back(machine, entry, variableRanges, families, shared.offsets, termsPerFamily);
  for (auto &function : functions)
    if (function.at("residuals").get<bool>())
      residualFunctions.emplace_back(machine, function, variableRanges, families);
  EntryList none;
  for (Pattern &pattern : residualPatterns)
    pattern.listVarying(residualJacobian, none);
  for (SmoothRows &function : residualFunctions)
    function.list(residualJacobian);
  int64_t varying = residualJacobian.size();
  for (Pattern &pattern : residualPatterns)
    pattern.listConstant(residualJacobian, none);
  constantResidual.assign(size_t(residualJacobian.size() - varying), 0);
  Targets targets;
  targets.jacobian = constantResidual.data() - varying;
  Scratch scratch;
  for (const Pattern &pattern : residualPatterns)
    pattern.constants({xStart.data(), nullptr}, targets, scratch);
}

void Instance::residualValues(const double *x, double *r, Scratch &scratch) const {
  std::fill(r, r + numResiduals, 0.0);
  Targets targets;
  targets.rows = r;
  Point point = pointAt(Part::Value, x, scratch);
  for (const Pattern &pattern : residualPatterns)
    pattern.values(point, targets, scratch, machine.host);
  for (const SmoothRows &function : residualFunctions)
    function.values(x, r);
}

void Instance::residualFirst(const double *x, double *R, Scratch &scratch) const {
  Targets targets;
  targets.jacobian = R;
  Point point = pointAt(Part::First, x, scratch);
  for (const Pattern &pattern : residualPatterns)
    pattern.first(point, targets, scratch, machine.host);
  for (const SmoothRows &function : residualFunctions)
    function.first(x, R);
}

void Instance::computeConstants() {
  constantJacobian.assign(size_t(jacobian.size() - numVarying), 0);
  constantGradient.assign(size_t(n), 0);
  Targets targets;
  targets.gradient = constantGradient.data();
  targets.jacobian = constantJacobian.data() - numVarying;
  Scratch scratch;
  for (const Pattern &pattern : patterns)
    pattern.constants({xStart.data(), nullptr}, targets, scratch);
}

void Instance::constants(double *J) const {
  std::copy(constantJacobian.begin(), constantJacobian.end(), J + numVarying);
}

/// A hidden variable starts where its defining row holds: with h = 0 the row's value is minus the sum.
void Instance::completeHidden(std::vector<double> &x) const {
  std::vector<double> c(static_cast<size_t>(m));
  double f = 0;
  Scratch scratch;
  for (size_t round = 0; round < rows.size(); ++round) { // hidden variables may depend on others
    bool any = false;
    for (auto &family : rows)
      any |= family.defines >= 0;
    if (!any)
      return;
    values(x.data(), &f, c.data(), scratch);
    double change = 0;
    for (auto &family : rows)
      if (family.defines >= 0)
        for (int64_t k = 0; k < family.size; ++k) {
          double &value = x[size_t(variables[size_t(family.defines)].offset + k)];
          double next = value - c[size_t(family.offset + k)];
          if (!std::isfinite(next))
            continue;
          change = std::max(change, std::abs(next - value));
          value = next;
        }
    if (change == 0)
      return;
  }
}

void Instance::shape(costate_shape &out) const {
  out = {n,
         m,
         xLower.data(),
         xUpper.data(),
         xStart.data(),
         cLower.data(),
         cUpper.data(),
         jacobian.size(),
         jacobian.rows.data(),
         jacobian.cols.data(),
         hessian.size(),
         hessian.rows.data(),
         hessian.cols.data(),
         jacobian.size() - numVarying,
         hessian.size() - numVaryingHessian,
         std::any_of(patterns.begin(), patterns.end(), [](const Pattern &p) { return p.isPiecewise; })};
}

Point Instance::pointAt(Part part, const double *x, Scratch &scratch) const {
  return {x, shared.compute(part, x, scratch, machine.host)};
}

void Instance::values(const double *x, double *f, double *c, Scratch &scratch) const {
  *f = 0;
  std::fill(c, c + m, 0.0);
  Targets targets;
  targets.objective = f, targets.rows = c;
  Point point = pointAt(Part::Value, x, scratch);
  for (const Pattern &pattern : patterns)
    pattern.values(point, targets, scratch, machine.host);
  smooth.values(x, f, c, scratch);
  *f = maximize ? -*f : *f;
}

/// Kernels add the gradient of the objective as it is written; maximize turns the sign of the whole.
void Instance::first(const double *x, double *g, double *J, Scratch &scratch) const {
  std::copy(constantGradient.begin(), constantGradient.end(), g);
  Targets targets;
  targets.gradient = g, targets.jacobian = J;
  Point point = pointAt(Part::First, x, scratch);
  for (const Pattern &pattern : patterns)
    pattern.first(point, targets, scratch, machine.host);
  smooth.first(x, g, J, scratch);
  if (maximize)
    for (int64_t k = 0; k < n; ++k)
      g[k] = -g[k];
}

void Instance::some(const double *x, const int64_t *which, int64_t count, double *f, double *g) const {
  std::fill(g, g + n, 0.0);
  *f = sampled.first(x, which, count, g);
  if (!maximize)
    return;
  *f = -*f;
  for (int64_t k = 0; k < n; ++k)
    g[k] = -g[k];
}

void Instance::secondOfPatterns(const double *x, double weight, const double *y, double *g, double *J,
                                double *H, Scratch &scratch) const {
  std::copy(constantGradient.begin(), constantGradient.end(), g);
  Targets targets;
  targets.gradient = g, targets.jacobian = J, targets.hessian = H;
  Point point = pointAt(Part::Second, x, scratch);
  for (const Pattern &pattern : patterns)
    pattern.second(point, &weight, y, targets, scratch, machine.host);
}

void Instance::second(const double *x, double sigma, const double *y, double *g, double *J, double *H,
                      Scratch &scratch) const {
  double weight = maximize ? -sigma : sigma;
  secondOfPatterns(x, weight, y, g, J, H, scratch);
  smooth.first(x, g, J, scratch);
  smooth.second(x, weight, y, H);
  if (maximize)
    for (int64_t k = 0; k < n; ++k)
      g[k] = -g[k];
}

void Instance::jvp(const double *x, const double *v, double *df, double *dc, Work &work) const {
  double *g = work.gradient.doubles(size_t(n)), *J = work.entries.doubles(size_t(jacobian.size()));
  constants(J);
  first(x, g, J, work.kernels);
  *df = std::inner_product(g, g + n, v, 0.0);
  std::fill(dc, dc + m, 0.0);
  for (size_t e = 0; e < jacobian.rows.size(); ++e)
    dc[jacobian.rows[e]] += J[e] * v[jacobian.cols[e]];
}

void Instance::vjp(const double *x, double sigma, const double *y, double *u, Work &work) const {
  double *J = work.entries.doubles(size_t(jacobian.size()));
  constants(J);
  first(x, u, J, work.kernels);
  for (int64_t k = 0; k < n; ++k)
    u[k] *= sigma;
  for (size_t e = 0; e < jacobian.rows.size(); ++e)
    u[jacobian.cols[e]] += J[e] * y[jacobian.rows[e]];
}

const double *Instance::curvatureAt(const double *x, double sigma, const double *y, Work &work) const {
  auto &kept = work.curvature;
  double *H = kept.entries.doubles(size_t(hessian.size()));
  bool isKept = kept.sigma == sigma && kept.x.size() == size_t(n) && std::equal(x, x + n, kept.x.begin()) &&
                std::equal(y, y + m, kept.y.begin());
  if (isKept)
    return H;
  double *g = work.gradient.doubles(size_t(n)), *J = work.entries.doubles(size_t(jacobian.size()));
  secondOfPatterns(x, maximize ? -sigma : sigma, y, g, J, H, work.kernels);
  kept.x.assign(x, x + n), kept.y.assign(y, y + m), kept.sigma = sigma;
  return H;
}

void Instance::hvp(const double *x, double sigma, const double *y, const double *v, double *u,
                   Work &work) const {
  double weight = maximize ? -sigma : sigma;
  std::fill(u, u + n, 0.0);
  smooth.product(x, weight, y, v, u);
  if (patterns.empty())
    return;
  const double *H = curvatureAt(x, sigma, y, work);
  for (size_t e = 0; e < hessian.rows.size(); ++e) {
    if (smooth.isOwn(int64_t(e)))
      continue; // in the product
    int32_t row = hessian.rows[e], col = hessian.cols[e];
    u[row] += H[e] * v[col];
    if (row != col)
      u[col] += H[e] * v[row];
  }
}

} // namespace costate::rt
