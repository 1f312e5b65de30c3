// Verifiers of programs, problems and commands.
#include "ir/CostateOps.h"

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace costate;

// ---- scalar bodies -------------------------------------------------------------------------------------

static LogicalResult verifyScalarBody(Operation *op, Region &region, unsigned arguments) {
  if (!region.hasOneBlock())
    return op->emitOpError("body has ") << region.getBlocks().size() << " blocks, expected 1";
  Block &body = region.front();
  if (body.getNumArguments() != arguments)
    return op->emitOpError("body takes ") << body.getNumArguments() << " arguments, expected " << arguments;
  for (Type type : body.getArgumentTypes())
    if (!type.isIndex())
      return op->emitOpError("body takes ") << type << ", expected index";
  auto yield = body.empty() ? YieldOp() : dyn_cast<YieldOp>(body.back());
  if (!yield || yield.getValues().size() != 1 || !yield.getValues()[0].getType().isF64())
    return op->emitOpError("body does not yield one f64");
  return success();
}

static LogicalResult verifyInBody(Operation *op) {
  if (!isa<ConstraintOp, ObjectiveOp, LetOp, ResidualOp, SumOp, FoldOp>(op->getParentOp()))
    return op->emitOpError(
        "does not stand in the body of a constraint, an objective, a let, a residual, a sum or a fold");
  return success();
}

template <class Reduction> static LogicalResult verifyLet(Reduction op) {
  if (bool(op.getLet()) != bool(op.getRow()))
    return op.emitOpError("has ") << (op.getLet() ? "a let without a row" : "a row without a let");
  if (op.getLet() && !op.getLet().template getDefiningOp<LetOp>())
    return op.emitOpError("is said to equal what is not the column of a let");
  return success();
}

LogicalResult SumOp::verify() { return verifyLet(*this); } // C3

LogicalResult SumOp::verifyRegions() {
  if (failed(verifyInBody(*this))) // C2
    return failure();
  return verifyScalarBody(*this, getRegion(), 1); // C1
}

LogicalResult FoldOp::verify() {
  if (!llvm::is_contained({"mul", "min", "max"}, getKind())) // C3
    return emitOpError("has kind `") << getKind() << "`, expected mul, min or max";
  return verifyLet(*this); // C4
}

LogicalResult FoldOp::verifyRegions() {
  if (failed(verifyInBody(*this))) // C2
    return failure();
  return verifyScalarBody(*this, getRegion(), 1); // C1
}

LogicalResult ConstraintOp::verifyRegions() {
  return getRegion().empty() ? success() : verifyScalarBody(*this, getRegion(), 1); // C1
}

LogicalResult LetOp::verifyRegions() { return verifyScalarBody(*this, getRegion(), 1); } // C1

LogicalResult ObjectiveOp::verifyRegions() {
  return getRegion().empty() ? success() : verifyScalarBody(*this, getRegion(), 0); // C1
}

LogicalResult ResidualOp::verifyRegions() {
  return getRegion().empty() ? success() : verifyScalarBody(*this, getRegion(), 1); // C1
}

LogicalResult TermOp::verifyRegions() {
  for (Operation &op : getRegion().front())
    if (isa<SumOp, FoldOp>(op)) // C1
      return op.emitOpError("stands in a term");
  return verifyScalarBody(*this, getRegion(), 1); // C1
}

// ---- programs and problems -----------------------------------------------------------------------------

static LogicalResult verifyRoots(Operation *op, ArrayAttr roots, size_t index) {
  if (roots.size() != index)
    return op->emitOpError("has ") << roots.size() << " roots for " << index << " index columns";
  return success();
}

LogicalResult ProgramOp::verifyRegions() {
  Block &body = getRegion().front();
  if (body.getNumArguments()) // C1
    return emitOpError("takes ") << body.getNumArguments() << " arguments, expected none";
  llvm::StringSet<> names;
  for (auto problem : body.getOps<ProblemOp>())
    if (!names.insert(problem.getSymName()).second) // C2
      return problem.emitOpError("is the second problem named `") << problem.getSymName() << "`";
  return success();
}

