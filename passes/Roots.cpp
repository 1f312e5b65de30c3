#include "passes/Roots.h"

#include "ir/ArrayArithmetic.h"
#include "passes/Activity.h"

#include "mlir/IR/IRMapping.h"

#include <limits>

using namespace mlir;

namespace costate {
namespace {

constexpr const char *stopMark = "costate.once";
constexpr double sufficient = 1e-8; // of the solution, for the last step

/// F(x) = 0 of a root, x - F(x) = 0 of a fixed point, at the builder's place.
class Equations {
public:
  Equations(RootOp root, OpBuilder &b, SmallVector<JvpOp> &operators)
      : root(root), b(b), loc(root.getLoc()), a(b, loc), operators(operators),
        type(root.getStart().getType()), isScalar(!isa<RankedTensorType>(type)) {}

  /// What the body yields.
  Value body(Value x) { return bodyAt(b, x); }

  Value residual(Value x) { return root.getFixed() ? minus(x, body(x)) : body(x); }

  /// J^-1 r
  Value step(Value x, Value r, bool isConstant, int64_t mark) {
    if (isScalar) {
      Value slope = column(b, x, a.number(1));
      slope = isConstant ? stop(slope, mark) : slope;
      return b.create<arith::DivFOp>(loc, r, slope);
    }
    SmallVector<Value> sizes = a.sizes(x);
    Value count = sizes[0];
    for (Value size : ArrayRef<Value>(sizes).drop_front())
      count = b.create<arith::MulIOp>(loc, count, size);
    Value columns = turnedJacobian(x, sizes, count);
    columns = isConstant ? stop(columns, mark) : columns;
    auto factors = b.create<FactorOp>(loc, columns.getType(), columnOf(b.getI64Type()),
                                      b.create<StopOp>(loc, columns.getType(), columns), root.getPlace());
    Value right = a.reshaped(r, {count, a.index(1)});
    Value solved =
        b.create<LinearSolveOp>(loc, columns.getType(), columns, factors.getF(), factors.getP(), right,
                                /*transposed=*/true, root.getPlace());
    return a.reshaped(solved, sizes);
  }

  Value stop(Value value, int64_t mark) {
    auto op = b.create<StopOp>(loc, value.getType(), value);
    op->setAttr(stopMark, b.getI64IntegerAttr(mark));
    return op;
  }

  // ---- arithmetic of unknowns, numbers or arrays ----
  Value minus(Value x, Value y) {
    if (isScalar)
      return a.sub(x, y);
    return a.likeArray(x, [&](ArrayArithmetic &e, ValueRange i) { return e.sub(e.at(x, i), e.at(y, i)); });
  }
  Value minusScaled(Value x, Value t, Value y) { return minus(x, isScalar ? a.mul(t, y) : a.scaled(y, t)); }
  /// The greatest entry in size.
  Value norm(Value x) {
    if (isScalar)
      return b.create<math::AbsFOp>(loc, x);
    auto reduce = b.create<ReduceOp>(loc, "max", ValueRange(a.sizes(x)), TypeRange{b.getF64Type()});
    OpBuilder inner = OpBuilder::atBlockEnd(reduce.getBody());
    Value entry = ArrayArithmetic(inner, loc).at(x, reduce.getBody()->getArguments());
    inner.create<YieldOp>(loc, inner.create<math::AbsFOp>(loc, entry).getResult());
    return b.create<arith::MaximumFOp>(loc, reduce.getResult(0), a.number(0)); // 0 of no entries
  }
  Value choose(Value condition, Value x, Value y) { return a.choose(condition, x, y); }
  Value orNan(Value condition, Value x) {
    Value nan = a.number(std::numeric_limits<double>::quiet_NaN());
    if (isScalar)
      return a.choose(condition, x, nan);
    return a.likeArray(
        x, [&](ArrayArithmetic &e, ValueRange i) { return e.choose(condition, e.at(x, i), nan); });
  }
  Value compare(arith::CmpFPredicate predicate, Value x, Value y) {
    return b.create<arith::CmpFOp>(loc, predicate, x, y);
  }
  Value both(Value p, Value q) { return b.create<arith::AndIOp>(loc, p, q); }
  Value integer(int64_t value) { return b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(value)); }

