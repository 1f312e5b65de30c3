// Operations => steps. One generic rule for data and commands; kernels and problems have a form of their own.
#include "codegen/Descriptor.h"

#include "ir/CostateOps.h"
#include "passes/KernelCost.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSet.h"

#include <nlohmann/json.hpp>

#include <set>

using namespace mlir;

namespace costate {
namespace {

using Json = nlohmann::ordered_json;

class Describer {
public:
  explicit Describer(ModuleOp module) : module(module) {
    module.walk([&](arith::ConstantOp constant) {
      auto value = dyn_cast<FloatAttr>(constant.getValue());
      if (auto kernel = constant->getParentOfType<func::FuncOp>();
          value && kernel && !value.getValue().isFinite())
        infiniteKernels.insert(kernel.getSymName());
    });
  }

  Descriptor run() {
    ProgramOp program = *module.getOps<ProgramOp>().begin();
    Json roots = Json::array();
    for (Attribute root : program.getRoots())
      roots.push_back({{"name", cast<StringAttr>(root).getValue().str()}});
    Json steps = Json::array();
    for (Operation &op : program.getRegion().front())
      if (!isa<LengthOp>(op) && !op.getDialect()->getNamespace().starts_with("arith"))
        steps.push_back(step(op));
    Json kernelNames = Json::array();
    for (auto &name : kernels)
      kernelNames.push_back(name);
    Json all = {{"version", 1},           {"files", files}, {"roots", roots},
                {"kernels", kernelNames}, {"slots", slots}, {"steps", steps}};
    return {all.dump(), kernels};
  }

private:
  int slot(Value value) {
    auto [known, isNew] = numbers.try_emplace(value, int(numbers.size()));
    if (isNew) {
      std::string type = "table";
      if (auto tensor = dyn_cast<RankedTensorType>(value.getType())) {
        Type element = tensor.getElementType();
        type = (isa<FloatType>(element) ? "f" : "i") + std::to_string(element.getIntOrFloatBitWidth());
      }
      Json entry = {{"type", type}};
      if (Operation *op = value.getDefiningOp())
        if (auto name = op->getAttrOfType<StringAttr>("costate.name"))
          entry["name"] = name.getValue().str();
      slots.push_back(entry);
    }
    return known->second;
  }

  Json slotsOf(ValueRange values) {
    Json list = Json::array();
    for (Value value : values)
      list.push_back(slot(value));
    return list;
  }

  Json optional(ValueRange values) { return values.empty() ? Json() : Json(slot(values.front())); }

  int kernel(FlatSymbolRefAttr callee) {
    std::string name = callee.getValue().str();
    auto [known, isNew] = kernelNumbers.try_emplace(name, int(kernels.size()));
    if (isNew)
      kernels.push_back(name);
    return known->second;
  }

  Json place(Operation &op) { return place(op.getLoc()); }

  Json place(Location location) {
    auto at = location->findInstanceOf<FileLineColLoc>();
    if (!at)
      return Json::array({-1, 0, 0});
    std::string file = at.getFilename().str();
    auto known = std::find(files.begin(), files.end(), file);
    int number = int(known - files.begin());
    if (known == files.end())
      files.push_back(file);
    return Json::array({number, at.getLine(), at.getColumn()});
  }

  static Json number(double value) {
    if (std::isnan(value))
      return "nan";
    if (std::isinf(value))
      return value > 0 ? "inf" : "-inf";
    return value;
  }