LogicalResult ProblemOp::verifyRegions() {
  int objectives = 0;
  for (Operation &op : getRegion().front()) {
    if (!isa<VariableOp, ConstraintOp, ObjectiveOp, SmoothOp, SampledOp, LetOp, ResidualOp, SharedOp, TermOp,
             PatternOp>(op)) // C1
      return op.emitOpError("cannot stand in a problem");
    objectives += isa<ObjectiveOp>(op);
  }
  if (objectives > 1) // C2
    return emitOpError("has ") << objectives << " objectives, expected at most 1";
  return success(); // C3 is dominance: values of the region end with it
}

LogicalResult VariableOp::verify() {
  if (!llvm::is_contained({"real", "int", "binary"}, getKind())) // C2
    return emitOpError("has kind `") << getKind() << "`, expected real, int or binary";
  return verifyRoots(*this, getRoots(), getIndex().size()); // C1
}

static LogicalResult verifyDefines(ConstraintOp constraint, int64_t number) { // C3
  auto variables = constraint->getParentOfType<ProblemOp>().getOps<VariableOp>();
  int64_t count = std::distance(variables.begin(), variables.end());
  if (number < 0 || number >= count)
    return constraint.emitOpError("defines variable ")
           << number << " in a problem of " << count << " variables";
  if (!(*std::next(variables.begin(), number)).getHidden())
    return constraint.emitOpError("defines variable ") << number << ", which is not hidden";
  return success();
}

LogicalResult ConstraintOp::verify() {
  if (failed(verifyRoots(*this, getRoots(), getIndex().size()))) // C2
    return failure();
  return getDefines() ? verifyDefines(*this, int32_t(*getDefines())) : success();
}

LogicalResult LetOp::verify() { return verifyRoots(*this, getRoots(), getIndex().size()); } // C2

LogicalResult ObjectiveOp::verify() {
  if (!llvm::is_contained({"minimize", "maximize"}, getSense())) // C2
    return emitOpError("has sense `") << getSense() << "`, expected minimize or maximize";
  return success();
}

LogicalResult TermOp::verify() {
  auto problem = (*this)->getParentOfType<ProblemOp>();
  auto constraints = problem.getOps<ConstraintOp>();
  auto residuals = problem.getOps<ResidualOp>();
  int64_t count = std::distance(constraints.begin(), constraints.end()), target = int32_t(getTarget());
  int64_t families = std::distance(residuals.begin(), residuals.end());
  if (target < -1 - families || target >= count) // C2
    return emitOpError("has target ") << target << " in a problem of " << count << " constraints and "
                                      << families << " families of residuals";
  return success();
}

static LogicalResult verifyLoads(PatternOp pattern) { // C1
  size_t loads = pattern.numLoads();
  if (pattern.getRowOf().size() != pattern.numTerms())
    return pattern.emitOpError("has ")
           << pattern.getRowOf().size() << " row numbers for " << pattern.numTerms() << " targets";
  for (int32_t row : pattern.getRowOf())
    if (row < -1 || row >= int32_t(pattern.getRows().size()))
      return pattern.emitOpError("has row number ")
             << row << " of " << pattern.getRows().size() << " columns";
  if (pattern.getLoadKinds().size() != loads || pattern.getLoadPositions().size() != loads)
    return pattern.emitOpError("has ")
           << pattern.getLoadKinds().size() << " kinds and " << pattern.getLoadPositions().size()
           << " positions for " << loads << " loads";
  for (auto [kind, position] : llvm::zip_equal(pattern.getLoadKinds(), pattern.getLoadPositions())) {
    if (kind < 0 || kind > int32_t(PositionKind::Moved))
      return pattern.emitOpError("has a load of kind ") << kind << ", expected 0 to 4";
    bool isOwn = kind == int32_t(PositionKind::Own);
    if (!isOwn && (position < 0 || position >= int32_t(pattern.getPositions().size())))
      return pattern.emitOpError("has position ")
             << position << " of " << pattern.getPositions().size() << " columns";
  }
  return success();
}

