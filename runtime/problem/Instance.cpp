// Offsets, bounds, sparsity and the calls of kernels.
#include "runtime/problem/Instance.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

const Instance &self(const costate_instance *instance) {
  return *reinterpret_cast<const Instance *>(instance);
}

Place placeOf(const Json &json) { return {json.at("place")[0], json.at("place")[1], json.at("place")[2]}; }

} // namespace

Instance::Instance(Machine &machine, const Step &step) : machine(machine) {
  const Json &all = step.all;
  name = all.at("name");
  if (!all.at("objective").is_null()) {
    objectiveName = all["objective"].at("name");
    maximize = all["objective"].at("sense") == "maximize";
  }
  addVariables(all.at("variables"));
  addRows(all.at("rows"));
  checkBounds();
  addPatterns(all.at("patterns"));
  startHidden();
  table.version = COSTATE_ABI_VERSION;
  table.size = sizeof table;
  table.shape = [](const costate_instance *i, costate_shape *out) {
    self(i).shape(*out);
    return int(COSTATE_OK);
  };
  table.values = [](const costate_instance *i, costate_work *, const double *x, double *f, double *c) {
    return self(i).values(x, f, c);
  };
  table.first = [](const costate_instance *i, costate_work *, const double *x, double *g, double *J) {
    return self(i).first(x, g, J);
  };
  table.second = [](const costate_instance *i, costate_work *, const double *x, double sigma, const double *y,
                    double *g, double *J, double *H) { return self(i).second(x, sigma, y, g, J, H); };
  table.trace = [](const costate_instance *i, costate_work *, const double *x, int64_t, char *text,
                   int64_t size) {
    std::string found = self(i).trace(x);
    if (size > 0)
      text[found.copy(text, size_t(size) - 1)] = 0;
    return int(COSTATE_OK);
  };
}

std::string Instance::entryName(const FamilyRange &family, int64_t entry) const {
  return family.name + machine.indexText(family.index, family.roots, entry);
}

void Instance::fillSide(const Json &slot, int64_t offset, int64_t size, double missing,
                        std::vector<double> &into, const std::string &what) {
  into.resize(size_t(offset + size), missing);
  if (slot.is_null())
    return;
  auto values = machine.column(slot.get<int>()).as<double>();
  if (int64_t(values.size()) != size && values.size() != 1)
    throw StepFailure{"internal", fmt::format("{} has {} rows, expected {} or 1", what, values.size(), size)};
  for (int64_t k = 0; k < size; ++k)
    into[size_t(offset + k)] = values[values.size() == 1 ? 0 : size_t(k)];
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
    fillSide(entry.at("lower"), n, family.size, -inf, xLower, "a lower bound");
    fillSide(entry.at("upper"), n, family.size, inf, xUpper, "an upper bound");
    fillSide(entry.at("start"), n, family.size, 0, xStart, "a start");
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
    fillSide(entry.at("lower"), m, family.size, -inf, cLower, "a lower bound");
    fillSide(entry.at("upper"), m, family.size, inf, cUpper, "an upper bound");
    m = checkedRows(m + family.size, "the problem");
    rows.push_back(std::move(family));
  }
}

void Instance::checkBounds() {
  auto check = [&](const FamilyRange &family, const std::vector<double> &low,
                   const std::vector<double> &high) {
    for (int64_t k = 0; k < family.size; ++k) {
      double l = low[size_t(family.offset + k)], u = high[size_t(family.offset + k)];
      if (std::isnan(l) || std::isnan(u))
        throw StepFailure{"not-finite", fmt::format("a bound of `{}` is not a number", entryName(family, k))};
      if (l > u)
        throw StepFailure{"crossed-bounds",
                          fmt::format("lower bound {:.9g} of `{}` is above its upper bound {:.9g}", l,
                                      entryName(family, k), u)};
    }
  };
  for (auto &family : variables) {
    check(family, xLower, xUpper);
    for (int64_t k = 0; k < family.size; ++k)
      if (!std::isfinite(xStart[size_t(family.offset + k)]))
        throw StepFailure{"not-finite", fmt::format("the start of `{}` is not finite", entryName(family, k))};
  }
  for (auto &family : rows)
    check(family, cLower, cUpper);
}

