// Iterations as lines of a table.
#pragma once

#include "costate/rt/Observer.h"

#include <string>

namespace costate::rt {

std::string iterationHeader();
std::string iterationLine(const IterationRow &row);

} // namespace costate::rt
