// Each rewrite is a function of one operation; which operations is decided by activity before the first.
#include "passes/DifferentiableForms.h"

#include "passes/Activity.h"
#include "passes/DerivativeArithmetic.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

#include <limits>

using namespace mlir;

namespace costate {
namespace {

ValueRange yieldsOf(Block &body) { return body.getTerminator()->getOperands(); }

// ---- products and extremes -----------------------------------------------------------------------------

/// The products of `factors` with the body's values of the results `which`, over all dimensions from `d` on.
SmallVector<Value> products(ReduceOp op, ArrayRef<unsigned> which, unsigned d, ValueRange factors,
                            IRMapping &values, OpBuilder &b) {
  Location loc = op.getLoc();
  if (d == op.rank()) {
    computeAgain(b, *op.getBody(), values);
    SmallVector<Value> all;
    for (auto [k, factor] : llvm::zip(which, factors)) {
      Value value = values.lookupOrDefault(yieldsOf(*op.getBody())[k]);
      all.push_back(b.create<arith::MulFOp>(loc, factor, value));
    }
    return all;
  }
  auto scan = b.create<ScanOp>(loc, op.getSizes()[d], factors, TypeRange());
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(scan.getBody());
  values.map(op.getBody()->getArgument(d), scan.getBody()->getArgument(0));
  b.create<YieldOp>(loc, products(op, which, d + 1, ValueRange(scan.carried()), values, b));
  return SmallVector<Value>(scan.getResults());
}

void writeProduct(ReduceOp op, ArrayRef<unsigned> which) {
  OpBuilder b(op);
  DerivativeArithmetic arithmetic(b);
  SmallVector<Value> ones(which.size(), arithmetic.number(op.getLoc(), 1));
  IRMapping values;
  for (auto [k, product] : llvm::zip(which, products(op, which, 0, ones, values, b)))
    op.getResult(k).replaceAllUsesWith(product);
}

/// The number of the instance that is taken for result k; -1 where there is none.
Value instanceTaken(ReduceOp op, unsigned k, OpBuilder &b) {
  auto position = b.create<ReduceOp>(op.getLoc(), op.getKind() == "min" ? "argmin" : "argmax",
                                     ValueRange(op.getSizes()), TypeRange(b.getI64Type()));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(position.getBody());
  IRMapping values;
  values.map(op.getBody()->getArguments(), position.getBody()->getArguments());
  computeAgain(b, *op.getBody(), values);
  b.create<YieldOp>(op.getLoc(), values.lookupOrDefault(yieldsOf(*op.getBody())[k]));
  return position.getResult(0);
}

/// The indices of an instance, last index fastest.
SmallVector<Value> indicesOf(Value number, ValueRange sizes, OpBuilder &b) {
  Location loc = number.getLoc();
  Value rest = b.create<arith::IndexCastOp>(loc, b.getIndexType(), number);
  SmallVector<Value> indices(sizes.size());
  for (size_t d = sizes.size(); d-- > 0;) {
    indices[d] = d ? b.create<arith::RemSIOp>(loc, rest, sizes[d]).getResult() : rest;
    if (d)
      rest = b.create<arith::DivSIOp>(loc, rest, sizes[d]);
  }
  return indices;
}

void writeExtreme(ReduceOp op, unsigned k) {
  OpBuilder b(op);
  Location loc = op.getLoc();
  Value taken = instanceTaken(op, k, b);
  Value none = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(-1));
  Value isSome = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::ne, taken, none);
  auto value = b.create<scf::IfOp>(loc, TypeRange(b.getF64Type()), isSome, /*withElseRegion=*/true);
  b.setInsertionPointToStart(value.thenBlock());
  IRMapping values;
  values.map(op.getBody()->getArguments(), ValueRange(indicesOf(taken, op.getSizes(), b)));
  computeAgain(b, *op.getBody(), values);
  b.create<scf::YieldOp>(loc, values.lookupOrDefault(yieldsOf(*op.getBody())[k]));
  b.setInsertionPointToStart(value.elseBlock());
  double infinity = std::numeric_limits<double>::infinity();
  Value empty = DerivativeArithmetic(b).number(loc, op.getKind() == "min" ? infinity : -infinity);
  b.create<scf::YieldOp>(loc, empty);
  op.getResult(k).replaceAllUsesWith(value.getResult(0));
}

