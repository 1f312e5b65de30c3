// The body of a shared expression: the operations of one place, every load at the row moved to the body's
// row, then its derivatives.
#include "passes/SharedExpressions.h"
#include "passes/ScalarGradient.h"

#include "mlir/IR/Dominance.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/CSE.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace costate {
namespace {

/// What stands for the number of rows of a column: equal where they certainly have equally many.
Value spaceOf(Value column) {
  while (Operation *op = column.getDefiningOp()) {
    Value next = llvm::TypeSwitch<Operation *, Value>(op)
                     .Case([](VariableOp v) { return v.getLike(); })
                     .Case([](CheckDomainOp check) { return check.getColumn(); })
                     .Case([](CheckRowsOp check) { return check.getParent(); })
                     .Case([](GatherOp gather) { return gather.getRows(); })
                     .Case([](FillOp fill) { return fill.getLike(); })
                     .Case([](LocateOp locate) { return locate.getQuery().front(); })
                     .Case([](LocateProductOp locate) { return locate.getQuery().front(); })
                     .Case<ColumnOp, PresentOp, ForeignOp, KeysOp, RowsOp>(
                         [](auto of) { return Value(of.getTable()); })
                     .Case([](MapOp map) {
                       auto length = map.rank() == 1 && map.getInits().empty()
                                         ? map.getSizes()[0].getDefiningOp<LengthOp>()
                                         : LengthOp();
                       return length ? length.getColumn() : Value();
                     })
                     .Case<ProductOp, JoinOp, ExpandOp>([](auto pairs) { return Value(pairs->getResult(0)); })
                     .Default([](Operation *) { return Value(); });
    if (!next || next == column)
      return column;
    column = next;
  }
  return column;
}

class SharedBody {
public:
  SharedBody(const RowExpressions &rows, const RowExpression &expression, OpBuilder builder)
      : rows(rows), expression(expression), builder(builder),
        operations(rows.operations(expression.example, mostSharedOperations)) {}

  std::optional<SharedExpression> run() {
    loads = variableLoads(rows, operations);
    Value over = space();
    if (!over || loads.size() > mostSharedArguments)
      return std::nullopt;
    open(over);
    if (!differentiate()) {
      op.erase();
      return std::nullopt;
    }
    number();
    close();
    SharedExpression shared{op, {}, builder.getArrayAttr(partials), cost(1), cost(parts[2])};
    for (auto &[number, load] : loads)
      shared.arguments.push_back(number);
    return shared;
  }

private:
  /// The column whose rows are those of all that is read at the row.
  Value space() {
    Value over;
    for (Operation *operation : operations) {
      auto at = dyn_cast<AtOp>(operation);
      if (!at || !rows.isAtRow(at))
        continue;
      Value array = RowExpressions::arrayOf(at);
      if (auto variable = array.getDefiningOp<VariableOp>(); variable && !over)
        over = variable.getLike();
    }
    for (Operation *operation : operations) {
      auto at = dyn_cast<AtOp>(operation);
      if (over && at && rows.isAtRow(at) && spaceOf(RowExpressions::arrayOf(at)) != spaceOf(over))
        return nullptr;
    }
    return over;
  }

  void open(Value over) {
    Location loc = expression.example.getLoc();
    op = builder.create<SharedOp>(loc, TypeRange(), over, ValueRange(), ArrayRef<int32_t>{1, 1, 1},
                                  uint32_t(expression.positions.size()), FlatSymbolRefAttr(),
                                  FlatSymbolRefAttr(), FlatSymbolRefAttr());
    Block *body = OpBuilder(builder).createBlock(&op.getRegion(), {}, {builder.getIndexType()}, {loc});
    inside = OpBuilder::atBlockEnd(body);
    for (Operation *operation : operations) {
      auto at = dyn_cast<AtOp>(operation);
      if (!at || !rows.isAtRow(at)) {
        for (Value operand : operation->getOperands()) // the index of a constant row
          if (operand.getType().isIndex() && !mapping.contains(operand))
            inside.clone(*operand.getDefiningOp(), mapping);
        inside.clone(*operation, mapping);
        continue;
      }
      Value entry = inside.create<AtOp>(at.getLoc(), RowExpressions::arrayOf(at), body->getArgument(0));
      mapping.map(at.getValue(), entry);
    }
  }

