// The elementary functions of the language: one row each.
#pragma once

#include <string>
#include <vector>

namespace costate::sema {

struct Function {
  const char *name;
  size_t arguments;
  bool orMore;        // takes any number from `arguments` on
  bool keepsIntegers; // integer arguments give an integer
  const char *meaning;
  bool isRandom = false; // its arguments are integers
};

const std::vector<Function> &functions();
const Function *findFunction(const std::string &name);
std::vector<std::string> functionNames();
/// card first last prev next ord keys rows: they take sets.
bool isSetFunction(const std::string &name);

} // namespace costate::sema
