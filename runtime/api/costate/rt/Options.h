// Options of solvers: one row each gives name, range, default and sentence to programs, help and errors.
#pragma once

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

namespace costate::rt {

/// A file that an option names; empty for none.
struct File {
  std::string path;
};

/// A number of the problem that an option names, at a point [n]; empty for none.
struct Quantity {
  std::string name;
  std::function<double(const double *x)> value;
};

/// An option: `low` <= value <= `high`; for bool 0 and 1. An enumeration has `words`, those of its values 0,
/// 1, ... in order with spaces between them; `high` is the last.
template <class Options, class T> struct Field {
  const char *name;
  T Options::*member;
  double low, high;
  const char *meaning;
  const char *words = "";
};

/// One option for display.
struct OptionRow {
  std::string name;
  const char *type; // "real", "whole number", "true or false", "word", "file name", "name"
  double value, low, high;
  std::string meaning;
  std::vector<std::string> words; // of an enumeration; value k is the word k
  std::string path = {};          // of a file, or the name of a quantity

  /// The value as it is written.
  std::string text() const;
  bool isFile() const;
  bool isQuantity() const;
};

// Sentences; each is empty where there is nothing to refuse.
//   option `memory` is 0, expected 1 to 1000 (stored (s, y) pairs)
//   option `barrier` is `fast`, expected monotone or adaptive (how mu is lowered)
std::string unknownOption(const std::string &solver, const std::string &name,
                          const std::vector<OptionRow> &known);
std::string refusedValue(const OptionRow &row, double value);
std::string refusedText(const OptionRow &row, const std::string &text, double &value);
/// A file name in quotes, for an option that may be none.
std::string refusedFile(const OptionRow &row, const std::string &path);

namespace detail {

template <class T> constexpr const char *optionType() {
  return std::is_same_v<T, bool>       ? "true or false"
         : std::is_integral_v<T>       ? "whole number"
         : std::is_enum_v<T>           ? "word"
         : std::is_same_v<T, File>     ? "file name"
         : std::is_same_v<T, Quantity> ? "name"
                                       : "real";
}

template <class T> double numberOf(const T &value) {
  if constexpr (std::is_same_v<T, File> || std::is_same_v<T, Quantity>)
    return 0;
  else
    return double(value);
}
template <class T> std::string pathOf(const T &value) {
  if constexpr (std::is_same_v<T, File>)
    return value.path;
  else if constexpr (std::is_same_v<T, Quantity>)
    return value.name;
  else
    return "";
}

std::vector<std::string> wordsOf(const char *text);

/// Calls visit(row, member) for every field.
template <class Options, class Visit> void eachOption(const Options &options, Visit visit) {
  std::apply(
      [&](auto... field) {
        (visit(OptionRow{field.name, optionType<std::decay_t<decltype(options.*(field.member))>>(),
                         numberOf(options.*(field.member)), field.low, field.high, field.meaning,
                         wordsOf(field.words), pathOf(options.*(field.member))},
               field.member),
         ...);
      },
      Options::fields());
}

} // namespace detail

/// All options with their present values.
template <class Options> std::vector<OptionRow> optionRows(const Options &options) {
  std::vector<OptionRow> rows;
  detail::eachOption(options, [&](const OptionRow &row, auto) { rows.push_back(row); });
  return rows;
}

/// Sets option `name` of `solver`; the sentence that refuses it, or empty.
template <class Options>
std::string setOption(Options &options, const std::string &solver, const std::string &name, double value) {
  std::string sentence;
  bool isKnown = false;
  detail::eachOption(options, [&](const OptionRow &row, auto member) {
    if (row.name != name)
      return;
    isKnown = true;
    sentence = refusedValue(row, value);
    using T = std::decay_t<decltype(options.*member)>;
    if constexpr (!std::is_same_v<T, File> && !std::is_same_v<T, Quantity>)
      if (sentence.empty())
        options.*member = T(value);
  });
  return isKnown ? sentence : unknownOption(solver, name, optionRows(options));
}

/// The same for an option that names a file.
template <class Options>
std::string setFile(Options &options, const std::string &solver, const std::string &name,
                    const std::string &path) {
  std::string sentence;
  bool isKnown = false;
  detail::eachOption(options, [&](const OptionRow &row, auto member) {
    if (row.name != name)
      return;
    isKnown = true;
    sentence = refusedFile(row, path);
    if constexpr (std::is_same_v<std::decay_t<decltype(options.*member)>, File>)
      (options.*member).path = path;
  });
  return isKnown ? sentence : unknownOption(solver, name, optionRows(options));
}

/// The same for an option that names a number of the problem.
template <class Options>
std::string setQuantity(Options &options, const std::string &solver, const std::string &name,
                        const Quantity &quantity) {
  std::string sentence = unknownOption(solver, name, optionRows(options));
  detail::eachOption(options, [&](const OptionRow &row, auto member) {
    if constexpr (std::is_same_v<std::decay_t<decltype(options.*member)>, Quantity>)
      if (row.name == name)
        options.*member = quantity, sentence.clear();
  });
  return sentence;
}

/// The same from text: a number, `true` or `false`, the word of an enumeration, a file name.
template <class Options>
std::string setOption(Options &options, const std::string &solver, const std::string &name,
                      const std::string &text) {
  for (const OptionRow &row : optionRows(options)) {
    if (row.name != name)
      continue;
    if (row.isFile())
      return setFile(options, solver, name, text);
    double value = 0;
    std::string sentence = refusedText(row, text, value);
    return sentence.empty() ? setOption(options, solver, name, value) : sentence;
  }
  return unknownOption(solver, name, optionRows(options));
}

enum class Barrier { monotone, adaptive };
enum class Hessian { automatic, exact, lbfgs };

/// Primal-dual interior point, [WB06]; symbols as there.
struct InteriorPointOptions {
  double tol = 1e-8;
  double constr_viol_tol = 1e-6;
  double dual_inf_tol = 1e-4;
  double compl_inf_tol = 1e-6;
  double acceptable_tol = 1e-6;
  int acceptable_iter = 15;
  int max_iter = 3000;
  double time_limit = std::numeric_limits<double>::infinity();
  double mu_init = 0.1;
  Barrier barrier = Barrier::monotone;
  int max_soc = 4;
  Hessian hessian = Hessian::automatic;
  bool warm = false;
  bool presolve = true;
  bool explain = true;