  Json attribute(Attribute value) {
    if (auto text = dyn_cast<StringAttr>(value))
      return text.getValue().str();
    if (auto truth = dyn_cast<BoolAttr>(value))
      return truth.getValue();
    if (auto integer = dyn_cast<IntegerAttr>(value))
      return integer.getInt();
    if (auto real = dyn_cast<FloatAttr>(value))
      return number(real.getValueAsDouble());
    if (auto symbol = dyn_cast<FlatSymbolRefAttr>(value))
      return symbol.getValue().str();
    if (isa<UnitAttr>(value))
      return true;
    if (auto location = dyn_cast<LocationAttr>(value))
      return place(Location(location));
    Json list = Json::array();
    if (auto dense = dyn_cast<DenseElementsAttr>(value)) {
      for (Attribute entry : dense.getValues<Attribute>())
        list.push_back(attribute(entry));
    } else if (auto array = dyn_cast<ArrayAttr>(value)) {
      for (Attribute entry : array)
        list.push_back(attribute(entry));
    } else if (auto integers = dyn_cast<DenseI32ArrayAttr>(value)) {
      for (int32_t entry : integers.asArrayRef())
        list.push_back(entry);
    } else if (auto dictionary = dyn_cast<DictionaryAttr>(value)) {
      list = Json::object();
      for (NamedAttribute entry : dictionary)
        list[entry.getName().str()] = attribute(entry.getValue());
    }
    return list;
  }

  Json attributes(Operation &op) {
    Json all = Json::object();
    for (NamedAttribute entry : op.getAttrDictionary())
      if (entry.getName() != "operandSegmentSizes")
        all[entry.getName().str()] = attribute(entry.getValue());
    return all;
  }

  Json step(Operation &op) {
    if (auto call = dyn_cast<KernelOp>(op))
      return Json{{"op", "kernel"},
                  {"kernel", kernel(call.getCalleeAttr())},
                  {"over", slotsOf(call.getOver())},
                  {"in", slotsOf(call.getInputs())},
                  {"into", slotsOf(call.getInits())},
                  {"out", slotsOf(call.getResults())},
                  {"infinite", infiniteKernels.contains(call.getCallee())},
                  {"place", place(op)}};
    if (auto stated = dyn_cast<ProblemOp>(op))
      return problem(stated);
    Json inputs;
    if (auto sizes = op.getAttrOfType<DenseI32ArrayAttr>("operandSegmentSizes")) {
      inputs = Json::array();
      unsigned next = 0;
      for (int32_t size : sizes.asArrayRef()) {
        inputs.push_back(slotsOf(op.getOperands().slice(next, size)));
        next += size;
      }
    } else {
      inputs = slotsOf(op.getOperands());
    }
    Json all{{"op", op.getName().stripDialect().str()},
             {"in", inputs},
             {"out", slotsOf(op.getResults())},
             {"attrs", attributes(op)},
             {"place", place(op)}};
    if (auto call = dyn_cast<CallOp>(op))
      all["kernel"] = kernel(call.getCalleeAttr());
    if (auto solve = dyn_cast<SolveOp>(op); solve && solve.getCallee())
      all["kernel"] = kernel(solve.getCalleeAttr());
    return all;
  }

