// Numbering of equal scalars; paths to rows.
#include "passes/RowExpressions.h"
#include "passes/KernelCost.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace costate {
namespace {

enum Kind : char { constantRow, openRow, combined }; // what a key is for

const void *asKey(int number) { return reinterpret_cast<const void *>(intptr_t(number)); }
const void *asKey(Kind kind) { return asKey(int(kind)); }

} // namespace

void RowExpressions::add(TermOp term) {
  if (!term.getOver()) // one instance: nothing to save
    return;
  for (Operation &op : term.getRegion().front()) {
    auto at = dyn_cast<AtOp>(op);
    std::optional<Scalar> scalar = at ? load(at, term) : combination(op);
    if (scalar)
      take(op, *scalar, term);
    for (Value operand : op.getOperands())
      if (auto used = of(operand))
        expressions[size_t(used->expression)].users.insert(scalar ? scalar->expression : -1);
  }
}

std::optional<RowExpressions::Scalar> RowExpressions::of(Value value) const {
  auto known = scalars.find(value);
  return known == scalars.end() ? std::nullopt : std::optional(known->second);
}

void RowExpressions::take(Operation &op, Scalar scalar, TermOp term) {
  scalars[op.getResult(0)] = scalar;
  RowExpression &expression = expressions[size_t(scalar.expression)];
  if (scalar.position != anyRow)
    expression.positions.insert(scalar.position);
  if (expression.example)
    return;
  expression.example = op.getResult(0), expression.term = term;
  auto at = dyn_cast<AtOp>(op);
  KernelCost own = costOf(&op);
  expression.calls = int(own.calls), expression.roots = int(own.roots);
  expression.readsRow = at && at.getArray().getDefiningOp<VariableOp>() && scalar.position != anyRow;
  for (Value operand : op.getOperands())
    if (auto inner = of(operand); inner && !at) {
      const RowExpression &below = expressions[size_t(inner->expression)];
      expression.readsRow |= below.readsRow;
      expression.calls = std::min(2, expression.calls + below.calls);
      expression.roots = std::min(2, expression.roots + below.roots);
    }
}

int RowExpressions::number(const std::vector<const void *> &key) {
  auto [known, isNew] = numbers.try_emplace(key, int(expressions.size()));
  if (isNew)
    expressions.emplace_back();
  return known->second;
}

int RowExpressions::number(const Position &position) {
  std::vector<const void *> key{position.first.getAsOpaquePointer()};
  for (Value column : position.second)
    key.push_back(column.getAsOpaquePointer());
  auto [known, isNew] = positionNumbers.try_emplace(key, int(positions.size()));
  if (isNew)
    positions.push_back(position);
  return known->second;
}

// ---- loads ---------------------------------------------------------------------------------------------

Value RowExpressions::arrayOf(AtOp load) {
  Value array = load.getArray();
  while (auto gather = array.getDefiningOp<GatherOp>())
    array = gather.getSource();
  return array;
}

/// A column of rows of rows is the columns one after the other.
void RowExpressions::expand(Value column, Path &path) {
  if (auto gather = column.getDefiningOp<GatherOp>()) {
    expand(gather.getRows(), path);
    return expand(gather.getSource(), path);
  }
  path.push_back(lookUps.first(column));
}

std::optional<RowExpressions::Path> RowExpressions::pathTo(Value index, TermOp term) {
  if (index == term.getRegion().getArgument(0))
    return Path{};
  Operation *op = index.getDefiningOp();
  if (auto cast = dyn_cast_or_null<arith::IndexCastOp>(op))
    return pathTo(cast.getIn(), term);
  auto at = dyn_cast_or_null<AtOp>(op);
  if (!at || at.getIndices().size() != 1 || at.getArray().getDefiningOp<VariableOp>())
    return std::nullopt;
  std::optional<Path> path = pathTo(at.getIndices()[0], term);
  if (path)
    expand(at.getArray(), *path);
  return path;
}

std::optional<RowExpressions::Scalar> RowExpressions::load(AtOp at, TermOp term) {
  if (at.getIndices().size() != 1)
    return std::nullopt;
  const void *array = at.getArray().getAsOpaquePointer();
  IntegerAttr constant;
  if (matchPattern(at.getIndices()[0], m_Constant(&constant)))
    return Scalar{number({asKey(constantRow), array, constant.getAsOpaquePointer()}), anyRow};
  std::optional<Path> path = pathTo(at.getIndices()[0], term);
  if (!path)
    return std::nullopt;
  SmallVector<Value> gathered; // source[r1[r2[...]]]: innermost rows first
  for (Value from = at.getArray(); auto gather = from.getDefiningOp<GatherOp>(); from = gather.getSource())
    gathered.push_back(gather.getRows());
  for (Value rows : gathered)
    expand(rows, *path);
  return Scalar{number({asKey(openRow), arrayOf(at).getAsOpaquePointer()}),
                number(Position{term.getOver(), *path})};
}

// ---- what is made of them ------------------------------------------------------------------------------

std::optional<RowExpressions::Scalar> RowExpressions::combination(Operation &op) {
  bool isScalar = op.getNumResults() == 1 && op.getNumRegions() == 0 && isPure(&op) &&
                  op.getResult(0).getType().isIntOrFloat();
  if (!isScalar)
    return std::nullopt;
  int position = anyRow;
  SmallVector<int> operands;
  for (Value operand : op.getOperands()) {
    std::optional<Scalar> known = of(operand);
    bool agrees = known && (position == anyRow || known->position == anyRow || known->position == position);
    if (!agrees)
      return std::nullopt;
    position = std::max(position, known->position); // anyRow is less
    operands.push_back(known->expression);
  }
  if (op.hasTrait<OpTrait::IsCommutative>())
    llvm::sort(operands);
  std::vector<const void *> key{asKey(combined), op.getName().getAsOpaquePointer(),
                                op.getAttrDictionary().getAsOpaquePointer(),
                                op.getResult(0).getType().getAsOpaquePointer()};
  for (int operand : operands)
    key.push_back(asKey(operand));
  return Scalar{number(key), position};
}

SmallVector<Operation *> RowExpressions::operations(Value value, size_t most) const {
  SmallVector<Operation *> found, stack{value.getDefiningOp()};
  llvm::DenseSet<Operation *> seen{stack.back()};
  while (!stack.empty()) {
    Operation *op = stack.pop_back_val();
    found.push_back(op);
    if (found.size() > most)
      return {};
    if (isa<AtOp>(op))
      continue;
    for (Value operand : op->getOperands())
      if (seen.insert(operand.getDefiningOp()).second)
        stack.push_back(operand.getDefiningOp());
  }
  llvm::sort(found, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  return found;
}

} // namespace costate
