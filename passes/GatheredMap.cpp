// Writes the map that gathers what another one scattered.
#include "passes/GatheredMap.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace costate {

void cloneWithoutAdditions(Operation *op, OpBuilder &b, IRMapping &mapping) {
  Operation *copy = b.clone(*op, mapping);
  SmallVector<AccumulateOp> additions;
  copy->walk([&](AccumulateOp add) {
    if (!copy->isAncestor(cast<BlockArgument>(add.getArray()).getOwner()->getParentOp()))
      additions.push_back(add);
  });
  for (AccumulateOp add : additions)
    add.erase();
}

Type GatheredMap::elementOf(Value accumulator) const {
  return cast<RankedTensorType>(accumulator.getType()).getElementType();
}

Value GatheredMap::sum(OpBuilder &b, Value x, Value y) const {
  if (!x || !y)
    return x ? x : y;
  if (x.getType().isF64())
    return b.create<arith::AddFOp>(loc, x, y);
  return b.create<arith::AddIOp>(loc, x, y);
}

static Value zero(OpBuilder &b, Location loc, Type type) {
  return b.create<arith::ConstantOp>(loc, cast<TypedAttr>(b.getZeroAttr(type)));
}

// ---- indices -------------------------------------------------------------------------------------------

Value GatheredMap::sizeOfTensor(size_t dimension) {
  OpBuilder before = invariants.builder();
  BlockArgument first = group.accumulators[0];
  return sizeOf(before, loc, map.getInits()[first.getArgNumber() - map.rank()], int64_t(dimension));
}

bool GatheredMap::isGuarded(size_t dimension) {
  const IndexForm &place = group.places[dimension];
  Value size = invariants.before(sizeOfIndex(place.loop));
  return !place.isLoop() || !areEqualSizes(size, sizeOfTensor(dimension));
}

bool GatheredMap::isGuarded() {
  return llvm::any_of(llvm::seq(group.places.size()), [&](size_t d) { return isGuarded(d); });
}

/// What is to be added to an entry's index for that of the loop, if it is a number.
static std::optional<int64_t> offsetOf(const IndexForm &place) {
  int64_t offset = 0;
  for (auto [amount, isNegated] : place.shifts) {
    IntegerAttr number;
    if (!matchPattern(amount, m_Constant(&number)))
      return std::nullopt;
    offset += isNegated ? number.getInt() : -number.getInt();
  }
  return place.isNegated ? std::nullopt : std::optional(offset);
}

/// Loop indices from the entry's: loop = index - shifts, or shifts - index.
void GatheredMap::findLoops(OpBuilder &b, size_t begin, size_t end) {
  for (size_t d = begin; d < end; ++d) {
    const IndexForm &place = group.places[d];
    Value loop = place.isNegated ? Value() : indices[d];
    for (auto [amount, isNegated] : place.shifts) {
      Value shift = invariants.before(amount);
      if (!shift.getType().isIndex())
        shift = b.create<arith::IndexCastOp>(loc, b.getIndexType(), shift);
      bool isAdded = isNegated != place.isNegated;
      if (!loop)
        loop = isAdded ? shift : b.create<arith::SubIOp>(loc, zero(b, loc, b.getIndexType()), shift);
      else
        loop = isAdded ? b.create<arith::AddIOp>(loc, loop, shift).getResult()
                       : b.create<arith::SubIOp>(loc, loop, shift).getResult();
    }
    if (place.isNegated)
      loop = b.create<arith::SubIOp>(loc, loop ? loop : zero(b, loc, b.getIndexType()), indices[d]);
    mapping.map(place.loop, loop);
    if (!isGuarded(d))
      continue;
    Value size = invariants.before(sizeOfIndex(place.loop));
    Value none = zero(b, loc, b.getIndexType());
    std::optional<int64_t> offset = offsetOf(place);
    if (!offset || *offset < 0)
      guards.push_back(b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::sge, loop, none));
    if (!offset || *offset > 0 || !areEqualSizes(size, sizeOfTensor(d)))
      guards.push_back(b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::slt, loop, size));
  }
}

// ---- levels --------------------------------------------------------------------------------------------

GatheredMap::Values GatheredMap::write(OpBuilder &b, ValueRange given, unsigned splitLevels) {
  inits.assign(given.begin(), given.end());
  levels = splitLevels;
  Values results = writeLevel(b, 0, 0);
  invariants.writeBefore(map);
  return results;
}