  Json problem(ProblemOp op) {
    Json variables = Json::array(), rows = Json::array(), patterns = Json::array(), objective;
    Json residuals = {{"over", Json::array()}, {"weights", Json::array()}, {"patterns", Json::array()}};
    Json shared = Json::array();
    arrays.clear();
    for (Operation &inner : op.getRegion().front()) {
      if (auto v = dyn_cast<VariableOp>(inner)) {
        arrays[v.getValues()] = Json::array({"variable", variables.size()});
        variables.push_back({{"name", v.getName().str()},
                             {"like", slot(v.getLike())},
                             {"index", slotsOf(v.getIndex())},
                             {"lower", optional(v.getODSOperands(2))},
                             {"upper", optional(v.getODSOperands(3))},
                             {"start", optional(v.getODSOperands(4))},
                             {"hidden", v.getHidden()},
                             {"attrs", attributes(inner)},
                             {"place", place(inner)}});
      } else if (auto c = dyn_cast<ConstraintOp>(inner)) {
        rows.push_back({{"name", c.getName().str()},
                        {"over", slot(c.getOver())},
                        {"index", slotsOf(c.getIndex())},
                        {"lower", optional(c.getODSOperands(2))},
                        {"upper", optional(c.getODSOperands(3))},
                        {"defines", c.getDefines() ? Json(int(*c.getDefines())) : Json()},
                        {"attrs", attributes(inner)},
                        {"place", place(inner)}});
      } else if (auto r = dyn_cast<ResidualOp>(inner)) {
        residuals["over"].push_back(r.getOver() ? slot(r.getOver()) : -1);
        residuals["weights"].push_back(r.getWeights() ? slot(r.getWeights()) : -1);
      } else if (auto o = dyn_cast<ObjectiveOp>(inner)) {
        objective = {{"name", o.getName().str()}, {"sense", o.getSense().str()}, {"place", place(inner)}};
      }
    }
    Json smooth = Json::array(), sampled;
    for (auto s : op.getOps<SmoothOp>())
      smooth.push_back(smoothTerm(s));
    for (auto s : op.getOps<SampledOp>())
      sampled = sampledObjective(s);
    int stored = 0;
    for (auto s : op.getOps<SharedOp>()) {
      shared.push_back(sharedExpression(s));
      for (Value column : s.getColumns())
        arrays[column] = Json::array({"shared", stored++});
    }
    for (auto p : op.getOps<PatternOp>()) // of rows and objective, or of residuals
      (p.getTargets()[0] < -1 ? residuals["patterns"] : patterns).push_back(pattern(p));
    return Json{{"op", "problem"},        {"name", op.getSymName().str()},
                {"variables", variables}, {"rows", rows},
                {"objective", objective}, {"shared", shared},
                {"patterns", patterns},   {"residuals", residuals},
                {"smooth", smooth},       {"sampled", sampled},
                {"place", place(*op)}};
  }

  /// Arrays that a kernel of a problem reads: columns, variables, results of shared expressions.
  Json inputs(ValueRange values) {
    Json list = Json::array();
    for (Value value : values) {
      auto known = arrays.find(value);
      list.push_back(known == arrays.end() ? Json::array({"slot", slot(value)}) : known->second);
    }
    return list;
  }

  Json smoothTerm(SmoothOp s) {
    return {{"inputs", inputs(s.getInputs())},
            {"variables", attribute(s.getVariablesAttr())},
            {"sites", attribute(s.getSitesAttr())},
            {"reads", slotsOf(s.getReads())},
            {"target", int32_t(s.getTarget())},
            {"residuals", s.getResiduals()},
            {"value", kernel(s.getValueAttr())},
            {"gradient", kernel(s.getGradientAttr())},
            {"product", kernelOrNull(s.getProductAttr())},
            {"forward", kernelOrNull(s.getForwardAttr())},
            {"places", attribute(s.getPlacesAttr())}};
  }

  Json sampledObjective(SampledOp s) {
    return {{"inputs", inputs(s.getInputs())},
            {"addends", slot(s.getAddends())},
            {"variables", attribute(s.getVariablesAttr())},
            {"gradient", kernel(s.getGradientAttr())},
            {"endless", s.getEndless()},
            {"places", attribute(s.getPlacesAttr())},
            {"place", place(*s)}};
  }

  Json kernelOrNull(FlatSymbolRefAttr callee) { return callee ? Json(kernel(callee)) : Json(); }

  Json cost(FlatSymbolRefAttr callee) {
    if (!callee)
      return Json();
    KernelCost counted = costOf(cast<func::FuncOp>(SymbolTable::lookupSymbolIn(module, callee)));
    return Json::array({counted.flops, counted.roots, counted.calls});
  }

  Json sharedExpression(SharedOp s) {
    return {{"over", slot(s.getOver())},
            {"inputs", inputs(s.getInputs())},
            {"parts", attribute(s.getPartsAttr())},
            {"positions", s.getPositions()},
            {"value", kernel(s.getValueAttr())},
            {"first", kernelOrNull(s.getFirstAttr())},
            {"second", kernelOrNull(s.getSecondAttr())},
            {"costs", Json::array({cost(s.getValueAttr()), cost(s.getFirstAttr()), cost(s.getSecondAttr())})},
            {"place", place(*s)}};
  }

