// Functions over tensors => functions over memory with loops.
//
//   func @f(%x) -> (%y)    =>    func @f(%begin, %end, %x, %y, %lengths, %failure)
#include "passes/FunctionLowering.h"
#include "passes/Passes.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_LOWERFUNCTIONSTOLOOPS
#include "passes/Passes.h.inc"

FunctionLowering::FunctionLowering(func::FuncOp source)
    : source(source), module(source->getParentOfType<ModuleOp>()), b(source.getContext()),
      loc(source.getLoc()) {}

LogicalResult FunctionLowering::run() {
  makeFunction();
  Block *entry = &target.getBody().front();
  Buffers results;
  size_t numInputs = source.getNumArguments();
  for (size_t k = 0; k < source.getNumResults(); ++k)
    results.push_back({entry->getArgument(unsigned(2 + numInputs + k)), {}, {}});
  failureNote = address(entry->getArguments().back());
  if (failed(block(source.getBody().front(), results)))
    return mlir::failure();
  b.create<func::ReturnOp>(loc);
  source.erase();
  return success();
}

/// begin, end (which nobody reads), then memory of inputs, results, their lengths and the failure.
void FunctionLowering::makeFunction() {
  b.setInsertionPoint(source);
  SmallVector<Type> types(2, b.getIndexType());
  auto memoryOf = [](Type type) {
    return MemRefType::get({ShapedType::kDynamic}, cast<RankedTensorType>(type).getElementType());
  };
  llvm::append_range(types, llvm::map_range(source.getArgumentTypes(), memoryOf));
  llvm::append_range(types, llvm::map_range(source.getResultTypes(), memoryOf));
  types.push_back(MemRefType::get({ShapedType::kDynamic}, b.getI64Type()));
  types.push_back(MemRefType::get({ShapedType::kDynamic}, b.getIntegerType(8)));
  target = b.create<func::FuncOp>(loc, source.getName(), b.getFunctionType(types, {}));
  target->setAttr("costate.function", b.getUnitAttr());
  target->setAttr("costate.inputs", b.getI32IntegerAttr(int32_t(source.getNumArguments())));
  Block *entry = target.addEntryBlock();
  b.setInsertionPointToEnd(entry);
  Value lengths = entry->getArgument(entry->getNumArguments() - 2);
  for (BlockArgument arg : source.getArguments()) {
    Value length = b.create<memref::LoadOp>(loc, lengths, index(arg.getArgNumber()));
    buffers[arg] = {entry->getArgument(2 + arg.getArgNumber()),
                    {},
                    {b.create<arith::IndexCastOp>(loc, b.getIndexType(), length)}};
  }
}

// ---- blocks --------------------------------------------------------------------------------------------

FailureOr<FunctionLowering::Values> FunctionLowering::block(Block &body, ArrayRef<Buffer> places) {
  noteUses(body);
  Operation *end = body.getTerminator();
  for (auto [value, place] : llvm::zip(end->getOperands(), places)) {
    bool isNew = value.getParentBlock() == &body && !isa<BlockArgument>(value);
    if (place && isNew)
      destinations.try_emplace(value, place); // the first place, if there are several
  }
  for (Operation &op : body.without_terminator()) {
    if (failed(operation(op)))
      return mlir::failure();
    freeAfter(op);
  }
  Values results;
  for (auto [k, value] : llvm::enumerate(end->getOperands())) {
    if (!isa<RankedTensorType>(value.getType())) {
      results.push_back(scalars.lookup(value));
      continue;
    }
    Buffer from = buffers.lookup(value), to = k < places.size() ? places[k] : Buffer();
    if (to && (from.memory != to.memory || from.offset != to.offset))
      copy(from, to, cast<RankedTensorType>(value.getType()).getElementType());
    results.push_back(from.memory);
  }
  freeAfter(*end);
  for (Value value : end->getOperands())
    destinations.erase(value);
  return results;
}