LogicalResult PatternOp::verify() {
  if (failed(verifyLoads(*this)))
    return failure();
  if (getJacobian().size() % 2 || getHessian().size() % 2) // C2
    return emitOpError("has ") << getJacobian().size() << " and " << getHessian().size()
                               << " numbers of derivatives, expected pairs";
  auto isBelow = [](int32_t number, size_t count) { return number >= 0 && size_t(number) < count; };
  for (size_t e = 0; e < numJacobian(); ++e)
    if (!isBelow(getJacobian()[2 * e], numTerms()) || !isBelow(getJacobian()[2 * e + 1], numLoads())) // C2
      return emitOpError("has a Jacobian entry of term ")
             << getJacobian()[2 * e] << " of " << numTerms() << " by load " << getJacobian()[2 * e + 1]
             << " of " << numLoads();
  for (int32_t load : getHessian())
    if (!isBelow(load, numLoads())) // C2
      return emitOpError("has a Hessian entry by load ") << load << " of " << numLoads();
  if (int32_t(getNumConstant()) < 0 || size_t(getNumConstant()) > numJacobian()) // C2
    return emitOpError("has ") << getNumConstant() << " constant Jacobian entries of " << numJacobian();
  if (int32_t(getNumConstantHessian()) < 0 || size_t(getNumConstantHessian()) > numHessian()) // C2
    return emitOpError("has ") << getNumConstantHessian() << " constant Hessian entries of " << numHessian();
  auto agrees = [&](StringRef name, bool hasKernel, size_t results) -> LogicalResult { // C3
    if (hasKernel == (results > 0))
      return success();
    return emitOpError("has ") << (hasKernel ? "a kernel `" : "no kernel `") << name << "` for " << results
                               << " entries";
  };
  return success(succeeded(agrees("constants", getConstants().has_value(), getNumConstant())) &&
                 succeeded(agrees("first", getFirst().has_value(), numVarying())) &&
                 succeeded(agrees("second", getSecond().has_value(), numHessian())));
}

static FunctionOpInterface kernelNamed(Operation *user, FlatSymbolRefAttr name,
                                       SymbolTableCollection &symbols) {
  return dyn_cast_or_null<FunctionOpInterface>(symbols.lookupNearestSymbolFrom(user, name));
}

LogicalResult PatternOp::verifySymbolUses(SymbolTableCollection &symbols) {
  for (FlatSymbolRefAttr name : {getValueAttr(), getConstantsAttr(), getFirstAttr(), getSecondAttr()})
    if (name && !kernelNamed(*this, name, symbols)) // C4
      return emitOpError("uses `") << name.getValue() << "`, which is no kernel of the module";
  return success();
}

// ---- shared expressions --------------------------------------------------------------------------------

LogicalResult SharedOp::verify() {
  ArrayRef<int32_t> parts = getParts();
  bool isOrdered = parts.size() == 3 && parts[0] >= 1 && parts[0] <= parts[1] && parts[1] <= parts[2] &&
                   size_t(parts[2]) == getNumResults();
  if (!isOrdered) // C2
    return emitOpError("has parts that do not go from 1 to its ") << getNumResults() << " results";
  bool needed[] = {true, parts[1] > parts[0], parts[2] > parts[1]};
  FlatSymbolRefAttr kernels[] = {getValueAttr(), getFirstAttr(), getSecondAttr()};
  for (int part = 0; part < 3; ++part)
    if (bool(kernels[part]) != (needed[part] && getRegion().empty())) // C3
      return emitOpError(kernels[part] ? "has a kernel too many: `" : "lacks its kernel `")
             << (part == 0   ? "value"
                 : part == 1 ? "first"
                             : "second")
             << "`";
  return success();
}

