// Indices, sizes and the cost of nested maps, reductions and loops.
#include "passes/ArrayNests.h"

#include "passes/KernelCost.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace costate {

Value sizeOfIndex(Value index) {
  auto arg = dyn_cast<BlockArgument>(index);
  if (!arg || !arg.getType().isIndex())
    return {};
  Operation *owner = arg.getOwner()->getParentOp();
  unsigned k = arg.getArgNumber();
  if (auto map = dyn_cast_or_null<MapOp>(owner))
    return k < map.rank() ? map.getSizes()[k] : Value();
  if (auto reduce = dyn_cast_or_null<ReduceOp>(owner))
    return reduce.getSizes()[k];
  auto scan = dyn_cast_or_null<ScanOp>(owner);
  return scan && k == 0 ? scan.getSize() : Value();
}

Value sizeOf(OpBuilder &b, Location loc, Value array, int64_t dimension) {
  Value known = sizeKnownTo(array, uint64_t(dimension), b);
  if (!known)
    return b.create<SizeOp>(loc, array, dimension);
  auto next = known.getDefiningOp<SizeOp>();
  return next ? sizeOf(b, loc, next.getArray(), int64_t(next.getDimension())) : known;
}

bool areEqualSizes(Value a, Value b) {
  if (a == b)
    return true;
  IntegerAttr x, y;
  if (matchPattern(a, m_Constant(&x)) && matchPattern(b, m_Constant(&y)))
    return x == y;
  auto left = a.getDefiningOp<SizeOp>(), right = b.getDefiningOp<SizeOp>();
  return left && right && left.getArray() == right.getArray() && left.getDimension() == right.getDimension();
}

/// The size of an array in one dimension, where an operation was given it.
static Value givenSize(Value array, int64_t dimension) {
  if (auto reshape = array.getDefiningOp<ReshapeOp>())
    return reshape.getSizes()[size_t(dimension)];
  auto map = array.getDefiningOp<MapOp>();
  if (!map)
    return {};
  unsigned number = cast<OpResult>(array).getResultNumber();
  if (number >= map.numYielded())
    return givenSize(map.getInits()[number - map.numYielded()], dimension);
  return dimension < map.rank() ? Value(map.getSizes()[unsigned(dimension)]) : Value();
}

bool coversDimension(Value index, Value array, int64_t dimension) {
  Value count = sizeOfIndex(index);
  if (!count)
    return false;
  if (auto size = count.getDefiningOp<SizeOp>())
    if (size.getArray() == array && int64_t(size.getDimension()) == dimension)
      return true;
  Value given = givenSize(array, dimension);
  return given && areEqualSizes(count, given);
}

namespace {

class FormReader {
public:
  FormReader(llvm::function_ref<bool(Value)> isLoop, llvm::function_ref<bool(Value)> isInvariant)
      : isLoop(isLoop), isInvariant(isInvariant) {}

  bool read(Value v, bool isNegated) {
    if (isLoop(v)) {
      bool isFirst = !form.loop;
      form.loop = cast<BlockArgument>(v);
      form.isNegated = isNegated;
      return isFirst;
    }
    if (isInvariant(v)) {
      form.shifts.push_back({v, isNegated});
      return true;
    }
    Operation *op = v.getDefiningOp();
    if (isa_and_nonnull<arith::IndexCastOp, WithinOp>(op))
      return read(op->getOperand(0), isNegated);
    if (isa_and_nonnull<arith::AddIOp>(op))
      return read(op->getOperand(0), isNegated) && read(op->getOperand(1), isNegated);
    if (isa_and_nonnull<arith::SubIOp>(op))
      return read(op->getOperand(0), isNegated) && read(op->getOperand(1), !isNegated);
    return false;
  }

  IndexForm form;

private:
  llvm::function_ref<bool(Value)> isLoop, isInvariant;
};

/// How often the body of a loop runs, where that is a number.
std::optional<int64_t> tripCount(ValueRange sizes) {
  int64_t count = 1;
  for (Value size : sizes) {
    IntegerAttr number;
    if (!matchPattern(size, m_Constant(&number)))
      return std::nullopt;
    count *= number.getInt();
  }
  return count;
}

std::optional<int64_t> tripCount(Operation *op) {
  if (auto map = dyn_cast<MapOp>(op))
    return tripCount(map.getSizes());
  if (auto reduce = dyn_cast<ReduceOp>(op))
    return tripCount(reduce.getSizes());
  if (auto scan = dyn_cast<ScanOp>(op))
    return tripCount(ValueRange(scan.getSize()));
  return isa<IterateOp, UnwindOp, JvpOp, VjpOp, RootOp, RuledOp>(op) ? std::nullopt
                                                                     : std::optional<int64_t>(1);
}

} // namespace

std::optional<IndexForm> indexForm(Value index, llvm::function_ref<bool(Value)> isLoop,
                                   llvm::function_ref<bool(Value)> isInvariant) {
  FormReader reader(isLoop, isInvariant);
  if (!reader.read(index, false) || !reader.form.loop)
    return std::nullopt;
  return reader.form;
}

/// Positions of extremes are found one instance after the other, other things in vectors.
static double slowness(Operation *op) {
  constexpr double lanes = 8;
  auto reduce = dyn_cast<ReduceOp>(op);
  return reduce && reduce.isPosition() ? lanes : 1;
}

Work workOf(Operation *op) {
  if (isa<AtOp>(op))
    return {1, true};
  Work work{costOf(ArrayRef(op)).operations(), true};
  std::optional<int64_t> count = tripCount(op);
  for (Region &region : op->getRegions())
    for (Block &block : region) {
      Work inside = workOf(block);
      work += {inside.operations * double(count.value_or(1)) * slowness(op),
               inside.isBounded && count.has_value()};
    }
  return work;
}

Work workOf(Block &body) {
  Work work;
  for (Operation &op : body)
    work += workOf(&op);
  return work;
}

bool isCheap(const Work &work) {
  constexpr double mostRepeated = 2;
  return work.isBounded && work.operations <= mostRepeated;
}

bool areFew(Value size) {
  constexpr int64_t few = 8;
  APInt number;
  return matchPattern(size, m_ConstantInt(&number)) && number.getSExtValue() <= few;
}

bool dependsOn(Value value, Value argument) {
  if (value == argument)
    return true;
  Operation *op = value.getDefiningOp();
  return op && op->getNumRegions() == 0 &&
         llvm::any_of(op->getOperands(), [&](Value operand) { return dependsOn(operand, argument); });
}

Value copiedFrom(Operation *around, Value value, OpBuilder &builder, IRMapping &values) {
  Operation *op = value.getDefiningOp();
  if (values.contains(value) || !op || !around->isAncestor(op))
    return values.lookupOrDefault(value);
  for (Value operand : op->getOperands())
    copiedFrom(around, operand, builder, values);
  return builder.clone(*op, values)->getResult(cast<OpResult>(value).getResultNumber());
}

bool isZero(Value array) {
  if (auto fill = array.getDefiningOp<FillOp>())
    return matchPattern(fill.getValue(), m_AnyZeroFloat()) || matchPattern(fill.getValue(), m_Zero());
  auto map = array.getDefiningOp<MapOp>();
  unsigned number = map ? cast<OpResult>(array).getResultNumber() : 0;
  if (!map || number >= map.numYielded())
    return false;
  Value value = map.getBody()->getTerminator()->getOperand(number);
  return isa<RankedTensorType>(value.getType())
             ? isZero(value)
             : matchPattern(value, m_AnyZeroFloat()) || matchPattern(value, m_Zero());
}

} // namespace costate