LogicalResult FunctionLowering::operation(Operation &op) {
  loc = op.getLoc();
  if (auto at = dyn_cast<AtOp>(op))
    return load(at), success();
  if (auto add = dyn_cast<AccumulateOp>(op))
    return accumulate(add), success();
  if (auto within = dyn_cast<WithinOp>(op))
    return check(within), success();
  if (auto converged = dyn_cast<ConvergedOp>(op))
    return check(converged), success();
  if (auto size = dyn_cast<SizeOp>(op)) {
    FailureOr<Value> value = sizeAhead(size.getArray(), unsigned(size.getDimension()));
    if (succeeded(value))
      scalars.map(size.getResult(), *value);
    return LogicalResult(value);
  }
  if (isa<ReshapeOp, StopOp>(op)) {
    if (!isa<RankedTensorType>(op.getResult(0).getType()))
      return scalars.map(op.getResult(0), scalars.lookup(op.getOperand(0))), success();
    Buffer alias = buffers.lookup(op.getOperand(0));
    if (auto reshape = dyn_cast<ReshapeOp>(op))
      alias.sizes = lookup(reshape.getSizes());
    buffers[op.getResult(0)] = alias;
    return success();
  }
  if (auto m = dyn_cast<MapOp>(op))
    return map(m);
  if (auto r = dyn_cast<ReduceOp>(op))
    return reduce(r);
  if (auto s = dyn_cast<ScanOp>(op))
    return scan(s);
  if (auto i = dyn_cast<IterateOp>(op))
    return iterate(i);
  if (auto u = dyn_cast<UnwindOp>(op))
    return unwind(u);
  if (auto operation = dyn_cast<RuntimeOperation>(op))
    return callRuntime(operation);
  if (auto choice = dyn_cast<scf::IfOp>(op))
    return choose(choice);
  if (auto select = dyn_cast<arith::SelectOp>(op); select && isa<RankedTensorType>(select.getType()))
    return choose(select);
  if (op.getNumRegions() || llvm::any_of(op.getResultTypes(), llvm::IsaPred<RankedTensorType>))
    return op.emitError("'") << op.getName() << "' cannot be lowered to loops";
  scalarOperation(op);
  return success();
}

void FunctionLowering::scalarOperation(Operation &op) { b.clone(op, scalars); }

void FunctionLowering::load(AtOp at) {
  Buffer buffer = buffers.lookup(at.getArray());
  scalars.map(
      at.getValue(),
      b.create<memref::LoadOp>(loc, buffer.memory, entry(buffer, lookup(at.getIndices()))).getResult());
}

namespace {

template <class Real, class Integer> Value arithmetic(OpBuilder &b, Location loc, Value x, Value y) {
  return isa<FloatType>(x.getType()) ? b.create<Real>(loc, x, y).getResult()
                                     : b.create<Integer>(loc, x, y).getResult();
}

/// Sums may be taken in any order.
Value combine(OpBuilder &b, Location loc, StringRef kind, Value x, Value y) {
  bool isTruth = x.getType().isInteger(1);
  if (kind == "add" && isa<FloatType>(x.getType()))
    return b.create<arith::AddFOp>(loc, x, y, arith::FastMathFlags::reassoc);
  if (kind == "add")
    return b.create<arith::AddIOp>(loc, x, y);
  if (kind == "mul")
    return arithmetic<arith::MulFOp, arith::MulIOp>(b, loc, x, y);
  if (kind == "min")
    return isTruth ? b.create<arith::AndIOp>(loc, x, y).getResult()
                   : arithmetic<arith::MinimumFOp, arith::MinSIOp>(b, loc, x, y);
  return isTruth ? b.create<arith::OrIOp>(loc, x, y).getResult()
                 : arithmetic<arith::MaximumFOp, arith::MaxSIOp>(b, loc, x, y);
}

/// What a reduction over no instances gives.
TypedAttr neutral(OpBuilder &b, StringRef kind, Type type) {
  if (isa<FloatType>(type)) {
    double infinity = std::numeric_limits<double>::infinity();
    return b.getFloatAttr(type, kind == "add" ? 0 : kind == "mul" ? 1 : kind == "min" ? infinity : -infinity);
  }
  unsigned width = type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
  if (width == 1)
    return b.getBoolAttr(kind == "min");
  APInt value = kind == "add"   ? APInt(width, 0)
                : kind == "mul" ? APInt(width, 1)
                : kind == "min" ? APInt::getSignedMaxValue(width)
                                : APInt::getSignedMinValue(width);
  return b.getIntegerAttr(type, value);
}

} // namespace

void FunctionLowering::accumulate(AccumulateOp add) {
  Buffer buffer = buffers.lookup(add.getArray());
  Value place = entry(buffer, lookup(add.getIndices()));
  Value old = b.create<memref::LoadOp>(loc, buffer.memory, place);
  Value value = combine(b, loc, add.getKind(), old, scalars.lookup(add.getValue()));
  b.create<memref::StoreOp>(loc, value, buffer.memory, place);
}

void FunctionLowering::check(WithinOp within) {
  Value position = scalars.lookup(within.getPosition()), size = scalars.lookup(within.getSize());
  Value isWithin = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::ult, position, size);
  auto choice = b.create<scf::IfOp>(loc, b.getIndexType(), isWithin, /*withElse=*/true);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(choice.thenBlock());
    b.create<scf::YieldOp>(loc, position);
    b.setInsertionPointToStart(choice.elseBlock());
    Value place = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(within.getPlace()));
    call("costate_fail_within", {failureNote, place, toI64(position), toI64(size)}, false);
    b.create<scf::YieldOp>(loc, index(0));
  }
  scalars.map(within.getResult(), choice.getResult(0));
}

