// Terms over one space => one pattern: kernels for values, Jacobian entries and Hessian entries.
//
//   c[row[s]] += x[a[s]] * y[b[s]]        loads (x, a), (y, b); value kernel x*y; Jacobian entries y, x;
//   d[s]      += sin(x[a[s]])        =>   value kernel x*y, sin(x); one more Jacobian entry cos(x);
//                                         Hessian of w1 x y + w2 sin(x): -w2 sin(x), w1
#include "passes/Passes.h"
#include "passes/PatternKernels.h"
#include "passes/Positions.h"
#include "passes/ScalarGradient.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_SPARSEDERIVATIVES
#include "passes/Passes.h.inc"

namespace {

/// A variable entry that terms read.
struct Load {
  VariableOp variable;
  Position position;
};

bool isResidual(TermOp term) { return int32_t(term.getTarget()) < -1; }

/// Which terms become one pattern: those over one space, up to a size that registers and the compiler bear.
SmallVector<SmallVector<TermOp>> groupTerms(ProblemOp problem) {
  constexpr size_t mostOperations = 400;
  struct Open {
    size_t group, operations;
  };
  llvm::MapVector<std::pair<Value, int>, Open> open; // residuals are evaluated apart
  SmallVector<SmallVector<TermOp>> groups;
  for (auto term : problem.getOps<TermOp>()) {
    size_t size = term.getRegion().front().getOperations().size();
    auto [known, isNew] =
        open.try_emplace({term.getOver(), int(isResidual(term))}, Open{groups.size(), size});
    if (isNew || known->second.operations + size > mostOperations) {
      known->second = {groups.size(), size};
      groups.emplace_back();
    } else {
      known->second.operations += size;
    }
    groups[known->second.group].push_back(term);
  }
  return groups;
}

class PatternDerivatives {
public:
  PatternDerivatives(ArrayRef<TermOp> terms, Positions &positions, std::string name)
      : terms(terms), first(terms.front()), problem(first->getParentOfType<ProblemOp>()),
        positions(positions), name(std::move(name)) {}

  LogicalResult run() {
    for (TermOp term : terms) {
      dropUnused(term);
      if (failed(collectLoads(term)) || failed(readThroughColumns(term)))
        return failure();
    }
    collectInputs();
    PatternKernels kernels(first->getParentOfType<ModuleOp>(), first.getLoc(), name, inputs.getArrayRef());
    value = kernels.open(".value");
    fillValue();
    valueName = kernels.close(*value, outputs);
    outputs = llvm::to_vector(value->map.getBody()->getTerminator()->getOperands());
    if (failed(checkRules()))
      return failure();
    makeFirst(kernels);
    if (!isResidual(first))
      makeSecond(kernels);
    emit();
    return success();
  }

private:
  static VariableOp variableOf(AtOp at) {
    return at ? at.getArray().getDefiningOp<VariableOp>() : VariableOp();
  }

