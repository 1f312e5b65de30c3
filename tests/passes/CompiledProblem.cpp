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

namespace {

struct Family {
  int64_t offset = 0, size = 0;
};

} // namespace

struct CompiledProblem::State {
  State(const std::string &text, Engine engine);

  Tensor column(Value value);
  std::vector<int64_t> positions(PatternOp pattern, int load);
  std::vector<int64_t> rows(PatternOp pattern);
  std::vector<Tensor> slots(PatternOp pattern, size_t count);
  Family target(PatternOp pattern);
  void call(FlatSymbolRefAttr name, PatternOp pattern, const Vector &x, Tensor *weights,
            ArrayRef<Tensor> slots, Tensor &result);

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
  auto patterns = problem.getOps<PatternOp>();
  terms = int(std::distance(patterns.begin(), patterns.end()));
}

CompiledProblem::CompiledProblem(const std::string &text, Engine engine)
    : state(std::make_unique<State>(text, engine)) {}
CompiledProblem::~CompiledProblem() = default;
bool CompiledProblem::isValid() const { return bool(state->compiled); }
int64_t CompiledProblem::numVariables() const { return state->n; }
int64_t CompiledProblem::numRows() const { return state->m; }
int CompiledProblem::numHidden() const { return state->hidden; }
int CompiledProblem::numTerms() const { return state->terms; }

Tensor CompiledProblem::State::column(Value value) {
  auto tensor = evaluator.column(value);
  EXPECT_TRUE(succeeded(tensor));
  return succeeded(tensor) ? *tensor : Tensor{};
}

Family CompiledProblem::State::target(PatternOp pattern) {
  int number = int32_t(pattern.getTarget());
  return number < 0 ? Family{m, 1} : constraints[size_t(number)];
}

static std::vector<int64_t> integers(const Tensor &tensor) {
  std::vector<int64_t> values;
  for (auto &entry : tensor.entries)
    values.push_back(reference::integer(entry));
  return values;
}

std::vector<int64_t> CompiledProblem::State::positions(PatternOp pattern, int load) {
  std::vector<int64_t> result = integers(column(pattern.getTables()[load]));
  for (int64_t &position : result)
    position += variables[size_t(pattern.getLoadVariables()[load])].offset;
  return result;
}

/// The row each instance adds to; the objective is row m.
std::vector<int64_t> CompiledProblem::State::rows(PatternOp pattern) {
  int64_t count = pattern.getOver() ? column(pattern.getOver()).size() : 1;
  std::vector<int64_t> result;
  for (int64_t s = 0; s < count; ++s)
    result.push_back(int32_t(pattern.getTarget()) < 0 ? 0 : s);
  if (pattern.getRow())
    result = integers(column(pattern.getRow()));
  for (int64_t &row : result)
    row += target(pattern).offset;
  return result;
}

/// Slots for `count` entries per instance: entry e of instance s has slot e * instances + s.
std::vector<Tensor> CompiledProblem::State::slots(PatternOp pattern, size_t count) {
  size_t instances = rows(pattern).size();
  std::vector<Tensor> result;
  for (size_t e = 0; e < count; ++e) {
    std::vector<int64_t> numbers;
    for (size_t s = 0; s < instances; ++s)
      numbers.push_back(int64_t(e * instances + s));
    result.push_back(Tensor::integers(numbers));
  }
  return result;
}

void CompiledProblem::State::call(FlatSymbolRefAttr name, PatternOp pattern, const Vector &x, Tensor *weights,
                                  ArrayRef<Tensor> slots, Tensor &result) {
  std::vector<Tensor> args;
  for (Value input : pattern.getInputs()) {
    auto variable = input.getDefiningOp<VariableOp>();
    if (!variable) {
      args.push_back(column(input));
      continue;
    }
    auto all = problem.getOps<VariableOp>();
    auto &family = variables[size_t(std::distance(all.begin(), llvm::find(all, variable)))];
    args.push_back(Tensor::reals(ArrayRef(x).slice(size_t(family.offset), size_t(family.size))));
  }
  if (weights)
    args.push_back(*weights);
  llvm::append_range(args, slots);
  args.push_back(result);
  int64_t count = int64_t(rows(pattern).size());
  if (engine == Engine::Functions) {
    auto results =
        reference::evaluateKernel(compiled->lookupSymbol<func::FuncOp>(name.getValue()), count, args);
    ASSERT_TRUE(succeeded(results));
    result = results->back();
    return;
  }
  auto kernel = loops->lookupSymbol<func::FuncOp>(name.getValue());
  int64_t half = count / 2; // kernels may be run in parts
  ASSERT_TRUE(succeeded(reference::runLoops(kernel, 0, half, args)));
  ASSERT_TRUE(succeeded(reference::runLoops(kernel, half, count, args)));
  result = args.back();
}

Vector CompiledProblem::values(const Vector &x) {
  Vector total(size_t(state->m + 1), 0.0);
  for (auto pattern : state->problem.getOps<PatternOp>()) {
    Family family = state->target(pattern);
    Tensor own = Tensor::reals(Vector(size_t(family.size), 0.0));
    state->call(pattern.getValueAttr(), pattern, x, nullptr, {}, own);
    for (int64_t k = 0; k < family.size; ++k)
      total[size_t(family.offset + k)] += reference::real(own.entries[size_t(k)]);
  }
  return total;
}

Matrix CompiledProblem::jacobian(const Vector &x) {
  Matrix total(size_t(state->m + 1), Vector(size_t(state->n), 0.0));
  for (auto pattern : state->problem.getOps<PatternOp>()) {
    std::vector<int64_t> row = state->rows(pattern);
    size_t entries = pattern.getJacobian().size();
    Tensor own = Tensor::reals(Vector(entries * row.size(), 0.0));
    state->call(pattern.getFirstAttr(), pattern, x, nullptr, state->slots(pattern, entries), own);
    for (size_t e = 0; e < entries; ++e) {
      std::vector<int64_t> column = state->positions(pattern, pattern.getJacobian()[e]);
      for (size_t s = 0; s < row.size(); ++s)
        total[size_t(row[s])][size_t(column[s])] += reference::real(own.entries[e * row.size() + s]);
    }
  }
  return total;
}

Matrix CompiledProblem::hessian(const Vector &x, const Vector &weights) {
  Matrix total(size_t(state->n), Vector(size_t(state->n), 0.0));
  for (auto pattern : state->problem.getOps<PatternOp>()) {
    if (!pattern.getSecond())
      continue;
    std::vector<int64_t> row = state->rows(pattern);
    ArrayRef<int32_t> pairs = pattern.getHessian();
    Family family = state->target(pattern);
    Tensor own = Tensor::reals(Vector(pairs.size() / 2 * row.size(), 0.0));
    Tensor weight = Tensor::reals(ArrayRef(weights).slice(size_t(family.offset), size_t(family.size)));
    state->call(pattern.getSecondAttr(), pattern, x, &weight, state->slots(pattern, pairs.size() / 2), own);
    for (size_t e = 0; e < pairs.size() / 2; ++e) {
      std::vector<int64_t> left = state->positions(pattern, pairs[2 * e]),
                           right = state->positions(pattern, pairs[2 * e + 1]);
      for (size_t s = 0; s < row.size(); ++s) { // an entry of the lower triangle, as the runtime keeps it
        double value = reference::real(own.entries[e * row.size() + s]);
        total[size_t(std::max(left[s], right[s]))][size_t(std::min(left[s], right[s]))] += value;
      }
    }
  }
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
