// A problem in IR, compiled by the passes and evaluated by the reference evaluator.
#include "tests/passes/CompiledProblem.h"

#include "ir/reference/Evaluate.h"
#include "passes/Passes.h"
#include "passes/Pipelines.h"

#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include <gtest/gtest.h>

using namespace mlir;

namespace costate::test {

using reference::Tensor;

static std::unique_ptr<MLIRContext> makeContext() {
  DialectRegistry registry;
  registry.insert<CostateDialect, arith::ArithDialect, func::FuncDialect, math::MathDialect,
                  memref::MemRefDialect, scf::SCFDialect>();
  registerScalarDerivatives(registry);
  return std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
}

static ProblemOp problemOf(ModuleOp module) {
  ProblemOp found;
  module.walk([&](ProblemOp op) { found = op; });
  return found;
}

/// The patterns of rows and objective; residuals are apart.
static SmallVector<PatternOp> rowPatterns(ProblemOp problem) {
  return llvm::to_vector(llvm::make_filter_range(problem.getOps<PatternOp>(),
                                                 [](PatternOp p) { return p.getTargets()[0] >= -1; }));
}

namespace {

struct Family {
  int64_t offset = 0, size = 0;
};

} // namespace

struct CompiledProblem::State {
  State(const std::string &text, Engine engine);

  Tensor column(Value value);
  int64_t instances(PatternOp pattern);
  std::vector<int64_t> positions(PatternOp pattern, int load);
  std::vector<int64_t> rows(PatternOp pattern, size_t term);
  Family target(PatternOp pattern, size_t term);
  std::vector<Tensor> run(FlatSymbolRefAttr name, int64_t count, std::vector<Tensor> args, size_t results);
  std::vector<Tensor> inputs(ValueRange values, const Vector &x);
  std::vector<Tensor> call(FlatSymbolRefAttr name, PatternOp pattern, const Vector &x, size_t results,
                           const Vector *weights = nullptr);
  void addJacobian(PatternOp pattern, ArrayRef<Tensor> entries, size_t from, Matrix &total);

