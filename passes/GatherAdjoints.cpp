// What a map accumulates at indices that invert => maps over the tensors that it adds to.
//
//   map (i < n) into (a = x0) { map (k < m) { a[k] += A[i,k] * y[i] } }
//     =>  map (k < m) { x0[k] + reduce add (i < n) { A[i,k] * y[i] } }
#include "passes/Passes.h"

#include "passes/Contributions.h"
#include "passes/GatheredMap.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_GATHERADJOINTS
#include "passes/Passes.h.inc"

namespace {

/// In multiplications: computing more than this once more per entry costs more than an array.
constexpr double mostRecomputed = 8;
/// A loop or function is written so often at most; beyond, an array or accumulating is cheaper.
constexpr unsigned mostCopies = 2;

bool isExpensive(const Work &work) { return !work.isBounded || work.operations > mostRecomputed; }

Work workOf(ArrayRef<Operation *> operations) {
  Work work;
  for (Operation *op : operations)
    work += costate::workOf(op);
  return work;
}

/// Decides for the contributions of one map, and rewrites them.
class MapGatherer {
public:
  explicit MapGatherer(MapOp map) : map(map), invariants(map) {}

  unsigned run() {
    groups = contributionsOf(map, invariants);
    llvm::erase_if(groups, [&](ContributionGroup &group) { return !hasCheapGuards(group); });
    storeShared();
    llvm::erase_if(groups, [&](ContributionGroup &group) { return !levelsOf(group); });
    dropCopies();
    dropShared();
    if (!groups.empty())
      rewrite();
    return unsigned(groups.size());
  }

private:
  /// Entries that no loop reaches are passed over at the cost of a comparison: only where the tensor is as
  /// large as the loops, or was made just before.
  bool hasCheapGuards(ContributionGroup &group) {
    for (BlockArgument accumulator : group.accumulators) {
      Value init = initOf(accumulator);
      if (init.getDefiningOp() && init.getParentBlock() == map->getBlock())
        continue;
      OpBuilder before(map);
      for (auto [d, place] : llvm::enumerate(group.places)) {
        Value size = invariants.before(sizeOfIndex(place.loop));
        if (!areEqualSizes(size, sizeOf(before, map.getLoc(), init, int64_t(d))))
          return false;
      }
    }
    return true;
  }

  Value initOf(BlockArgument accumulator) { return map.getInits()[accumulator.getArgNumber() - map.rank()]; }

  /// Of the operations of a group those that are computed again for indices of loops inside of their own.
  /// The first `levels` levels are maps of their own.
  SmallVector<Operation *> recomputed(const ContributionGroup &group, unsigned levels,
                                      const llvm::SmallSetVector<Value, 4> &stored = {}) {
    unsigned deepest = group.deepestUse();
    SmallVector<Operation *> again;
    for (const Contribution &part : group.parts)
      for (Operation *op : sliceOf(part.path, rootsOf(part), stored)) {
        unsigned level = *part.path.levelOf(op->getBlock());
        if (level >= levels && level < deepest)
          again.push_back(op);
      }
    return again;
  }

  /// Into how many maps, one in the other, the loops of a group are split: as few as compute nothing
  /// expensive again. Empty if it cannot be avoided.
  std::optional<unsigned> levelsOf(const ContributionGroup &group) {
    for (unsigned levels = 0; levels <= mostLevels(group); ++levels)
      if (!isExpensive(workOf(recomputed(group, levels))))
        return levels;
    return std::nullopt;
  }

  /// Leading levels whose loops are, all of them, the next indices of the tensors, without shifts or guards.
  unsigned mostLevels(const ContributionGroup &group) {
    if (GatheredMap(map, invariants, group).isGuarded())
      return 0;
    const NestPath &path = group.parts[0].path;
    unsigned level = 0;
    for (size_t dimension = 0; level < group.deepestUse(); ++level) {
      ArrayRef<BlockArgument> loops = path.indices(level);
      if (isa<scf::IfOp>(path.around[level]) || loops.size() > group.places.size() - dimension)
        break;
      auto next = ArrayRef(group.places).slice(dimension, loops.size());
      if (!llvm::all_of(next, [&](const IndexForm &place) { return llvm::is_contained(loops, place.loop); }))
        break;
      dimension += loops.size();
    }
    return level;
  }