  static Json pairs(ArrayRef<int32_t> numbers) {
    Json list = Json::array();
    for (size_t k = 0; k < numbers.size(); k += 2)
      list.push_back(Json::array({numbers[k], numbers[k + 1]}));
    return list;
  }

  /// By term the numbers of the inputs that its value is computed from.
  std::vector<Json> termInputs(PatternOp p) {
    auto kernel = cast<func::FuncOp>(SymbolTable::lookupSymbolIn(module, p.getValueAttr()));
    MapOp map = *kernel.getOps<MapOp>().begin();
    std::vector<Json> lists;
    for (Value term : cast<YieldOp>(map.getBody()->getTerminator()).getValues()) {
      llvm::SmallSetVector<Operation *, 16> operations;
      std::set<int> inputs;
      auto visit = [&](Value value) {
        if (Operation *op = value.getDefiningOp(); op && op->getBlock() == map.getBody())
          operations.insert(op);
      };
      visit(term);
      for (size_t k = 0; k < operations.size(); ++k) {
        for (Value operand : operations[k]->getOperands())
          visit(operand);
        if (auto at = dyn_cast<AtOp>(operations[k]))
          if (auto array = dyn_cast<BlockArgument>(at.getArray()))
            inputs.insert(int(array.getArgNumber()) - 1); // the first argument is the number of instances
      }
      lists.push_back(Json(inputs));
    }
    return lists;
  }

  Json pattern(PatternOp p) {
    Json terms = Json::array(), loads = Json::array();
    auto places = p->getAttrOfType<ArrayAttr>("costate.places");
    std::vector<Json> reads = termInputs(p);
    for (auto [t, target] : llvm::enumerate(p.getTargets())) {
      int32_t row = p.getRowOf()[t];
      Location at = places ? Location(cast<LocationAttr>(places[t])) : p.getLoc();
      terms.push_back({{"target", target < -1 ? -2 - target : target}, // residuals count by themselves
                       {"row", row < 0 ? Json() : Json(slot(p.getRows()[size_t(row)]))},
                       {"reads", reads[t]},
                       {"place", place(at)}});
    }
    for (auto [l, variable] : llvm::enumerate(p.getLoadVariables())) {
      int32_t kind = p.getLoadKinds()[l], at = p.getLoadPositions()[l];
      bool isOwn = kind == int32_t(PositionKind::Own);
      loads.push_back({{"variable", variable},
                       {"kind", kind},
                       {"at", isOwn ? Json() : Json(slot(p.getPositions()[size_t(at)]))}});
    }
    return {
        {"over", p.getOver() ? Json(slot(p.getOver())) : Json(-1)},
        {"terms", terms},
        {"loads", loads},
        {"inputs", inputs(p.getInputs())},
        {"positions", slotsOf(p.getPositions())},
        {"rows", slotsOf(p.getRows())},
        {"jacobian", pairs(p.getJacobian())},
        {"constant", int32_t(p.getNumConstant())},
        {"hessian", pairs(p.getHessian())},
        {"constant_hessian", int32_t(p.getNumConstantHessian())},
        {"piecewise", p.getPiecewise()},
        {"value", kernel(p.getValueAttr())},
        {"constants", kernelOrNull(p.getConstantsAttr())},
        {"first", kernelOrNull(p.getFirstAttr())},
        {"second", kernelOrNull(p.getSecondAttr())},
        {"costs", Json::array({cost(p.getValueAttr()), cost(p.getFirstAttr()), cost(p.getSecondAttr())})}};
  }

  ModuleOp module;
  llvm::DenseMap<Value, int> numbers;
  llvm::DenseMap<Value, Json> arrays; // variables and shared expressions of a problem, as its kernels' inputs
  std::map<std::string, int> kernelNumbers;
  llvm::StringSet<> infiniteKernels; // that hold a constant which is not finite: the model asks for it
  std::vector<std::string> kernels, files;
  Json slots = Json::array();
};

} // namespace

Descriptor describe(ModuleOp module) { return Describer(module).run(); }

} // namespace costate