/// The map over the indices from `dimension` on: those of one level, or all that are left.
GatheredMap::Values GatheredMap::writeLevel(OpBuilder &b, unsigned level, size_t dimension) {
  const NestPath &path = group.parts[0].path;
  size_t count = level < levels ? path.indices(level).size() : group.places.size() - dimension;
  Values sizes, inner;
  for (size_t d = dimension; d < group.places.size(); ++d)
    (d < dimension + count ? sizes : inner).push_back(sizeOfTensor(d));
  size_t rank = group.places.size() - dimension;
  SmallVector<Type> types;
  Values allInner; // of each result
  for (Value accumulator : group.accumulators) {
    SmallVector<int64_t> shape(rank, ShapedType::kDynamic);
    types.push_back(RankedTensorType::get(shape, elementOf(accumulator)));
    llvm::append_range(allInner, inner);
  }
  auto made = b.create<MapOp>(loc, sizes, ValueRange{}, types, allInner);
  if (level == 0)
    invariants.writeBefore(made);
  auto body = OpBuilder::atBlockEnd(made.getBody());
  llvm::append_range(indices, made.getBody()->getArguments());
  findLoops(body, dimension, dimension + count);
  Values results;
  if (level < levels) {
    llvm::SmallSetVector<Operation *, 8> needed;
    for (const Contribution &part : group.parts)
      for (Operation *op : sliceOf(part.path, rootsOf(part)))
        if (op->getBlock() == path.blocks[level])
          needed.insert(op);
    for (Operation &op : *path.blocks[level])
      if (needed.contains(&op))
        cloneWithoutAdditions(&op, body, mapping);
    results = writeLevel(body, level + 1, dimension + count);
  } else {
    results = writeTotals(body);
  }
  body.create<YieldOp>(loc, results);
  return Values(made.getResults());
}

/// What an entry holds: what it held, and the contributions where there are any.
GatheredMap::Values GatheredMap::writeTotals(OpBuilder &b) {
  Values totals;
  if (guards.empty()) {
    totals = contributions(b);
  } else {
    Value isReached = guards[0];
    for (Value guard : ArrayRef(guards).drop_front())
      isReached = b.create<arith::AndIOp>(loc, isReached, guard);
    SmallVector<Type> types = llvm::map_to_vector(group.accumulators, [&](Value a) { return elementOf(a); });
    auto branch = b.create<scf::IfOp>(loc, types, isReached, /*withElseRegion=*/true);
    OpBuilder then = branch.getThenBodyBuilder(), otherwise = branch.getElseBodyBuilder();
    then.create<scf::YieldOp>(loc, contributions(then));
    otherwise.create<scf::YieldOp>(
        loc, llvm::map_to_vector(types, [&](Type type) { return zero(otherwise, loc, type); }));
    totals.assign(branch.getResults().begin(), branch.getResults().end());
  }
  for (auto [total, init] : llvm::zip_equal(totals, inits))
    if (!isZero(init))
      total = sum(b, b.create<AtOp>(loc, total.getType(), init, indices), total);
  return totals;
}

GatheredMap::Values GatheredMap::contributions(OpBuilder &b) {
  Values totals(group.accumulators.size());
  for (const Contribution &part : group.parts)
    addPart(b, part, totals);
  return totals;
}

// ---- one part ------------------------------------------------------------------------------------------

GatheredMap::Values GatheredMap::accumulatorsOf(const Contribution &part) const {
  llvm::SmallSetVector<Value, 2> all;
  for (AccumulateOp add : part.adds)
    all.insert(add.getArray());
  return Values(all.begin(), all.end());
}

void GatheredMap::addPart(OpBuilder &b, const Contribution &part, Values &totals) {
  SmallVector<Opening> openings = openingsOf(part);
  auto operations = placed(part, openings);
  IRMapping own = mapping;
  Values results = open(b, part, openings, operations, own);
  for (auto [accumulator, result] : llvm::zip_equal(accumulatorsOf(part), results)) {
    auto k = size_t(llvm::find(group.accumulators, accumulator) - group.accumulators.begin());
    totals[k] = sum(b, totals[k], result);
  }
}

SmallVector<GatheredMap::Opening> GatheredMap::openingsOf(const Contribution &part) const {
  SmallVector<Opening> openings;
  for (unsigned level = levels; level < part.path.around.size(); ++level) {
    SmallVector<BlockArgument> loops;
    llvm::copy_if(part.path.indices(level), std::back_inserter(loops),
                  [&](BlockArgument loop) { return !group.isUsed(loop); });
    if (!loops.empty() || isa<scf::IfOp>(part.path.around[level]))
      openings.push_back({level, loops});
  }
  return openings;
}