  RootOp root;
  OpBuilder &b;
  Location loc;
  ArrayArithmetic a;

private:
  Value bodyAt(OpBuilder &at, Value x) {
    IRMapping values;
    values.map(root.getBody()->getArgument(0), x);
    for (Operation &op : root.getBody()->without_terminator())
      at.clone(op, values);
    return values.lookupOrDefault(root.getBody()->getTerminator()->getOperand(0));
  }

  /// J v
  Value column(OpBuilder &at, Value x, Value v) {
    auto jvp = at.create<JvpOp>(loc, x, v, TypeRange{type});
    operators.push_back(jvp);
    OpBuilder inner = OpBuilder::atBlockEnd(jvp.getBody());
    inner.create<YieldOp>(loc, bodyAt(inner, jvp.getBody()->getArgument(0)));
    Value product = jvp.getResult(1);
    if (!root.getFixed())
      return product;
    if (isScalar)
      return at.create<arith::SubFOp>(loc, v, product);
    ArrayArithmetic e(at, loc);
    return e.likeArray(
        v, [&](ArrayArithmetic &in, ValueRange i) { return in.sub(in.at(v, i), in.at(product, i)); });
  }

  /// Row j is J times the unit vector j.
  Value turnedJacobian(Value x, ArrayRef<Value> sizes, Value count) {
    Type matrix = RankedTensorType::get({ShapedType::kDynamic, ShapedType::kDynamic}, b.getF64Type());
    auto map = b.create<MapOp>(loc, ValueRange{count}, ValueRange(), TypeRange{matrix}, ValueRange{count});
    OpBuilder inner = OpBuilder::atBlockEnd(map.getBody());
    ArrayArithmetic e(inner, loc);
    Value j = map.getBody()->getArgument(0);
    Value unit = e.array(count, [&](ArrayArithmetic &in, ValueRange i) {
      return in.choose(in.equal(i[0], j), in.number(1), in.number(0));
    });
    Value product = column(inner, x, e.reshaped(unit, sizes));
    inner.create<YieldOp>(loc, e.reshaped(product, count));
    return map.getResult(0);
  }

