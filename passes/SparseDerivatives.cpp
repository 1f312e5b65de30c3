// Terms => patterns: one kernel each for value, Jacobian entries and Hessian entries.
#include "passes/Passes.h"
#include "passes/ScalarGradient.h"

#include "ir/CostateOps.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_SPARSEDERIVATIVES
#include "passes/Passes.h.inc"

namespace {

/// A variable entry the body reads: which variable, at which positions.
struct Load {
  Value value; // the scalar
  VariableOp variable;
  Value table; // column of positions, one per instance
};

class TermDerivatives {
public:
  TermDerivatives(TermOp term, ModuleOp module, std::string name)
      : term(term), module(module), name(std::move(name)), outside(term->getParentOfType<ProblemOp>()) {}

  void run() {
    gatherComposedColumns();
    collectLoads();
    Block &body = term.getRegion().front();
    ScalarDerivatives derivatives(OpBuilder(body.getTerminator()));
    Value output = body.getTerminator()->getOperand(0);
    SmallVector<Value> values = llvm::map_to_vector(loads, [](Load &l) { return l.value; });
    SmallVector<Value> gradient = derivatives.gradient(output, values);
    SmallVector<int32_t> jacobian, hessian;
    SmallVector<Value> first, second;
    for (auto [k, entry] : llvm::enumerate(gradient))
      if (entry)
        jacobian.push_back(int32_t(k)), first.push_back(entry);
    for (size_t k = 0; k < loads.size(); ++k)
      for (size_t j = 0; j <= k; ++j)
        if (Value entry = gradient[j] ? derivatives.tangent(gradient[j], loads[k].value) : Value()) {
          hessian.append({int32_t(j), int32_t(k)});
          second.push_back(symmetric(derivatives, j, k, entry));
        }
    collectInputs();
    emit(output, first, second, jacobian, hessian);
  }

private:
  /// The column of what an index is over the instances: rows of rows are composed when data is bound.
  Value columnOf(Value index) {
    Operation *op = index.getDefiningOp();
    assert(op && "the instance itself needs no column");
    if (auto cast = dyn_cast<arith::IndexCastOp>(op))
      return columnOf(cast.getIn());
    if (auto constant = dyn_cast<arith::ConstantOp>(op))
      return constantColumn(cast<IntegerAttr>(constant.getValue()).getInt());
    auto at = cast<AtOp>(op);
    Value inner = at.getIndices()[0];
    return isInstance(inner) ? at.getArray() : gathered(at.getArray(), columnOf(inner));
  }

  bool isInstance(Value index) const { return isa<BlockArgument>(index); }

  Value gathered(Value source, Value rows) {
    return outside.create<GatherOp>(term.getLoc(), source.getType(), source, rows);
  }

  Value constantColumn(int64_t value) {
    auto type = RankedTensorType::get({ShapedType::kDynamic}, outside.getI32Type());
    auto attribute = outside.getI32IntegerAttr(int32_t(value));
    if (Value over = term.getOver())
      return outside.create<FillOp>(term.getLoc(), type, over, attribute);
    auto one = RankedTensorType::get({1}, outside.getI32Type());
    return outside.create<LiteralOp>(term.getLoc(), type, DenseElementsAttr::get(one, Attribute(attribute)));
  }

  /// Data read through an index becomes a column over the instances, loaded one by one.
  void gatherComposedColumns() {
    Block &body = term.getRegion().front();
    for (Operation &op : llvm::make_early_inc_range(body)) {
      auto at = dyn_cast<AtOp>(op);
      if (!at || at.getArray().getDefiningOp<VariableOp>() || isInstance(at.getIndices()[0]))
        continue;
      Value column = gathered(at.getArray(), columnOf(at.getIndices()[0]));
      OpBuilder here(at);
      Value plain = here.create<AtOp>(at.getLoc(), at.getValue().getType(), column, ValueRange{body.getArgument(0)});
      at.getValue().replaceAllUsesWith(plain);
      at.erase();
    }
  }