  static constexpr auto fields() {
    using O = InteriorPointOptions;
    constexpr double inf = std::numeric_limits<double>::infinity();
    return std::tuple{
        Field<O, double>{"tol", &O::tol, 1e-14, 1, "scaled optimality error to reach, epsilon_tol"},
        Field<O, double>{"constr_viol_tol", &O::constr_viol_tol, 0, inf,
                         "largest violation of a row in its own units"},
        Field<O, double>{"dual_inf_tol", &O::dual_inf_tol, 0, inf,
                         "largest dual residual in the objective's units, relative to its gradient"},
        Field<O, double>{"compl_inf_tol", &O::compl_inf_tol, 0, inf,
                         "largest complementarity in the objective's units, over the s_c of [WB06]"},
        Field<O, double>{"acceptable_tol", &O::acceptable_tol, 0, inf,
                         "optimality error that is acceptable where tol cannot be reached"},
        Field<O, int>{"acceptable_iter", &O::acceptable_iter, 1, 1e9,
                      "iterations at acceptable_tol before stopping"},
        Field<O, int>{"max_iter", &O::max_iter, 0, 1e9, "iterations"},
        Field<O, double>{"time_limit", &O::time_limit, 0, inf, "seconds"},
        Field<O, double>{"mu_init", &O::mu_init, 1e-12, 1e12, "first barrier parameter, mu_0"},
        Field<O, Barrier>{"barrier", &O::barrier, 0, 1, "how mu is lowered: [WB06] or [NWW09]",
                          "monotone adaptive"},
        Field<O, int>{"max_soc", &O::max_soc, 0, 1e9,
                      "second-order corrections of a step that the filter refuses"},
        Field<O, Hessian>{
            "hessian", &O::hessian, 0, 2,
            "second derivatives where the problem has them (`exact`: refuse to solve where not), or an "
            "approximation of six pairs from first ones",
            "automatic exact lbfgs"},
        Field<O, bool>{"warm", &O::warm, 0, 1, "start from the last point and its multipliers"},
        Field<O, bool>{"presolve", &O::presolve, 0, 1,
                       "linear rows in one variable are solved as bounds, rows in none are decided"},
        Field<O, bool>{"explain", &O::explain, 0, 1,
                       "where rows stay violated, look for those that contradict each other"}};
  }
};

namespace detail {

/// The options that all solvers of problems with bounds have.
template <class O> constexpr auto boxFields(const char *tolMeaning, const char *acceptableMeaning) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  return std::tuple{
      Field<O, double>{"tol", &O::tol, 0, 1, tolMeaning},
      Field<O, double>{"acceptable_tol", &O::acceptable_tol, 0, inf, acceptableMeaning},
      Field<O, int>{"max_iter", &O::max_iter, 0, 1e9, "iterations"},
      Field<O, double>{"time_limit", &O::time_limit, 0, inf, "seconds"},
      Field<O, bool>{"warm", &O::warm, 0, 1, "start from the last point"},
      Field<O, bool>{"presolve", &O::presolve, 0, 1,
                     "linear rows in one variable are solved as bounds, rows in none are decided"}};
}

} // namespace detail

