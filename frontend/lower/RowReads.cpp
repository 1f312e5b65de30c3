// A copy of the function, reduced to the positions of what it loads.
#include "frontend/lower/RowReads.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace costate::lower {
namespace {

constexpr size_t mostInlined = 4000; // operations; what is left counts as whole
constexpr size_t mostSites = 100;    // of one variable

/// The size of what a block argument counts; null for arguments that are no indices of known ranges.
Value sizeOfIndex(BlockArgument index) {
  Operation *op = index.getOwner()->getParentOp();
  unsigned number = index.getArgNumber();
  if (auto map = dyn_cast<MapOp>(op))
    return number < map.rank() ? map.getSizes()[number] : Value();
  if (auto reduce = dyn_cast<ReduceOp>(op))
    return reduce.getSizes()[number];
  if (auto scan = dyn_cast<ScanOp>(op))
    return number == 0 ? scan.getSize() : Value();
  return {};
}

/// Positions are computed anywhere, also where a branch around them is not taken.
bool canCompute(Operation *op) {
  return isa<arith::ConstantOp, arith::AddIOp, arith::SubIOp, arith::MulIOp, arith::IndexCastOp,
             arith::ExtSIOp, arith::TruncIOp, arith::MaxSIOp, arith::MinSIOp, arith::SelectOp, arith::CmpIOp,
             arith::AndIOp, arith::OrIOp, SizeOp, WithinOp, AtOp>(op) &&
         op->getResult(0).getType().isIntOrIndex();
}

bool isSame(Value a, Value b) {
  if (a == b)
    return true;
  Operation *one = a.getDefiningOp(), *other = b.getDefiningOp();
  return one && other && one->getName() == other->getName() && one->getNumRegions() == 0 &&
         one->getNumOperands() == other->getNumOperands() &&
         one->getAttrDictionary() == other->getAttrDictionary() && one->getNumResults() == 1 &&
         a.getType() == b.getType() &&
         llvm::all_of(llvm::zip(one->getOperands(), other->getOperands()),
                      [](auto pair) { return isSame(std::get<0>(pair), std::get<1>(pair)); });
}

bool isSameRead(AtOp a, AtOp b) {
  return llvm::all_of(llvm::zip(a.getIndices(), b.getIndices()),
                      [](auto pair) { return isSame(std::get<0>(pair), std::get<1>(pair)); }) &&
         a.getArray() == b.getArray();
}

} // namespace

func::FuncOp RowReads::make(const std::string &name) {
  function = rows.clone();
  function.setSymName(name);
  OpBuilder(rows).insert(function);
  Block &body = function.getBody().front();
  map = body.getTerminator()->getOperand(0).getDefiningOp<MapOp>();
  assert(map && map.rank() == 1 && map.getNumResults() == 1 && "rows are those of a map");
  inlineMaps();
  resolveSizes();
  visit(map.getBody()->getTerminator());
  yieldSites();
  bool isGood = takeSizes();
  if (!isGood)
    for (Site &site : found)
      site.columns = 0;
  if (isGood && function.getNumResults() > 0)
    return function;
  function.erase();
  return {};
}

// ---- arrays in between ---------------------------------------------------------------------------------

/// Entries of arrays that the rows share are computed in the row, so that it is seen what each reads.
void RowReads::inlineMaps() {
  SmallVector<AtOp> todo;
  map.getBody()->walk([&](AtOp at) { todo.push_back(at); });
  size_t count = 0;
  while (!todo.empty() && count < mostInlined) {
    AtOp at = todo.pop_back_val();
    auto array = at.getArray().getDefiningOp<MapOp>();
    if (!array || array->getBlock() != map->getBlock() || !array.getInits().empty() ||
        !isActive(at.getArray()))
      continue;
    Value entry =
        array.getBody()->getTerminator()->getOperand(cast<OpResult>(at.getArray()).getResultNumber());
    if (isa<RankedTensorType>(entry.getType()))
      continue;
    array.getBody()->walk([&](Operation *) { ++count; });
    inlineEntry(at, array, todo);
  }
  active.clear();
}

