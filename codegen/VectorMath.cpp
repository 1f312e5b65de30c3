// glibc >= 2.35 exports all of these; sin, cos, exp, log, pow since 2.22. LLVM 19 registers a few, none of 8
// lanes.
#include "codegen/VectorMath.h"

#include <deque>
#include <string>
#include <vector>

namespace costate {
namespace {

struct Row {
  const char *name;
  int arguments;
  bool hasIntrinsic;
};

constexpr Row functions[] = {
    {"sin", 1, true},    {"cos", 1, true},    {"tan", 1, true},    {"exp", 1, true},    {"exp2", 1, true},
    {"log", 1, true},    {"log2", 1, true},   {"log10", 1, true},  {"pow", 2, true},    {"asin", 1, false},
    {"acos", 1, false},  {"atan", 1, false},  {"atan2", 2, false}, {"sinh", 1, false},  {"cosh", 1, false},
    {"tanh", 1, false},  {"asinh", 1, false}, {"acosh", 1, false}, {"atanh", 1, false}, {"erf", 1, false},
    {"erfc", 1, false},  {"expm1", 1, false}, {"log1p", 1, false}, {"cbrt", 1, false},  {"exp10", 1, false},
    {"hypot", 2, false},
};

/// Descriptors keep references to their names, so the names live with them.
struct VectorTable {
  std::deque<std::string> names;
  std::vector<llvm::VecDesc> narrow, wide;

  llvm::StringRef keep(std::string name) { return names.emplace_back(std::move(name)); }

  VectorTable() {
    struct Lanes {
      int count;
      char isa;
    };
    for (const Row &row : functions)
      for (Lanes lanes : {Lanes{2, 'b'}, Lanes{4, 'd'}, Lanes{8, 'e'}}) {
        std::string v(row.arguments, 'v'), count = std::to_string(lanes.count);
        auto vector = keep(std::string("_ZGV") + lanes.isa + "N" + count + v + "_" + row.name);
        auto abi = keep("_ZGV_LLVM_N" + count + v);
        auto width = llvm::ElementCount::getFixed(lanes.count);
        auto &table = lanes.count == 8 ? wide : narrow;
        table.emplace_back(keep(row.name), vector, width, false, abi);
        if (row.hasIntrinsic)
          table.emplace_back(keep(std::string("llvm.") + row.name + ".f64"), vector, width, false, abi);
      }
  }
};

} // namespace

void addVectorMath(llvm::TargetLibraryInfoImpl &library, bool eightLanes) {
  static const VectorTable table; // constant data
  library.addVectorizableFunctions(table.narrow);
  if (eightLanes)
    library.addVectorizableFunctions(table.wide);
}

} // namespace costate
