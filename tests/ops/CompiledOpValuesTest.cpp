// Values of operations by machine code and the runtime's machine: the same files, all levels and vector
// widths.
//
// Each result that a file expects is printed by the compiled program, which is run; it is compared with the
// reference evaluator bit by bit, results with `costate.ulps` within one unit more; what comes from files,
// with the values of the file. Rows of problems whose variables have values are compared, too. Maps that load
// every column at their own row are run a second time over eight copies of the rows: long enough for vector
// code.
#include "tests/codegen/BoundProgram.h"
#include "tests/ops/Expectations.h"

#include "mlir/Parser/Parser.h"
#include "llvm/TargetParser/Host.h"

#include <gtest/gtest.h>

#include <set>

using namespace mlir;
using namespace costate;
using namespace costate::test;

namespace {

constexpr int64_t copies = 8;

struct Engine {
  const char *name;
  int level, width;
  bool inlineMath; // else sin, cos, exp and log are calls of the C library's vector functions
  friend void PrintTo(const Engine &engine, std::ostream *os) { *os << engine.name; }
};

constexpr Engine engines[] = {{"level0", 0, 8, true},       {"width2", 3, 2, true},
                              {"width4", 3, 4, true},       {"width8", 3, 8, true},
                              {"level0Calls", 0, 8, false}, {"width2Calls", 3, 2, false},
                              {"width4Calls", 3, 4, false}, {"width8Calls", 3, 8, false}};

/// What the processor lacks for vectors of this width, or nothing.
std::string lacks(const Engine &engine) {
  auto features = llvm::sys::getHostCPUFeatures();
  std::string needed = engine.level == 0 || engine.width == 2 ? "" : engine.width == 4 ? "avx2" : "avx512f";
  return needed.empty() || features.lookup(needed) ? "" : needed;
}

CodegenOptions optionsOf(const Engine &engine) {
  CodegenOptions options;
  options.opt_level = engine.level, options.vector_width = engine.width;
  options.inline_math = engine.inlineMath, options.strict = true, options.cache = false;
  return options;
}

// ---- what a compiled file is to compute ----------------------------------------------------------------

/// A column the compiled program prints, and what it must be.
struct Claim {
  std::string op;
  Tensor wanted;
  int64_t ulps;
};

struct Claims {
  std::map<std::string, Claim> columns;            // by label
  std::map<std::string, std::vector<double>> rows; // of problems by name: constraints, then the objective
  int skipped = 0;
};

/// Entries `copies` times, one after the other.
Tensor repeated(const Tensor &tensor) {
  Tensor result{{tensor.size() * copies}, {}};
  for (int64_t k = 0; k < copies; ++k)
    llvm::append_range(result.entries, tensor.entries);
  return result;
}

/// Prepares a parsed file: claims from the reference evaluator, prints in the program.
class Preparation {
public:
  Preparation(ModuleOp module, Claims &claims) : module(module), claims(claims) {}

  void run() {
    setVariables(module, evaluator);
    SmallVector<Operation *> stated;
    module->walk([&](Operation *op) {
      if (op->hasAttr("costate.expect") && isa<ProgramOp>(op->getParentOp()))
        stated.push_back(op);
    });
    for (Operation *op : stated)
      claim(op);
    module->walk([&](ProblemOp problem) { claimRows(problem); });
    for (Operation *op : stated)
      op->removeAttr("costate.expect");
    for (auto function : llvm::make_early_inc_range(module.getOps<func::FuncOp>()))
      if (!function->hasAttr("costate.kernel"))
        function.erase(); // it only shows the syntax
  }

private:
  void claim(Operation *op) {
    auto map = dyn_cast<MapOp>(op);
    if (map && map.rank() != 1) { // programs have none; the evaluator has checked it
      ++claims.skipped;
      return op->erase();
    }
    std::vector<Tensor> values;
    for (auto [result, wanted] :
         llvm::zip_equal(op->getResults(), op->getAttrOfType<ArrayAttr>("costate.expect")))
      values.push_back(needsFile(op) ? expected(wanted) : *evaluator.column(result));
    if (map)
      sizeByColumn(map);
    print(op, op->getResults(), values);
    if (map && isRowByRow(map) && values[0].size() > 0)
      printRepeated(map, values);
  }

