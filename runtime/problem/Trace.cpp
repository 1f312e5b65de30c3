// Where values and derivatives of an instance stop being finite.
#include "runtime/problem/Instance.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

const char *kindOf(double value) { return std::isnan(value) ? "not a number" : "infinite"; }

bool has(const std::vector<int64_t> &list, int64_t number) {
  return std::find(list.begin(), list.end(), number) != list.end();
}

constexpr double smallStep = 1e-8, steps[] = {0, smallStep, -smallStep};

/// A point one of the steps away from x, along some variables.
struct Nearby {
  std::vector<double> x;
  Scratch scratch;
  Point point; // with the shared arrays, in the scratch memory
};

/// By how much a term changes when the variables do, per step; infinite where it ends nearby. Kernels give
/// derivatives of all terms at once, so this tells which of them has the one in question.
double steepness(const Pattern &pattern, size_t term, int64_t instance, std::array<Nearby, 3> &nearby) {
  auto valueAt = [&](Nearby &at) { return pattern.valuesOf(instance, at.point, at.scratch)[term]; };
  double most = 0, centre = valueAt(nearby[0]);
  for (size_t k : {1, 2}) {
    double change = std::abs(valueAt(nearby[k]) - centre) / smallStep;
    most = std::max(most, std::isfinite(change) ? change : std::numeric_limits<double>::infinity());
  }
  return most;
}

} // namespace

/// `x[3] = -1, y = 0`: what a term read, up to six values.
std::string Instance::operands(const std::vector<int64_t> &list, const double *x) const {
  constexpr size_t most = 6;
  std::string text;
  for (size_t k = 0; k < std::min(most, list.size()); ++k)
    text += fmt::format("{}{} = {:.9g}", k ? ", " : "", entryName(variables, list[k]), x[list[k]]);
  return list.size() > most ? text + ", ..." : text;
}

std::string Instance::rowName(const Pattern::Term &term, int64_t instance) const {
  return term.target < 0 ? "the objective" : quotedName(rows[size_t(term.target)], term.row(instance));
}

/// " (model.opt:9:5) at x[1] = -1": the place of a term and what it read in an instance.
std::string Instance::placeAndOperands(const Pattern &pattern, size_t term, int64_t instance,
                                       const double *x) const {
  const Place &place = pattern.terms[term].place;
  std::string text = place.file < 0 ? ""
                                    : fmt::format(" ({}:{}:{})", machine.files[size_t(place.file)],
                                                  place.line, place.column);
  std::string read = operands(pattern.variablesOf(term, instance), x);
  return read.empty() ? text : text + " at " + read;
}

/// The first instance whose value is not finite, with its row, place and what it read.
std::string Instance::trace(const double *x, Scratch &scratch) const {
  if (std::string failed = smooth ? smooth.trace(x) : ""; !failed.empty())
    return ": " + failed;
  Point point = pointAt(Part::Value, x, scratch);
  for (const Pattern &pattern : patterns)
    for (int64_t s = 0; s < pattern.instances; ++s) {
      std::vector<double> results = pattern.valuesOf(s, point, scratch);
      for (size_t t = 0; t < results.size(); ++t)
        if (!std::isfinite(results[t]))
          return fmt::format(": {} is {}{}", rowName(pattern.terms[t], s), kindOf(results[t]),
                             placeAndOperands(pattern, t, s, x));
    }
  std::string whole = smooth ? traceWhole(x, scratch) : "";
  return whole.empty() ? traceDerivatives(x, scratch) : whole;
}

/// Functions of whole variables.
std::string Instance::traceWhole(const double *x, Scratch &scratch) const {
  double f = 0;
  std::vector<double> c(static_cast<size_t>(m));
  values(x, &f, c.data(), scratch);
  if (!std::isfinite(f))
    return fmt::format(": the objective is {}", kindOf(f));
  for (int64_t i = 0; i < m; ++i)
    if (!std::isfinite(c[size_t(i)]))
      return fmt::format(": {} is {}", quotedName(rows, i), kindOf(c[size_t(i)]));
  return "";
}

/// The first derivative that is not finite where all values are; those of second order last.
std::string Instance::traceDerivatives(const double *x, Scratch &scratch) const {
  std::vector<double> g(static_cast<size_t>(n)), J(jacobian.rows.size()), H(hessian.rows.size());
  std::vector<double> y(static_cast<size_t>(m), 1.0);
  constants(J.data());
  second(x, 1, y.data(), g.data(), J.data(), H.data(), scratch);
  for (int64_t j = 0; j < n; ++j)
    if (!std::isfinite(g[size_t(j)]))
      return derivativeSentence("derivative", -1, {j}, g[size_t(j)], x);
  for (size_t e = 0; e < J.size(); ++e)
    if (!std::isfinite(J[e]))
      return derivativeSentence("derivative", jacobian.rows[e], {jacobian.cols[e]}, J[e], x);
  for (size_t e = 0; e < H.size(); ++e)
    if (!std::isfinite(H[e]))
      return derivativeSentence("second derivative", -2, {hessian.rows[e], hessian.cols[e]}, H[e], x);
  return "";
}

/// `row` -1: the objective, -2: any. The term shown is the steepest of the row that depends on the variables.
std::string Instance::derivativeSentence(const char *what, int64_t row, const std::vector<int64_t> &by,
                                         double value, const double *x) const {
  std::string of = row == -1 ? "the objective" : row >= 0 ? quotedName(rows, row) : "a term", where;
  auto isOfRow = [&](const Pattern::Term &term, int64_t s) {
    if (row < 0)
      return row == -2 || term.target < 0;
    return term.target >= 0 && rows[size_t(term.target)].offset + term.row(s) == row;
  };
  std::array<Nearby, 3> nearby;
  for (size_t k = 0; k < nearby.size(); ++k) {
    Nearby &at = nearby[k];
    at.x.assign(x, x + n);
    for (int64_t j : by)
      at.x[size_t(j)] = x[j] + steps[k];
    at.point = pointAt(Part::Value, at.x.data(), at.scratch);
  }
  double most = -1;
  auto compare = [&](const Pattern &pattern, size_t t, int64_t s) {
    std::vector<int64_t> read = pattern.variablesOf(t, s);
    if (!isOfRow(pattern.terms[t], s) ||
        !std::all_of(by.begin(), by.end(), [&](int64_t j) { return has(read, j); }))
      return;
    if (double change = steepness(pattern, t, s, nearby); change > most) {
      most = change;
      of = rowName(pattern.terms[t], s);
      where = placeAndOperands(pattern, t, s, x);
    }
  };
  for (const Pattern &pattern : patterns)
    for (int64_t s = 0; s < pattern.instances; ++s)
      for (size_t t = 0; t < pattern.terms.size(); ++t)
        compare(pattern, t, s);
  std::string names = quotedName(variables, by[0]);
  if (by.size() > 1)
    names += " and " + quotedName(variables, by[1]);
  return fmt::format(": the {} of {} by {} is {}{}", what, of, names, kindOf(value), where);
}

} // namespace costate::rt
