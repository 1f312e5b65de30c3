// Equations against variables: what the sparsity of a bound problem says about its rank.
#pragma once

#include "costate/rt/Abi.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace costate::rt {

/// Equations and variables of a connected part; numbers are those of the problem, increasing.
struct StructureBlock {
  std::vector<int32_t> rows, variables;
  std::vector<int32_t> fixed; // variables with equal bounds that the rows contain
};

/// The equations of a problem (rows with equal bounds and a variable that is not fixed) against its variables
/// that are not fixed.
struct Structure {
  int64_t equations = 0, variables = 0;
  int64_t rank = 0; // of almost every matrix with this sparsity: the size of a maximum matching
  /// More equations than variables: values cannot meet them all unless some follow from others.
  std::vector<StructureBlock> over;
  /// Fewer equations than variables, and no other equation has these variables.
  std::vector<StructureBlock> under;
};

/// `instance` must be bound. Cost: a maximum matching, O(jac_entries sqrt(m)).
Structure structureOf(const costate_problem_v1 &problem, const costate_instance *instance);

/// What a modeller should know, a sentence for each of the first blocks: equations that are too many, and
/// where a problem without an objective has as many equations as variables, variables that are not held. The
/// names are those of row and variable numbers, in backticks.
std::vector<std::string> structureWarnings(const Structure &structure, bool hasObjective,
                                           const std::function<std::string(int64_t)> &rowName,
                                           const std::function<std::string(int64_t)> &variableName);

} // namespace costate::rt
