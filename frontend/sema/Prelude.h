// Functions of the language that are written in it.
#pragma once

#include <string>
#include <vector>

namespace costate::sema {

/// Before the name of what a function is for complex numbers.
constexpr const char *complexPrefix = "complex_";
/// Their declarations; a function of the model with the same name hides one.
const char *preludeText();
std::vector<std::string> preludeNames();

} // namespace costate::sema