void RowReads::inlineEntry(AtOp at, MapOp array, SmallVectorImpl<AtOp> &more) {
  OpBuilder b(at);
  IRMapping mapping;
  mapping.map(array.getBody()->getArguments(), at.getIndices());
  for (Operation &op : array.getBody()->without_terminator())
    b.clone(op, mapping)->walk([&](AtOp inner) { more.push_back(inner); });
  Value entry = array.getBody()->getTerminator()->getOperand(cast<OpResult>(at.getArray()).getResultNumber());
  at.replaceAllUsesWith(mapping.lookupOrDefault(entry));
  at.erase();
}

/// Sizes of arrays are those that they were made with.
void RowReads::resolveSizes() {
  function.walk([](SizeOp size) {
    unsigned dimension = unsigned(size.getDimension());
    if (auto reshape = size.getArray().getDefiningOp<ReshapeOp>())
      size.replaceAllUsesWith(Value(reshape.getSizes()[dimension]));
    else if (auto array = size.getArray().getDefiningOp<MapOp>(); array && dimension < array.rank())
      size.replaceAllUsesWith(Value(array.getSizes()[dimension]));
  });
}

// ---- what is read --------------------------------------------------------------------------------------

/// The variable whose entries these are, in whatever shape.
std::optional<int32_t> RowReads::variableOf(Value array) {
  while (auto reshape = array.getDefiningOp<ReshapeOp>())
    array = reshape.getArray();
  auto argument = dyn_cast<BlockArgument>(array);
  if (!argument || argument.getOwner() != &function.getBody().front())
    return std::nullopt;
  auto at = llvm::find(variables, int32_t(argument.getArgNumber()));
  return at == variables.end() ? std::nullopt : std::optional(int32_t(at - variables.begin()));
}

void RowReads::visit(Value value) {
  if (auto variable = variableOf(value))
    reads[*variable].clear(), reads[*variable].push_back({}); // whole
  else if (Operation *op = value.getDefiningOp())
    visit(op);
}

void RowReads::visit(Operation *op) {
  if (!seen.insert(op).second || isa<SizeOp>(op))
    return;
  auto at = dyn_cast<AtOp>(op);
  auto variable = at ? variableOf(at.getArray()) : std::nullopt;
  if (variable) {
    SmallVector<AtOp> &sites = reads[*variable];
    Levels levels;
    bool isOne = VariableOp(stated[size_t(*variable)]).getIndex().empty();
    bool isWhole =
        isOne || (!sites.empty() && !sites[0]) || sites.size() >= mostSites || !isKnown(at, levels);
    if (isWhole)
      sites.assign(1, AtOp());
    else if (llvm::none_of(sites, [&](AtOp known) { return isSameRead(known, at); }))
      sites.push_back(at);
  }
  for (Value operand : op->getOperands().drop_front(variable ? 1 : 0))
    visit(operand);
  for (Region &region : op->getRegions())
    region.walk([&](Operation *inner) { visit(inner); });
}

/// Whether the value depends on variables, or may.
bool RowReads::isActive(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    return argument.getOwner() == &function.getBody().front()
               ? llvm::is_contained(variables, int32_t(argument.getArgNumber()))
               : !sizeOfIndex(argument);
  if (auto known = active.find(value); known != active.end())
    return known->second;
  Operation *op = value.getDefiningOp();
  SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegions(), captured);
  auto depends = [&](Value operand) { return isActive(operand); };
  bool answer =
      !isa<SizeOp>(op) && (llvm::any_of(op->getOperands(), depends) || llvm::any_of(captured, depends));
  return active[value] = answer;
}

