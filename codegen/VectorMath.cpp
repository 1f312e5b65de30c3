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
    for (const Row &row : functions)
      for (auto [bytes, isa] : {std::pair(16, 'b'), std::pair(32, 'd'), std::pair(64, 'e')}) {
        add(row, isa, bytes / 8, row.name, "f64");
        add(row, isa, bytes / 4, std::string(row.name) + "f", "f32");
      }
  }

  void add(const Row &row, char isa, int lanes, const std::string &name, const std::string &type) {
    std::string v(row.arguments, 'v'), count = std::to_string(lanes);
    auto vector = keep(std::string("_ZGV") + isa + "N" + count + v + "_" + name);
    auto abi = keep("_ZGV_LLVM_N" + count + v);
    auto width = llvm::ElementCount::getFixed(lanes);
    auto &table = isa == 'e' ? wide : narrow;
    table.emplace_back(keep(name), vector, width, false, abi);
    if (row.hasIntrinsic)
      table.emplace_back(keep(std::string("llvm.") + row.name + "." + type), vector, width, false, abi);
  }
};

} // namespace

void addVectorMath(llvm::TargetLibraryInfoImpl &library, bool hasWideVectors) {
  static const VectorTable table; // constant data
  library.addVectorizableFunctions(table.narrow);
  if (hasWideVectors)
    library.addVectorizableFunctions(table.wide);
}

} // namespace costate