  void print(Operation *op, ValueRange results, ArrayRef<Tensor> values) {
    OpBuilder b(op->getBlock(), std::next(results.back().getDefiningOp()->getIterator()));
    for (auto [result, value] : llvm::zip_equal(results, values)) {
      std::string label = std::to_string(claims.columns.size());
      claims.columns[label] = {op->getName().stripDialect().str(), value, ulpsOf(op)};
      auto item = b.getDictionaryAttr({b.getNamedAttr("label", b.getStringAttr(label)),
                                       b.getNamedAttr("column", b.getI32IntegerAttr(0))});
      b.create<PrintOp>(op->getLoc(), ValueRange{result}, b.getArrayAttr({item}));
    }
  }

  /// The size of a compiled map is the length of a column.
  void sizeByColumn(MapOp map) {
    auto constant = map.getSizes()[0].getDefiningOp<arith::ConstantIndexOp>();
    if (!constant)
      return;
    OpBuilder b(map);
    Value rows = literal(b, map.getLoc(), std::vector<int32_t>(size_t(constant.value()), 0));
    map->setOperand(0, b.create<LengthOp>(map.getLoc(), b.getIndexType(), rows));
  }

  static Value literal(OpBuilder &b, Location loc, const std::vector<int32_t> &entries) {
    auto type = RankedTensorType::get({int64_t(entries.size())}, b.getI32Type());
    return b.create<LiteralOp>(loc, columnOf(b.getI32Type()),
                               DenseElementsAttr::get(type, ArrayRef(entries)));
  }

  static bool isRowByRow(MapOp map) {
    Value row = map.getBody()->getArgument(0);
    return map.getInits().empty() &&
           llvm::all_of(row.getUses(), [](OpOperand &use) { return isa<AtOp>(use.getOwner()); }) &&
           llvm::all_of(map.getBody()->getOps<AtOp>(), [&](AtOp at) { return at.getIndices()[0] == row; });
  }

  void printRepeated(MapOp map, std::vector<Tensor> values) {
    OpBuilder b(map);
    Location loc = map.getLoc();
    std::vector<int32_t> order;
    for (int64_t k = 0; k < copies * values[0].size(); ++k)
      order.push_back(int32_t(k % values[0].size()));
    Value rows = literal(b, loc, order);
    auto copy = cast<MapOp>(b.clone(*map));
    copy->setOperand(0, b.create<LengthOp>(loc, b.getIndexType(), rows));
    copy->moveAfter(copy->getOperand(0).getDefiningOp());
    for (AtOp at : copy.getBody()->getOps<AtOp>()) {
      OpBuilder before(copy);
      at.getArrayMutable().assign(before.create<GatherOp>(loc, at.getArray(), rows));
    }
    copy->removeAttr("costate.expect");
    llvm::transform(values, values.begin(), repeated);
    print(copy, copy.getResults(), values);
  }

  /// Rows from bodies and terms, where all variables have values.
  void claimRows(ProblemOp problem) {
    auto hasValues = [](VariableOp v) { return v.getHidden() || v->hasAttr("costate.values"); };
    auto variables = problem.getOps<VariableOp>();
    if (variables.empty() || !llvm::all_of(variables, hasValues) || !problem.getOps<PatternOp>().empty())
      return;
    std::vector<std::vector<double>> families;
    for (auto constraint : problem.getOps<ConstraintOp>())
      families.push_back(bodies(constraint, constraint.getRegion()));
    std::vector<double> objective{0};
    for (auto stated : problem.getOps<ObjectiveOp>())
      objective = bodies(stated, stated.getRegion());
    for (auto term : problem.getOps<TermOp>()) {
      if (int32_t(term.getTarget()) < -1) // a residual
        continue;
      auto own = bodies(term, term.getRegion());
      auto &target = int32_t(term.getTarget()) < 0 ? objective : families[size_t(term.getTarget())];
      for (size_t s = 0; s < own.size(); ++s) {
        size_t row = int32_t(term.getTarget()) < 0 ? 0 : s;
        if (term.getRow())
          row = size_t(reference::integer(evaluator.column(term.getRow())->entries[s]));
        target[row] += own[s];
      }
    }
    std::vector<double> &rows = claims.rows[problem.getSymName().str()];
    for (auto &family : families)
      rows.insert(rows.end(), family.begin(), family.end());
    rows.push_back(objective[0]);
  }