/// Whether the position can be computed from data and the indices of the levels around, which it adds.
bool RowReads::isKnown(Value value, Levels &levels) {
  if (auto index = dyn_cast<BlockArgument>(value)) {
    Operation *level = index.getOwner()->getParentOp();
    if (level == function || level == map)
      return level == map || !isActive(index);
    Value size = sizeOfIndex(index);
    if (!size || !isKnown(size, levels))
      return false;
    if (!llvm::is_contained(levels[level], index.getArgNumber()))
      levels[level].push_back(index.getArgNumber());
    return true;
  }
  Operation *op = value.getDefiningOp();
  if (op->getBlock() == map->getBlock())
    return !isActive(value);
  if (isa<SizeOp>(op) && op->getOperand(0).getParentBlock() != map->getBlock())
    return false;
  if (auto at = dyn_cast<AtOp>(op);
      at && (at.getArray().getParentBlock() != map->getBlock() || isActive(at.getArray())))
    return false;
  ValueRange needed = isa<SizeOp>(op) ? ValueRange()
                      : isa<AtOp>(op) ? op->getOperands().drop_front()
                                      : op->getOperands();
  return canCompute(op) && llvm::all_of(needed, [&](Value operand) { return isKnown(operand, levels); });
}

static ValueRange sizesOfShape(Value array) {
  auto reshape = array.getDefiningOp<ReshapeOp>();
  return reshape ? ValueRange(reshape.getSizes()) : ValueRange();
}

bool RowReads::isKnown(AtOp at, Levels &levels) {
  auto isGiven = [&](Value value) { return isKnown(value, levels); };
  return llvm::all_of(at.getIndices(), isGiven) && llvm::all_of(sizesOfShape(at.getArray()), isGiven);
}

// ---- the function --------------------------------------------------------------------------------------

/// Whether the position is one of 0, 1, ..., size - 1.
static Value isInside(Value position, Value size, OpBuilder &b) {
  return b.create<arith::CmpIOp>(position.getLoc(), arith::CmpIPredicate::ult, position, size);
}

/// An entry of data, 0 where there is none: branches and loops that keep an index inside are not copied.
static Value entryOrZero(AtOp at, OpBuilder &b, IRMapping &mapping) {
  Location loc = at.getLoc();
  Value has;
  for (auto [k, index] : llvm::enumerate(at.getIndices())) {
    Value size = b.create<SizeOp>(loc, at.getArray(), int64_t(k));
    Value own = isInside(mapping.lookupOrDefault(index), size, b);
    has = has ? b.create<arith::AndIOp>(loc, has, own).getResult() : own;
  }
  auto choice = b.create<scf::IfOp>(loc, TypeRange{at.getType()}, has, /*withElseRegion=*/true);
  OpBuilder taken = choice.getThenBodyBuilder(), missing = choice.getElseBodyBuilder();
  taken.create<scf::YieldOp>(loc, taken.clone(*at, mapping)->getResult(0));
  Value zero = missing.create<arith::ConstantOp>(loc, missing.getIntegerAttr(at.getType(), 0));
  missing.create<scf::YieldOp>(loc, zero);
  return choice.getResult(0);
}

/// The value where `b` is, from data and what is mapped.
Value RowReads::cloned(Value value, OpBuilder &b, IRMapping &mapping) {
  if (Value known = mapping.lookupOrNull(value))
    return known;
  Operation *op = value.getDefiningOp();
  if (!op || op->getBlock() == map->getBlock())
    return value;
  for (Value operand : op->getOperands())
    if (!isa<RankedTensorType>(operand.getType()))
      mapping.map(operand, cloned(operand, b, mapping));
  if (auto at = dyn_cast<AtOp>(op))
    return entryOrZero(at, b, mapping);
  auto within = dyn_cast<WithinOp>(op);
  if (!within)
    return b.clone(*op, mapping)->getResult(0);
  Value position = mapping.lookup(within.getPosition());
  Value zero = b.create<arith::ConstantIndexOp>(op->getLoc(), 0);
  Value has = isInside(position, mapping.lookup(within.getSize()), b);
  return b.create<arith::SelectOp>(op->getLoc(), has, position, zero);
}

/// The number of the entry in the variable, last index fastest.
Value RowReads::positionOf(AtOp at, OpBuilder &b, IRMapping &mapping) {
  Location loc = at.getLoc();
  Value position;
  for (auto [k, index] : llvm::enumerate(at.getIndices())) {
    Value own = cloned(index, b, mapping);
    if (position) {
      Value size = cloned(sizesOfShape(at.getArray())[k], b, mapping);
      own = b.create<arith::AddIOp>(loc, b.create<arith::MulIOp>(loc, position, size), own);
    }
    position = own;
  }
  return b.create<arith::IndexCastOp>(loc, b.getI64Type(), position);
}