// ---- states --------------------------------------------------------------------------------------------

/// Tensors hold no `index`: it is kept as i64.
Type keptAs(Type type) { return type.isIndex() ? Type(IntegerType::get(type.getContext(), 64)) : type; }

Value converted(Value value, Type type, OpBuilder &b) {
  if (value.getType() == type)
    return value;
  return b.create<arith::IndexCastOp>(value.getLoc(), type, value);
}

/// The type of all states of one value.
Type historyOf(Type state) {
  auto tensor = dyn_cast<RankedTensorType>(keptAs(state));
  SmallVector<int64_t> shape{ShapedType::kDynamic};
  if (tensor)
    llvm::append_range(shape, tensor.getShape());
  return RankedTensorType::get(shape, tensor ? tensor.getElementType() : keptAs(state));
}

/// Moves the operations of a body to the end of a block that has values for its arguments.
void move(Block &body, Block &to, ValueRange args) {
  for (auto [old, value] : llvm::zip_equal(body.getArguments(), args))
    old.replaceAllUsesWith(value);
  to.getOperations().splice(to.end(), body.getOperations());
}

/// A scan with the body of a loop that collects the states before every step.
ScanOp collecting(Operation *loop, Value size, ValueRange starts, Block &body, bool reversed, OpBuilder &b) {
  Location loc = loop->getLoc();
  auto old = dyn_cast<ScanOp>(loop);
  SmallVector<Type> collected;
  SmallVector<Value> inner, inits;
  if (old) {
    llvm::append_range(collected, old.collected().getTypes());
    llvm::append_range(inner, old.getInner());
    llvm::append_range(inits, old.getInits());
  }
  DerivativeArithmetic arithmetic(b);
  for (Value start : starts) {
    collected.push_back(historyOf(start.getType()));
    if (isa<RankedTensorType>(start.getType()))
      llvm::append_range(inner, arithmetic.sizes(start));
  }
  auto scan = b.create<ScanOp>(loc, size, starts, collected, inits, inner, reversed);
  move(body, *scan.getBody(), scan.getBody()->getArguments().drop_front(old ? 0 : 1));
  OpBuilder::InsertionGuard guard(b);
  auto yield = cast<YieldOp>(scan.getBody()->getTerminator());
  b.setInsertionPoint(yield);
  for (Value state : scan.carried())
    yield.getValuesMutable().append(converted(state, keptAs(state.getType()), b));
  return scan;
}

/// How many steps an iterate makes.
Value stepsOf(IterateOp loop, OpBuilder &b) {
  Location loc = loop.getLoc();
  SmallVector<Value> starts(loop.getStarts());
  starts.push_back(b.create<arith::ConstantIndexOp>(loc, 0));
  auto counting = b.create<IterateOp>(loc, starts);
  auto clone = [&](Region &from, Region &to) {
    b.setInsertionPointToStart(&to.front());
    IRMapping values;
    values.map(from.getArguments(), to.getArguments().drop_back());
    for (Operation &op : from.front().without_terminator())
      b.clone(op, values);
    return llvm::map_to_vector(yieldsOf(from.front()), [&](Value v) { return values.lookupOrDefault(v); });
  };
  OpBuilder::InsertionGuard guard(b);
  b.create<YieldOp>(loc, clone(loop.getCondition(), counting.getCondition()));
  SmallVector<Value> next = clone(loop.getBody(), counting.getBody());
  Value one = b.create<arith::ConstantIndexOp>(loc, 1);
  next.push_back(b.create<arith::AddIOp>(loc, counting.getBody().getArguments().back(), one));
  b.create<YieldOp>(loc, next);
  return counting.getResults().back();
}