Instance::Call Instance::readCall(const Json &json) const {
  static const std::map<std::string, ArgKind> kinds{
      {"slot", SlotArg},     {"x", VariableArg},   {"C", ValueArg},       {"W", WeightArg},
      {"jac", JacobianSlot}, {"J", JacobianValue}, {"hess", HessianSlot}, {"H", HessianValue}};
  Call call;
  if (json.is_null())
    return call;
  call.kernel = machine.kernel(json.at("kernel").get<int>());
  for (auto &arg : json.at("args"))
    call.args.emplace_back(kinds.at(arg[0]), arg.size() > 1 ? arg[1].get<int>() : 0);
  return call;
}

/// Structure: entry lists of all patterns, compressed once; slot tables per pattern.
void Instance::addPatterns(const Json &list) {
  std::vector<int32_t> jMajor, jMinor, hMajor, hMinor;
  for (auto &entry : list) {
    Pattern p;
    p.target = entry.at("target");
    p.place = placeOf(entry);
    int over = entry.at("over");
    p.instances = over < 0 ? 1 : machine.column(over).size();
    p.row = entry.at("row").is_null() ? -1 : entry.at("row").get<int>();
    p.value = readCall(entry.at("value"));
    p.first = readCall(entry.at("first"));
    p.second = readCall(entry.at("second"));
    p.jacobianEntries = entry.at("jac").size();
    p.hessianEntries = entry.at("hess").size();
    auto loads = entry.at("loads");
    auto position = [&](int load) {
      auto table = machine.column(loads[size_t(load)].at("table")).as<int32_t>();
      return std::pair{table, variables[loads[size_t(load)].at("variable").get<size_t>()].offset};
    };
    size_t count = size_t(p.instances);
    for (auto &load : entry.at("jac")) {
      auto [table, offset] = position(load);
      std::vector<int32_t> &own = p.jacobianSlots.emplace_back(count + 8, 0);
      for (size_t s = 0; s < count; ++s) {
        int32_t column = int32_t(offset + table[s]);
        if (p.target < 0) {
          own[s] = column; // the gradient is dense
          continue;
        }
        int64_t row =
            rows[size_t(p.target)].offset + (p.row < 0 ? int64_t(s) : machine.column(p.row).as<int32_t>()[s]);
        jMajor.push_back(int32_t(row)), jMinor.push_back(column);
      }
    }
    for (auto &pair : entry.at("hess")) {
      auto [left, leftOffset] = position(pair[0]);
      auto [right, rightOffset] = position(pair[1]);
      p.hessianSlots.emplace_back(count + 8, 0);
      for (size_t s = 0; s < count; ++s) {
        int32_t a = int32_t(leftOffset + left[s]), b = int32_t(rightOffset + right[s]);
        hMajor.push_back(std::min(a, b)), hMinor.push_back(std::max(a, b));
      }
    }
    patterns.push_back(std::move(p));
  }
  jacobian = compress(m, jMajor, jMinor);
  hessian = compress(n, hMajor, hMinor);
  size_t j = 0, h = 0;
  for (auto &p : patterns) {
    if (p.target >= 0)
      for (auto &slots : p.jacobianSlots)
        for (size_t s = 0; s < size_t(p.instances); ++s)
          slots[s] = jacobian.slots[j++];
    for (auto &slots : p.hessianSlots)
      for (size_t s = 0; s < size_t(p.instances); ++s)
        slots[s] = hessian.slots[h++];
  }
}

