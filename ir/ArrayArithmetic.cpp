#include "ir/ArrayArithmetic.h"

using namespace mlir;

namespace costate {

Value ArrayArithmetic::array(ValueRange sizes, Entry entry) {
  auto type = RankedTensorType::get(SmallVector<int64_t>(sizes.size(), ShapedType::kDynamic), b.getF64Type());
  auto map = b.create<MapOp>(loc, sizes, ValueRange(), TypeRange{type});
  OpBuilder body = OpBuilder::atBlockEnd(map.getBody());
  ArrayArithmetic inside(body, loc);
  body.create<YieldOp>(loc, entry(inside, map.getBody()->getArguments()));
  return map.getResult(0);
}

SmallVector<Value> ArrayArithmetic::sizes(Value array) {
  SmallVector<Value> all;
  for (int64_t d = 0; d < cast<RankedTensorType>(array.getType()).getRank(); ++d)
    all.push_back(size(array, uint64_t(d)));
  return all;
}

Value ArrayArithmetic::size(Value array, uint64_t dimension) {
  return b.create<SizeOp>(loc, array, int64_t(dimension));
}

Value ArrayArithmetic::plus(Value x, Value y) {
  if (!x || !y)
    return x ? x : y;
  return likeArray(x, [&](ArrayArithmetic &a, ValueRange i) { return a.add(a.at(x, i), a.at(y, i)); });
}

Value ArrayArithmetic::scaled(Value array, Value factor) {
  return likeArray(array, [&](ArrayArithmetic &a, ValueRange i) { return a.mul(factor, a.at(array, i)); });
}

Value ArrayArithmetic::negated(Value array) {
  return likeArray(array, [&](ArrayArithmetic &a, ValueRange i) { return a.neg(a.at(array, i)); });
}

Value ArrayArithmetic::reshaped(Value array, ValueRange sizes) {
  auto type = RankedTensorType::get(SmallVector<int64_t>(sizes.size(), ShapedType::kDynamic),
                                    cast<RankedTensorType>(array.getType()).getElementType());
  return b.create<ReshapeOp>(loc, type, array, sizes);
}

// ---- matrices ------------------------------------------------------------------------------------------

Value ArrayArithmetic::transposed(Value A) {
  return array({size(A, 1), size(A, 0)}, [&](ArrayArithmetic &a, ValueRange i) {
    return a.at(A, {i[1], i[0]});
  });
}

Value ArrayArithmetic::product(Value A, Value B, bool turnsA, bool turnsB) {
  Value rows = size(A, turnsA ? 1 : 0), inner = size(A, turnsA ? 0 : 1), columns = size(B, turnsB ? 0 : 1);
  return array({rows, columns}, [&](ArrayArithmetic &a, ValueRange i) {
    return a.sum(inner, [&](ArrayArithmetic &s, ValueRange k) {
      Value left = turnsA ? s.at(A, {k[0], i[0]}) : s.at(A, {i[0], k[0]}),
            right = turnsB ? s.at(B, {i[1], k[0]}) : s.at(B, {k[0], i[1]});
      return s.mul(left, right);
    });
  });
}

Value ArrayArithmetic::lower(Value A, double diagonal) {
  return likeArray(A, [&](ArrayArithmetic &a, ValueRange i) {
    Value value = a.at(A, i), onDiagonal = a.mul(a.number(diagonal), value);
    Value below = a.choose(a.less(i[1], i[0]), value, a.number(0));
    return a.choose(a.equal(i[0], i[1]), onDiagonal, below);
  });
}

Value ArrayArithmetic::upper(Value A, double diagonal) {
  return likeArray(A, [&](ArrayArithmetic &a, ValueRange i) {
    Value value = a.at(A, i), onDiagonal = a.mul(a.number(diagonal), value);
    Value above = a.choose(a.less(i[0], i[1]), value, a.number(0));
    return a.choose(a.equal(i[0], i[1]), onDiagonal, above);
  });
}

Value ArrayArithmetic::mirrored(Value A) {
  return likeArray(A, [&](ArrayArithmetic &a, ValueRange i) {
    Value isAbove = a.less(i[0], i[1]);
    return a.choose(isAbove, a.at(A, {i[1], i[0]}), a.at(A, i));
  });
}

Value ArrayArithmetic::folded(Value A) {
  return likeArray(A, [&](ArrayArithmetic &a, ValueRange i) {
    Value value = a.at(A, i), both = a.add(value, a.at(A, {i[1], i[0]}));
    Value below = a.choose(a.less(i[1], i[0]), both, a.number(0));
    return a.choose(a.equal(i[0], i[1]), value, below);
  });
}

Value ArrayArithmetic::lowerSolved(Value L, Value rhs, bool transposed, uint32_t place) {
  return b.create<LowerSolveOp>(loc, rhs.getType(), L, rhs, transposed, place);
}

Value ArrayArithmetic::sparseProduct(Value rows, Value columns, Value values, Value B, Value size) {
  Value width = this->size(B, 1);
  Value zeros = array({size, width}, [](ArrayArithmetic &a, ValueRange) { return a.number(0); });
  auto map = b.create<MapOp>(loc, ValueRange{this->size(values, 0), width}, ValueRange{zeros}, TypeRange());
  OpBuilder body = OpBuilder::atBlockEnd(map.getBody());
  ArrayArithmetic a(body, loc);
  Value k = map.getBody()->getArgument(0), j = map.getBody()->getArgument(1);
  Value part = a.mul(a.at(values, k), a.at(B, {a.position(columns, k), j}));
  body.create<AccumulateOp>(loc, part, map.accumulators()[0], ValueRange{a.position(rows, k), j}, "add");
  body.create<YieldOp>(loc, ValueRange());
  return map.getResult(0);
}

// ---- scalars -------------------------------------------------------------------------------------------

Value ArrayArithmetic::at(Value array, ValueRange indices) {
  return b.create<AtOp>(loc, cast<RankedTensorType>(array.getType()).getElementType(), array, indices);
}

Value ArrayArithmetic::number(double value) {
  return b.create<arith::ConstantOp>(loc, b.getF64FloatAttr(value));
}

Value ArrayArithmetic::index(int64_t value) { return b.create<arith::ConstantIndexOp>(loc, value); }

Value ArrayArithmetic::less(Value i, Value j) {
  return b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::slt, i, j);
}

Value ArrayArithmetic::equal(Value i, Value j) {
  return b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, i, j);
}

Value ArrayArithmetic::choose(Value condition, Value yes, Value no) {
  return b.create<arith::SelectOp>(loc, condition, yes, no);
}

Value ArrayArithmetic::sum(ValueRange sizes, Entry entry) {
  auto reduce = b.create<ReduceOp>(loc, "add", sizes, TypeRange{b.getF64Type()});
  OpBuilder body = OpBuilder::atBlockEnd(reduce.getBody());
  ArrayArithmetic inside(body, loc);
  body.create<YieldOp>(loc, entry(inside, reduce.getBody()->getArguments()));
  return reduce.getResult(0);
}

Value ArrayArithmetic::position(Value integers, Value i) {
  return b.create<arith::IndexCastOp>(loc, b.getIndexType(), at(integers, i));
}

} // namespace costate
