#include "passes/AddedProducts.h"

#include "passes/ArrayNests.h"
#include "passes/MatrixProducts.h"
#include "passes/Poles.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace costate {
namespace {

bool isAddition(Operation &op) {
  auto add = dyn_cast<AccumulateOp>(op);
  return add && add.getKind() == "add" && add.getValue().getType().isF64();
}

/// An addition of a nest, with the indices around it that its place does not depend on, and the others.
struct Added {
  AccumulateOp add;
  MapOp inner;                                         // null for one of the outer map
  SmallVector<std::pair<Value, Value>> moving, summed; // with their sizes
  Value left, right; // its factors, where it is a product that becomes one of matrices
};

class AddedProducts {
public:
  explicit AddedProducts(MapOp outer) : outer(outer), b(outer), loc(outer.getLoc()) {}

  bool run() {
    if (outer.rank() == 0 || outer.numYielded() != 0 || !findAdditions())
      return false;
    for (Added &added : all) {
      sortIndices(added);
      findFactors(added);
    }
    if (llvm::none_of(all, [](const Added &added) { return bool(added.left); }))
      return false;
    findStored();
    write();
    return true;
  }

private:
  // ---- which ----

  bool isOutside(Value value) { return !outer->isAncestor(value.getParentBlock()->getParentOp()); }

  void add(AccumulateOp op, MapOp inner) { all.push_back({op, inner, {}, {}, {}, {}}); }

  /// False where the nest does anything else.
  bool findAdditions() {
    for (Operation &op : outer.getBody()->without_terminator()) {
      if (isAddition(op))
        add(cast<AccumulateOp>(op), {});
      else if (!isMemoryEffectFree(&op) && !findAdditions(dyn_cast<MapOp>(op)))
        return false;
    }
    return true;
  }

  bool findAdditions(MapOp inner) {
    if (!inner || inner->getNumResults() != 0 || inner.rank() == 0 ||
        !llvm::all_of(inner.getSizes(), [&](Value size) { return isOutside(size); }))
      return false;
    for (Operation &op : inner.getBody()->without_terminator()) {
      if (isAddition(op))
        add(cast<AccumulateOp>(op), inner);
      else if (op.getNumRegions() != 0 || !isMemoryEffectFree(&op))
        return false;
    }
    return true;
  }

  void sortIndices(Added &added) {
    bool isKnown = llvm::all_of(added.add.getIndices(), [&](Value place) { return isStraight(place); });
    auto sort = [&](MapOp map) {
      for (auto [index, size] : llvm::zip(map.getBody()->getArguments(), map.getSizes())) {
        bool isMoving = !isKnown || llvm::any_of(added.add.getIndices(), [index = index](Value place) {
          return dependsOn(place, index);
        });
        (isMoving ? added.moving : added.summed).emplace_back(index, size);
      }
    };
    sort(outer);
    if (added.inner)
      sort(added.inner);
  }

  bool isStraight(Value value) {
    Operation *op = value.getDefiningOp();
    return !op || isOutside(value) ||
           (op->getNumRegions() == 0 &&
            llvm::all_of(op->getOperands(), [&](Value operand) { return isStraight(operand); }));
  }

  /// The positions of an entry of an array from outside, if they are linear.
  std::optional<SmallVector<LinearPosition>> entryPositions(Value value) {
    auto at = value.getDefiningOp<AtOp>();
    return at && isOutside(at.getArray()) ? linearPositions(at, outer) : std::nullopt;
  }

  /// Of a factor that is no such entry but a value of the outer map, which becomes one.
  std::optional<SmallVector<LinearPosition>> positionsOf(Value factor) {
    auto positions = entryPositions(factor);
    if (positions || !isOfOuter(factor))
      return positions;
    SmallVector<LinearPosition> indices;
    for (Value index : outer.getBody()->getArguments().take_front(outer.rank()))
      indices.push_back({{{index, 1}}, 0});
    return indices;
  }

  bool isOfOuter(Value value) {
    Operation *op = value.getDefiningOp();
    return op && op->getBlock() == outer.getBody();
  }