  std::unique_ptr<MLIRContext> context = makeContext();
  OwningOpRef<ModuleOp> original, compiled, loops;
  ProblemOp problem;
  Engine engine;
  reference::Evaluator evaluator;
  std::vector<Family> variables, constraints; // of the compiled problem
  std::vector<int> definedBy;                 // per constraint: number of the hidden variable, or -1
  int64_t n = 0, m = 0;
  int hidden = 0, terms = 0;
};

CompiledProblem::State::State(const std::string &text, Engine engine) : engine(engine) {
  original = parseSourceString<ModuleOp>(text, context.get());
  if (!original) {
    ADD_FAILURE() << "not valid:\n" << text;
    return;
  }
  compiled = original->clone();
  PassManager program(context.get());
  buildProgramPipeline(program);
  if (failed(program.run(*compiled))) {
    ADD_FAILURE() << "does not compile:\n" << text;
    compiled = OwningOpRef<ModuleOp>();
    return;
  }
  loops = compiled->clone();
  PassManager lowering(context.get());
  buildLoopPipeline(lowering);
  EXPECT_TRUE(succeeded(lowering.run(*loops)));
  problem = problemOf(*compiled);
  for (auto variable : problem.getOps<VariableOp>()) {
    variables.push_back({n, column(variable.getLike()).size()});
    n += variables.back().size;
    hidden += variable.getHidden();
  }
  for (auto constraint : problem.getOps<ConstraintOp>()) {
    constraints.push_back({m, column(constraint.getOver()).size()});
    m += constraints.back().size;
    definedBy.push_back(constraint.getDefines() ? int(*constraint.getDefines()) : -1);
  }
  for (auto pattern : rowPatterns(problem))
    terms += int(pattern.numTerms());
}

CompiledProblem::CompiledProblem(const std::string &text, Engine engine)
    : state(std::make_unique<State>(text, engine)) {}
CompiledProblem::~CompiledProblem() = default;
bool CompiledProblem::isValid() const { return bool(state->compiled); }
int64_t CompiledProblem::numVariables() const { return state->n; }
int64_t CompiledProblem::numRows() const { return state->m; }
int CompiledProblem::numHidden() const { return state->hidden; }
int CompiledProblem::numTerms() const { return state->terms; }
int CompiledProblem::numStored() const {
  auto all = state->problem.getOps<SharedOp>();
  return int(std::distance(all.begin(), all.end()));
}

Tensor CompiledProblem::State::column(Value value) {
  auto tensor = evaluator.column(value);
  EXPECT_TRUE(succeeded(tensor));
  return succeeded(tensor) ? *tensor : Tensor{};
}

/// The objective is row m.
Family CompiledProblem::State::target(PatternOp pattern, size_t term) {
  int number = pattern.getTargets()[term];
  return number < 0 ? Family{m, 1} : constraints[size_t(number)];
}

static std::vector<int64_t> integers(const Tensor &tensor) {
  std::vector<int64_t> values;
  for (auto &entry : tensor.entries)
    values.push_back(reference::integer(entry));
  return values;
}

int64_t CompiledProblem::State::instances(PatternOp pattern) {
  return pattern.getOver() ? column(pattern.getOver()).size() : 1;
}

std::vector<int64_t> CompiledProblem::State::positions(PatternOp pattern, int load) {
  auto kind = PositionKind(pattern.getLoadKinds()[load]);
  std::vector<int64_t> given, result;
  if (kind != PositionKind::Own)
    given = integers(column(pattern.getPositions()[pattern.getLoadPositions()[load]]));
  for (int64_t s = 0; s < instances(pattern); ++s) {
    int64_t position = kind == PositionKind::Own     ? s
                       : kind == PositionKind::Shift ? s + given[0]
                       : kind == PositionKind::Row   ? given[0]
                                                     : given[size_t(s)];
    result.push_back(position + variables[size_t(pattern.getLoadVariables()[load])].offset);
  }
  return result;
}

/// The row each instance adds to.
std::vector<int64_t> CompiledProblem::State::rows(PatternOp pattern, size_t term) {
  std::vector<int64_t> result;
  int32_t table = pattern.getRowOf()[term];
  if (table >= 0)
    result = integers(column(pattern.getRows()[size_t(table)]));
  else
    for (int64_t s = 0; s < instances(pattern); ++s)
      result.push_back(pattern.getTargets()[term] < 0 ? 0 : s);
  for (int64_t &row : result)
    row += target(pattern, term).offset;
  return result;
}

/// Results of a kernel on instances 0..count-1.
std::vector<Tensor> CompiledProblem::State::run(FlatSymbolRefAttr name, int64_t count,
                                                std::vector<Tensor> args, size_t results) {
  if (engine == Engine::Functions) {
    auto made = reference::evaluateKernel(compiled->lookupSymbol<func::FuncOp>(name.getValue()), count, args);
    EXPECT_TRUE(succeeded(made));
    return succeeded(made) ? *made : std::vector<Tensor>{};
  }
  for (size_t k = 0; k < results; ++k)
    args.push_back(Tensor::reals(Vector(size_t(count), 0.0)));
  auto kernel = loops->lookupSymbol<func::FuncOp>(name.getValue());
  int64_t half = count / 2; // kernels may be run in parts
  EXPECT_TRUE(succeeded(reference::runLoops(kernel, 0, half, args)));
  EXPECT_TRUE(succeeded(reference::runLoops(kernel, half, count, args)));
  return {args.end() - int64_t(results), args.end()};
}

/// What a kernel of the problem reads: columns, variables, shared expressions.
std::vector<Tensor> CompiledProblem::State::inputs(ValueRange values, const Vector &x) {
  std::vector<Tensor> args;
  for (Value input : values) {
    if (auto variable = input.getDefiningOp<VariableOp>()) {
      auto all = problem.getOps<VariableOp>();
      auto &family = variables[size_t(std::distance(all.begin(), llvm::find(all, variable)))];
      args.push_back(Tensor::reals(ArrayRef(x).slice(size_t(family.offset), size_t(family.size))));
    } else if (auto shared = input.getDefiningOp<SharedOp>()) {
      auto last = shared.getSecondAttr()  ? shared.getSecondAttr()
                  : shared.getFirstAttr() ? shared.getFirstAttr()
                                          : shared.getValueAttr();
      auto made =
          run(last, column(shared.getOver()).size(), inputs(shared.getInputs(), x), shared.getNumResults());
      args.push_back(made[cast<OpResult>(input).getResultNumber()]);
    } else {
      args.push_back(column(input));
    }
  }
  return args;
}

/// The columns of a kernel of a pattern; with `weights` its arguments are those of `second`.
std::vector<Tensor> CompiledProblem::State::call(FlatSymbolRefAttr name, PatternOp pattern, const Vector &x,
                                                 size_t results, const Vector *weights) {
  std::vector<Tensor> args = inputs(pattern.getInputs(), x);
  for (Value row : pattern.getRows())
    if (weights)
      args.push_back(column(row));
  for (size_t t = 0; weights && t < pattern.numTerms(); ++t) {
    Family family = target(pattern, t);
    args.push_back(Tensor::reals(ArrayRef(*weights).slice(size_t(family.offset), size_t(family.size))));
  }
  return run(name, instances(pattern), std::move(args), results);
}

Vector CompiledProblem::values(const Vector &x) {
  Vector total(size_t(state->m + 1), 0.0);
  for (auto pattern : rowPatterns(state->problem)) {
    std::vector<Tensor> own = state->call(pattern.getValueAttr(), pattern, x, pattern.numTerms());
    for (size_t t = 0; t < own.size(); ++t) {
      std::vector<int64_t> row = state->rows(pattern, t);
      for (size_t s = 0; s < row.size(); ++s)
        total[size_t(row[s])] += reference::real(own[t].entries[s]);
    }
  }
  return total;
}

/// Jacobian entries `from`, `from` + 1, ... of a pattern.
void CompiledProblem::State::addJacobian(PatternOp pattern, ArrayRef<Tensor> entries, size_t from,
                                         Matrix &total) {
  for (auto [k, entry] : llvm::enumerate(entries)) {
    std::vector<int64_t> row = rows(pattern, size_t(pattern.getJacobian()[2 * (from + k)]));
    std::vector<int64_t> column = positions(pattern, pattern.getJacobian()[2 * (from + k) + 1]);
    for (size_t s = 0; s < row.size(); ++s)
      total[size_t(row[s])][size_t(column[s])] += reference::real(entry.entries[s]);
  }
}

Matrix CompiledProblem::jacobian(const Vector &x) {
  Matrix total(size_t(state->m + 1), Vector(size_t(state->n), 0.0));
  for (auto pattern : rowPatterns(state->problem)) {
    if (auto first = pattern.getFirstAttr())
      state->addJacobian(pattern, state->call(first, pattern, x, pattern.numVarying()), 0, total);
    if (auto constants = pattern.getConstantsAttr()) { // at any point
      Vector elsewhere(x.size(), 0.25);
      state->addJacobian(pattern, state->call(constants, pattern, elsewhere, pattern.getNumConstant()),
                         pattern.numVarying(), total);
    }
  }
  return total;
}

Matrix CompiledProblem::hessian(const Vector &x, const Vector &weights) {
  Matrix total(size_t(state->n), Vector(size_t(state->n), 0.0)), jacobian = total, again = total;
  jacobian.resize(size_t(state->m + 1), Vector(size_t(state->n), 0.0)), again = jacobian;
  for (auto pattern : rowPatterns(state->problem)) {
    if (!pattern.getSecond())
      continue;
    ArrayRef<int32_t> pairs = pattern.getHessian();
    size_t varying = pattern.numVarying();
    std::vector<Tensor> own =
        state->call(pattern.getSecondAttr(), pattern, x, varying + pattern.numHessian(), &weights);
    state->addJacobian(pattern, ArrayRef(own).take_front(varying), 0, again);
    if (auto first = pattern.getFirstAttr())
      state->addJacobian(pattern, state->call(first, pattern, x, varying), 0, jacobian);
    for (size_t e = 0; e < pattern.numHessian(); ++e) {
      std::vector<int64_t> left = state->positions(pattern, pairs[2 * e]),
                           right = state->positions(pattern, pairs[2 * e + 1]);
      for (size_t s = 0; s < left.size(); ++s) { // an entry of the lower triangle, as the runtime keeps it
        double value = reference::real(own[varying + e].entries[s]);
        bool isTwice = left[s] == right[s] && pairs[2 * e] != pairs[2 * e + 1];
        total[size_t(std::max(left[s], right[s]))][size_t(std::min(left[s], right[s]))] +=
            isTwice ? 2 * value : value;
      }
    }
  }
  EXPECT_EQ(jacobian, again) << "`first` and `second` differ";
  for (size_t i = 0; i < total.size(); ++i)
    for (size_t j = i + 1; j < total.size(); ++j)
      total[i][j] = total[j][i];
  return total;
}

Vector CompiledProblem::meaning(const Vector &x) {
  reference::Evaluator direct;
  ProblemOp stated = problemOf(*state->original);
  int64_t offset = 0;
  for (auto variable : stated.getOps<VariableOp>()) {
    auto like = direct.column(variable.getLike());
    EXPECT_TRUE(succeeded(like));
    direct.set(variable.getValues(), Tensor::reals(ArrayRef(x).slice(size_t(offset), size_t(like->size()))));
    offset += like->size();
  }
  Vector result;
  auto evaluate = [&](Region &region, int64_t row) {
    auto value = direct.body(region, row);
    EXPECT_TRUE(succeeded(value));
    result.push_back(succeeded(value) ? *value : 0);
  };
  for (auto constraint : stated.getOps<ConstraintOp>()) {
    auto over = direct.column(constraint.getOver());
    for (int64_t row = 0; row < over->size(); ++row)
      evaluate(constraint.getRegion(), row);
  }
  for (auto objective : stated.getOps<ObjectiveOp>())
    evaluate(objective.getRegion(), 0);
  return result;
}

Vector CompiledProblem::complete(Vector x) {
  size_t start = x.size();
  x.resize(size_t(state->n), 0.0);
  // Hidden variables may depend on others, running values on the ones before them.
  for (int64_t round = 0; round <= state->n - int64_t(start); ++round) {
    Vector c = values(x);
    for (size_t k = 0; k < state->constraints.size(); ++k)
      for (int64_t r = 0; state->definedBy[k] >= 0 && r < state->constraints[k].size; ++r)
        x[size_t(state->variables[size_t(state->definedBy[k])].offset + r)] -=
            c[size_t(state->constraints[k].offset + r)];
  }
  return x;
}

} // namespace costate::test