  static void dropUnused(TermOp term) {
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(term.getRegion().front())))
      if (isOpTriviallyDead(&op))
        op.erase();
  }

  /// Loads of one variable at one position are one load.
  LogicalResult collectLoads(TermOp term) {
    for (auto at : term.getRegion().front().getOps<AtOp>()) {
      VariableOp variable = variableOf(at);
      if (!variable)
        continue;
      auto position = positions.of(at.getIndices()[0], term);
      if (!position)
        return at.emitError("variable `")
               << variable.getName() << "` is read at a position that is not a column";
      for (const Load &other : loads)
        if (positions.moveFrom(other.position, *position))
          break;
      auto key = std::tuple(variable.getOperation(), int(position->kind),
                            position->column ? position->column.getAsOpaquePointer() : nullptr);
      auto [known, isNew] = loadNumbers.try_emplace(key, loads.size());
      if (isNew)
        loads.push_back({variable, *position});
      loadOf[at.getValue()] = known->second;
      rowsOfLoads.try_emplace(at.getIndices()[0], *position);
    }
    return success();
  }

  /// Data read through an index becomes a column over the instances, loaded one by one; one constant row
  /// stays.
  LogicalResult readThroughColumns(TermOp term) {
    for (Operation &op : llvm::make_early_inc_range(term.getRegion().front())) {
      auto at = dyn_cast<AtOp>(op);
      if (!at || variableOf(at))
        continue;
      Value index = at.getIndices()[0];
      if (Positions::isInstance(index, term) || index.getDefiningOp<arith::ConstantOp>())
        continue;
      auto position = positions.of(index, term);
      if (!position)
        return at.emitError("data is read at a position that is not a column of the space");
      OpBuilder here(at);
      bool isOwn = position->kind == PositionKind::Own;
      Value column = isOwn ? at.getArray() : positions.gathered(at.getArray(), *position, term);
      Value plain = here.create<AtOp>(at.getLoc(), column, term.getRegion().getArgument(0));
      at.getValue().replaceAllUsesWith(plain);
      at.erase();
    }
    return success();
  }

  void collectInputs() {
    for (Load &load : loads) {
      inputs.insert(load.variable.getValues());
      if (load.position.column)
        inputs.insert(load.position.column);
    }
    for (TermOp term : terms) {
      dropUnused(term);
      for (auto at : term.getRegion().front().getOps<AtOp>())
        if (!variableOf(at) && llvm::any_of(at->getUsers(), [](Operation *user) {
              return !isa<arith::IndexCastOp>(user); // positions of loads are inputs already
            }))
          inputs.insert(at.getArray());
      for (auto stored : term.getRegion().front().getOps<StoredOp>())
        inputs.insert(stored.getArrays().begin(), stored.getArrays().end());
      if (term.getRow())
        rows.insert(term.getRow());
    }
  }

  /// All loads, then the terms one after the other.
  void fillValue() {
    IRMapping arrays;
    arrays.map(inputs.getArrayRef(), value->inputs);
    for (Load &load : loads)
      values.push_back(value->load(arrays.lookup(load.variable.getValues()), index(load.position, arrays)));
    for (TermOp term : terms) {
      IRMapping mapping = arrays;
      mapping.map(term.getRegion().getArgument(0), value->instance());
      for (auto at : term.getRegion().front().getOps<AtOp>())
        if (auto load = loadOf.find(at.getValue()); load != loadOf.end())
          mapping.map(at.getValue(), values[load->second]);
      for (auto stored : term.getRegion().front().getOps<StoredOp>()) // a variable is loaded there, too
        mapping.map(stored.getRow(), index(rowsOfLoads.at(stored.getRow()), arrays));
      Value output = term.getRegion().front().getTerminator()->getOperand(0);
      outputs.push_back(cloneScalar(output, value->builder, mapping));
    }
  }

  Value index(const Position &position, IRMapping &arrays) {
    if (position.kind == PositionKind::Own)
      return value->instance();
    Value column = arrays.lookup(position.column);
    if (position.kind == PositionKind::Table)
      return value->position(column, value->instance());
    OpBuilder &b = value->builder;
    Location loc = first.getLoc();
    Value zero = b.create<arith::ConstantIndexOp>(loc, 0), row = value->position(column, zero);
    if (position.kind == PositionKind::Row)
      return row;
    if (position.kind == PositionKind::Shift)
      return b.create<arith::AddIOp>(loc, value->instance(), row);
    Value from = arrays.lookup(position.from);
    Value distance = b.create<arith::SubIOp>(loc, row, value->position(from, zero));
    return b.create<arith::AddIOp>(loc, value->position(from, value->instance()), distance);
  }

  LogicalResult checkRules() {
    ScalarDerivatives derivatives{OpBuilder(value->map.getBody()->getTerminator())};
    if (Operation *op = derivatives.withoutRule(values))
      return op->emitError("'") << op->getName() << "' has no derivative rule";
    return success();
  }

  struct Entry {
    int32_t term, load;
    Value value;
  };

  /// Derivatives of every term by every load, structural zeros left out, in the body of a copy. A term that
  /// jumps where it has slope zero depends on the load all the same: that zero stays.
  SmallVector<Entry> gradients(PatternKernel &kernel, ArrayRef<Value> loadValues) {
    SmallVector<Entry> entries;
    for (auto [t, output] : llvm::enumerate(outputs)) {
      ScalarDerivatives derivatives(kernel.builder);
      Value result = kernel.mapping.lookup(output);
      auto gradient = derivatives.gradient(result, loadValues);
      for (auto [l, entry] : llvm::enumerate(gradient)) {
        Block &body = *kernel.map.getBody();
        if (!entry && isPiecewise(terms[t]) && activeIn(body, loadValues[l]).contains(result))
          entry = kernel.builder.create<arith::ConstantOp>(first.getLoc(), kernel.builder.getF64FloatAttr(0));
        if (entry)
          entries.push_back({int32_t(t), int32_t(l), entry});
      }
    }
    return entries;
  }

  SmallVector<Value> loadsIn(PatternKernel &kernel) {
    return llvm::map_to_vector(values, [&](Value load) { return kernel.mapping.lookup(load); });
  }

  /// What depends on the loads.
  DenseSet<Value> activeIn(PatternKernel &kernel) { return activeIn(*kernel.map.getBody(), loadsIn(kernel)); }
  static DenseSet<Value> activeIn(Block &body, ArrayRef<Value> loadValues) {
    DenseSet<Value> active(loadValues.begin(), loadValues.end());
    for (Operation &op : body)
      if (llvm::any_of(op.getOperands(), [&](Value v) { return active.contains(v); }))
        active.insert(op.result_begin(), op.result_end());
    return active;
  }

  /// Entries that depend on loads come first, so that the others can be left alone; constant slopes of a term
  /// that is in pieces count among the first, since they do not make it linear.
  void makeFirst(PatternKernels &kernels) {
    PatternKernel varying = kernels.openCopy(*value, ".first");
    auto entries = gradients(varying, loadsIn(varying));
    DenseSet<Value> active = activeIn(varying);
    auto middle = std::stable_partition(entries.begin(), entries.end(), [&](const Entry &e) {
      return active.contains(e.value) || isPiecewise(terms[size_t(e.term)]);
    });
    numVarying = size_t(middle - entries.begin());
    for (const Entry &entry : entries)
      jacobian.append({entry.term, entry.load});
    auto all = llvm::map_to_vector(entries, [](const Entry &e) { return e.value; });
    if (numVarying < all.size()) {
      PatternKernel constant = kernels.openCopy(varying, ".constants");
      auto copies = llvm::map_to_vector(ArrayRef(all).drop_front(numVarying),
                                        [&](Value v) { return constant.mapping.lookup(v); });
      constantsName = kernels.close(constant, copies);
    }
    if (numVarying)
      firstName = kernels.close(varying, ArrayRef(all).take_front(numVarying));
    else
      varying.function.erase();
  }

  /// The Lagrangian of the terms is differentiated as one function: entries of several terms are merged
  /// before they are stored.
  void makeSecond(PatternKernels &kernels) {
    Type reals = columnOf(Float64Type::get(first.getContext()));
    SmallVector<Type> more = llvm::to_vector(ValueRange(rows.getArrayRef()).getTypes());
    more.append(terms.size(), reals);
    PatternKernel kernel = kernels.openCopy(*value, ".second", more);
    SmallVector<Value> loadValues = loadsIn(kernel), results;
    auto entries = gradients(kernel, loadValues);
    for (size_t e = 0; e < numVarying; ++e) {
      auto same = llvm::find_if(entries, [&](const Entry &entry) {
        return entry.term == jacobian[2 * e] && entry.load == jacobian[2 * e + 1];
      });
      results.push_back(same->value);
    }
    Value lagrangian;
    for (auto [t, term] : llvm::enumerate(terms)) {
      if (isLinear(int32_t(t)))
        continue;
      Value weighted = kernel.builder.create<arith::MulFOp>(first.getLoc(), weight(kernel, term, t),
                                                            kernel.mapping.lookup(outputs[t]));
      lagrangian =
          lagrangian ? kernel.builder.create<arith::AddFOp>(first.getLoc(), lagrangian, weighted) : weighted;
    }
    if (lagrangian) {
      ScalarDerivatives derivatives(kernel.builder);
      derivatives.gradient(lagrangian, loadValues);
      SmallVector<std::tuple<int32_t, int32_t, Value>> second;
      for (size_t k = 0; k < loads.size(); ++k)
        for (auto [j, entry] : derivatives.tangents(loadValues[k], unsigned(k)))
          second.emplace_back(int32_t(j), int32_t(k), entry);
      DenseSet<Value> active = activeIn(kernel);
      auto constant = std::stable_partition(
          second.begin(), second.end(), [&](auto &entry) { return active.contains(std::get<Value>(entry)); });
      numConstantHessian = int32_t(second.end() - constant);
      for (auto [j, k, entry] : second) {
        hessian.append({j, k});
        results.push_back(entry);
      }
    }
    if (hessian.empty())
      kernel.function.erase();
    else
      secondName = kernels.close(kernel, results);
  }

  /// Whether a term compares what depends on variables, itself or in an expression that it reads stored.
  static bool isPiecewise(TermOp term) {
    Block &body = term.getRegion().front();
    return compares(body) || llvm::any_of(body.getOps<StoredOp>(), comparesInside);
  }

  static bool comparesInside(StoredOp stored) {
    auto shared = stored.array().getDefiningOp<SharedOp>();
    if (!shared || shared.getRegion().empty())
      return false;
    return compares(shared.getRegion().front());
  }

  static bool compares(Block &body) {
    SmallVector<Value> loadValues;
    for (auto at : body.getOps<AtOp>())
      if (variableOf(at))
        loadValues.push_back(at.getValue());
    DenseSet<Value> active = activeIn(body, loadValues);
    return llvm::any_of(body, [&](Operation &op) {
      return isa<arith::CmpFOp, arith::MinimumFOp, arith::MaximumFOp, math::AbsFOp, math::CopySignOp,
                 math::FloorOp, math::CeilOp, math::RoundOp, math::RoundEvenOp, math::TruncOp>(op) &&
             llvm::any_of(op.getOperands(), [&](Value v) { return active.contains(v); });
    });
  }

  /// All derivatives of the term are constant.
  bool isLinear(int32_t term) const {
    for (size_t e = 0; e < numVarying; ++e)
      if (jacobian[2 * e] == term)
        return false;
    return true;
  }

  int32_t rowNumber(TermOp term) const {
    return term.getRow() ? int32_t(llvm::find(rows, term.getRow()) - rows.begin()) : -1;
  }

  Value weight(PatternKernel &kernel, TermOp term, size_t number) {
    Value column = kernel.more[rows.size() + number], row = kernel.instance();
    if (term.getRow())
      row = kernel.position(kernel.more[size_t(rowNumber(term))], kernel.instance());
    else if (int32_t(term.getTarget()) == -1)
      row = kernel.builder.create<arith::ConstantIndexOp>(term.getLoc(), 0);
    return kernel.load(column, row);
  }

  int32_t variableNumber(VariableOp wanted) {
    for (auto [number, variable] : llvm::enumerate(problem.getOps<VariableOp>()))
      if (variable == wanted)
        return int32_t(number);
    llvm_unreachable("variables are declared in the problem that uses them");
  }

  void emit() {
    OpBuilder builder(first);
    llvm::SetVector<Value> columns;
    SmallVector<int32_t> targets, rowOf, variables, kinds, numbers;
    for (TermOp term : terms) {
      targets.push_back(int32_t(term.getTarget()));
      rowOf.push_back(rowNumber(term));
    }
    for (Load &load : loads) {
      variables.push_back(variableNumber(load.variable));
      kinds.push_back(int32_t(load.position.kind));
      if (load.position.column)
        columns.insert(load.position.column);
      numbers.push_back(
          load.position.column ? int32_t(llvm::find(columns, load.position.column) - columns.begin()) : -1);
    }
    columns.insert(positions.onlyChecked().begin(), positions.onlyChecked().end());
    SmallVector<Attribute> places = llvm::map_to_vector(
        terms, [](TermOp t) -> Attribute { return static_cast<LocationAttr>(t.getLoc()); });
    auto list = [&](ArrayRef<int32_t> values) { return builder.getDenseI32ArrayAttr(values); };
    auto pattern = builder.create<PatternOp>(
        first.getLoc(), first.getOver(), ValueRange(rows.getArrayRef()), ValueRange(columns.getArrayRef()),
        ValueRange(inputs.getArrayRef()), list(targets), list(rowOf), list(variables), list(kinds),
        list(numbers), list(jacobian), builder.getI32IntegerAttr(int32_t(jacobian.size() / 2 - numVarying)),
        list(hessian), builder.getI32IntegerAttr(numConstantHessian), valueName, constantsName, firstName,
        secondName, llvm::any_of(terms, isPiecewise) ? builder.getUnitAttr() : UnitAttr());
    pattern->setAttr("costate.places", builder.getArrayAttr(places)); // of the terms
    for (TermOp term : terms)
      term.erase();
  }

  SmallVector<TermOp> terms;
  TermOp first;
  ProblemOp problem;
  Positions &positions;
  std::string name;

  SmallVector<Load> loads;
  std::map<std::tuple<Operation *, int, const void *>, size_t> loadNumbers;
  DenseMap<Value, size_t> loadOf;        // of the loads in the terms
  DenseMap<Value, Position> rowsOfLoads; // by the index that a load has
  llvm::SetVector<Value> inputs, rows;

  std::optional<PatternKernel> value; // set by run()
  SmallVector<Value> values, outputs; // loads and terms in the value kernel
  size_t numVarying = 0;
  int32_t numConstantHessian = 0;
  SmallVector<int32_t> jacobian, hessian;
  FlatSymbolRefAttr valueName, constantsName, firstName, secondName;
};

struct SparseDerivatives : impl::SparseDerivativesBase<SparseDerivatives> {
  using SparseDerivativesBase::SparseDerivativesBase;
  void runOnOperation() override {
    SmallVector<ProblemOp> problems;
    getOperation().walk([&](ProblemOp problem) { problems.push_back(problem); });
    for (ProblemOp problem : problems) {
      Positions positions(problem);
      for (auto [number, terms] : llvm::enumerate(groupTerms(problem))) {
        std::string name = (problem.getSymName() + "." + Twine(number)).str();
        if (failed(PatternDerivatives(terms, positions, name).run()))
          return signalPassFailure();
        ++numPatterns;
      }
    }
    readArrays();
  }

  /// Derivatives of stored entries are loads of other arrays.
  void readArrays() {
    SmallVector<StoredOp> all;
    getOperation().walk([&](StoredOp stored) { all.push_back(stored); });
    for (StoredOp stored : all) {
      OpBuilder builder(stored);
      Value entry = builder.create<AtOp>(stored.getLoc(), stored.array(), stored.getRow());
      stored.replaceAllUsesWith(entry);
      stored.erase();
    }
  }
};

} // namespace
} // namespace costate
