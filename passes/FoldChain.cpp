// Running values of a fold: the columns that order them, and the body that defines them.
#include "passes/FoldChain.h"

using namespace mlir;

namespace costate {

FoldChain::FoldChain(FoldOp fold, Value enclosing, OpBuilder &outside)
    : fold(fold), outside(outside), loc(fold.getLoc()) {
  Type codes = columnOf(outside.getI32Type());
  bool isProduct = fold.getKind() == "mul";
  Value unsorted = fold.getParent();
  if (isProduct) // a product over no rows is 1: every group has a row to start from
    unsorted = outside.create<ConcatOp>(loc, codes, rowNumbers(enclosing), unsorted);
  rows = outside.create<SortOp>(loc, codes, ValueRange{unsorted});
  Value inverse = outside.create<SortOp>(loc, codes, ValueRange{rows}); // of the permutation `rows`
  Value parent = outside.create<GatherOp>(loc, unsorted, rows);
  last = lastOfEach(parent, enclosing);
  if (isProduct) {
    starts = outside.create<GatherOp>(loc, inverse, rowNumbers(enclosing));
    place = placesAfter(inverse, enclosing);
  } else {
    place = inverse;
    isFirst = outside.create<GatherOp>(loc, firstOfItsGroup(parent), place);
  }
}

Value FoldChain::rowNumbers(Value like) {
  Type codes = columnOf(outside.getI32Type());
  auto one = DenseElementsAttr::get(RankedTensorType::get({1}, outside.getI32Type()), int32_t(0));
  Value row = outside.create<LiteralOp>(loc, codes, one);
  return outside.create<ProductOp>(loc, TypeRange{codes, codes}, row, like).getRightRow();
}

Value FoldChain::map(Value over, Type type, Body body) {
  Value size = outside.create<LengthOp>(loc, outside.getIndexType(), over);
  auto result = outside.create<MapOp>(loc, size, ValueRange{}, TypeRange{columnOf(type)});
  OpBuilder inside = OpBuilder::atBlockEnd(result.getBody());
  Value value = body(inside, result.getBody()->getArgument(0));
  inside.create<YieldOp>(loc, value);
  return result.getResult(0);
}

Value FoldChain::toIndex(OpBuilder &builder, Value column, Value row) {
  Value entry = builder.create<AtOp>(loc, column, row);
  return builder.create<arith::IndexCastOp>(loc, builder.getIndexType(), entry);
}

Value FoldChain::lastOfEach(Value parent, Value enclosing) {
  Type codes = columnOf(outside.getI32Type());
  Value start = outside.create<FillOp>(loc, codes, enclosing, outside.getI32IntegerAttr(0));
  Value size = outside.create<LengthOp>(loc, outside.getIndexType(), parent);
  auto places = outside.create<MapOp>(loc, size, start, TypeRange{});
  OpBuilder inside = OpBuilder::atBlockEnd(places.getBody());
  Value row = places.getBody()->getArgument(0);
  Value own = inside.create<arith::IndexCastOp>(loc, inside.getI32Type(), row);
  inside.create<AccumulateOp>(loc, own, places.getBody()->getArgument(1), toIndex(inside, parent, row),
                              "max");
  inside.create<YieldOp>(loc, ValueRange{});
  return places.getResult(0);
}

/// Whether a place is 0 or has another parent than the one before it.
Value FoldChain::firstOfItsGroup(Value parent) {
  return map(parent, outside.getI1Type(), [&](OpBuilder &b, Value row) -> Value {
    Value zero = b.create<arith::ConstantIndexOp>(loc, 0), one = b.create<arith::ConstantIndexOp>(loc, 1);
    Value left = b.create<arith::MaxSIOp>(loc, b.create<arith::SubIOp>(loc, row, one), zero);
    Value mine = b.create<AtOp>(loc, parent, row), other = b.create<AtOp>(loc, parent, left);
    Value differs = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::ne, mine, other);
    Value isZero = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, row, zero);
    return b.create<arith::OrIOp>(loc, differs, isZero);
  });
}

/// The places of nested rows, which come after the enclosing ones in the permutation.
Value FoldChain::placesAfter(Value inverse, Value enclosing) {
  Value count = outside.create<CountOp>(loc, columnOf(outside.getI64Type()), enclosing);
  return map(fold.getParent(), outside.getI32Type(), [&](OpBuilder &b, Value row) -> Value {
    Value offset = toIndex(b, count, b.create<arith::ConstantIndexOp>(loc, 0));
    return b.create<AtOp>(loc, inverse, b.create<arith::AddIOp>(loc, row, offset).getResult());
  });
}

/// One less than the place; the first of a group of min and max refers to itself, which is not used.
Value FoldChain::placesBefore() {
  return map(place, outside.getI32Type(), [&](OpBuilder &b, Value row) -> Value {
    Value own = b.create<AtOp>(loc, place, row);
    Value left = b.create<arith::SubIOp>(loc, own, b.create<arith::ConstantIntOp>(loc, 1, 32));
    return isFirst ? b.create<arith::SelectOp>(loc, b.create<AtOp>(loc, isFirst, row), own, left).getResult()
                   : left;
  });
}

void FoldChain::chain(Value h) {
  Value before = placesBefore();
  Block &body = fold.getRegion().front();
  Operation *yield = body.getTerminator();
  OpBuilder builder(yield);
  Value row = body.getArgument(0), own = yield->getOperand(0);
  Value left = builder.create<AtOp>(loc, h, toIndex(builder, before, row));
  Value value;
  if (fold.getKind() == "mul")
    value = builder.create<arith::MulFOp>(loc, left, own);
  else if (fold.getKind() == "min")
    value = builder.create<arith::MinimumFOp>(loc, left, own);
  else
    value = builder.create<arith::MaximumFOp>(loc, left, own);
  if (isFirst)
    value = builder.create<arith::SelectOp>(loc, builder.create<AtOp>(loc, isFirst, row), own, value);
  yield->setOperand(0, value);
}

} // namespace costate