/// A hidden variable starts where its defining row holds: with h = 0 the row's value is minus the sum.
void Instance::startHidden() {
  std::vector<double> c(static_cast<size_t>(m));
  double f = 0;
  for (size_t round = 0; round < rows.size(); ++round) { // hidden variables may depend on others
    bool any = false;
    for (auto &family : rows)
      any |= family.defines >= 0;
    if (!any)
      return;
    (void)values(xStart.data(), &f, c.data());
    double change = 0;
    for (auto &family : rows)
      if (family.defines >= 0)
        for (int64_t k = 0; k < family.size; ++k) {
          double &start = xStart[size_t(variables[size_t(family.defines)].offset + k)];
          double next = start - c[size_t(family.offset + k)];
          if (!std::isfinite(next))
            continue;
          change = std::max(change, std::abs(next - start));
          start = next;
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
         jacobian.starts.data(),
         jacobian.minors.data(),
         hessian.starts.data(),
         hessian.minors.data()};
}

void Instance::invoke(const Call &call, const Pattern &pattern, const double *x, double *value,
                      const double *weight, double *jacobianValues, double *hessianValues, int64_t begin,
                      int64_t end) const {
  constexpr size_t most = 256;
  void *fixedArgs[most];
  std::vector<void *> longArgs;
  void **args = fixedArgs;
  if (call.args.size() > most) {
    longArgs.resize(call.args.size());
    args = longArgs.data();
  }
  for (size_t k = 0; k < call.args.size(); ++k) {
    auto [kind, number] = call.args[k];
    const void *pointer = nullptr;
    switch (kind) {
    case SlotArg:
      pointer = machine.column(number).data();
      break;
    case VariableArg:
      pointer = x + variables[size_t(number)].offset;
      break;
    case ValueArg:
      pointer = value;
      break;
    case WeightArg:
      pointer = weight;
      break;
    case JacobianSlot:
      pointer = pattern.jacobianSlots[size_t(number)].data();
      break;
    case JacobianValue:
      pointer = jacobianValues;
      break;
    case HessianSlot:
      pointer = pattern.hessianSlots[size_t(number)].data();
      break;
    case HessianValue:
      pointer = hessianValues;
      break;
    }
    args[k] = const_cast<void *>(pointer);
  }
  call.kernel(args, begin, end);
}

int Instance::values(const double *x, double *f, double *c) const {
  *f = 0;
  std::fill(c, c + m, 0.0);
  for (auto &p : patterns)
    invoke(p.value, p, x, p.target < 0 ? f : c + rows[size_t(p.target)].offset, nullptr, nullptr, nullptr, 0,
           p.instances);
  *f = maximize ? -*f : *f;
  return COSTATE_OK;
}

int Instance::first(const double *x, double *g, double *J) const {
  std::fill(g, g + n, 0.0);
  std::fill(J, J + jacobian.minors.size(), 0.0);
  for (auto &p : patterns)
    invoke(p.first, p, x, nullptr, nullptr, p.target < 0 ? g : J, nullptr, 0, p.instances);
  if (maximize)
    for (int64_t k = 0; k < n; ++k)
      g[k] = -g[k];
  return COSTATE_OK;
}

int Instance::second(const double *x, double sigma, const double *y, double *g, double *J, double *H) const {
  first(x, g, J);
  std::fill(H, H + hessian.minors.size(), 0.0);
  double weight = maximize ? -sigma : sigma;
  for (auto &p : patterns)
    if (p.second.kernel)
      invoke(p.second, p, x, nullptr, p.target < 0 ? &weight : y + rows[size_t(p.target)].offset, nullptr, H,
             0, p.instances);
  return COSTATE_OK;
}

/// The first instance whose value is not finite, with its row and place.
std::string Instance::trace(const double *x) const {
  for (auto &p : patterns) {
    const FamilyRange *family = p.target < 0 ? nullptr : &rows[size_t(p.target)];
    std::vector<double> c(family ? size_t(family->size) : 1);
    for (int64_t s = 0; s < p.instances; ++s) {
      int64_t row = !family ? 0 : p.row < 0 ? s : machine.column(p.row).as<int32_t>()[size_t(s)];
      c[size_t(row)] = 0;
      invoke(p.value, p, x, c.data(), nullptr, nullptr, nullptr, s, s + 1);
      if (std::isfinite(c[size_t(row)]))
        continue;
      std::string what = family ? "`" + entryName(*family, row) + "`" : "the objective";
      std::string where = p.place.file >= 0 ? fmt::format(" ({}:{}:{})", machine.files[size_t(p.place.file)],
                                                          p.place.line, p.place.column)
                                            : "";
      return fmt::format(": {} is {}{}", what, std::isnan(c[size_t(row)]) ? "not a number" : "infinite",
                         where);
    }
  }
  return "";
}

} // namespace costate::rt
