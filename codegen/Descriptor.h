// The program as data: what the runtime executes (runtime/bind/README.md gives the form).
#pragma once

#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace costate {

struct Descriptor {
  std::string json;
  std::vector<std::string> kernels; // names by number
};

/// `module` holds one costate.program after the program pipeline. Linear in its size.
Descriptor describe(mlir::ModuleOp module);

} // namespace costate