  std::vector<double> bodies(Operation *op, Region &region) {
    std::vector<double> values(size_t(rowsOf(op, evaluator)), 0);
    for (size_t row = 0; row < values.size() && !region.empty(); ++row)
      values[row] = *evaluator.body(region, int64_t(row));
    return values;
  }

  ModuleOp module;
  Claims &claims;
  reference::Evaluator evaluator;
};

// ---- comparison ----------------------------------------------------------------------------------------

Tensor tensorOf(const rt::Column &column) {
  Tensor tensor{{column.size()}, {}};
  for (int64_t row = 0; row < column.size(); ++row)
    if (column.type() == rt::Type::F64)
      tensor.entries.push_back(column.real(row));
    else
      tensor.entries.push_back(column.integer(row));
  return tensor;
}

/// x from the attributes of the parsed file.
std::vector<double> pointOf(ModuleOp module, const std::string &name) {
  std::vector<double> x;
  module->walk([&](VariableOp variable) {
    if (variable->getParentOfType<ProblemOp>().getSymName() != name || !variable->hasAttr("costate.values"))
      return;
    for (auto &entry : expected(variable->getAttr("costate.values")).entries)
      x.push_back(reference::real(entry));
  });
  return x;
}

/// Which operations were compared, by mnemonic.
using Seen = std::set<std::string>;

/// Rows of the problem as stated, at the values of hidden variables that their defining rows ask for.
void checkRows(const rt::Instance &instance, std::vector<double> x, const std::vector<double> &wanted) {
  int64_t given = int64_t(wanted.size()) - 1;
  auto isMade = [&](const rt::FamilyRange &family) { // by SplitSums
    return family.defines >= 0 && family.offset >= given;
  };
  x.resize(size_t(instance.n), 0);
  rt::Scratch scratch;
  std::vector<double> c(size_t(instance.m));
  double f = 0;
  instance.values(x.data(), &f, c.data(), scratch);
  for (int64_t round = 0; round < instance.n; ++round) { // hidden variables may depend on others
    for (auto &family : instance.rows)
      for (int64_t k = 0; isMade(family) && k < family.size; ++k)
        x[size_t(instance.variables[size_t(family.defines)].offset + k)] -= c[size_t(family.offset + k)];
    instance.values(x.data(), &f, c.data(), scratch);
  }
  std::vector<double> stated(c.begin(), c.begin() + given);
  stated.push_back(instance.maximize ? -f : f);
  expectEqual(Tensor::reals(stated), Tensor::reals(wanted), 0);
}

/// Counts the maps that are not compiled.
void checkFile(const std::string &path, const Engine &engine, MLIRContext &context, Seen &seen,
               int &skipped) {
  auto module = parseSourceFile<ModuleOp>(path, &context);
  ASSERT_TRUE(module);
  Claims claims;
  Preparation(*module, claims).run();
  skipped += claims.skipped;
  if (claims.columns.empty() && claims.rows.empty())
    return;
  OwningOpRef<ModuleOp> compiled = module->clone();
  BoundProgram program(*compiled, optionsOf(engine), dataFolder);
  ASSERT_TRUE(program.isValid());
  for (auto &[label, claim] : claims.columns) {
    SCOPED_TRACE(claim.op + ", column " + label);
    const rt::Column *column = program.printed(label);
    ASSERT_TRUE(column) << (program.failures().empty() ? "not computed" : program.failures()[0].message);
    expectEqual(tensorOf(*column), claim.wanted, claim.ulps ? claim.ulps + 1 : 0);
  }
  for (auto &[name, rows] : claims.rows) {
    SCOPED_TRACE("problem " + name);
    ASSERT_TRUE(program.problem(name));
    checkRows(*program.problem(name), pointOf(*module, name), rows);
    seen.insert("problem");
  }
  for (auto &step : program.steps())
    seen.insert(step.op);
}

class CompiledOpValues : public testing::TestWithParam<Engine> {};

TEST_P(CompiledOpValues, areThoseOfTheEvaluator) {
  if (std::string feature = lacks(GetParam()); !feature.empty())
    GTEST_SKIP() << "this processor has no " << feature;
  auto context = makeContext();
  Seen seen;
  int skipped = 0;
  for (auto &path : opFiles()) {
    SCOPED_TRACE(path);
    checkFile(path, GetParam(), *context, seen, skipped);
  }
  std::printf("maps of several dimensions, not compiled: %d\n", skipped);
  for (const char *step :
       {"kernel",  "problem", "rows",           "keys",  "foreign", "column",  "elements", "label",
        "literal", "fill",    "param",          "range", "expand",  "product", "join",     "filter",
        "gather",  "locate",  "locate_product", "sort",  "unique",  "concat",  "count"})
    EXPECT_TRUE(seen.contains(step)) << "no file ran `" << step << "` in the machine";
}

INSTANTIATE_TEST_SUITE_P(Engines, CompiledOpValues, testing::ValuesIn(engines),
                         [](auto &info) { return info.param.name; });

/// Every operation with a derivative rule has values that are compared, and so have the integer ones that the
/// language is lowered to.
TEST(CompiledOps, scalarOperationsAllHaveValues) {
  auto context = makeContext();
  std::set<std::string> used;
  for (auto &path : opFiles()) {
    auto module = parseSourceFile<ModuleOp>(path, context.get());
    ASSERT_TRUE(module) << path;
    module->walk([&](MapOp map) {
      if (map->hasAttr("costate.expect"))
        for (Operation &op : *map.getBody())
          used.insert(op.getName().getStringRef().str());
    });
  }
  std::vector<std::string> needed{
      "arith.addi",  "arith.subi",   "arith.muli",   "arith.floordivsi", "arith.minsi",  "arith.maxsi",
      "math.absi",   "arith.cmpi",   "arith.cmpf",   "arith.andi",       "arith.ori",    "arith.xori",
      "arith.extsi", "arith.trunci", "arith.sitofp", "costate.at",       "costate.yield"};
  for (RegisteredOperationName name : context->getRegisteredOperations())
    if (name.hasInterface<DifferentiableScalar>())
      needed.push_back(name.getStringRef().str());
  EXPECT_GE(needed.size(), 40u);
  for (auto &name : needed)
    EXPECT_TRUE(used.contains(name)) << "no map with expected values has " << name;
}

/// Vectors are as wide as the option allows, no wider.
TEST(CompiledOps, optionLimitsTheWidthOfVectors) {
  auto context = makeContext();
  for (const Engine &engine : engines) {
    if (engine.level == 0 || !lacks(engine).empty())
      continue;
    auto module = parseSourceFile<ModuleOp>(COSTATE_SOURCE_DIR "/tests/ops/functions.mlir", context.get());
    ASSERT_TRUE(module);
    Claims claims;
    Preparation(*module, claims).run();
    auto text = emit(*module, Stage::Llvm, optionsOf(engine));
    ASSERT_TRUE(bool(text));
    for (int width : {2, 4, 8, 16}) {
      bool isThere = text->find("load <" + std::to_string(width) + " x double>") != std::string::npos;
      if (width >= engine.width)
        EXPECT_EQ(isThere, width == engine.width) << engine.name << ", " << width;
    }
  }
}

} // namespace
