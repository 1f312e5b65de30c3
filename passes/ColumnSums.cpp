#include "passes/ColumnSums.h"

#include "passes/ArrayNests.h"
#include "passes/MatrixProducts.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace costate {
namespace {

class ColumnSums {
public:
  explicit ColumnSums(MapOp map) : map(map), b(map), loc(map.getLoc()) {}

  bool run() {
    if (map.rank() != 1 || !map.getInits().empty() || areFew(map.getSizes()[0]) || !findSum() ||
        !isByColumns() || !collect())
      return false;
    write();
    return true;
  }

private:
  Value column() { return map.getBody()->getArgument(0); }
  Value row() { return sum.getBody()->getArgument(0); }

  bool isFromOutside(Value value) { return !map->isAncestor(value.getParentBlock()->getParentOp()); }

  /// The only sum of the body, if it is one of straight lines.
  bool findSum() {
    auto all = llvm::to_vector(map.getBody()->getOps<ReduceOp>());
    if (all.size() != 1 || !matrixProducts(map).empty())
      return false;
    sum = all[0];
    bool isStraight = llvm::all_of(sum.getBody()->without_terminator(),
                                   [](Operation &op) { return op.getNumRegions() == 0 && isPure(&op); });
    return sum.getKind() == "add" && sum.rank() == 1 && isStraight && isFromOutside(sum.getSizes()[0]) &&
           llvm::all_of(sum.getResultTypes(), [](Type type) { return type.isF64(); });
  }

  /// Whether entries that follow each other in the sum lie rows apart, and none lie side by side.
  bool isByColumns() {
    unsigned apart = 0;
    for (auto at : sum.getBody()->getOps<AtOp>()) {
      auto indices = at.getIndices();
      if (indices.empty())
        continue;
      if (indices.size() > 1 && dependsOn(indices.back(), row()))
        return false;
      bool isApart = llvm::any_of(indices.drop_back(), [&](Value index) { return dependsOn(index, row()); });
      apart += isApart && dependsOn(indices.back(), column());
    }
    return apart > 0;
  }

  /// What the sum reads of the body around it; false where that is too much to compute for every row.
  bool collect() {
    SmallVector<Value> stack;
    sum.getBody()->walk([&](Operation *op) { llvm::append_range(stack, op->getOperands()); });
    while (!stack.empty()) {
      Operation *op = stack.pop_back_val().getDefiningOp();
      if (!op || op->getBlock() != map.getBody() || !used.insert(op))
        continue;
      if (op->getNumRegions() || !isPure(op))
        return false;
      llvm::append_range(stack, op->getOperands());
    }
    Work work;
    for (Operation *op : used)
      work += workOf(op);
    return isCheap(work);
  }

  void write() {
    SmallVector<Value> zeros;
    for (size_t k = 0; k < sum.getNumResults(); ++k)
      zeros.push_back(zerosOfColumns());
    auto rows = b.create<MapOp>(loc, sum.getSizes(), zeros, TypeRange());
    OpBuilder outside = OpBuilder::atBlockEnd(rows.getBody());
    auto columns = outside.create<MapOp>(loc, map.getSizes(), ValueRange(), TypeRange());
    outside.create<YieldOp>(loc, ValueRange());
    OpBuilder body = OpBuilder::atBlockEnd(columns.getBody());
    IRMapping values;
    Value here = columns.getBody()->getArgument(0);
    values.map(column(), here);
    values.map(row(), rows.getBody()->getArgument(0));
    for (Operation &op : *map.getBody())
      if (used.contains(&op))
        body.clone(op, values);
    for (Operation &op : sum.getBody()->without_terminator())
      body.clone(op, values);
    for (auto [value, total] :
         llvm::zip_equal(sum.getBody()->getTerminator()->getOperands(), rows.accumulators()))
      body.create<AccumulateOp>(loc, values.lookupOrDefault(value), total, ValueRange{here}, "add");
    body.create<YieldOp>(loc, ValueRange());
    OpBuilder before(sum);
    for (auto [result, total] : llvm::zip_equal(sum.getResults(), rows.getResults()))
      result.replaceAllUsesWith(before.create<AtOp>(loc, total, column()).getValue());
    sum.erase();
  }

  Value zerosOfColumns() {
    auto map = b.create<MapOp>(loc, this->map.getSizes(), ValueRange(), TypeRange{columnOf(b.getF64Type())});
    OpBuilder body = OpBuilder::atBlockEnd(map.getBody());
    body.create<YieldOp>(loc, body.create<arith::ConstantOp>(loc, b.getF64FloatAttr(0)).getResult());
    return map.getResult(0);
  }

  MapOp map;
  ReduceOp sum;
  OpBuilder b;
  Location loc;
  llvm::SetVector<Operation *> used;
};

} // namespace

bool sumByRows(MapOp map) { return ColumnSums(map).run(); }

} // namespace costate