  /// Expensive scalars of the map's body that inner loops need become arrays, where that helps.
  void storeShared() {
    llvm::SmallSetVector<Value, 4> stored;
    for (const ContributionGroup &group : groups) {
      if (levelsOf(group))
        continue;
      llvm::SmallSetVector<Value, 4> own = expensiveScalars(group);
      if (!own.empty() && !isExpensive(workOf(recomputed(group, 0, own))))
        stored.insert(own.begin(), own.end());
    }
    for (auto [op, copies] : copiesOf(groups, stored))
      if (copies > mostCopies && op->getNumResults() == 1 && isStorable(op->getResult(0)))
        stored.insert(op->getResult(0));
    if (!stored.empty())
      store(stored.getArrayRef());
  }

  /// Whether a value is a scalar of the map's body that an array can hold.
  bool isStorable(Value value) {
    Type type = value.getType();
    bool isEntry = type.isF64() || type.isInteger(64) || type.isInteger(32) || type.isInteger(1);
    Operation *op = value.getDefiningOp();
    return isEntry && op && op->getBlock() == map.getBody();
  }

  /// Expensive operations, and how many groups need them.
  static llvm::MapVector<Operation *, unsigned> copiesOf(ArrayRef<ContributionGroup> groups,
                                                         const llvm::SmallSetVector<Value, 4> &stored = {}) {
    llvm::MapVector<Operation *, unsigned> copies;
    for (const ContributionGroup &group : groups) {
      llvm::SmallSetVector<Operation *, 8> own;
      for (const Contribution &part : group.parts)
        for (Operation *op : sliceOf(part.path, rootsOf(part), stored))
          if (isExpensive(costate::workOf(op)))
            own.insert(op);
      for (Operation *op : own)
        ++copies[op];
    }
    return copies;
  }

  llvm::SmallSetVector<Value, 4> expensiveScalars(const ContributionGroup &group) {
    llvm::SmallSetVector<Value, 4> scalars;
    for (const Contribution &part : group.parts) {
      SmallVector<Operation *> slice = sliceOf(part.path, rootsOf(part));
      auto consider = [&](Value value) {
        if (isStorable(value) && isExpensive(workOf(sliceOf(part.path, value))))
          scalars.insert(value);
      };
      for (Operation *op : slice)
        if (op->getBlock() != map.getBody())
          llvm::for_each(usedBy(op), consider);
      for (AccumulateOp add : part.adds)
        consider(add.getValue());
    }
    return scalars;
  }

  /// Computes values of the map's body in a map before it; the body reads them.
  void store(ArrayRef<Value> values) {
    OpBuilder b(map);
    NestPath path{{map}, {map.getBody()}};
    SmallVector<Type> types;
    for (Value value : values)
      types.push_back(
          RankedTensorType::get(SmallVector<int64_t>(map.rank(), ShapedType::kDynamic), value.getType()));
    auto made = b.create<MapOp>(map.getLoc(), map.getSizes(), ValueRange{}, types);
    auto inner = OpBuilder::atBlockEnd(made.getBody());
    ValueRange indices = map.getBody()->getArguments().take_front(map.rank());
    IRMapping mapping;
    mapping.map(indices, made.getBody()->getArguments());
    for (Operation *op : sliceOf(path, values))
      cloneWithoutAdditions(op, inner, mapping);
    inner.create<YieldOp>(map.getLoc(),
                          llvm::map_to_vector(values, [&](Value v) { return mapping.lookup(v); }));
    for (auto [given, array] : llvm::zip_equal(values, made.getResults())) {
      Value value = given;
      OpBuilder here(value.getDefiningOp());
      value.replaceAllUsesWith(here.create<AtOp>(value.getLoc(), value.getType(), array, indices));
    }
  }

  /// Groups that need an operation of which there would be too many copies stay as they are.
  void dropCopies() {
    auto copies = copiesOf(groups);
    llvm::erase_if(groups, [&](const ContributionGroup &group) {
      return llvm::any_of(copiesOf(group), [&](auto &own) { return copies[own.first] > mostCopies; });
    });
  }