  SmallVector<JvpOp> &operators;
  Type type;
  bool isScalar;
};

// ---- loops ---------------------------------------------------------------------------------------------

using P = arith::CmpFPredicate;

/// The step halved until the residual is less than `before`: the point, its residual.
IterateOp halved(Equations &at, Value x, Value step, Value before) {
  OpBuilder &b = at.b;
  Value full = at.minus(x, step);
  auto search = b.create<IterateOp>(at.loc, ValueRange{at.a.number(1), full, at.residual(full)});
  OpBuilder::InsertionGuard guard(b);
  auto args = search.getCondition().getArguments();
  b.setInsertionPointToEnd(&search.getCondition().front());
  Value isWorse = at.compare(P::UGE, at.norm(args[2]), before),
        isLong = at.compare(P::OGT, args[0], at.a.number(1e-8));
  b.create<YieldOp>(at.loc, at.both(isWorse, isLong));
  b.setInsertionPointToEnd(&search.getBody().front());
  Value half = at.a.mul(at.a.number(0.5), search.getBody().getArgument(0)),
        next = at.minusScaled(x, half, step);
  b.create<YieldOp>(at.loc, ValueRange{half, next, at.residual(next)});
  return search;
}

Value relative(Equations &at, Value change, Value x) {
  Value scale = at.a.add(at.a.number(1), at.norm(x));
  return at.b.create<arith::DivFOp>(at.loc, at.norm(change), scale);
}

/// Carries x, how far the last step went (0 where it left nothing), the number of steps, whether to go on,
/// and for Newton's method F(x).
IterateOp loopOf(Equations &at, SmallVector<Value> starts) {
  OpBuilder &b = at.b;
  auto loop = b.create<IterateOp>(at.loc, starts);
  OpBuilder::atBlockEnd(&loop.getCondition().front())
      .create<YieldOp>(at.loc, loop.getCondition().getArgument(3));
  return loop;
}

IterateOp newton(Equations &at) {
  OpBuilder &b = at.b;
  Value x = at.root.getStart(), r = at.residual(x), size = at.norm(r), zero = at.a.number(0),
        infinite = at.a.number(std::numeric_limits<double>::infinity());
  Value far = at.choose(at.compare(P::OEQ, size, zero), zero, infinite);
  auto loop = loopOf(at, {x, far, at.integer(0), at.compare(P::OGT, size, zero), r});
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(&loop.getBody().front());
  auto args = loop.getBody().getArguments();
  Value before = at.norm(args[4]), step = at.step(args[0], args[4], false, 0);
  IterateOp search = halved(at, args[0], step, before);
  Value after = at.norm(search.getResult(2)), isBetter = at.compare(P::OLT, after, before);
  Value isLeft = at.compare(P::UNE, after, zero), change = relative(at, step, args[0]);
  Value left = at.choose(isLeft, change, zero),
        steps = b.create<arith::AddIOp>(at.loc, args[2], at.integer(1));
  Value isFar = at.compare(P::OGT, left, at.a.number(1e-14)),
        isEarly = b.create<arith::CmpIOp>(at.loc, arith::CmpIPredicate::slt, steps, at.integer(100));
  Value goesOn = at.both(isBetter, at.both(isFar, isEarly));
  b.create<YieldOp>(at.loc, ValueRange{at.choose(isBetter, search.getResult(1), args[0]), left, steps, goesOn,
                                       at.choose(isBetter, search.getResult(2), args[4])});
  return loop;
}

IterateOp repetition(Equations &at) {
  OpBuilder &b = at.b;
  Value infinite = at.a.number(std::numeric_limits<double>::infinity());
  Value yes = b.create<arith::ConstantOp>(at.loc, b.getBoolAttr(true));
  auto loop = loopOf(at, {at.root.getStart(), infinite, at.integer(0), yes});
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(&loop.getBody().front());
  auto args = loop.getBody().getArguments();
  Value next = at.body(args[0]), change = relative(at, at.minus(next, args[0]), next);
  Value steps = b.create<arith::AddIOp>(at.loc, args[2], at.integer(1));
  Value isFar = at.compare(P::OGT, change, at.a.number(1e-13)),
        isEarly = b.create<arith::CmpIOp>(at.loc, arith::CmpIPredicate::slt, steps, at.integer(10000));
  b.create<YieldOp>(at.loc, ValueRange{next, change, steps, at.both(isFar, isEarly)});
  return loop;
}

} // namespace

SmallVector<JvpOp> linearizeRoots(Block &body, ValueRange inputs, int64_t mark) {
  Activity activity(body, inputs, body.getTerminator()->getOperands());
  SmallVector<RootOp> roots;
  body.walk([&](RootOp root) {
    if (activity.isActive(root.getSolution()))
      roots.push_back(root);
  });
  SmallVector<JvpOp> operators;
  for (RootOp root : roots) {
    OpBuilder b(root->getContext());
    b.setInsertionPointAfter(root);
    Equations at(root, b, operators);
    Value fixed = at.stop(root.getSolution(), mark);
    Value solution = at.minus(fixed, at.step(fixed, at.residual(fixed), /*isConstant=*/true, mark));
    root.getSolution().replaceAllUsesExcept(solution, fixed.getDefiningOp());
  }
  return operators;
}

void releaseStops(Operation *around, int64_t mark) {
  around->walk([&](StopOp stop) {
    auto own = stop->getAttrOfType<IntegerAttr>(stopMark);
    if (!own || own.getInt() != mark)
      return;
    stop.getResult().replaceAllUsesWith(stop.getValue());
    stop.erase();
  });
}

SmallVector<JvpOp> iterateRoots(func::FuncOp function) {
  SmallVector<RootOp> roots; // inner ones first
  function.walk([&](RootOp root) { roots.push_back(root); });
  SmallVector<JvpOp> operators;
  for (RootOp root : roots) {
    OpBuilder b(root);
    Equations at(root, b, operators);
    IterateOp loop = root.getFixed() ? repetition(at) : newton(at);
    Value isConverged = b.create<ConvergedOp>(root.getLoc(), b.getI1Type(), loop.getResult(1),
                                              at.a.number(sufficient), loop.getResult(2), root.getPlace());
    root.getSolution().replaceAllUsesWith(at.orNan(isConverged, loop.getResult(0)));
    root.erase();
  }
  return operators;
}

} // namespace costate
