#include "passes/ExchangeLoops.h"

#include "passes/ArrayNests.h"
#include "passes/MatrixProducts.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace costate {
namespace {

bool isAddition(Operation &op) {
  auto add = dyn_cast<AccumulateOp>(op);
  return add && add.getKind() == "add" && !add.getIndices().empty() && add.getValue().getType().isF64();
}

/// The map at the end of a map which does nothing but add; null for others.
MapOp innerOf(MapOp outer) {
  MapOp inner;
  for (Operation &op : outer.getBody()->without_terminator()) {
    if (inner)
      return {};
    inner = dyn_cast<MapOp>(op);
    if (inner && isMemoryEffectFree(&op))
      inner = {};
    if (!inner && !isMemoryEffectFree(&op))
      return {};
  }
  bool isAlone =
      inner && inner->getNumResults() == 0 && inner.rank() > 0 &&
      llvm::none_of(inner.getSizes(),
                    [&](Value size) { return outer->isAncestor(size.getParentBlock()->getParentOp()); }) &&
      llvm::all_of(inner.getBody()->without_terminator(), [](Operation &op) {
        return isAddition(op) || (op.getNumRegions() == 0 && isMemoryEffectFree(&op));
      });
  return isAlone ? inner : MapOp();
}

class Exchange {
public:
  explicit Exchange(MapOp outer) : outer(outer), b(outer), loc(outer.getLoc()) {}

  bool run() {
    if (outer.rank() == 0 || outer.numYielded() != 0 || areFew(outer.getSizes().back()))
      return false;
    inner = innerOf(outer);
    if (!inner || !areFew(inner.getSizes().back()))
      return false;
    llvm::append_range(additions, inner.getBody()->getOps<AccumulateOp>());
    if (additions.empty() || !llvm::all_of(additions, [&](AccumulateOp add) { return isBeside(add); }))
      return false;
    findStored();
    if (llvm::any_of(stored, [](Value value) { return !value.getType().isF64(); }))
      return false;
    write();
    return true;
  }

private:
  // ---- which ----

  Value lastIndex() { return outer.getBody()->getArgument(outer.rank() - 1); }

  /// How far the index moves a position; empty where that is no number.
  std::optional<int64_t> factor(Value position, Value index) {
    auto linear = linearPosition(position, outer);
    if (!linear)
      return std::nullopt;
    for (auto [value, times] : linear->terms)
      if (value == index)
        return times;
    return 0;
  }

  bool staysFor(ValueRange positions, Value index) {
    return llvm::all_of(positions, [&](Value position) { return factor(position, index) == 0; });
  }

  /// Whether neighbours of the outer map's last index add to entries side by side.
  bool isBeside(AccumulateOp add) {
    auto indices = add.getIndices();
    return factor(indices.back(), lastIndex()) == 1 && staysFor(indices.drop_back(), lastIndex());
  }

  /// Is it made of what a sum or a loop in the outer map gives?
  bool needsRegion(Value value) {
    Operation *op = value.getDefiningOp();
    if (!op || op->getBlock() != outer.getBody())
      return false;
    return op->getNumRegions() != 0 ||
           llvm::any_of(op->getOperands(), [&](Value operand) { return needsRegion(operand); });
  }

  void findStored() {
    inner.getBody()->walk([&](Operation *op) {
      for (Value operand : op->getOperands())
        if (needsRegion(operand))
          stored.insert(operand);
    });
  }

  bool isEntry(Value value) { return value.getDefiningOp<AtOp>() || stored.contains(value); }

  bool isProduct(AccumulateOp add) {
    auto times = add.getValue().getDefiningOp<arith::MulFOp>();
    return times && isEntry(times.getLhs()) && isEntry(times.getRhs());
  }

  /// What is added may be summed over the index before.
  bool isSummed(Value index) {
    return llvm::all_of(
        additions, [&](AccumulateOp add) { return isProduct(add) && staysFor(add.getIndices(), index); });
  }

  // ---- how ----

