// Values of operations by machine code and the runtime's machine: the same files, all levels and vector
// widths.
//
// Each result that a file expects is printed by the compiled program, which is run; it is compared with the
// reference evaluator bit by bit, results with `costate.ulps` within one unit more; what comes from files,
// with the values of the file. Rows of problems whose variables have values are compared, too. Arrays of
// several dimensions are read entry by entry into a column. Maps that load every column at their own (last)
// index are run a second time over eight copies of its rows: long enough for vector code. Every kernel
// without accumulators is run again in blocks by one, two and three threads, with the same bits.
#include "runtime/bind/KernelStep.h"
#include "runtime/program/ThreadPool.h"
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
};

/// Entries along the last dimension `copies` times, one after the other.
Tensor repeated(const Tensor &tensor) {
  Tensor result{tensor.shape, {}};
  result.shape.back() *= copies;
  int64_t length = tensor.shape.back();
  for (int64_t begin = 0; begin < tensor.size(); begin += length)
    for (int64_t k = 0; k < copies; ++k)
      llvm::append_range(result.entries, ArrayRef(tensor.entries).slice(size_t(begin), size_t(length)));
  return result;
}

Tensor flat(Tensor tensor) {
  tensor.shape = {tensor.size()};
  return tensor;
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
  }

private:
  void claim(Operation *op) {
    auto map = dyn_cast<MapOp>(op);
    std::vector<Tensor> values;
    for (auto [result, wanted] :
         llvm::zip_equal(op->getResults(), op->getAttrOfType<ArrayAttr>("costate.expect")))
      values.push_back(needsFile(op) ? expected(wanted) : *evaluator.column(result));
    if (map)
      sizeByColumns(map);
    print(op, op->getResults(), values);
    if (map && isRowByRow(map) && values[0].size() > 0)
      printRepeated(map, values);
  }

  void print(Operation *op, ValueRange results, ArrayRef<Tensor> values) {
    OpBuilder b(op->getBlock(), std::next(results.back().getDefiningOp()->getIterator()));
    for (auto [result, value] : llvm::zip_equal(results, values)) {
      std::string label = std::to_string(claims.columns.size());
      claims.columns[label] = {op->getName().stripDialect().str(), flat(value), ulpsOf(op)};
      auto item = b.getDictionaryAttr({b.getNamedAttr("label", b.getStringAttr(label)),
                                       b.getNamedAttr("column", b.getI32IntegerAttr(0))});
      b.create<PrintOp>(op->getLoc(), ValueRange{entries(b, op->getLoc(), result)}, b.getArrayAttr({item}));
    }
  }

  /// The columns whose lengths are the sizes of an array that a map or kernel makes.
  static SmallVector<Value> space(Value array) {
    auto number = cast<OpResult>(array).getResultNumber();
    if (auto call = array.getDefiningOp<KernelOp>())
      return SmallVector<Value>(call.getOver());
    auto map = cast<MapOp>(array.getDefiningOp());
    if (number >= map.numYielded())
      return space(map.getInits()[number - map.numYielded()]);
    return llvm::map_to_vector(
        map.getSizes(), [](Value size) -> Value { return size.getDefiningOp<LengthOp>().getColumn(); });
  }

  /// A column of an array's entries, rows first.
  static Value entries(OpBuilder &b, Location loc, Value array) {
    auto type = cast<RankedTensorType>(array.getType());
    if (type.getRank() == 1)
      return array;
    SmallVector<Value> sides = space(array), rows; // rows: of each dimension, entry by entry
    Type codes = columnOf(b.getI32Type());
    for (Value side : sides) {
      if (rows.empty()) {
        rows.push_back(side);
        continue;
      }
      auto product = b.create<ProductOp>(loc, TypeRange{codes, codes}, rows[0], side);
      for (Value &row : rows)
        row = rows.size() == 1 ? product.getLeftRow()
                               : b.create<GatherOp>(loc, row, product.getLeftRow()).getResult();
      rows.push_back(product.getRightRow());
    }
    Value length = b.create<LengthOp>(loc, b.getIndexType(), rows[0]);
    auto map = b.create<MapOp>(loc, ValueRange{length}, ValueRange{}, columnOf(type.getElementType()));
    auto inner = OpBuilder::atBlockEnd(map.getBody());
    SmallVector<Value> at = llvm::map_to_vector(rows, [&](Value row) -> Value {
      Value code = inner.create<AtOp>(loc, row, map.getBody()->getArgument(0));
      return inner.create<arith::IndexCastOp>(loc, inner.getIndexType(), code);
    });
    inner.create<YieldOp>(loc, ValueRange{inner.create<AtOp>(loc, type.getElementType(), array, at)});
    return map.getResult(0);
  }

  /// The sizes of a compiled map are the lengths of columns.
  static void sizeByColumns(MapOp map) {
    OpBuilder b(map);
    for (unsigned d = 0; d < map.rank(); ++d)
      if (auto constant = map.getSizes()[d].getDefiningOp<arith::ConstantIndexOp>()) {
        Value rows = literal(b, map.getLoc(), std::vector<int32_t>(size_t(constant.value()), 0));
        map->setOperand(d, b.create<LengthOp>(map.getLoc(), b.getIndexType(), rows));
      }
  }

  static Value literal(OpBuilder &b, Location loc, const std::vector<int32_t> &entries) {
    auto type = RankedTensorType::get({int64_t(entries.size())}, b.getI32Type());
    return b.create<LiteralOp>(loc, columnOf(b.getI32Type()),
                               DenseElementsAttr::get(type, ArrayRef(entries)));
  }

  /// Whether the last index only says which entries of columns are read, and all others are of other indices.
  static bool isRowByRow(MapOp map) {
    auto indices = map.getBody()->getArguments().take_front(map.rank());
    auto readsOwnRow = [&](AtOp at) {
      return at.getIndices().size() == 1 && llvm::is_contained(indices, at.getIndices()[0]);
    };
    return map.getInits().empty() &&
           llvm::all_of(indices.back().getUses(), [](OpOperand &use) { return isa<AtOp>(use.getOwner()); }) &&
           llvm::all_of(map.getBody()->getOps<AtOp>(), readsOwnRow);
  }

  void printRepeated(MapOp map, std::vector<Tensor> values) {
    OpBuilder b(map);
    Location loc = map.getLoc();
    int64_t length = values[0].shape.back();
    unsigned last = map.rank() - 1;
    std::vector<int32_t> order;
    for (int64_t k = 0; k < copies * length; ++k)
      order.push_back(int32_t(k % length));
    Value rows = literal(b, loc, order), size = b.create<LengthOp>(loc, b.getIndexType(), rows);
    auto copy = cast<MapOp>(b.clone(*map));
    copy->setOperand(last, size);
    OpBuilder before(copy);
    for (AtOp at : copy.getBody()->getOps<AtOp>())
      if (at.getIndices()[0] == copy.getBody()->getArgument(last))
        at.getArrayMutable().assign(before.create<GatherOp>(loc, at.getArray(), rows));
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

/// Runs a kernel step again in blocks of `grain` instances; its results are those it had.
void expectSameInBlocks(rt::Machine &machine, const rt::Step &step, int threads, int64_t grain) {
  std::vector<rt::Column> before;
  for (int slot : step.out)
    before.push_back(machine.column(slot).shared());
  rt::KernelStep map(machine, step);
  rt::ThreadPool pool(threads);
  auto part = [](void *arg, int64_t begin, int64_t end) {
    auto &all = *static_cast<rt::KernelStep *>(arg);
    all.kernel(all.args.data(), begin, end);
  };
  costate_host host{};
  pool.serve(host);
  if (host.parallel_for)
    host.parallel_for(host.context, 0, map.instances, grain, part, &map);
  else
    for (int64_t begin = 0; begin < map.instances; begin += grain)
      part(&map, begin, std::min(begin + grain, map.instances));
  for (size_t k = 0; k < before.size(); ++k) {
    const rt::Column &now = machine.column(step.out[k]);
    EXPECT_EQ(std::memcmp(now.data(), before[k].data(), size_t(now.size()) * sizeOf(now.type())), 0)
        << "result " << k << " by " << threads << " threads, blocks of " << grain;
  }
}

/// Every kernel whose instances are independent. A block may be any where results are exact; where vector and
/// scalar functions differ in the last bits, blocks begin at multiples of what a vector loop does at once; in
/// two dimensions the vectors are those of the second.
void checkBlocks(BoundProgram &program, const Claims &claims, int &blocks) {
  constexpr int64_t vectors = 64;
  rt::Machine &machine = program.runtime();
  std::set<int> exact;
  for (auto &[label, claim] : claims.columns)
    if (claim.ulps == 0)
      exact.insert(program.slotOf(label));
  for (auto &step : machine.steps) {
    if (step.op != "kernel" || !machine.isBound(step.out[0]) || !step.all.at("into").empty())
      continue;
    bool anywhere = step.all.at("over").size() > 1 ||
                    llvm::all_of(step.out, [&](int slot) { return exact.contains(slot); });
    for (int threads : {1, 2, 3})
      expectSameInBlocks(machine, step, threads, anywhere ? 1 : vectors);
    blocks += machine.column(step.out[0]).size() > (anywhere ? 1 : vectors);
  }
}

/// Functions over arrays, and what calls them, have values by the reference evaluator alone.
void eraseFunctions(ModuleOp module) {
  module->walk([](CallOp call) { call.erase(); });
  for (auto function : llvm::make_early_inc_range(module.getOps<func::FuncOp>()))
    if (function->hasAttr("costate.function"))
      function.erase();
}

void checkFile(const std::string &path, const Engine &engine, MLIRContext &context, Seen &seen, int &blocks) {
  auto module = parseSourceFile<ModuleOp>(path, &context);
  ASSERT_TRUE(module);
  eraseFunctions(*module);
  Claims claims;
  Preparation(*module, claims).run();
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
  for (auto &step : program.runtime().steps)
    seen.insert(step.op);
  checkBlocks(program, claims, blocks);
}

class CompiledOpValues : public testing::TestWithParam<Engine> {};

TEST_P(CompiledOpValues, areThoseOfTheEvaluator) {
  if (std::string feature = lacks(GetParam()); !feature.empty())
    GTEST_SKIP() << "this processor has no " << feature;
  auto context = makeContext();
  Seen seen;
  int blocks = 0;
  for (auto &path : opFiles()) {
    SCOPED_TRACE(path);
    checkFile(path, GetParam(), *context, seen, blocks);
  }
  EXPECT_GE(blocks, 20) << "kernels of several blocks";
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
    if (name.hasInterface<DifferentiableScalar>() && name.getStringRef() != "costate.stored") // in terms only
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