/// Limited memory BFGS with bounds, [BLNZ95].
struct LbfgsbOptions {
  const char *name = "lbfgsb"; // in messages
  int memory = 10;
  double tol = 1e-8;
  double acceptable_tol = 1e-5;
  int max_iter = 15000;
  double time_limit = std::numeric_limits<double>::infinity();
  bool warm = false;
  bool presolve = true;

  static constexpr auto fields() {
    using O = LbfgsbOptions;
    return std::tuple_cat(
        std::tuple{Field<O, int>{"memory", &O::memory, 1, 1000, "stored (s, y) pairs"}},
        detail::boxFields<O>("scaled projected gradient to reach, maximum norm",
                             "projected gradient that is acceptable where no step improves the point"));
  }
};

/// The same under its usual name.
struct LbfgsOptions : LbfgsbOptions {
  LbfgsOptions() { name = "lbfgs"; }
};

/// Newton's method with trust region and bounds, [LM99], [MS83].
struct NewtonOptions {
  double tol = 1e-8;
  double acceptable_tol = 1e-5;
  int max_iter = 1000;
  double time_limit = std::numeric_limits<double>::infinity();
  double radius = 0;
  bool warm = false;
  bool presolve = true;

  static constexpr auto fields() {
    using O = NewtonOptions;
    return std::tuple_cat(
        detail::boxFields<O>("scaled projected gradient to reach, maximum norm",
                             "projected gradient that is acceptable where no step improves the point"),
        std::tuple{Field<O, double>{"radius", &O::radius, 0, std::numeric_limits<double>::infinity(),
                                    "first trust region; 0: the size of the start, at least 1"}});
  }
};

/// Truncated Newton with trust region and bounds, [Ste83], [LM99].
struct NewtonCgOptions {
  double tol = 1e-8;
  double acceptable_tol = 1e-5;
  int max_iter = 1000;
  int max_cg = 200;
  double time_limit = std::numeric_limits<double>::infinity();
  double radius = 0;
  bool warm = false;
  bool presolve = true;

  static constexpr auto fields() {
    using O = NewtonCgOptions;
    return std::tuple_cat(
        detail::boxFields<O>("scaled projected gradient to reach, maximum norm",
                             "projected gradient that is acceptable where no step improves the point"),
        std::tuple{Field<O, int>{"max_cg", &O::max_cg, 1, 1e9, "conjugate gradients for one step"},
                   Field<O, double>{"radius", &O::radius, 0, std::numeric_limits<double>::infinity(),
                                    "first trust region; 0: the size of the start, at least 1"}});
  }
};

/// Levenberg-Marquardt for sums of squares, [Mor78].
struct LevenbergMarquardtOptions {
  double tol = 1e-8;
  double acceptable_tol = 1e-6;
  double step_tol = 1e-14;
  double factor = 1;
  int max_iter = 2000;
  double time_limit = std::numeric_limits<double>::infinity();
  bool warm = false;
  bool presolve = true;

  static constexpr auto fields() {
    using O = LevenbergMarquardtOptions;
    return std::tuple_cat(
        detail::boxFields<O>("cosine to reach between the residuals and every column of their Jacobian",
                             "cosine that is acceptable where no step improves the point"),
        std::tuple{
            Field<O, double>{"step_tol", &O::step_tol, 0, 1,
                             "stop where a Gauss-Newton step is shorter, relative to the scaled point"},
            Field<O, double>{"factor", &O::factor, 1e-6, 1e6,
                             "first trust region, relative to the scaled start"}});
  }
};

/// How the point of a method of the model is judged.
struct JudgementOptions {
  double tol = 1e-6;
  double constr_viol_tol = 1e-6;

  static constexpr auto fields() {
    using O = JudgementOptions;
    constexpr double inf = std::numeric_limits<double>::infinity();
    return std::tuple{Field<O, double>{"tol", &O::tol, 0, inf, "scaled optimality error that is a solution"},
                      Field<O, double>{"constr_viol_tol", &O::constr_viol_tol, 0, inf,
                                       "largest violation of a row or bound in its own units"}};
  }
};

} // namespace costate::rt