  ValueRange writeStored() {
    if (stored.empty())
      return {};
    SmallVector<int64_t> shape(outer.rank(), ShapedType::kDynamic);
    SmallVector<Type> types(stored.size(), RankedTensorType::get(shape, b.getF64Type()));
    auto made = b.create<MapOp>(loc, outer.getSizes(), ValueRange(), types);
    OpBuilder body = OpBuilder::atBlockEnd(made.getBody());
    IRMapping values;
    values.map(outer.getBody()->getArguments().take_front(outer.rank()), made.getBody()->getArguments());
    for (Operation &op : outer.getBody()->without_terminator())
      if (&op != inner)
        body.clone(op, values);
    body.create<YieldOp>(loc, llvm::map_to_vector(stored, [&](Value value) { return values.lookup(value); }));
    return made.getResults();
  }

  void write() {
    ValueRange arrays = writeStored();
    SmallVector<std::pair<Value, Value>> moving, summed; // indices and their sizes
    auto sort = [&](Value index, Value size) {
      (isSummed(index) ? summed : moving).emplace_back(index, size);
    };
    for (unsigned k = 0; k + 1 < outer.rank(); ++k)
      sort(outer.getBody()->getArgument(k), outer.getSizes()[k]);
    for (unsigned k = 0; k < inner.rank(); ++k)
      sort(inner.getBody()->getArgument(k), inner.getSizes()[k]);
    moving.emplace_back(lastIndex(), outer.getSizes().back());
    auto sizes = llvm::map_to_vector(moving, [](auto &pair) { return pair.second; });
    auto all = b.create<MapOp>(loc, sizes, outer.getInits(), TypeRange());
    IRMapping values;
    for (auto [pair, arg] : llvm::zip(moving, all.getBody()->getArguments()))
      values.map(pair.first, arg);
    for (auto [old, own] : llvm::zip_equal(outer.accumulators(), all.accumulators()))
      values.map(old, own);
    OpBuilder body = OpBuilder::atBlockEnd(all.getBody());
    SmallVector<Value> added =
        summed.empty() ? writeAdded(body, values, arrays) : writeSums(body, values, arrays, summed);
    for (auto [add, value] : llvm::zip_equal(additions, added)) {
      SmallVector<Value> indices;
      for (Value index : add.getIndices())
        indices.push_back(copiedFrom(outer, index, body, values));
      body.create<AccumulateOp>(loc, value, values.lookupOrDefault(add.getArray()), indices, "add");
    }
    body.create<YieldOp>(loc, ValueRange());
    outer->replaceAllUsesWith(all->getResults());
    outer.erase();
  }

  SmallVector<Value> writeSums(OpBuilder &body, const IRMapping &outside, ValueRange arrays,
                               ArrayRef<std::pair<Value, Value>> summed) {
    auto sizes = llvm::map_to_vector(summed, [](auto &pair) { return pair.second; });
    SmallVector<Type> types(additions.size(), b.getF64Type());
    auto sum = body.create<ReduceOp>(loc, "add", sizes, types);
    IRMapping values(outside);
    for (auto [pair, arg] : llvm::zip(summed, sum.getBody()->getArguments()))
      values.map(pair.first, arg);
    OpBuilder inside = OpBuilder::atBlockEnd(sum.getBody());
    inside.create<YieldOp>(loc, writeAdded(inside, values, arrays));
    return SmallVector<Value>(sum.getResults());
  }

  /// What one instance adds.
  SmallVector<Value> writeAdded(OpBuilder &body, IRMapping &values, ValueRange arrays) {
    SmallVector<Value> instance;
    for (Value index : outer.getBody()->getArguments().take_front(outer.rank()))
      instance.push_back(values.lookup(index));
    for (auto [value, array] : llvm::zip_equal(stored, arrays))
      values.map(value, body.create<AtOp>(loc, value.getType(), array, instance).getResult());
    return llvm::map_to_vector(
        additions, [&](AccumulateOp add) { return copiedFrom(outer, add.getValue(), body, values); });
  }

  MapOp outer, inner;
  OpBuilder b;
  Location loc;
  SmallVector<AccumulateOp> additions;
  llvm::SetVector<Value> stored;
};

} // namespace

bool exchangeLoops(MapOp outer) { return Exchange(outer).run(); }

} // namespace costate