/// The adjoints of all steps as a scan over `histories` of the states.
void writeUnwind(UnwindOp op, Value size, ValueRange histories) {
  OpBuilder b(op);
  Location loc = op.getLoc();
  auto scan = b.create<ScanOp>(loc, size, op.getStarts(), TypeRange(), op.getInits(), ValueRange(),
                               /*reversed=*/!op.getReversed());
  b.setInsertionPointToStart(scan.getBody());
  DerivativeArithmetic arithmetic(b);
  Block &body = op.getAdjoint().front();
  Value t = scan.getBody()->getArgument(0);
  SmallVector<Value> args{t};
  for (auto [state, history] : llvm::zip(body.getArguments().drop_front(1), histories)) {
    Value kept = arithmetic.part(history, t, keptAs(state.getType()));
    args.push_back(converted(kept, state.getType(), b));
  }
  llvm::append_range(args, scan.getBody()->getArguments().drop_front(1));
  move(body, *scan.getBody(), args);
  op.replaceAllUsesWith(scan.getResults());
  op.erase();
}

void writeRecorded(Operation *loop, ArrayRef<UnwindOp> unwinds) {
  OpBuilder b(loop);
  auto scan = dyn_cast<ScanOp>(loop);
  auto iterate = dyn_cast<IterateOp>(loop);
  ScanOp kept =
      scan ? collecting(loop, scan.getSize(), scan.getStarts(), *scan.getBody(), scan.getReversed(), b)
           : collecting(loop, stepsOf(iterate, b), iterate.getStarts(), iterate.getBody().front(), false, b);
  size_t collected = scan ? scan.numCollected() : 0;
  ValueRange histories = ValueRange(kept.collected()).drop_front(collected);
  for (UnwindOp unwind : unwinds)
    writeUnwind(unwind, kept.getSize(), histories);
  SmallVector<Value> results(ValueRange(kept.getResults()).take_front(kept.numCarried() + collected));
  llvm::append_range(results, kept.accumulated());
  for (auto [old, value] : llvm::zip(loop->getResults(), results)) // all but the tape
    old.replaceAllUsesWith(value);
  loop->erase();
}

} // namespace

void writeReductions(Block &body, ValueRange inputs) {
  Activity activity(body, inputs, yieldsOf(body));
  SmallVector<std::pair<ReduceOp, SmallVector<unsigned>>> found; // inner ones first
  body.walk([&](ReduceOp op) {
    SmallVector<unsigned> which;
    for (unsigned k = 0; k < op.getNumResults(); ++k)
      if (activity.isActive(op.getResult(k)) && op.getKind() != "add")
        which.push_back(k);
    if (!which.empty())
      found.emplace_back(op, which);
  });
  for (auto &[op, which] : found) {
    if (op.getKind() == "mul")
      writeProduct(op, which);
    else
      for (unsigned k : which)
        writeExtreme(op, k);
    if (op.use_empty() && !accumulatesOutside(op))
      op.erase();
  }
}

void keepStates(Block &body, ValueRange inputs) {
  Activity activity(body, inputs, yieldsOf(body));
  llvm::MapVector<Operation *, SmallVector<UnwindOp>> unwinds;
  body.walk([&](UnwindOp op) {
    if (Operation *loop = op.getTape().getDefiningOp())
      unwinds[loop].push_back(op);
  });
  SmallVector<Operation *> loops; // inner ones first
  body.walk([&](Operation *op) {
    auto it = unwinds.find(op);
    if (it == unwinds.end())
      return;
    auto isReached = [&](Operation *reached) { return activity.isReached(reached); };
    if (isReached(op) || llvm::any_of(it->second, isReached))
      loops.push_back(op);
  });
  for (Operation *loop : loops)
    writeRecorded(loop, unwinds[loop]);
}

} // namespace costate
