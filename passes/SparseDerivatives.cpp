// Terms => patterns: one kernel each for value, Jacobian entries and Hessian entries.
//
//   term: c[row[s]] += x[a[s]] * y[b[s]]    =>    loads (x, a), (y, b); Jacobian entries y, x; one Hessian
//   entry 1
#include "passes/Passes.h"
#include "passes/PatternKernels.h"
#include "passes/ScalarGradient.h"

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_SPARSEDERIVATIVES
#include "passes/Passes.h.inc"

namespace {

/// Columns of positions made for terms, each once per problem, so that equal loads are seen to be equal.
class Positions {
public:
  explicit Positions(ProblemOp problem) : outside(problem) {}

  /// The column of what an index is over the instances: rows of rows are composed when data is bound. Null
  /// where it is not made of loads, casts and constants.
  Value column(Value index, TermOp term) {
    Operation *op = index.getDefiningOp();
    if (!op)
      return isInstance(index, term) ? rowNumbers(term) : Value();
    if (auto cast = dyn_cast<arith::IndexCastOp>(op))
      return column(cast.getIn(), term);
    if (auto constant = dyn_cast<arith::ConstantOp>(op))
      return repeated(cast<IntegerAttr>(constant.getValue()).getInt(), term);
    auto at = dyn_cast<AtOp>(op);
    if (!at || at.getIndices().size() != 1 || at.getArray().getDefiningOp<VariableOp>())
      return {};
    if (isInstance(at.getIndices()[0], term))
      return at.getArray();
    Value rows = column(at.getIndices()[0], term);
    return rows ? gathered(at.getArray(), rows) : Value();
  }

  Value gathered(Value source, Value rows) {
    Value &known = gathers[{source, rows}];
    if (!known)
      known = outside.create<GatherOp>(source.getLoc(), source, rows);
    return known;
  }

  static bool isInstance(Value index, TermOp term) { return index == term.getRegion().getArgument(0); }

private:
  Value repeated(int64_t row, TermOp term) {
    Value &known = repetitions[{term.getOver(), row}];
    if (known)
      return known;
    Type codes = columnOf(outside.getI32Type());
    IntegerAttr value = outside.getI32IntegerAttr(int32_t(row));
    if (Value over = term.getOver())
      return known = outside.create<FillOp>(term.getLoc(), codes, over, value);
    auto one = RankedTensorType::get({1}, outside.getI32Type());
    return known =
               outside.create<LiteralOp>(term.getLoc(), codes, DenseElementsAttr::get(one, Attribute(value)));
  }

  /// 0..n-1: the right rows of one row times the space.
  Value rowNumbers(TermOp term) {
    Value over = term.getOver();
    if (!over)
      return repeated(0, term);
    Value &known = identities[over];
    if (known)
      return known;
    Type codes = columnOf(outside.getI32Type());
    auto one = DenseElementsAttr::get(RankedTensorType::get({1}, outside.getI32Type()), int32_t(0));
    Value row = outside.create<LiteralOp>(term.getLoc(), codes, one);
    return known = outside.create<ProductOp>(term.getLoc(), TypeRange{codes, codes}, row, over).getRightRow();
  }

  OpBuilder outside; // before the problem, in the program
  DenseMap<std::pair<Value, Value>, Value> gathers;
  DenseMap<std::pair<Value, int64_t>, Value> repetitions;
  DenseMap<Value, Value> identities;
};

/// A variable entry the body reads: which variable, at which positions.
struct Load {
  Value value; // the scalar
  VariableOp variable;
  Value table; // column of positions, one per instance
};

class TermDerivatives {
public:
  TermDerivatives(TermOp term, Positions &positions, std::string name)
      : term(term), positions(positions), name(std::move(name)), body(term.getRegion().front()) {}

  LogicalResult run() {
    if (failed(readThroughColumns()) || failed(collectLoads()))
      return failure();
    ScalarDerivatives derivatives{OpBuilder(body.getTerminator())};
    Value output = body.getTerminator()->getOperand(0);
    SmallVector<Value> values = llvm::map_to_vector(loads, [](Load &l) { return l.value; });
    if (Operation *op = derivatives.withoutRule(values))
      return op->emitError("'") << op->getName() << "' has no derivative rule";
    SmallVector<Value> gradient = derivatives.gradient(output, values);
    SmallVector<int32_t> jacobian, hessian;
    SmallVector<Value> first, second;
    for (auto [k, entry] : llvm::enumerate(gradient))
      if (entry)
        jacobian.push_back(int32_t(k)), first.push_back(entry);
    for (size_t k = 0; k < loads.size(); ++k)
      for (auto [j, entry] : derivatives.tangents(values[k], unsigned(k))) {
        hessian.append({int32_t(j), int32_t(k)});
        second.push_back(symmetric(j, k, entry));
      }
    emit(output, first, second, jacobian, hessian);
    return success();
  }

private:
  static VariableOp variableOf(AtOp at) {
    return at ? at.getArray().getDefiningOp<VariableOp>() : VariableOp();
  }

