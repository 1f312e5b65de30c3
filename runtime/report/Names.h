// How messages name the rows and variables of a problem.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace costate::rt {

/// Names in backticks with their index tuples, and where they stand in the model: " (model.opt:7:5)" or
/// empty.
struct Names {
  std::function<std::string(int64_t number)> row, variable;
  std::function<std::string(int64_t number)> rowPlace, variablePlace;
};

} // namespace costate::rt
