#include "passes/MergeSums.h"

#include "passes/ArrayNests.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace costate {
namespace {

class Sweep {
public:
  Sweep(ReduceOp sum, MapOp map) : sum(sum), map(map) {}

  /// True if the sum is taken by the map now.
  bool run() {
    if (!isOneSpace() || !standTogether() || !shareLoops())
      return false;
    write();
    return true;
  }

private:
  bool isOneSpace() {
    bool areReals = llvm::all_of(sum.getResultTypes(), [](Type type) { return type.isF64(); });
    return areReals && sum.getKind() == "add" && map.numYielded() == 0 && !map.getInits().empty() &&
           sum.rank() == map.rank() &&
           llvm::all_of(llvm::zip_equal(sum.getSizes(), map.getSizes()),
                        [](auto sizes) { return areEqualSizes(std::get<0>(sizes), std::get<1>(sizes)); });
  }

  /// Whether the first may stand where the second does, and what needs it behind that.
  bool standTogether() {
    isSumFirst = sum->isBeforeInBlock(map);
    Operation *first = isSumFirst ? sum.getOperation() : map.getOperation();
    Operation *second = isSumFirst ? map.getOperation() : sum.getOperation();
    llvm::SmallPtrSet<Operation *, 8> needy{first};
    auto needs = [&](Operation *op) {
      return op
          ->walk([&](Operation *inner) {
            bool is = llvm::any_of(inner->getOperands(),
                                   [&](Value value) { return needy.contains(value.getDefiningOp()); });
            return is ? WalkResult::interrupt() : WalkResult::advance();
          })
          .wasInterrupted();
    };
    for (Operation *op = first->getNextNode(); op != second; op = op->getNextNode()) {
      if (!needs(op))
        continue;
      if (!isMemoryEffectFree(op))
        return false;
      needy.insert(op);
      behind.push_back(op);
    }
    return !needs(second);
  }

  /// Puts the sum's body into the map's, without what is there; takes it out again if no loop is.
  bool shareLoops() {
    Block *body = map.getBody();
    auto own = llvm::map_to_vector(body->without_terminator(), [](Operation &op) { return &op; });
    IRMapping values;
    values.map(sum.getBody()->getArguments(), body->getArguments().take_front(map.rank()));
    OpBuilder b(body->getTerminator());
    SmallVector<Operation *> made;
    bool areShared = false;
    for (Operation &op : sum.getBody()->without_terminator()) {
      Operation *copy = b.clone(op, values);
      Operation *known = equalTo(copy, own);
      if (!known) {
        made.push_back(copy);
        continue;
      }
      areShared |= op.getNumRegions() != 0 && !workOf(&op).isBounded;
      areShared |= op.getNumRegions() != 0 && workOf(&op).operations > leastShared;
      copy->erase();
      values.map(op.getResults(), known->getResults());
    }
    if (!areShared)
      for (Operation *op : llvm::reverse(made))
        op->erase();
    else
      for (Value value : sum.getBody()->getTerminator()->getOperands())
        added.push_back(values.lookupOrDefault(value));
    return areShared;
  }

  static Operation *equalTo(Operation *op, ArrayRef<Operation *> all) {
    if (!isMemoryEffectFree(op))
      return nullptr;
    auto found = llvm::find_if(all, [&](Operation *other) {
      return OperationEquivalence::isEquivalentTo(op, other, OperationEquivalence::IgnoreLocations);
    });
    return found == all.end() ? nullptr : *found;
  }

  void write() {
    Operation *second = isSumFirst ? map.getOperation() : sum.getOperation();
    OpBuilder b(second);
    Location loc = sum.getLoc();
    Value one = b.create<arith::ConstantIndexOp>(loc, 1), first = b.create<arith::ConstantIndexOp>(loc, 0);
    SmallVector<Value> inits(map.getInits());
    for (size_t k = 0; k < added.size(); ++k)
      inits.push_back(nought(b, loc, one));
    auto both = b.create<MapOp>(map.getLoc(), map.getSizes(), inits, TypeRange(), map.getInner());
    both->setDiscardableAttrs(map->getDiscardableAttrDictionary());
    SmallVector<Value> arguments(both.getBody()->getArguments().drop_back(added.size()));
    for (auto [old, own] : llvm::zip_equal(map.getBody()->getArguments(), arguments))
      old.replaceAllUsesWith(own);
    both.getBody()->getOperations().splice(both.getBody()->end(), map.getBody()->getOperations());
    OpBuilder body(both.getBody()->getTerminator());
    Value zero = body.create<arith::ConstantIndexOp>(loc, 0);
    for (auto [value, total] : llvm::zip_equal(added, both.getBody()->getArguments().take_back(added.size())))
      body.create<AccumulateOp>(loc, value, total, ValueRange{zero}, "add");
    for (auto [result, total] : llvm::zip_equal(sum.getResults(), both.getResults().take_back(added.size())))
      result.replaceAllUsesWith(b.create<AtOp>(loc, total, first).getResult());
    map->replaceAllUsesWith(both->getResults().drop_back(added.size()));
    for (Operation *op : llvm::reverse(behind))
      op->moveAfter(second);
    sum.erase();
    map.erase();
  }

  static Value nought(OpBuilder &b, Location loc, Value one) {
    auto map = b.create<MapOp>(loc, ValueRange{one}, ValueRange(), TypeRange{columnOf(b.getF64Type())});
    OpBuilder body = OpBuilder::atBlockEnd(map.getBody());
    body.create<YieldOp>(loc, body.create<arith::ConstantOp>(loc, b.getF64FloatAttr(0)).getResult());
    return map.getResult(0);
  }

  static constexpr double leastShared = 16; // in multiplications

  ReduceOp sum;
  MapOp map;
  bool isSumFirst = false;
  SmallVector<Operation *> behind; // need the first of both
  SmallVector<Value> added;        // in the map's body
};

bool mergeOne(Block &block) {
  auto sums = llvm::to_vector(block.getOps<ReduceOp>());
  auto maps = llvm::to_vector(block.getOps<MapOp>());
  return llvm::any_of(sums, [&](ReduceOp sum) {
    return llvm::any_of(maps, [&](MapOp map) { return Sweep(sum, map).run(); });
  });
}

} // namespace

unsigned mergeSums(Operation *function) {
  unsigned count = 0;
  function->walk([&](Block *block) {
    while (mergeOne(*block))
      ++count;
  });
  return count;
}

} // namespace costate