LogicalResult SharedOp::verifyRegions() {
  if (getRegion().empty())
    return success();
  Block &body = getRegion().front();
  bool takesIndex =
      getRegion().hasOneBlock() && body.getNumArguments() == 1 && body.getArgument(0).getType().isIndex();
  auto yield = body.empty() ? YieldOp() : dyn_cast<YieldOp>(body.back());
  auto isReal = [](Type type) { return type.isF64(); };
  if (!takesIndex || !yield || yield->getNumOperands() != getNumResults() ||
      !llvm::all_of(yield->getOperandTypes(), isReal)) // C1
    return emitOpError("body does not take one index and yield ") << getNumResults() << " f64";
  return success();
}

LogicalResult SharedOp::verifySymbolUses(SymbolTableCollection &symbols) {
  for (FlatSymbolRefAttr name : {getValueAttr(), getFirstAttr(), getSecondAttr()})
    if (name && !kernelNamed(*this, name, symbols)) // C3
      return emitOpError("uses `") << name.getValue() << "`, which is no kernel of the module";
  return success();
}

LogicalResult StoredOp::verify() {
  size_t arrays = getArrays().size(), wanted = arrays * getArguments().size();
  if (size_t(getTaken()) >= arrays) // C1
    return emitOpError("takes array ") << getTaken() << " of " << arrays;
  auto isPartial = [&](Attribute partial) {
    auto number = dyn_cast<IntegerAttr>(partial);
    return number ? number.getInt() >= 0 && size_t(number.getInt()) < arrays
                  : isa<FloatAttr, UnitAttr>(partial);
  };
  if (getPartials().size() != wanted || !llvm::all_of(getPartials(), isPartial)) // C2
    return emitOpError("needs ") << wanted
                                 << " partials, each the number of an array, a real constant or unit";
  return success();
}

Value StoredOp::partial(OpBuilder &builder, unsigned operand) {
  size_t before = getArrays().size() + 1; // operands before the arguments
  if (operand < before)
    return nullptr;
  Attribute partial = getPartials()[size_t(getTaken()) * getArguments().size() + operand - before];
  assert(!isa<UnitAttr>(partial) && "derivatives up to the second are kept, patterns need no more");
  if (auto constant = dyn_cast<FloatAttr>(partial))
    return constant.getValueAsDouble() == 0 ? Value() : builder.create<arith::ConstantOp>(getLoc(), constant);
  return builder.create<StoredOp>(getLoc(), getType(), getArrays(), getRow(), getArguments(),
                                  uint32_t(cast<IntegerAttr>(partial).getInt()), getPartials());
}

// ---- kernels -------------------------------------------------------------------------------------------

/// A function of the inputs and `more` columns; lowered ones say themselves what they take.
static LogicalResult verifyFunction(Operation *op, FlatSymbolRefAttr name, size_t inputs, size_t more,
                                    SymbolTableCollection &symbols) {
  auto callee = symbols.lookupNearestSymbolFrom<func::FuncOp>(op, name);
  bool isLowered = callee && callee->hasAttr("costate.inputs");
  if (!callee || !callee->hasAttr("costate.function") ||
      (!isLowered && callee.getNumArguments() < inputs + more))
    return op->emitOpError("names `") << name.getValue() << "`, which is no function of its inputs";
  return success();
}

static LogicalResult verifyVariables(Operation *op, ArrayRef<int32_t> variables, size_t inputs) {
  for (int32_t variable : variables)
    if (variable < 0 || size_t(variable) >= inputs)
      return op->emitOpError("has variable ") << variable << " of " << inputs << " inputs";
  return success();
}

static LogicalResult verifySites(SmoothOp op) { // C5
  ArrayRef<int32_t> sites = op.getSites();
  size_t columns = 0;
  if (sites.size() % 3 != 0)
    return op.emitOpError("has ") << sites.size() << " numbers of sites, expected three each";
  for (; !sites.empty(); sites = sites.drop_front(3)) {
    bool isGroup = sites[0] == 0 || (sites[0] > 0 && op.isOfObjective());
    bool isVariable = sites[1] >= 0 && size_t(sites[1]) < op.getVariables().size();
    if (!isGroup || !isVariable || sites[2] < 0 || sites[2] > 2)
      return op.emitOpError("has a site of group ")
             << sites[0] << ", variable " << sites[1] << " and " << sites[2] << " columns";
    columns += size_t(sites[2]);
  }
  if (columns != op.getReads().size())
    return op.emitOpError("has ") << op.getReads().size() << " columns of reads for sites of " << columns;
  return success();
}

