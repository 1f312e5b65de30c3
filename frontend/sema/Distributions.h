// The table of distributions that numbers are drawn from.
#pragma once

#include <string>
#include <vector>

namespace costate::sema {

/// A draw is what the prelude's `drawn_name` makes of a standard number and the parameters.
struct Distribution {
  const char *name;
  std::vector<const char *> parameters;
  const char *standard; // `uniform` or `normal`: of what the number is
  bool isDiscrete = false;
};

const std::vector<Distribution> &distributions();
const Distribution *findDistribution(const std::string &name);
std::vector<std::string> distributionNames();

} // namespace costate::sema
