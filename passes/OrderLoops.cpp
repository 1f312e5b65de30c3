// Nested maps that add to rows of arrays column by column => row by row.
//
//   map (j < m) { w = g(b[j]); map (i < n) { t = f(A[i,j], w); X[i,j] += t; y[i] += t } }
//     =>  w = map (j < m) { g(b[j]) }
//         map (i < n) { y[i] += reduce add (j < m) { t = f(A[i,j], w[j]); X[i,j] += t } }
//
// Adjoints of sums over the first index have this form. Row by row entries follow each other in memory, and
// the loop runs in vectors: gradients of transport between 30 points take 0.6 of the time. Nests whose inner
// loop is short are exchanged (ExchangeLoops.cpp), products that they add to few places become products of
// matrices (AddedProducts.cpp), and sums that maps take of columns run over rows (ColumnSums.cpp).
#include "passes/Passes.h"

#include "passes/AddedProducts.h"
#include "passes/ArrayNests.h"
#include "passes/ColumnSums.h"
#include "passes/ExchangeLoops.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_ORDERLOOPS
#include "passes/Passes.h.inc"

namespace {

/// A map over columns with nothing in it but straight lines, and at its end a map over rows.
class Nest {
public:
  explicit Nest(MapOp outer) : outer(outer), b(outer), loc(outer.getLoc()) {}

  bool run() {
    if (!isNest() || !isByColumns())
      return false;
    findUsed();
    if (llvm::any_of(stored, [](Value value) { return !isEntry(value.getType()); }))
      return false;
    write();
    return true;
  }

private:
  // ---- which ----

  static bool isStraight(Operation &op) { return op.getNumRegions() == 0 && isPure(&op); }

  bool isNest() {
    if (outer.rank() != 1 || outer.numYielded() != 0)
      return false;
    for (Operation &op : outer.getBody()->without_terminator()) {
      if (inner)
        return false; // something follows
      inner = dyn_cast<MapOp>(op);
      if (!inner && !isStraight(op))
        return false;
    }
    bool isOver = inner && inner.rank() == 1 && inner->getNumResults() == 0 &&
                  !outer->isAncestor(inner.getSizes()[0].getParentRegion()->getParentOp());
    return isOver && llvm::all_of(inner.getBody()->without_terminator(), [](Operation &op) {
             auto add = dyn_cast<AccumulateOp>(op);
             return add ? add.getKind() == "add" : isStraight(op);
           });
  }

  Value column() { return outer.getBody()->getArgument(0); }
  Value row() { return inner.getBody()->getArgument(0); }

  /// Whether entries that follow each other in the inner loop lie rows apart, and none lie side by side.
  bool isByColumns() {
    unsigned apart = 0, beside = 0;
    auto count = [&](ValueRange indices) {
      if (indices.size() < 2)
        return;
      bool isBeside = dependsOn(indices.back(), row());
      bool isApart = llvm::any_of(indices.drop_back(), [&](Value index) { return dependsOn(index, row()); });
      beside += isBeside;
      apart += !isBeside && isApart && dependsOn(indices.back(), column());
    };
    for (Operation &op : inner.getBody()->without_terminator())
      if (auto at = dyn_cast<AtOp>(op))
        count(at.getIndices());
      else if (auto add = dyn_cast<AccumulateOp>(op))
        count(add.getIndices());
    return apart > 0 && beside == 0;
  }

  static bool isEntry(Type type) {
    return type.isF64() || type.isInteger(64) || type.isInteger(32) || type.isInteger(1);
  }

  // ---- how ----

  /// The operations of the map's body that a value is made of, in their order.
  SmallVector<Operation *> sliceOf(Value value) {
    llvm::DenseSet<Operation *> needed;
    SmallVector<Value> stack{value};
    while (!stack.empty()) {
      Operation *op = stack.pop_back_val().getDefiningOp();
      if (op && op->getBlock() == outer.getBody() && needed.insert(op).second)
        llvm::append_range(stack, op->getOperands());
    }
    SmallVector<Operation *> slice;
    for (Operation &op : *outer.getBody())
      if (needed.contains(&op))
        slice.push_back(&op);
    return slice;
  }

  bool isCheap(Value value) {
    Work work;
    for (Operation *op : sliceOf(value))
      work += workOf(op);
    return costate::isCheap(work);
  }

  /// What the inner map uses of the body around it: columns of what is not cheap, and the others.
  void findUsed() {
    inner.getBody()->walk([&](Operation *op) {
      for (Value operand : op->getOperands()) {
        Operation *made = operand.getDefiningOp();
        if (made && made->getBlock() == outer.getBody())
          (isCheap(operand) ? repeated : stored).insert(operand);
      }
    });
  }

