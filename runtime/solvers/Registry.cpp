// The solvers by name. A new solver: a row here, a struct of options and an overload of solve().
#include "costate/rt/Solve.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <type_traits>

namespace costate::rt {
namespace {

template <class Options> std::vector<OptionRow> defaultsOf() { return optionRows(Options{}); }

template <class Options>
Result run(const SolverRow &self, const costate_problem_v1 &problem, const costate_instance *instance,
           const costate_host *host, const Settings &settings, const Observer &observer,
           const WarmStart *warm) {
  Options options;
  for (auto &[name, value] : settings) {
    std::string sentence = value.isFile           ? setFile(options, self.name, name, value.path)
                           : value.quantity.value ? setQuantity(options, self.name, name, value.quantity)
                                                  : setOption(options, self.name, name, value.number);
    if (!sentence.empty()) {
      Result refused;
      refused.reason = sentence;
      return refused;
    }
  }
  return solve(problem, instance, host, options, observer, options.warm ? warm : nullptr);
}

template <class Options> SolverRow row(const char *name, const char *method) {
  constexpr bool takesSteps = std::is_base_of_v<FirstOrderOptions, Options>;
  constexpr bool takesProducts =
      std::is_base_of_v<LbfgsbOptions, Options> || std::is_same_v<NewtonCgOptions, Options>;
  return {name,
          method,
          takesSteps ? Progress::steps : Progress::iterations,
          !takesSteps && !takesProducts,
          defaultsOf<Options>,
          run<Options>};
}

std::string rangeOf(const OptionRow &row) {
  if (row.isFile())
    return "a file name in quotes";
  if (row.isQuantity())
    return "a `let` of the problem";
  if (!row.words.empty())
    return fmt::format("{}", fmt::join(row.words, " or "));
  return fmt::format("{:g} to {:g}", row.low, row.high);
}

} // namespace

const std::vector<SolverRow> &solvers() {
  static const std::vector<SolverRow> rows{
      row<InteriorPointOptions>("ipm", "primal-dual interior point with filter line search"),
      row<LbfgsbOptions>("lbfgsb", "limited memory BFGS, for problems with bounds only"),
      row<NewtonOptions>("newton", "Newton with trust region, for problems with bounds only"),
      row<LevenbergMarquardtOptions>("lm", "Levenberg-Marquardt, for sums of squares with bounds only"),
      row<LbfgsOptions>("lbfgs", "the same as `lbfgsb`"),
      row<NewtonCgOptions>("newton_cg", "Newton by conjugate gradients, for problems with bounds only"),
      row<GradientDescentOptions>("gradient_descent",
                                  "gradient steps with a line search, or of a fixed rate"),
      row<SgdOptions>("sgd", "gradient steps of a fixed rate, for batches"),
      row<MomentumOptions>("momentum", "gradient steps with momentum, the heavy ball"),
      row<NesterovOptions>("nesterov", "Nesterov's accelerated gradient with restarts"),
      row<AdamOptions>("adam", "Adam: steps by means of gradients and of their squares"),
      row<AdamwOptions>("adamw", "Adam with decoupled weight decay"),
      row<LionOptions>("lion", "Lion: steps by signs of mean gradients"),
      row<RmspropOptions>("rmsprop", "RMSProp: gradients over the root of their mean squares"),
      row<AdagradOptions>("adagrad", "AdaGrad: gradients over the root of their squares' sum"),
  };
  return rows;
}

const SolverRow *solverNamed(const std::string &name) {
  auto found = std::find_if(solvers().begin(), solvers().end(),
                            [&](const SolverRow &row) { return name == row.name; });
  return found == solvers().end() ? nullptr : &*found;
}

std::string SolverRow::check(const std::string &option, double value) const {
  std::vector<OptionRow> known = options();
  for (const OptionRow &row : known)
    if (row.name == option)
      return refusedValue(row, value);
  return unknownOption(name, option, known);
}

std::string SolverRow::check(const std::string &option, const std::string &text, double &value) const {
  for (const OptionRow &row : options())
    if (row.name == option) {
      std::string sentence = refusedText(row, text, value);
      return sentence.empty() && !row.isQuantity() ? refusedValue(row, value) : sentence;
    }
  return unknownOption(name, option, options());
}

std::string SolverRow::checkFile(const std::string &option, const std::string &path) const {
  for (const OptionRow &row : options())
    if (row.name == option)
      return refusedFile(row, path);
  return unknownOption(name, option, options());
}

bool SolverRow::takesFile(const std::string &option) const {
  std::vector<OptionRow> known = options();
  return std::any_of(known.begin(), known.end(),
                     [&](const OptionRow &row) { return row.name == option && row.isFile(); });
}

bool SolverRow::takesQuantity(const std::string &option) const {
  std::vector<OptionRow> known = options();
  return std::any_of(known.begin(), known.end(),
                     [&](const OptionRow &row) { return row.name == option && row.isQuantity(); });
}

std::string SolverRow::help() const {
  std::string text;
  for (const OptionRow &row : options())
    text += fmt::format("  {:<16} {:<8} {}: {}\n", row.name, row.text(), rangeOf(row), row.meaning);
  return text;
}

} // namespace costate::rt