  /// Yields the value, then first and lower second derivatives, those that are not structurally zero.
  bool differentiate() {
    ScalarDerivatives derivatives(inside);
    auto entries =
        llvm::map_to_vector(loads, [&](auto &load) { return mapping.lookup(load.second.getValue()); });
    if (derivatives.withoutRule(entries))
      return false;
    SmallVector<Value> all{mapping.lookup(expression.example)};
    auto gradient = derivatives.gradient(all[0], entries);
    size_t k = entries.size();
    firstOf.assign(k, -1), secondOf.assign(k * k, -1);
    auto keep = [&](Value value) { return all.push_back(value), int(all.size()) - 1; };
    for (size_t j = 0; j < k; ++j)
      if (gradient[j])
        firstOf[j] = keep(gradient[j]);
    for (size_t j = 0; j < k; ++j)
      for (auto [l, value] : derivatives.tangents(entries[j], unsigned(j)))
        secondOf[j * k + l] = secondOf[l * k + j] = keep(value);
    inside.create<YieldOp>(op.getLoc(), all);
    IRRewriter rewriter(builder.getContext());
    DominanceInfo dominance(op);
    eliminateCommonSubExpressions(rewriter, dominance, op);
    return true;
  }

  /// Equal columns are one, constants are none: sets columns, parts and partials.
  void number() {
    Operation *yield = op.getRegion().front().getTerminator();
    auto attributeOf = [&](int yielded) -> Attribute {
      if (yielded < 0)
        return builder.getF64FloatAttr(0);
      Value value = yield->getOperand(unsigned(yielded));
      FloatAttr constant;
      if (matchPattern(value, m_Constant(&constant)))
        return constant;
      columns.insert(value);
      return builder.getI32IntegerAttr(int32_t(llvm::find(columns, value) - columns.begin()));
    };
    size_t k = loads.size();
    columns.insert(yield->getOperand(0));
    auto first = llvm::map_to_vector(firstOf, attributeOf);
    parts[1] = int32_t(columns.size());
    auto second = llvm::map_to_vector(secondOf, attributeOf);
    parts[2] = int32_t(columns.size());
    partials.assign(columns.size() * k, builder.getUnitAttr());
    for (size_t j = 0; j < k; ++j)
      if (auto array = dyn_cast<IntegerAttr>(first[j]))
        std::copy_n(second.begin() + j * k, k, partials.begin() + size_t(array.getInt()) * k);
    std::copy_n(first.begin(), k, partials.begin());
  }

  /// The operation with its results.
  void close() {
    Operation *yield = op.getRegion().front().getTerminator();
    yield->setOperands(columns.getArrayRef());
    SmallVector<Type> types(columns.size(), columnOf(builder.getF64Type()));
    auto named =
        builder.create<SharedOp>(op.getLoc(), types, op.getOver(), ValueRange(), parts, op.getPositions(),
                                 FlatSymbolRefAttr(), FlatSymbolRefAttr(), FlatSymbolRefAttr());
    named.getRegion().takeBody(op.getRegion());
    op.erase();
    op = named;
  }

  /// Of the first results.
  KernelCost cost(int32_t results) {
    llvm::SetVector<Operation *> needed;
    for (Value column : columns.getArrayRef().take_front(size_t(results)))
      needed.insert(column.getDefiningOp());
    for (size_t next = 0; next < needed.size(); ++next)
      for (Value operand : needed[next]->getOperands())
        if (Operation *source = operand.getDefiningOp();
            source && source->getBlock() == needed[0]->getBlock())
          needed.insert(source);
    return costOf(needed.getArrayRef());
  }

  const RowExpressions &rows;
  const RowExpression &expression;
  OpBuilder builder, inside = builder;
  SmallVector<Operation *> operations;
  SmallVector<std::pair<int, AtOp>> loads;
  SharedOp op;
  IRMapping mapping;
  SmallVector<int> firstOf, secondOf; // numbers of what is yielded, or -1
  llvm::SetVector<Value> columns;
  std::array<int32_t, 3> parts{1, 1, 1};
  SmallVector<Attribute> partials;
};

} // namespace

SmallVector<std::pair<int, AtOp>> variableLoads(const RowExpressions &rows,
                                                ArrayRef<Operation *> operations) {
  SmallVector<std::pair<int, AtOp>> loads;
  for (Operation *op : operations) {
    auto at = dyn_cast<AtOp>(op);
    if (!at || !at.getArray().getDefiningOp<VariableOp>())
      continue;
    int number = rows.of(at.getValue())->expression;
    if (llvm::none_of(loads, [&](auto &known) { return known.first == number; }))
      loads.emplace_back(number, at);
  }
  return loads;
}

std::optional<SharedExpression> shareExpression(const RowExpressions &rows, const RowExpression &expression,
                                                OpBuilder builder) {
  return SharedBody(rows, expression, builder).run();
}

} // namespace costate
