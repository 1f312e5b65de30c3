// The table of distributions that numbers are drawn from.
#include "frontend/sema/Distributions.h"

namespace costate::sema {

const std::vector<Distribution> &distributions() {
  static const std::vector<Distribution> rows{
      {"bernoulli", {"probability"}, "uniform", true},
      {"categorical", {"weights"}, "uniform", true},
      {"exponential", {"rate"}, "uniform"},
      {"gumbel", {"location", "scale"}, "uniform"},
      {"laplace", {"mean", "scale"}, "uniform"},
      {"lognormal", {"mean", "deviation"}, "normal"},
      {"normal", {"mean", "deviation"}, "normal"},
      {"uniform", {"low", "high"}, "uniform"},
  };
  return rows;
}

const Distribution *findDistribution(const std::string &name) {
  for (auto &row : distributions())
    if (name == row.name)
      return &row;
  return nullptr;
}

std::vector<std::string> distributionNames() {
  std::vector<std::string> names;
  for (auto &row : distributions())
    names.push_back(row.name);
  return names;
}

} // namespace costate::sema
