// Options of solvers: one row each gives name, range, default and sentence to programs, help and errors.
#pragma once

#include <limits>
#include <string>
#include <tuple>
#include <vector>

namespace costate::rt {

template <class Options, class T> struct Field {
  const char *name;
  T Options::*member;
  double low, high;
  const char *meaning;
};

/// Sets option `name`; the sentence that refuses it, or empty.
template <class Options> std::string setOption(Options &options, const std::string &solver, const std::string &name, double value);

std::string unknownOption(const std::string &solver, const std::string &name, const std::vector<std::string> &known);
std::string optionRange(const std::string &name, double value, double low, double high, const char *meaning);

/// Primal-dual interior point, [WB06]; symbols as there.
struct InteriorPointOptions {
  double tol = 1e-8;
  double constr_viol_tol = 1e-6;
  double dual_inf_tol = 1;
  double compl_inf_tol = 1e-4;
  double acceptable_tol = 1e-6;
  int acceptable_iter = 15;
  int max_iter = 3000;
  double time_limit = 1e10;
  double mu_init = 0.1;
  bool warm = false;

  static constexpr auto fields() {
    using O = InteriorPointOptions;
    constexpr double inf = std::numeric_limits<double>::infinity();
    return std::tuple{
        Field<O, double>{"tol", &O::tol, 1e-14, 1, "scaled optimality error to reach, epsilon_tol"},
        Field<O, double>{"constr_viol_tol", &O::constr_viol_tol, 0, inf, "largest violation of a constraint, unscaled"},
        Field<O, double>{"dual_inf_tol", &O::dual_inf_tol, 0, inf, "largest dual infeasibility, unscaled"},
        Field<O, double>{"compl_inf_tol", &O::compl_inf_tol, 0, inf, "largest complementarity, unscaled"},
        Field<O, double>{"acceptable_tol", &O::acceptable_tol, 0, inf, "error that is acceptable after acceptable_iter iterations"},
        Field<O, int>{"acceptable_iter", &O::acceptable_iter, 1, 1e9, "iterations at acceptable_tol before stopping"},
        Field<O, int>{"max_iter", &O::max_iter, 0, 1e9, "iterations"},
        Field<O, double>{"time_limit", &O::time_limit, 0, inf, "seconds"},
        Field<O, double>{"mu_init", &O::mu_init, 1e-12, 1e12, "first barrier parameter, mu_0"},
        Field<O, bool>{"warm", &O::warm, 0, 1, "start from the last point and its multipliers"}};
  }
};

template <class Options>
std::string setOption(Options &options, const std::string &solver, const std::string &name, double value) {
  std::string sentence;
  std::vector<std::string> known;
  bool found = false;
  std::apply(
      [&](auto... field) {
        (
            [&] {
              known.push_back(field.name);
              if (name != field.name)
                return;
              found = true;
              if (!(value >= field.low && value <= field.high))
                sentence = optionRange(name, value, field.low, field.high, field.meaning);
              else
                options.*(field.member) = std::decay_t<decltype(options.*(field.member))>(value);
            }(),
            ...);
      },
      Options::fields());
  return found ? sentence : unknownOption(solver, name, known);
}

} // namespace costate::rt