  void collectLoads() {
    llvm::MapVector<std::pair<Value, Value>, Value> known;
    for (Operation &op : llvm::make_early_inc_range(term.getRegion().front())) {
      auto at = dyn_cast<AtOp>(op);
      if (!at || !at.getArray().getDefiningOp<VariableOp>())
        continue;
      Value index = at.getIndices()[0];
      Value table = isInstance(index) ? identityTable() : columnOf(index);
      auto [entry, isNew] = known.insert({{at.getArray(), table}, at.getValue()});
      if (isNew) {
        loads.push_back({at.getValue(), at.getArray().getDefiningOp<VariableOp>(), table});
      } else {
        at.getValue().replaceAllUsesWith(entry->second);
        at.erase();
      }
    }
  }

  Value identityTable() { llvm_unreachable("the lowering reads variables through tables"); }

  /// Two loads of one variable may be the same entry: then the off-diagonal pair counts twice on the diagonal.
  Value symmetric(ScalarDerivatives &derivatives, size_t j, size_t k, Value entry) {
    if (j == k || loads[j].variable != loads[k].variable)
      return entry;
    OpBuilder here(term.getRegion().front().getTerminator());
    Location loc = entry.getLoc();
    auto position = [&](size_t l) -> Value {
      return here.create<AtOp>(loc, here.getI32Type(), loads[l].table, ValueRange{term.getRegion().getArgument(0)});
    };
    Value same = here.create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, position(j), position(k));
    Value twice = here.create<arith::AddFOp>(loc, entry, entry);
    return here.create<arith::SelectOp>(loc, same, twice, entry);
  }

  void collectInputs() {
    for (Operation &op : term.getRegion().front())
      if (auto at = dyn_cast<AtOp>(op))
        inputs.insert(at.getArray());
    if (term.getRow())
      inputs.insert(term.getRow());
  }

  /// One kernel: adds values[e] (times the weight, if there is one) to slots[e], or value to its row.
  struct Kernel {
    func::FuncOp function;
    Block *body;
    IRMapping mapping;
    Value accumulator, weight, instance;
    SmallVector<Value> slots;
  };

  Kernel begin(StringRef suffix, size_t numSlots, bool hasWeight) {
    MLIRContext *context = module.getContext();
    Location loc = term.getLoc();
    OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
    auto codes = RankedTensorType::get({ShapedType::kDynamic}, builder.getI32Type());
    auto reals = RankedTensorType::get({ShapedType::kDynamic}, builder.getF64Type());
    SmallVector<Type> types{builder.getIndexType()};
    for (Value input : inputs)
      types.push_back(input.getType());
    if (hasWeight)
      types.push_back(reals);
    types.append(numSlots, codes);
    types.push_back(reals);
    Kernel kernel;
    kernel.function = builder.create<func::FuncOp>(loc, (name + suffix).str(), builder.getFunctionType(types, {reals}));
    kernel.function->setAttr("costate.kernel", UnitAttr::get(context));
    Block *entry = kernel.function.addEntryBlock();
    OpBuilder at = OpBuilder::atBlockEnd(entry);
    OperationState state(loc, MapOp::getOperationName());
    state.addOperands({entry->getArgument(0), entry->getArguments().back()});
    state.addTypes(reals);
    state.addAttribute("operandSegmentSizes", at.getDenseI32ArrayAttr({1, 1}));
    kernel.body = new Block;
    state.addRegion()->push_back(kernel.body);
    kernel.instance = kernel.body->addArgument(at.getIndexType(), loc);
    kernel.accumulator = kernel.body->addArgument(reals, loc);
    Operation *map = at.create(state);
    at.create<func::ReturnOp>(loc, map->getResults());
    unsigned next = 1;
    for (Value input : inputs)
      kernel.mapping.map(input, entry->getArgument(next++));
    if (hasWeight)
      kernel.weight = entry->getArgument(next++);
    for (size_t k = 0; k < numSlots; ++k)
      kernel.slots.push_back(entry->getArgument(next++));
    kernel.mapping.map(term.getRegion().getArgument(0), kernel.instance);
    return kernel;
  }

  Value clone(Value value, OpBuilder &builder, IRMapping &mapping) {
    if (Value known = mapping.lookupOrNull(value))
      return known;
    Operation *op = value.getDefiningOp();
    for (Value operand : op->getOperands())
      clone(operand, builder, mapping);
    builder.clone(*op, mapping);
    return mapping.lookup(value);
  }

  Value loadIndex(OpBuilder &builder, Value table, Value at) {
    Value entry = builder.create<AtOp>(term.getLoc(), builder.getI32Type(), table, ValueRange{at});
    return builder.create<arith::IndexCastOp>(term.getLoc(), builder.getIndexType(), entry);
  }