  /// Data read through an index becomes a column over the instances, loaded one by one; one constant row
  /// stays.
  LogicalResult readThroughColumns() {
    for (Operation &op : llvm::make_early_inc_range(body)) {
      auto at = dyn_cast<AtOp>(op);
      if (!at || variableOf(at))
        continue;
      Value index = at.getIndices()[0];
      if (Positions::isInstance(index, term) || index.getDefiningOp<arith::ConstantOp>())
        continue;
      Value rows = positions.column(index, term);
      if (!rows)
        return at.emitError("data is read at a position that is not a column of the space");
      OpBuilder here(at);
      Value plain =
          here.create<AtOp>(at.getLoc(), positions.gathered(at.getArray(), rows), body.getArgument(0));
      at.getValue().replaceAllUsesWith(plain);
      at.erase();
    }
    return success();
  }

  LogicalResult collectLoads() {
    DenseMap<std::pair<Value, Value>, Value> known;
    for (Operation &op : llvm::make_early_inc_range(body)) {
      auto at = dyn_cast<AtOp>(op);
      auto variable = variableOf(at);
      if (!variable)
        continue;
      Value table = positions.column(at.getIndices()[0], term);
      if (!table)
        return at.emitError("variable `")
               << variable.getName() << "` is read at a position that is not a column";
      auto [entry, isNew] = known.try_emplace({at.getArray(), table}, at.getValue());
      if (isNew) {
        loads.push_back({at.getValue(), variable, table});
      } else {
        at.getValue().replaceAllUsesWith(entry->second);
        at.erase();
      }
    }
    return success();
  }

  /// Two loads of one variable may be the same entry: then the off-diagonal pair counts twice on the
  /// diagonal.
  Value symmetric(size_t j, size_t k, Value entry) {
    if (j == k || loads[j].variable != loads[k].variable)
      return entry;
    OpBuilder here(body.getTerminator());
    Location loc = entry.getLoc();
    auto position = [&](size_t l) -> Value {
      return here.create<AtOp>(loc, loads[l].table, body.getArgument(0));
    };
    Value same = here.create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, position(j), position(k));
    Value twice = here.create<arith::AddFOp>(loc, entry, entry);
    return here.create<arith::SelectOp>(loc, same, twice, entry);
  }

  SmallVector<Value> inputs() {
    llvm::SetVector<Value> found;
    for (auto at : body.getOps<AtOp>())
      found.insert(at.getArray());
    if (term.getRow())
      found.insert(term.getRow());
    return found.takeVector();
  }

  int32_t variableNumber(VariableOp wanted) {
    for (auto [number, variable] : llvm::enumerate(term->getParentOfType<ProblemOp>().getOps<VariableOp>()))
      if (variable == wanted)
        return int32_t(number);
    llvm_unreachable("variables are declared in the problem that uses them");
  }

  void emit(Value output, ArrayRef<Value> first, ArrayRef<Value> second, ArrayRef<int32_t> jacobian,
            ArrayRef<int32_t> hessian) {
    OpBuilder builder(term);
    SmallVector<Value> tables = llvm::map_to_vector(loads, [](Load &l) { return l.table; });
    SmallVector<int32_t> variables =
        llvm::map_to_vector(loads, [&](Load &l) { return variableNumber(l.variable); });
    SmallVector<Value> arrays = inputs();
    PatternKernels kernels(term, term->getParentOfType<ModuleOp>(), name, arrays);
    FlatSymbolRefAttr valueKernel = kernels.value(output), firstKernel = kernels.first(first);
    FlatSymbolRefAttr secondKernel = second.empty() ? FlatSymbolRefAttr() : kernels.second(second);
    builder.create<PatternOp>(term.getLoc(), term.getOver(), term.getRow(), tables, arrays,
                              term.getTargetAttr(), builder.getDenseI32ArrayAttr(variables),
                              builder.getDenseI32ArrayAttr(jacobian), builder.getDenseI32ArrayAttr(hessian),
                              valueKernel, firstKernel, secondKernel);
    term.erase();
  }

  TermOp term;
  Positions &positions;
  std::string name;
  Block &body;
  SmallVector<Load> loads;
};

struct SparseDerivatives : impl::SparseDerivativesBase<SparseDerivatives> {
  using SparseDerivativesBase::SparseDerivativesBase;
  void runOnOperation() override {
    SmallVector<ProblemOp> problems;
    getOperation().walk([&](ProblemOp problem) { problems.push_back(problem); });
    for (ProblemOp problem : problems) {
      Positions positions(problem);
      for (auto [number, term] : llvm::enumerate(llvm::to_vector(problem.getOps<TermOp>()))) {
        std::string name = (problem.getSymName() + "." + Twine(number)).str();
        if (failed(TermDerivatives(term, positions, name).run()))
          return signalPassFailure();
        ++numPatterns;
      }
    }
  }
};

} // namespace
} // namespace costate