  /// The factors of a product with rows and columns, the sums of which are those of two matrices.
  void findFactors(Added &added) {
    if (!added.inner || added.summed.empty())
      return;
    auto times = productOf(added.add.getValue());
    if (!times)
      return;
    Value left = times.getLhs(), right = times.getRhs();
    if (isMasked(added.add.getValue()) && isZeroUnless(right, conditionOf(added.add.getValue())))
      std::swap(left, right);
    auto ofLeft = positionsOf(left), ofRight = positionsOf(right);
    if (!ofLeft || !ofRight)
      return;
    bool hasRows = false, hasColumns = false;
    for (auto [index, size] : added.moving) {
      hasRows |= moves(index, *ofLeft) && !moves(index, *ofRight);
      hasColumns |= moves(index, *ofRight) && !moves(index, *ofLeft);
    }
    if (hasRows && hasColumns)
      added.left = left, added.right = right;
  }

  // A product may stand in `condition ? a * x : 0`, where a is 0 unless the condition holds: it is that of
  // `a != 0`, too.

  static bool isMasked(Value value) { return bool(value.getDefiningOp<arith::SelectOp>()); }
  static Value conditionOf(Value value) { return value.getDefiningOp<arith::SelectOp>().getCondition(); }

  static bool isZeroUnless(Value value, Value condition) {
    auto choice = value.getDefiningOp<arith::SelectOp>();
    return choice && choice.getCondition() == condition && numberOf(choice.getFalseValue()) == 0.0;
  }

  arith::MulFOp productOf(Value value) {
    auto choice = value.getDefiningOp<arith::SelectOp>();
    if (!choice)
      return value.getDefiningOp<arith::MulFOp>();
    auto times = choice.getTrueValue().getDefiningOp<arith::MulFOp>();
    Value condition = choice.getCondition();
    bool isProduct = times && numberOf(choice.getFalseValue()) == 0.0 &&
                     (isZeroUnless(times.getLhs(), condition) || isZeroUnless(times.getRhs(), condition));
    return isProduct ? times : arith::MulFOp();
  }

  /// Whether it is summed in a map of its own: products, and what the outer map adds.
  bool isSummed(const Added &added) const { return added.left || (!added.inner && !added.summed.empty()); }

  void findStored() {
    for (Added &added : all) {
      if (!isSummed(added))
        continue;
      for (Value value : {added.left, added.right, added.inner ? Value() : Value(added.add.getValue())})
        if (value && isOfOuter(value) && !entryPositions(value))
          stored.insert(value);
    }
  }

  // ---- how ----

  void write() {
    ValueRange arrays = writeStored();
    auto around = b.create<MapOp>(loc, ValueRange(), outer.getInits(), TypeRange());
    IRMapping outside;
    for (auto [old, own] : llvm::zip_equal(outer.accumulators(), around.accumulators()))
      outside.map(old, own);
    OpBuilder body = OpBuilder::atBlockEnd(around.getBody());
    for (Added &added : all)
      if (isSummed(added))
        writeSum(body, added, arrays, outside);
    llvm::erase_if(all, [&](Added &added) {
      bool isDone = isSummed(added);
      if (isDone)
        added.add.erase();
      return isDone;
    });
    if (!all.empty())
      writeRest(body, arrays, outside);
    body.create<YieldOp>(loc, ValueRange());
    outer->replaceAllUsesWith(around->getResults());
    outer.erase();
  }

  SmallVector<Operation *> computing() {
    SmallVector<Operation *> ops;
    for (Operation &op : outer.getBody()->without_terminator())
      if (isMemoryEffectFree(&op))
        ops.push_back(&op);
    return ops;
  }