  /// The row of an instance in its family.
  Value row(OpBuilder &builder, Kernel &kernel) {
    if (term.getRow())
      return loadIndex(builder, kernel.mapping.lookup(term.getRow()), kernel.instance);
    if (term.getTargetAttr().getInt() < 0)
      return builder.create<arith::ConstantIndexOp>(term.getLoc(), 0);
    return kernel.instance;
  }

  void accumulate(OpBuilder &builder, Kernel &kernel, Value value, Value slot) {
    builder.create<AccumulateOp>(term.getLoc(), value, kernel.accumulator, ValueRange{slot}, "add");
  }

  FlatSymbolRefAttr valueKernel(Value output) {
    Kernel kernel = begin(".value", 0, false);
    OpBuilder builder = OpBuilder::atBlockEnd(kernel.body);
    accumulate(builder, kernel, clone(output, builder, kernel.mapping), row(builder, kernel));
    builder.create<YieldOp>(term.getLoc(), ValueRange{});
    return FlatSymbolRefAttr::get(kernel.function.getNameAttr());
  }

  FlatSymbolRefAttr entryKernel(StringRef suffix, ArrayRef<Value> entries, bool isWeighted) {
    Kernel kernel = begin(suffix, entries.size(), isWeighted);
    OpBuilder builder = OpBuilder::atBlockEnd(kernel.body);
    Value weight;
    if (isWeighted)
      weight = builder.create<AtOp>(term.getLoc(), builder.getF64Type(), kernel.weight, ValueRange{row(builder, kernel)});
    for (auto [entry, slot] : llvm::zip_equal(entries, kernel.slots)) {
      Value value = clone(entry, builder, kernel.mapping);
      if (weight)
        value = builder.create<arith::MulFOp>(term.getLoc(), weight, value);
      accumulate(builder, kernel, value, loadIndex(builder, slot, kernel.instance));
    }
    builder.create<YieldOp>(term.getLoc(), ValueRange{});
    return FlatSymbolRefAttr::get(kernel.function.getNameAttr());
  }

  int32_t variableNumber(VariableOp wanted) {
    int32_t number = 0;
    for (auto variable : term->getParentOfType<ProblemOp>().getOps<VariableOp>()) {
      if (variable == wanted)
        return number;
      ++number;
    }
    llvm_unreachable("variables are declared in the problem that uses them");
  }

  void emit(Value output, ArrayRef<Value> first, ArrayRef<Value> second, ArrayRef<int32_t> jacobian,
            ArrayRef<int32_t> hessian) {
    OpBuilder builder(term);
    SmallVector<Value> tables = llvm::map_to_vector(loads, [](Load &l) { return l.table; });
    SmallVector<int32_t> variables = llvm::map_to_vector(loads, [&](Load &l) { return variableNumber(l.variable); });
    FlatSymbolRefAttr hessianKernel = second.empty() ? FlatSymbolRefAttr() : entryKernel(".second", second, true);
    builder.create<PatternOp>(term.getLoc(), term.getOver(), term.getRow(), tables, inputs.getArrayRef(),
                              term.getTargetAttr(), builder.getDenseI32ArrayAttr(variables),
                              builder.getDenseI32ArrayAttr(jacobian), builder.getDenseI32ArrayAttr(hessian),
                              valueKernel(output), entryKernel(".first", first, false), hessianKernel);
    term.erase();
  }

  TermOp term;
  ModuleOp module;
  std::string name;
  OpBuilder outside; // before the problem, in the program
  SmallVector<Load> loads;
  llvm::SetVector<Value> inputs;
};

struct SparseDerivatives : impl::SparseDerivativesBase<SparseDerivatives> {
  using SparseDerivativesBase::SparseDerivativesBase;
  void runOnOperation() override {
    SmallVector<TermOp> terms;
    getOperation().walk([&](TermOp term) { terms.push_back(term); });
    unsigned number = 0;
    for (TermOp term : terms) {
      std::string name = (term->getParentOfType<ProblemOp>().getSymName() + "." + Twine(number++)).str();
      TermDerivatives(term, getOperation(), name).run();
    }
  }
};

} // namespace
} // namespace costate