template <class Family> static bool isFamilyWithoutBody(SmoothOp op, int32_t number) {
  auto families = llvm::to_vector(op->getBlock()->getOps<Family>());
  return number >= 0 && number < int32_t(families.size()) && families[size_t(number)].getRegion().empty();
}

LogicalResult SmoothOp::verify() {
  int32_t target = int32_t(getTarget());
  bool isKnown = getResiduals() ? isFamilyWithoutBody<ResidualOp>(*this, target)
                                : target == -1 || isFamilyWithoutBody<ConstraintOp>(*this, target);
  const char *what = getResiduals() ? "residual" : "constraint";
  if (!isKnown) // C3
    return emitOpError("has target ") << target << ", which is no " << what << " without a body";
  if (isOfObjective() == getForward().has_value()) // C4
    return emitOpError(isOfObjective() ? "has a forward function, for an objective"
                                       : "has no forward function, for a ")
           << (isOfObjective() ? "" : what);
  if (getResiduals() == getProduct().has_value()) // C4
    return emitOpError(getResiduals() ? "has a product, for residuals" : "has no product");
  return verifySites(*this);
}

LogicalResult SmoothOp::verifySymbolUses(SymbolTableCollection &symbols) {
  size_t weights = isOfObjective() ? 0 : 1;
  std::pair<FlatSymbolRefAttr, size_t> functions[] = {
      {getValueAttr(), 0}, {getGradientAttr(), weights}, {getProductAttr(), weights}, {getForwardAttr(), 0}};
  for (auto [name, more] : functions)
    if (name && failed(verifyFunction(*this, name, getInputs().size(), more, symbols))) // C1
      return failure();
  return verifyVariables(*this, getVariables(), getInputs().size()); // C2
}

LogicalResult SampledOp::verifySymbolUses(SymbolTableCollection &symbols) {
  if (failed(verifyFunction(*this, getGradientAttr(), getInputs().size(), 1, symbols))) // C1
    return failure();
  return verifyVariables(*this, getVariables(), getInputs().size()); // C2
}

LogicalResult CallOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto callee = symbols.lookupNearestSymbolFrom<func::FuncOp>(*this, getCalleeAttr());
  if (!callee || !callee->hasAttr("costate.function")) // C1
    return emitOpError("calls `") << getCallee() << "`, which is no function";
  if (callee->hasAttr("costate.inputs"))
    return success(); // lowered to loops
  if (callee.getArgumentTypes() != TypeRange(getInputs()) ||
      callee.getResultTypes() != getResultTypes()) // C2
    return emitOpError("gives and takes other columns than `") << getCallee() << "`";
  if (getLike().size() != getNumResults()) // C3
    return emitOpError("has ") << getLike().size() << " lengths for " << getNumResults() << " results";
  return success();
}

LogicalResult KernelOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto function = kernelNamed(*this, getCalleeAttr(), symbols);
  if (!function || !function->hasAttr("costate.kernel")) // C1
    return emitOpError("uses `") << getCallee() << "`, which is no kernel of the module";
  if (function->hasAttr("costate.inputs"))
    return success(); // lowered to loops
  SmallVector<Type> expected(std::max<size_t>(1, getOver().size()), IndexType::get(getContext()));
  llvm::append_range(expected, getInputs().getTypes());
  llvm::append_range(expected, getInits().getTypes());
  if (function.getArgumentTypes() != ArrayRef<Type>(expected) ||
      function.getResultTypes() != getResultTypes()) // C2
    return emitOpError("has operands or results that are not those of `") << getCallee() << "`";
  return success();
}

// ---- commands ------------------------------------------------------------------------------------------

