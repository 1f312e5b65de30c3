// Problems: variables, constraints and objectives. Their data is built in the program before them; their
// bodies load it row by row.
#include "frontend/diagnose/ModelErrors.h"
#include "frontend/lower/FunctionBuilder.h"
#include "frontend/lower/Lowering.h"
#include "frontend/lower/SmoothFunctions.h"
#include "frontend/sema/FreeIndices.h"

#include "llvm/ADT/ScopeExit.h"

using namespace mlir;

namespace costate::lower {

void Lowering::problem(const sema::Problem &problem) {
  columns.setPlace(problem.place);
  Operation *op = columns.make("problem", {}, {}, {columns.string("sym_name", problem.name)}, false, 1);
  Block *block = new Block;
  op->getRegion(0).push_back(block);
  OpBuilder inside = OpBuilder::atBlockEnd(block);
  inProblem = &inside;
  builder.setInsertionPoint(op);
  for (const sema::Symbol *symbol : problem.order) {
    if (auto *declared = dynamic_cast<const sema::Variable *>(symbol))
      variable(*declared);
    else if (auto *declared = dynamic_cast<const sema::Constraint *>(symbol))
      constraint(*declared);
    else if (auto *declared = dynamic_cast<const sema::Objective *>(symbol))
      objective(*declared);
    else
      declare(*symbol);
  }
  inProblem = nullptr;
  builder.setInsertionPointAfter(op);
}

/// A bound or start as reals: one row where it mentions no index, else one per row of the family.
SmallVector<Value> Lowering::side(const sema::ExprPtr &expr, const Env &env) {
  if (!expr)
    return {};
  Value value = freeIndices(*expr).empty() ? single(*expr) : column(*expr, env);
  return {columns.toReal(value)};
}

SmallVector<NamedAttribute> Lowering::familyAttributes(const sema::Symbol &symbol,
                                                       const sema::Binders *domain) {
  SmallVector<NamedAttribute> attributes{columns.string("name", symbol.name)};
  attributes.push_back(columns.attribute("roots", domain ? rootIds(*domain) : builder.getI32ArrayAttr({})));
  if (!symbol.doc.empty())
    attributes.push_back(columns.string("doc", symbol.doc));
  return attributes;
}

void Lowering::variable(const sema::Variable &variable) {
  const Domain &known = domain(variable);
  Env env{&known.space, &global, {}};
  columns.setPlace(variable.place);
  Value like = likeOf(env);
  auto lower = side(variable.lower, env), upper = side(variable.upper, env),
       start = side(variable.start, env);
  columns.setPlace(variable.place);
  auto attributes = familyAttributes(variable, &variable.domain);
  attributes.push_back(columns.string("kind", "real"));
  Operation *op =
      columns.makeIn(*inProblem, "variable", {{like}, indexColumns(variable), lower, upper, start},
                     {columns.column(builder.getF64Type())}, attributes, true);
  values[&variable] = op->getResult(0);
}

void Lowering::constraint(const sema::Constraint &constraint) {
  const Domain &known = domain(constraint);
  Env env{&known.space, &global, {}};
  columns.setPlace(constraint.place);
  Value over = likeOf(env);
  auto lower = side(constraint.lower, env), upper = side(constraint.upper, env);
  columns.setPlace(constraint.place);
  Operation *op = columns.makeIn(*inProblem, "constraint", {{over}, indexColumns(constraint), lower, upper},
                                 {}, familyAttributes(constraint, &constraint.domain), true, 1);
  stated = op;
  if (needs.needsFunction(*constraint.body))
    return smoothConstraint(constraint, env);
  fillBody(op->getRegion(0), *constraint.body, env, columns.location(constraint.body->place),
           /*hasRow=*/true);
}

/// Whether commands that solve the problem ask for entries of its second derivatives, or might.
bool Lowering::takesEntries(const sema::Problem &problem) const {
  bool isSolved = false;
  for (const sema::Step &step : program.steps)
    if (const sema::Command *command = step.command.get();
        command && command->kind == sema::Command::Kind::Solve && command->problem == &problem) {
      isSolved = true;
      if (command->methods.empty() ||
          llvm::any_of(command->methods, [](auto &method) { return method.takesEntries; }))
        return true;
    }
  return !isSolved;
}

/// Whether commands solve the problem by steps that take some addends of the objective each: some of those
/// that solve it, or all.
bool Lowering::isSampled(const sema::Problem &problem, bool byAll) const {
  auto takesSome = [](const sema::Method &method) {
    return llvm::any_of(method.options, [](auto &option) { return option.name == "batch"; });
  };
  SmallVector<bool> takes;
  for (const sema::Step &step : program.steps)
    if (const sema::Command *command = step.command.get();
        command && command->kind == sema::Command::Kind::Solve && command->problem == &problem) {
      if (command->methods.empty())
        takes.push_back(false);
      for (const sema::Method &method : command->methods)
        takes.push_back(takesSome(method));
    }
  return llvm::is_contained(takes, true) && !(byAll && llvm::is_contained(takes, false));
}

void Lowering::sampledObjective(const sema::Objective &objective, const sema::Expr &sum) {
  FunctionBuilder builder(*this, objective.body->place);
  std::string name = objective.problem->name + ".sampled";
  func::FuncOp value = builder.sampledFunction(*objective.body, sum, name);
  setPrecision(value, *objective.problem);
  SmallVector<Value> inputs(builder.inputs());
  SmallVector<int32_t> variables = variableInputs(inputs);
  SmoothFunctions functions(value, variables, /*isOfRows=*/false);
  inProblem->create<SampledOp>(columns.location(sum.place), builder.allAddends(), inputs, variables,
                               functions.gradient(), builder.placeList(), sum.isExpectation);
  value.erase(); // the gradient gives it, too
}

void Lowering::objective(const sema::Objective &objective) {
  const sema::Expr *sum = isSampled(*objective.problem, /*byAll=*/false)
                              ? FunctionBuilder(*this, objective.body->place).sumOfAddends(*objective.body)
                              : nullptr;
  absoluteFamilies(objective, sum);
  auto whole = llvm::make_scope_exit([&] { leftOut.clear(), vanishing.clear(); });
  columns.setPlace(objective.place);
  SmallVector<NamedAttribute> attributes{
      columns.string("name", objective.name),
      columns.string("sense", objective.maximize ? "maximize" : "minimize")};
  Operation *op = columns.makeIn(*inProblem, "objective", {}, {}, attributes, false, 1);
  stated = op;
  if (sum)
    sampledObjective(objective, *sum);
  bool isSteps = sum && isSampled(*objective.problem, /*byAll=*/true); // no use for sparse derivatives
  bool hasEntries = takesEntries(*objective.problem);
  bool isShorter = !hasEntries && needs.bendsSums(*objective.body);
  if (needs.needsFunction(*objective.body) || isSteps || isShorter || objective.problem->isSingle)
    return smoothObjective(objective, hasEntries);
  fillBody(op->getRegion(0), *objective.body, global, columns.location(objective.body->place),
           /*hasRow=*/false);
}

} // namespace costate::lower