  ValueRange writeStored() {
    if (stored.empty())
      return {};
    SmallVector<int64_t> shape(outer.rank(), ShapedType::kDynamic);
    SmallVector<Type> types(stored.size(), RankedTensorType::get(shape, b.getF64Type()));
    auto made = b.create<MapOp>(loc, outer.getSizes(), ValueRange(), types);
    OpBuilder body = OpBuilder::atBlockEnd(made.getBody());
    IRMapping values;
    values.map(outer.getBody()->getArguments().take_front(outer.rank()), made.getBody()->getArguments());
    for (Operation *op : computing())
      body.clone(*op, values);
    body.create<YieldOp>(loc, llvm::map_to_vector(stored, [&](Value value) { return values.lookup(value); }));
    return made.getResults();
  }

  void loadStored(OpBuilder &body, ValueRange arrays, IRMapping &values) {
    SmallVector<Value> instance;
    for (Value index : outer.getBody()->getArguments().take_front(outer.rank()))
      instance.push_back(values.lookup(index));
    for (auto [value, array] : llvm::zip_equal(stored, arrays))
      values.map(value, body.create<AtOp>(loc, value.getType(), array, instance).getResult());
  }

  static SmallVector<Value> sizesOf(ArrayRef<std::pair<Value, Value>> indices) {
    return llvm::map_to_vector(indices, [](auto &pair) { return pair.second; });
  }

  static void mapIndices(ArrayRef<std::pair<Value, Value>> indices, Block *block, IRMapping &values) {
    for (auto [pair, arg] : llvm::zip(indices, block->getArguments()))
      values.map(pair.first, arg);
  }

  void writeSum(OpBuilder &around, Added &added, ValueRange arrays, const IRMapping &outside) {
    auto map = around.create<MapOp>(loc, sizesOf(added.moving), ValueRange(), TypeRange());
    IRMapping values(outside);
    mapIndices(added.moving, map.getBody(), values);
    OpBuilder body = OpBuilder::atBlockEnd(map.getBody());
    auto sum = body.create<ReduceOp>(loc, "add", sizesOf(added.summed), TypeRange{b.getF64Type()});
    IRMapping inside(values);
    mapIndices(added.summed, sum.getBody(), inside);
    OpBuilder of = OpBuilder::atBlockEnd(sum.getBody());
    loadStored(of, arrays, inside);
    of.create<YieldOp>(loc, addend(of, added, inside));
    SmallVector<Value> indices;
    for (Value index : added.add.getIndices())
      indices.push_back(copiedFrom(outer, index, body, values));
    body.create<AccumulateOp>(loc, sum.getResult(0), values.lookupOrDefault(added.add.getArray()), indices,
                              "add");
    body.create<YieldOp>(loc, ValueRange());
  }

  Value addend(OpBuilder &body, Added &added, IRMapping &values) {
    if (!added.left)
      return copiedFrom(outer, added.add.getValue(), body, values);
    Value left = copiedFrom(outer, added.left, body, values),
          right = copiedFrom(outer, added.right, body, values);
    Value product = body.create<arith::MulFOp>(loc, left, right);
    if (!isMasked(added.add.getValue()))
      return product;
    Value zero = body.create<arith::ConstantOp>(loc, b.getF64FloatAttr(0));
    Value isNeeded = body.create<arith::CmpFOp>(loc, arith::CmpFPredicate::UNE, left, zero);
    return body.create<arith::SelectOp>(loc, isNeeded, product, zero);
  }

  /// What is not summed stays.
  void writeRest(OpBuilder &body, ValueRange arrays, const IRMapping &outside) {
    auto rest = body.create<MapOp>(loc, outer.getSizes(), ValueRange(), TypeRange());
    IRMapping values(outside);
    values.map(outer.getBody()->getArguments().take_front(outer.rank()), rest.getBody()->getArguments());
    OpBuilder inside = OpBuilder::atBlockEnd(rest.getBody());
    loadStored(inside, arrays, values);
    for (Operation &op : *outer.getBody())
      if (op.getNumResults() != 1 || !stored.contains(op.getResult(0)))
        inside.clone(op, values);
  }

  MapOp outer;
  OpBuilder b;
  Location loc;
  std::vector<Added> all;
  llvm::SetVector<Value> stored;
};

} // namespace

bool sumAddedProducts(MapOp outer) { return AddedProducts(outer).run(); }

} // namespace costate
