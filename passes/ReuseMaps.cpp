// Finds entries of maps that are computed again, as adjoints do with what they need.
//
//   y = map (i < n) { tanh(reduce add (k < m) { A[i,k] * x[k] }) }
//   map (i < n) { .. tanh(reduce add (k < m) { A[i,k] * x[k] }) .. }   =>   map (i < n) { .. y[i] .. }
//
// A loop in a map whose result others compute again is yielded, too.
#include "passes/ReuseMaps.h"

#include "mlir/IR/Dominance.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace costate {
namespace {

/// Compares an expression with what a map yields.
class EntryMatcher {
public:
  explicit EntryMatcher(MapOp map) : map(map), indices(map.rank()) {}

  bool matches(Value own, Value other) {
    if (own.getType() != other.getType())
      return false;
    if (auto known = pairs.find(own); known != pairs.end())
      return known->second == other;
    auto arg = dyn_cast<BlockArgument>(own);
    if (arg && arg.getOwner() == map.getBody())
      return bind(indices[arg.getArgNumber()], other);
    Attribute left, right;
    if (matchPattern(own, m_Constant(&left)) && matchPattern(other, m_Constant(&right)))
      return left == right;
    if (arg || !map.getRegion().isAncestor(own.getParentRegion()))
      return own == other;
    Operation *x = own.getDefiningOp(), *y = other.getDefiningOp();
    return y && cast<OpResult>(own).getResultNumber() == cast<OpResult>(other).getResultNumber() &&
           OperationEquivalence::isEquivalentTo(
               x, y, [&](Value l, Value r) { return success(matches(l, r)); },
               [&](Value l, Value r) { pairs[l] = r; }, OperationEquivalence::IgnoreLocations);
  }

  /// The indices of the entry; empty unless they are surely in range.
  ArrayRef<Value> entry() {
    for (auto [index, size] : llvm::zip_equal(indices, map.getSizes()))
      if (!index || !countsTo(index, size))
        return {};
    return indices;
  }

private:
  static bool bind(Value &index, Value other) {
    if (!index)
      index = other;
    return index == other;
  }

  bool countsTo(Value index, Value size) {
    Value count = sizeOfIndex(index);
    if (!count)
      return false;
    auto known = count.getDefiningOp<SizeOp>();
    bool isOwn =
        known && known.getArray().getDefiningOp() == map && int64_t(known.getDimension()) < map.rank();
    return areEqualSizes(isOwn ? Value(map.getSizes()[unsigned(known.getDimension())]) : count, size);
  }

  MapOp map;
  SmallVector<Value> indices;         // of the entry, where known
  llvm::DenseMap<Value, Value> pairs; // of values in the map and in the expression
};

/// What a result's entry costs: the part of the body that it is made of.
Work workOfEntry(MapOp map, Value yielded) {
  llvm::DenseSet<Operation *> needed;
  SmallVector<Value> stack{yielded};
  Work work;
  while (!stack.empty()) {
    Operation *op = stack.pop_back_val().getDefiningOp();
    if (!op || op->getBlock() != map.getBody() || !needed.insert(op).second)
      continue;
    work += workOf(op);
    llvm::append_range(stack, op->getOperands());
  }
  return work;
}

/// An operation that computes an entry of a map again.
struct Copy {
  Value value;
  SmallVector<Value> indices;
};

class MapReuser {
public:
  MapReuser(func::FuncOp function, llvm::function_ref<bool(const Work &)> isExpensive)
      : function(function), dominance(function), isExpensive(isExpensive) {}

  unsigned run() {
    function.walk([&](MapOp map) {
      if (map.rank() > 0)
        reuse(map);
    });
    return replaced;
  }

private:
  /// What the map yields, and loops that it could.
  static SmallVector<Value> candidates(MapOp map) {
    SmallVector<Value> values(map.getBody()->getTerminator()->getOperands());
    if (map.getInits().empty() && !accumulatesOutside(map))
      for (auto reduce : map.getBody()->getOps<ReduceOp>())
        for (Value result : reduce->getResults())
          if (!llvm::is_contained(values, result))
            values.push_back(result);
    return values;
  }

  void reuse(MapOp map) {
    for (Value value : candidates(map)) {
      Operation *root = value.getDefiningOp();
      if (isa<RankedTensorType>(value.getType()) || !root || root->getBlock() != map.getBody() ||
          !isExpensive(workOfEntry(map, value)))
        continue;
      SmallVector<Copy> copies = copiesOf(map, value);
      if (copies.empty())
        continue;
      unsigned k = yielded(map, value);
      for (Copy &copy : copies) {
        OpBuilder b(copy.value.getDefiningOp());
        Value entry = b.create<AtOp>(copy.value.getLoc(), value.getType(), map.getResult(k), copy.indices);
        copy.value.replaceAllUsesWith(entry);
        ++replaced;
      }
    }
  }

  SmallVector<Copy> copiesOf(MapOp map, Value value) {
    Operation *root = value.getDefiningOp();
    SmallVector<Copy> copies;
    function.walk([&](Operation *op) {
      if (op->getName() != root->getName() || op->getResultTypes() != root->getResultTypes() ||
          op->use_empty() || map->isAncestor(op) || !dominance.properlyDominates(map, op))
        return;
      EntryMatcher matcher(map);
      Value other = op->getResult(cast<OpResult>(value).getResultNumber());
      if (matcher.matches(value, other) && !matcher.entry().empty() && !other.use_empty())
        copies.push_back({other, SmallVector<Value>(matcher.entry())});
    });
    return copies;
  }

  /// The number of the result with these entries; `map` becomes one that has it.
  static unsigned yielded(MapOp &map, Value value) {
    Operation *yield = map.getBody()->getTerminator();
    auto known = llvm::find(yield->getOperands(), value);
    if (known != yield->operand_end())
      return unsigned(known - yield->operand_begin());
    SmallVector<Type> types(map.getResultTypes());
    SmallVector<int64_t> shape(map.rank(), ShapedType::kDynamic);
    types.push_back(RankedTensorType::get(shape, value.getType()));
    OpBuilder b(map);
    auto more = b.create<MapOp>(map.getLoc(), map.getSizes(), ValueRange{}, types, map.getInner());
    more->setDiscardableAttrs(map->getDiscardableAttrDictionary());
    yield->insertOperands(yield->getNumOperands(), value);
    for (auto [old, own] : llvm::zip_equal(map.getBody()->getArguments(), more.getBody()->getArguments()))
      old.replaceAllUsesWith(own);
    more.getBody()->getOperations().splice(more.getBody()->end(), map.getBody()->getOperations());
    map->replaceAllUsesWith(more->getResults().drop_back());
    map.erase();
    map = more;
    return more.numYielded() - 1;
  }

  func::FuncOp function;
  DominanceInfo dominance;
  llvm::function_ref<bool(const Work &)> isExpensive;
  unsigned replaced = 0;
};

} // namespace

unsigned reuseMaps(func::FuncOp function, llvm::function_ref<bool(const Work &)> isExpensive) {
  return MapReuser(function, isExpensive).run();
}

} // namespace costate