void FunctionLowering::check(ConvergedOp converged) {
  Value left = scalars.lookup(converged.getLeft()), allowed = scalars.lookup(converged.getAllowed());
  Value isFar = b.create<arith::CmpFOp>(loc, arith::CmpFPredicate::UGT, left, allowed);
  auto choice = b.create<scf::IfOp>(loc, isFar, /*withElse=*/false);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(choice.thenBlock());
    Value place = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(converged.getPlace()));
    Value steps = scalars.lookup(converged.getSteps());
    call("costate_fail_converged", {failureNote, place, steps, left, allowed}, false);
  }
  Value yes = b.create<arith::ConstantOp>(loc, b.getBoolAttr(true));
  scalars.map(converged.getIsConverged(), b.create<arith::XOrIOp>(loc, isFar, yes).getResult());
}

// ---- maps and reductions -------------------------------------------------------------------------------

/// A nest of loops, the first one from `begin`; the builder is in the innermost.
FunctionLowering::Values FunctionLowering::loops(ValueRange ends, Value begin) {
  Values instance;
  for (Value end : ends) {
    auto loop = b.create<scf::ForOp>(loc, instance.empty() && begin ? begin : index(0), end, index(1));
    b.setInsertionPointToStart(loop.getBody());
    instance.push_back(loop.getInductionVar());
  }
  return instance;
}

LogicalResult FunctionLowering::map(MapOp map) {
  Values sizes = lookup(map.getSizes()), inner = lookup(map.getInner());
  Buffers results;
  ArrayRef<Value> rest(inner);
  for (Value result : map.getResults().take_front(map.numYielded())) {
    size_t own = size_t(cast<RankedTensorType>(result.getType()).getRank()) - sizes.size();
    Values all(sizes);
    llvm::append_range(all, rest.take_front(own));
    rest = rest.drop_front(own);
    results.push_back(resultBuffer(result, all));
  }
  for (auto [init, result, arg] :
       llvm::zip(map.getInits(), map.getResults().drop_front(map.numYielded()), map.accumulators()))
    buffers[arg] = accumulatorBuffer(init, result);
  SmallVector<MatrixProduct> found = matrixProducts(map);
  return found.empty() ? mapBody(map, index(0), sizes, results) : mapOfProducts(map, sizes, results, found);
}

/// The loops of a map, whose first index runs from `begin` to the first of the `ends`; the builder stays
/// behind them.
LogicalResult FunctionLowering::mapBody(MapOp map, Value begin, ValueRange ends, const Buffers &results) {
  OpBuilder::InsertionGuard guard(b);
  Values instance = loops(ends, begin);
  scalars.map(map.getBody()->getArguments().take_front(map.rank()), instance);
  Buffers places;
  for (auto [value, buffer] : llvm::zip(map.getBody()->getTerminator()->getOperands(), results))
    places.push_back(isa<RankedTensorType>(value.getType()) ? row(buffer, instance) : Buffer());
  FailureOr<Values> yielded = block(*map.getBody(), places);
  if (failed(yielded))
    return mlir::failure();
  loc = map.getLoc();
  for (auto [value, place, buffer] : llvm::zip(*yielded, places, results))
    if (!place)
      b.create<memref::StoreOp>(loc, value, buffer.memory, entry(buffer, instance));
  return success();
}

LogicalResult FunctionLowering::reduce(ReduceOp reduce) {
  if (reduce.getNumResults() > 0 && products.contains(reduce.getResult(0))) {
    for (Value sum : reduce.getResults())
      scalars.map(sum, entryOfProduct(sum));
    return success();
  }
  Values sizes = lookup(reduce.getSizes());
  StringRef kind = reduce.getKind();
  Values carried;
  for (Type type : reduce.getResultTypes())
    if (!reduce.isPosition())
      carried.push_back(b.create<arith::ConstantOp>(loc, neutral(b, kind, type)));
  if (reduce.isPosition()) // the value, its number and the number of the next instance
    carried = {b.create<arith::ConstantOp>(loc, b.getF64FloatAttr(0)),
               b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(-1)),
               b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(0))};
  OpBuilder::InsertionGuard guard(b);
  SmallVector<scf::ForOp> nest;
  Values instance, current = carried;
  for (Value size : sizes) {
    auto loop = b.create<scf::ForOp>(loc, index(0), size, index(1), current);
    b.setInsertionPointToStart(loop.getBody());
    nest.push_back(loop);
    instance.push_back(loop.getInductionVar());
    current = Values(loop.getRegionIterArgs());
  }
  scalars.map(ValueRange(reduce.getBody()->getArguments()), instance);
  FailureOr<Values> yielded = block(*reduce.getBody(), {});
  if (failed(yielded))
    return mlir::failure();
  loc = reduce.getLoc();
  Values next;
  if (reduce.isPosition())
    next = better(kind, current, (*yielded)[0]);
  else
    for (auto [old, value] : llvm::zip(current, *yielded))
      next.push_back(combine(b, loc, kind, old, value));
  for (scf::ForOp loop : llvm::reverse(nest)) {
    if (!next.empty())
      b.create<scf::YieldOp>(loc, next);
    b.setInsertionPointAfter(loop);
    next = Values(loop.getResults());
  }
  if (reduce.isPosition())
    scalars.map(reduce.getResult(0), next[1]);
  else
    scalars.map(ValueRange(reduce.getResults()), next);
  return success();
}