  /// Expensive operations of inner loops that additions need which stay.
  llvm::DenseSet<Operation *> expensiveForRest() {
    llvm::DenseSet<Operation *> gathered, needed;
    for (const ContributionGroup &group : groups)
      for (const Contribution &part : group.parts)
        gathered.insert(part.adds.begin(), part.adds.end());
    map.getRegion().walk([&](AccumulateOp add) {
      auto path = gathered.contains(add) ? std::nullopt : pathTo(add->getBlock(), map);
      if (!path)
        return;
      for (Operation *op : sliceOf(*path, rootsOf({*path, {add}})))
        if (op->getBlock() != map.getBody() && isExpensive(costate::workOf(op)))
          needed.insert(op);
    });
    return needed;
  }

  /// A group that needs what is computed anyway for what stays is added there; then it stays as well.
  void dropShared() {
    size_t before;
    do {
      before = groups.size();
      auto rest = expensiveForRest();
      llvm::erase_if(groups, [&](const ContributionGroup &group) {
        return llvm::any_of(copiesOf(group), [&](auto &own) { return rest.contains(own.first); });
      });
    } while (groups.size() < before);
  }

  /// What is gathered stands before the map: what still accumulates adds to it.
  void rewrite() {
    OpBuilder before(map);
    for (const ContributionGroup &group : groups) {
      SmallVector<Value> inits = llvm::map_to_vector(group.accumulators, [&](auto a) { return initOf(a); });
      GatheredMap gathered(map, invariants, group);
      SmallVector<Value> results = gathered.write(before, inits, *levelsOf(group));
      for (auto [accumulator, result] : llvm::zip_equal(group.accumulators, results))
        map.getInitsMutable()[accumulator.getArgNumber() - map.rank()].set(result);
    }
    for (const ContributionGroup &group : groups)
      for (const Contribution &part : group.parts)
        for (AccumulateOp add : part.adds)
          add.erase();
    dropAccumulators();
  }

  ResultRange accumulated() { return map.getResults().drop_front(map.numYielded()); }

  /// The map without the tensors that nothing is added to any more.
  void dropAccumulators() {
    SmallVector<Value> inits;
    SmallVector<unsigned> kept;
    for (auto [k, accumulator] : llvm::enumerate(map.accumulators()))
      if (accumulator.use_empty())
        accumulated()[k].replaceAllUsesWith(map.getInits()[k]);
      else
        inits.push_back(map.getInits()[k]), kept.push_back(unsigned(k));
    OpBuilder b(map);
    TypeRange yielded = TypeRange(map.getResultTypes()).take_front(map.numYielded());
    auto rest = b.create<MapOp>(map.getLoc(), map.getSizes(), inits, yielded, map.getInner());
    rest->setDiscardableAttrs(map->getDiscardableAttrDictionary());
    for (auto [old, own] :
         llvm::zip(map.getBody()->getArguments(), rest.getBody()->getArguments().take_front(map.rank())))
      old.replaceAllUsesWith(own);
    for (auto [position, k] : llvm::enumerate(kept)) {
      map.accumulators()[k].replaceAllUsesWith(rest.accumulators()[position]);
      accumulated()[k].replaceAllUsesWith(rest.getResult(map.numYielded() + unsigned(position)));
    }
    rest.getBody()->getOperations().splice(rest.getBody()->end(), map.getBody()->getOperations());
    for (unsigned k = 0; k < map.numYielded(); ++k)
      map.getResult(k).replaceAllUsesWith(rest.getResult(k));
    map.erase();
  }

  MapOp map;
  Invariants invariants;
  std::vector<ContributionGroup> groups;
};

struct GatherAdjoints : impl::GatherAdjointsBase<GatherAdjoints> {
  using GatherAdjointsBase::GatherAdjointsBase;
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (!function->hasAttr("costate.function"))
        continue;
      SmallVector<MapOp> maps; // inner ones first
      function.walk([&](MapOp map) {
        if (!map.getInits().empty())
          maps.push_back(map);
      });
      for (MapOp map : maps)
        numGathered += MapGatherer(map).run();
      RewritePatternSet patterns(&getContext());
      SizeOp::getCanonicalizationPatterns(patterns, &getContext());
      (void)applyPatternsAndFoldGreedily(function, std::move(patterns)); // what nothing needs any more goes
    }
  }
};

} // namespace
} // namespace costate