/// Whether an operation may be computed where it was not: it has no regions and loads nothing out of range.
static bool isSafe(Operation *op) {
  if (auto at = dyn_cast<AtOp>(op)) {
    for (auto [d, index] : llvm::enumerate(at.getIndices()))
      if (!coversDimension(index, at.getArray(), int64_t(d)))
        return false;
    return true;
  }
  return op->getNumRegions() == 0 && isPure(op);
}

/// The operations of a part by the number of openings around them: as few as the loops that they depend on
/// allow, so that sums repeat nothing; what is not safe, and what stands in a branch, stays where it was.
std::vector<SmallVector<Operation *>> GatheredMap::placed(const Contribution &part,
                                                          ArrayRef<Opening> openings) const {
  std::vector<SmallVector<Operation *>> operations(openings.size() + 1);
  llvm::DenseMap<Value, size_t> depth; // of what is not outside of all openings
  SmallVector<size_t> ofLevel(part.path.around.size()), ofBranch(part.path.around.size());
  for (auto [k, opening] : llvm::enumerate(openings))
    for (unsigned level = opening.level; level < ofLevel.size(); ++level) {
      ofLevel[level] = k + 1;
      if (opening.loops.empty())
        ofBranch[level] = k + 1;
    }
  for (auto [k, opening] : llvm::enumerate(openings))
    for (BlockArgument loop : opening.loops)
      depth[loop] = k + 1;
  for (Operation *op : sliceOf(part.path, rootsOf(part))) {
    unsigned level = *part.path.levelOf(op->getBlock());
    if (level < levels)
      continue; // a map around has it
    size_t own = isSafe(op) ? ofBranch[level] : ofLevel[level];
    for (Value value : usedBy(op))
      own = std::max(own, depth.lookup(value));
    for (Value result : op->getResults())
      depth[result] = own;
    operations[own].push_back(op);
  }
  return operations;
}

GatheredMap::Values GatheredMap::sums(OpBuilder &b, const Contribution &part, IRMapping &own) {
  Values results;
  for (Value accumulator : accumulatorsOf(part)) {
    Value total;
    for (AccumulateOp add : part.adds)
      if (add.getArray() == accumulator)
        total = sum(b, total, own.lookupOrDefault(add.getValue()));
    results.push_back(total);
  }
  return results;
}

/// Writes the operations outside of the first opening, then the opening with all that is inside of it.
GatheredMap::Values GatheredMap::open(OpBuilder &b, const Contribution &part, ArrayRef<Opening> openings,
                                      ArrayRef<SmallVector<Operation *>> operations, IRMapping &own) {
  for (Operation *op : operations[0])
    cloneWithoutAdditions(op, b, own);
  if (openings.empty())
    return sums(b, part, own);
  const Opening &first = openings[0];
  SmallVector<Type> types = llvm::map_to_vector(accumulatorsOf(part), [&](Value a) { return elementOf(a); });
  if (!first.loops.empty()) {
    Values sizes;
    for (BlockArgument loop : first.loops)
      sizes.push_back(own.lookupOrDefault(sizeOfIndex(loop)));
    auto reduce = b.create<ReduceOp>(loc, "add", sizes, types);
    own.map(ArrayRef<BlockArgument>(first.loops), reduce.getBody()->getArguments());
    auto body = OpBuilder::atBlockEnd(reduce.getBody());
    Values inside = open(body, part, openings.drop_front(), operations.drop_front(), own);
    body.create<YieldOp>(loc, inside);
    return Values(reduce.getResults());
  }
  auto given = cast<scf::IfOp>(part.path.around[first.level]);
  Value condition = own.lookupOrDefault(given.getCondition());
  auto branch = b.create<scf::IfOp>(loc, types, condition, /*withElseRegion=*/true);
  bool isThen = part.path.blocks[first.level] == given.thenBlock();
  OpBuilder taken = isThen ? branch.getThenBodyBuilder() : branch.getElseBodyBuilder();
  OpBuilder other = isThen ? branch.getElseBodyBuilder() : branch.getThenBodyBuilder();
  Values inside = open(taken, part, openings.drop_front(), operations.drop_front(), own);
  taken.create<scf::YieldOp>(loc, inside);
  other.create<scf::YieldOp>(loc,
                             llvm::map_to_vector(types, [&](Type type) { return zero(other, loc, type); }));
  return Values(branch.getResults());
}

} // namespace costate