static LogicalResult verifyProblemBefore(Operation *op, StringRef name) {
  for (Operation *before = op->getPrevNode(); before; before = before->getPrevNode())
    if (auto problem = dyn_cast<ProblemOp>(before); problem && problem.getSymName() == name)
      return success();
  return op->emitOpError("names problem `") << name << "`, which is not stated before it";
}

LogicalResult SolveOp::verify() { return verifyProblemBefore(*this, getProblem()); } // C1

LogicalResult SolveOp::verifySymbolUses(SymbolTableCollection &symbols) {
  if (!getCallee())
    return success();
  auto callee = symbols.lookupNearestSymbolFrom<func::FuncOp>(*this, getCalleeAttr());
  if (!callee || !callee->hasAttr("costate.function")) // C2
    return emitOpError("runs `") << *getCallee() << "`, which is no function";
  if (callee->hasAttr("costate.inputs"))
    return success(); // lowered to loops
  auto columnOfType = [](Type element) { return RankedTensorType::get({ShapedType::kDynamic}, element); };
  Builder b(getContext());
  Type reals = columnOfType(b.getF64Type()), integers = columnOfType(b.getI64Type());
  SmallVector<Type> takes(getMonitors() ? 1 : 5, reals), gives{reals};
  if (!getMonitors())
    takes.push_back(integers), gives.push_back(integers);
  llvm::append_range(takes, getInputs().getTypes());
  for (Attribute names : getReports().value_or(ArrayAttr::get(getContext(), {}))) {
    gives.push_back(integers);
    gives.append(cast<ArrayAttr>(names).size(), reals);
  }
  if (callee.getArgumentTypes() != ArrayRef<Type>(takes) ||
      callee.getResultTypes() != ArrayRef<Type>(gives)) // C2
    return emitOpError("gives and takes other columns than `") << *getCallee() << "`";
  return success();
}

LogicalResult CheckDerivativesOp::verify() { return verifyProblemBefore(*this, getProblem()); } // C1

LogicalResult CheckFunctionOp::verify() {
  if (getNumbers().size() != 4 * getParameters().size()) // C1
    return emitOpError("has ") << getNumbers().size() << " columns for " << getParameters().size()
                               << " parameters";
  return success();
}

LogicalResult SolutionOp::verify() {
  if (!llvm::is_contained({"value", "dual", "reduced_cost", "slack", "lower", "upper", "objective", "status",
                           "iterations", "report"},
                          getField())) // C2
    return emitOpError("has field `")
           << getField()
           << "`, expected value, dual, reduced_cost, slack, lower, upper, objective, status, "
              "iterations or report";
  return verifyProblemBefore(*this, getProblem()); // C1
}

/// Numbers of operands an item mentions; false where it is not in range.
static bool namesOperands(DictionaryAttr item, int64_t operands) {
  auto inRange = [&](Attribute number, int64_t least) {
    auto integer = dyn_cast_or_null<IntegerAttr>(number);
    return integer && integer.getInt() >= least && integer.getInt() < operands;
  };
  auto index = item.getAs<ArrayAttr>("index");
  Attribute imaginary = item.get("imaginary");
  return inRange(item.get("column"), -1) && (!imaginary || inRange(imaginary, 0)) &&
         (!index || llvm::all_of(index, [&](Attribute number) { return inRange(number, 0); }));
}

static LogicalResult verifyItems(Operation *op, ArrayAttr items) {
  for (auto [k, entry] : llvm::enumerate(items)) {
    auto item = dyn_cast<DictionaryAttr>(entry);
    if (!item || !item.getAs<StringAttr>("label") || !namesOperands(item, op->getNumOperands())) // C1
      return op->emitOpError("item ")
             << k << " needs a label, and columns among its " << op->getNumOperands() << " operands";
  }
  return success();
}

LogicalResult PrintOp::verify() { return verifyItems(*this, getItems()); }
LogicalResult WriteOp::verify() { return verifyItems(*this, getItems()); }

LogicalResult AssertOp::verify() {
  if (getLabels().size() != getShown().size()) // C1
    return emitOpError("has ") << getLabels().size() << " labels for " << getShown().size() << " values";
  return success();
}