/// The least or greatest position in the loops around.
Value RowReads::extreme(StringRef kind, AtOp at, const Levels &levels, OpBuilder &b, IRMapping &mapping) {
  if (levels.empty())
    return positionOf(at, b, mapping);
  SmallVector<std::pair<Operation *, SmallVector<unsigned>>> order(levels.begin(), levels.end());
  llvm::sort(order, [](auto &one, auto &other) { return one.first->isProperAncestor(other.first); });
  OpBuilder inside = b;
  IRMapping inner = mapping;
  SmallVector<ReduceOp> reductions;
  for (auto &[level, numbers] : order) {
    SmallVector<Value> sizes;
    auto index = [level = level](unsigned number) { return level->getRegion(0).getArgument(number); };
    for (unsigned number : numbers)
      sizes.push_back(cloned(sizeOfIndex(index(number)), inside, inner));
    auto reduce = inside.create<ReduceOp>(at.getLoc(), kind, sizes, TypeRange{b.getI64Type()});
    for (auto [number, argument] : llvm::zip(numbers, reduce.getBody()->getArguments()))
      inner.map(index(number), argument);
    if (!reductions.empty())
      inside.create<YieldOp>(at.getLoc(), reduce.getResult(0));
    inside = OpBuilder::atBlockEnd(reduce.getBody());
    reductions.push_back(reduce);
  }
  inside.create<YieldOp>(at.getLoc(), positionOf(at, inside, inner));
  return reductions.front().getResult(0);
}

/// Replaces what the function returns.
void RowReads::yieldSites() {
  OpBuilder after(map->getContext());
  after.setInsertionPointAfter(map);
  SmallVector<std::pair<AtOp, Levels>> sites;
  size_t count = 0;
  for (auto &[variable, list] : reads)
    for (AtOp at : list) {
      Levels levels;
      if (at)
        isKnown(at, levels);
      int32_t columns = !at ? 0 : levels.empty() ? 1 : 2;
      found.push_back({variable, columns});
      count += size_t(columns);
      if (at)
        sites.push_back({at, levels});
    }
  Type column = columnOf(after.getI64Type());
  auto made =
      after.create<MapOp>(map.getLoc(), map.getSizes(), ValueRange(), SmallVector<Type>(count, column));
  OpBuilder b = OpBuilder::atBlockEnd(made.getBody());
  IRMapping mapping;
  mapping.map(map.getBody()->getArgument(0), made.getBody()->getArgument(0));
  SmallVector<Value> positions;
  for (auto &[at, levels] : sites) {
    IRMapping own = mapping;
    positions.push_back(extreme("min", at, levels, b, own));
    if (!levels.empty())
      positions.push_back(extreme("max", at, levels, b, own));
  }
  b.create<YieldOp>(map.getLoc(), positions);
  function.getBody().front().getTerminator()->setOperands(made.getResults());
  function.setType(b.getFunctionType(function.getArgumentTypes(), made.getResultTypes()));
}

/// Only sizes of variables are left, or the function is no function of data: then false.
bool RowReads::takeSizes() {
  Block &body = function.getBody().front();
  SmallVector<Operation *> all;
  for (Operation &op : body.without_terminator())
    all.push_back(&op);
  for (Operation *op : llvm::reverse(all))
    if (op->use_empty())
      op->erase();
  for (auto [k, variable] : llvm::zip(variables, stated)) {
    BlockArgument argument = body.getArgument(unsigned(k));
    if (!llvm::all_of(argument.getUsers(), [](Operation *user) { return isa<SizeOp>(user); }))
      return false;
    argument.setType(VariableOp(variable).getLike().getType());
  }
  function.setType(FunctionType::get(function.getContext(), body.getArgumentTypes(),
                                     body.getTerminator()->getOperandTypes()));
  return true;
}

} // namespace costate::lower
