// Objectives, families of constraints and of residuals as functions of whole variables: values, gradients by
// one reverse sweep, Hessian products, and what their rows read.
#include "frontend/lower/AddendRows.h"
#include "frontend/lower/FunctionBuilder.h"
#include "frontend/lower/Lowering.h"
#include "frontend/lower/RowReads.h"
#include "frontend/lower/SmoothFunctions.h"

#include <fmt/format.h>

using namespace mlir;

namespace costate::lower {

/// The sites of a costate.smooth, and their columns.
struct Lowering::Reads {
  SmallVector<int32_t> sites;
  SmallVector<Value> columns;
};

static SmallVector<Value> valuesOfVariables(ArrayRef<Value> inputs) {
  SmallVector<Value> values;
  for (int32_t k : variableInputs(inputs))
    values.push_back(inputs[size_t(k)]);
  return values;
}

/// The function and those made of it compute in the precision of the problem.
void Lowering::setPrecision(func::FuncOp function, const sema::Problem &problem) {
  if (problem.isSingle)
    function->setAttr("costate.single", UnitAttr::get(function.getContext()));
}

void Lowering::smoothObjective(const sema::Objective &objective, bool hasEntries) {
  FunctionBuilder function(*this, objective.body->place);
  func::FuncOp value = function.numberFunction(*objective.body, objective.problem->name + ".objective");
  setPrecision(value, *objective.problem);
  Reads reads;
  if (hasEntries)
    addendReads(objective, valuesOfVariables(function.inputs()), reads);
  smoothTerm(function, value, -1, /*isResidual=*/false, reads);
  if (hasEntries)
    smoothResiduals(objective);
}

/// The rows of a family as a column; the problem's last constraint.
void Lowering::smoothConstraint(const sema::Constraint &constraint, const Env &env) {
  FunctionBuilder function(*this, constraint.body->place);
  std::string name = constraint.problem->name + ".rows." + constraint.name;
  func::FuncOp value = function.rowsFunction(*constraint.body, env, name);
  setPrecision(value, *constraint.problem);
  auto constraints = inProblem->getBlock()->getOps<ConstraintOp>();
  Reads reads;
  addReads(function, value, valuesOfVariables(function.inputs()), likeOf(env), 0, reads);
  smoothTerm(function, value, int32_t(std::distance(constraints.begin(), constraints.end())) - 1,
             /*isResidual=*/false, reads);
}

/// A family of residuals per square, where the objective is a sum of squares.
void Lowering::smoothResiduals(const sema::Objective &objective) {
  std::vector<SumPart> parts = sumParts(*objective.body);
  bool areSquares = leftOut.empty() && llvm::all_of(parts, [&](const SumPart &part) {
                      return part.isNegative == objective.maximize && squareRoot(*part.addend).first;
                    });
  for (size_t k = 0; areSquares && k < parts.size(); ++k) {
    auto [root, power] = squareRoot(*parts[k].addend);
    AddendRows rows;
    followWay(parts[k], global, rows);
    SmallVector<Value> over;
    if (!rows.env->space->single())
      over.push_back(likeOf(*rows.env));
    Value weights = rows.factors.empty() ? Value() : weightsOf(parts[k], rows, 1, /*isRoot=*/true);
    std::string name = fmt::format("${}.{}", objective.name, k);
    columns.makeIn(*inProblem, "residual", {over, {}}, {}, {columns.string("name", name)}, true, 1);
    FunctionBuilder function(*this, root->place);
    func::FuncOp value = function.residualFunction(
        *root, power, weights, *rows.env, fmt::format("{}.residuals.{}", objective.problem->name, k));
    setPrecision(value, *objective.problem);
    Reads reads;
    addReads(function, value, valuesOfVariables(function.inputs()), likeOf(*rows.env), 0, reads);
    smoothTerm(function, value, int32_t(k), /*isResidual=*/true, reads);
  }
}

/// Adds what the rows of a function read of the variables, by a call before the problem.
void Lowering::addReads(FunctionBuilder &function, func::FuncOp rows, ArrayRef<Value> variables, Value over,
                        int32_t group, Reads &reads) {
  SmallVector<Value> inputs(function.inputs());
  SmallVector<int32_t> arguments = variableInputs(inputs), numbers;
  SmallVector<VariableOp> stated;
  for (int32_t k : arguments) {
    Value &input = inputs[size_t(k)];
    numbers.push_back(int32_t(llvm::find(variables, input) - variables.begin()));
    stated.push_back(input.getDefiningOp<VariableOp>());
    input = stated.back().getLike();
  }
  RowReads made(rows, arguments, stated);
  func::FuncOp positions = made.make((rows.getSymName() + ".reads").str());
  for (const RowReads::Site &site : made.sites())
    reads.sites.append({group, numbers[size_t(site.variable)], site.columns});
  if (!positions)
    return;
  SmallVector<Value> like(positions.getNumResults(), over);
  auto call = builder.create<CallOp>(rows.getLoc(), positions.getResultTypes(), positions.getSymName(),
                                     inputs, like, function.placeList());
  reads.columns.append(call.getResults().begin(), call.getResults().end());
}

/// Groups of what the addends of the objective read, each in one of its rows. None: one addend reads all.
void Lowering::addendReads(const sema::Objective &objective, ArrayRef<Value> variables, Reads &reads) {
  auto isLeft = [&](const sema::Expr &expr) { return vanishes(expr); };
  int32_t group = 0;
  for (const SumPart &part : sumParts(*objective.body, isLeft)) {
    if (vanishes(*part.addend))
      continue;
    AddendRows rows;
    followWay(part, global, rows);
    FunctionBuilder function(*this, part.addend->place);
    func::FuncOp value = function.rowsFunction(*part.addend, *rows.env,
                                               fmt::format("{}.addend.{}", objective.problem->name, group));
    addReads(function, value, variables, likeOf(*rows.env), group++, reads);
    value.erase();
  }
}

void Lowering::smoothTerm(FunctionBuilder &function, func::FuncOp value, int32_t target, bool isResidual,
                          const Reads &reads) {
  SmallVector<Value> inputs(function.inputs());
  SmallVector<int32_t> variables = variableInputs(inputs);
  bool isOfRows = target >= 0;
  SmoothFunctions functions(value, variables, isOfRows);
  auto named = [&](const std::string &name) { return FlatSymbolRefAttr::get(value.getContext(), name); };
  FlatSymbolRefAttr gradient = named(functions.gradient()), none;
  FlatSymbolRefAttr product = isResidual ? none : named(functions.product());
  FlatSymbolRefAttr forward = isOfRows ? named(functions.forward()) : none;
  inProblem->create<SmoothOp>(value.getLoc(), inputs, reads.columns, variables, reads.sites,
                              value.getSymName(), gradient.getValue(), product, forward, uint32_t(target),
                              isResidual, function.placeList());
}

} // namespace costate::lower