  void write() {
    ValueRange columns = writeStored();
    auto rows = b.create<MapOp>(loc, inner.getSizes(), outer.getInits(), TypeRange());
    IRMapping values;
    values.map(row(), rows.getBody()->getArgument(0));
    for (auto [old, own] : llvm::zip_equal(outer.accumulators(), rows.accumulators()))
      values.map(old, own);
    OpBuilder body = OpBuilder::atBlockEnd(rows.getBody());
    SmallVector<AccumulateOp> totals = ofRows();
    if (totals.empty())
      writeEntries(body.create<MapOp>(loc, outer.getSizes(), ValueRange(), TypeRange()), columns, values, {});
    else
      writeTotals(body, totals, columns, values);
    body.create<YieldOp>(loc, ValueRange());
    outer->replaceAllUsesWith(rows->getResults());
    outer.erase();
  }

  /// Additions whose place is the same for all columns.
  SmallVector<AccumulateOp> ofRows() {
    SmallVector<AccumulateOp> all;
    for (auto add : inner.getBody()->getOps<AccumulateOp>())
      if (add.getValue().getType().isF64() &&
          llvm::none_of(add.getIndices(), [&](Value index) { return dependsOn(index, column()); }))
        all.push_back(add);
    return all;
  }

  ValueRange writeStored() {
    if (stored.empty())
      return {};
    SmallVector<Type> types = llvm::map_to_vector(stored, [](Value value) -> Type {
      return RankedTensorType::get({ShapedType::kDynamic}, value.getType());
    });
    auto made = b.create<MapOp>(loc, outer.getSizes(), ValueRange(), types);
    OpBuilder body = OpBuilder::atBlockEnd(made.getBody());
    IRMapping values;
    values.map(column(), made.getBody()->getArgument(0));
    for (Operation &op : outer.getBody()->without_terminator())
      if (&op != inner)
        body.clone(op, values);
    body.create<YieldOp>(loc, llvm::map_to_vector(stored, [&](Value value) { return values.lookup(value); }));
    return made.getResults();
  }

  /// The inner body, for a column; additions of `left` are left out. `loop` has one index.
  void writeEntries(Operation *loop, ValueRange columns, IRMapping &values, ArrayRef<AccumulateOp> left) {
    Block &block = loop->getRegion(0).front();
    OpBuilder body = OpBuilder::atBlockEnd(&block);
    values.map(column(), block.getArgument(0));
    for (auto [value, array] : llvm::zip_equal(stored, columns))
      values.map(value, body.create<AtOp>(loc, value.getType(), array, block.getArgument(0)).getResult());
    for (Value value : repeated)
      for (Operation *op : sliceOf(value))
        if (!values.contains(op->getResult(0)))
          body.clone(*op, values);
    for (Operation &op : inner.getBody()->without_terminator())
      if (!llvm::is_contained(left, dyn_cast<AccumulateOp>(op)))
        body.clone(op, values);
    if (left.empty())
      body.create<YieldOp>(loc, ValueRange());
  }

  void writeTotals(OpBuilder &body, SmallVector<AccumulateOp> &totals, ValueRange columns,
                   IRMapping &values) {
    SmallVector<Type> types(totals.size(), b.getF64Type());
    auto sum = body.create<ReduceOp>(loc, "add", outer.getSizes(), types);
    writeEntries(sum, columns, values, totals);
    SmallVector<Value> yielded;
    for (AccumulateOp add : totals)
      yielded.push_back(values.lookupOrDefault(Value(add.getValue())));
    OpBuilder::atBlockEnd(sum.getBody()).create<YieldOp>(loc, yielded);
    IRMapping own; // of indices, which no column changes
    own.map(row(), values.lookup(row()));
    for (auto [add, total] : llvm::zip_equal(totals, sum.getResults())) {
      SmallVector<Value> indices;
      for (Value index : add.getIndices())
        indices.push_back(copiedFrom(outer, index, body, own));
      body.create<AccumulateOp>(loc, total, values.lookupOrDefault(add.getArray()), indices, "add");
    }
  }

  MapOp outer, inner;
  OpBuilder b;
  Location loc;
  llvm::SetVector<Value> stored, repeated;
};

struct OrderLoops : impl::OrderLoopsBase<OrderLoops> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (!function->hasAttr("costate.function"))
        continue;
      SmallVector<MapOp> maps;
      function.walk([&](MapOp map) { maps.push_back(map); });
      for (MapOp map : maps) // inner ones first; a nest that is rewritten has none that matches
        numTurned += Nest(map).run() || exchangeLoops(map) || sumAddedProducts(map) || sumByRows(map);
    }
  }
};

} // namespace
} // namespace costate