/// The value and number of the best instance so far, and the number of the next one.
FunctionLowering::Values FunctionLowering::better(StringRef kind, ArrayRef<Value> old, Value value) {
  using arith::CmpFPredicate;
  auto compare = [&](CmpFPredicate p, Value x, Value y) -> Value {
    return b.create<arith::CmpFOp>(loc, p, x, y);
  };
  Value none = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(-1));
  Value isFirst = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, old[1], none);
  // Better or the first that is no number.
  Value isBetter = compare(kind == "argmin" ? CmpFPredicate::ULT : CmpFPredicate::UGT, value, old[0]);
  Value isNew = b.create<arith::AndIOp>(loc, isBetter, compare(CmpFPredicate::ORD, old[0], old[0]));
  Value taken = b.create<arith::OrIOp>(loc, isFirst, isNew);
  Value one = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(1));
  return {b.create<arith::SelectOp>(loc, taken, value, old[0]),
          b.create<arith::SelectOp>(loc, taken, old[2], old[1]), b.create<arith::AddIOp>(loc, old[2], one)};
}

/// One of two arrays, copied.
LogicalResult FunctionLowering::choose(arith::SelectOp select) {
  Buffer yes = buffers.lookup(select.getTrueValue()), no = buffers.lookup(select.getFalseValue());
  Buffer place = resultBuffer(select.getResult(), yes.sizes);
  auto choice = b.create<scf::IfOp>(loc, scalars.lookup(select.getCondition()), /*withElse=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(choice.thenBlock());
  copy(yes, place, {});
  b.setInsertionPointToStart(choice.elseBlock());
  copy(no, place, {});
  return success();
}

LogicalResult FunctionLowering::choose(scf::IfOp choice) {
  SmallVector<Type> types;
  Buffers places;
  for (Value result : choice.getResults()) {
    Buffer place;
    if (isa<RankedTensorType>(result.getType())) {
      FailureOr<Values> sizes = sizesAhead(result);
      if (failed(sizes))
        return mlir::failure();
      place = resultBuffer(result, *sizes);
    } else {
      types.push_back(result.getType());
    }
    places.push_back(place);
  }
  auto lowered = b.create<scf::IfOp>(loc, types, scalars.lookup(choice.getCondition()),
                                     /*addThenBlock=*/true, /*addElseBlock=*/!choice.getElseRegion().empty());
  auto branch = [&](Block &from, Block &to) -> LogicalResult {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(&to);
    FailureOr<Values> yielded = block(from, places);
    if (failed(yielded))
      return mlir::failure();
    Values values;
    for (auto [value, place] : llvm::zip(*yielded, places))
      if (!place)
        values.push_back(value);
    b.setInsertionPointToEnd(&to);
    b.create<scf::YieldOp>(choice.getLoc(), values);
    return success();
  };
  if (failed(branch(*choice.thenBlock(), *lowered.thenBlock())) ||
      (choice.elseBlock() && failed(branch(*choice.elseBlock(), *lowered.elseBlock()))))
    return mlir::failure();
  unsigned next = 0;
  for (auto [result, place] : llvm::zip(choice.getResults(), places))
    if (!place)
      scalars.map(result, lowered.getResult(next++));
  return success();
}

FunctionLowering::Values FunctionLowering::lookup(ValueRange values) {
  return llvm::map_to_vector(values, [&](Value v) { return scalars.lookup(v); });
}

Value FunctionLowering::index(int64_t value) { return b.create<arith::ConstantIndexOp>(loc, value); }

Value FunctionLowering::toI64(Value value) {
  return value.getType().isIndex() ? b.create<arith::IndexCastOp>(loc, b.getI64Type(), value).getResult()
                                   : value;
}

namespace {

struct LowerFunctionsToLoops : impl::LowerFunctionsToLoopsBase<LowerFunctionsToLoops> {
  using LowerFunctionsToLoopsBase::LowerFunctionsToLoopsBase;
  void runOnOperation() override {
    for (auto function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (function->hasAttr("costate.function") && !function->hasAttr("costate.inputs") &&
          failed(FunctionLowering(function).run()))
        return signalPassFailure();
  }
};

} // namespace
} // namespace costate
