// Functions of doubles => functions of floats that add up in doubles.
//
//   y = map (i < n) { exp(x[i]) }     =>    z = map (i < n) { truncf x[i] }
//   s = reduce add (i < n) { y[i] }         y = map (i < n) { exp(z[i]) }
//                                           s = reduce add (i < n) { extf y[i] }
//
// Every value gets its type first; a conversion stands behind a value that somebody needs in the other type.
#include "passes/Passes.h"

#include "ir/CostateOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_NARROWREALS
#include "passes/Passes.h.inc"

namespace {

constexpr const char *mark = "costate.single";

bool isWide(Type type) { return getElementTypeOrSelf(type).isF64(); }
bool isReal(Type type) { return isa<FloatType>(getElementTypeOrSelf(type)); }

Type withReals(Type type, Type real) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor ? Type(tensor.clone(real)) : real;
}

/// Those of f64 as f32.
Type narrow(Type type) {
  Type single = Float32Type::get(type.getContext());
  if (auto tape = dyn_cast<TapeType>(type))
    return TapeType::get(type.getContext(), llvm::map_to_vector(tape.getStates(), narrow));
  return isWide(type) ? withReals(type, single) : type;
}

/// Not 0 and not infinite where the double is neither: guards stay guards.
float nearest(double value) {
  using Limits = std::numeric_limits<float>;
  if (std::isnan(value) || std::isinf(value) || value == 0)
    return float(value);
  double size = std::min(std::max(std::abs(value), double(Limits::min())), double(Limits::max()));
  return float(std::copysign(size, value));
}

/// The value with its reals in the other type, by a map over its entries where it is a tensor.
Value converted(OpBuilder &b, Value value) {
  Location loc = value.getLoc();
  Type real = isWide(value.getType()) ? Type(b.getF32Type()) : Type(b.getF64Type());
  auto convert = [&](OpBuilder &at, Value x) -> Value {
    return real.isF32() ? at.create<arith::TruncFOp>(loc, real, x).getResult()
                        : at.create<arith::ExtFOp>(loc, real, x).getResult();
  };
  auto tensor = dyn_cast<RankedTensorType>(value.getType());
  if (!tensor)
    return convert(b, value);
  SmallVector<Value> sizes;
  for (int64_t d = 0; d < tensor.getRank(); ++d)
    sizes.push_back(b.create<SizeOp>(loc, value, d));
  auto map = b.create<MapOp>(loc, sizes, ValueRange(), TypeRange{withReals(tensor, real)});
  OpBuilder inner = OpBuilder::atBlockEnd(map.getBody());
  Value entry = inner.create<AtOp>(loc, tensor.getElementType(), value, map.getBody()->getArguments());
  inner.create<YieldOp>(loc, convert(inner, entry));
  return map.getResult(0);
}

class Narrowing {
public:
  explicit Narrowing(func::FuncOp function) : function(function), entry(&function.getBody().front()) {}

  void run() {
    function->removeAttr(mark);
    function.walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (op != function && isKept(op)) {
        kept.push_back(op);
        return WalkResult::skip();
      }
      others.push_back(op);
      return WalkResult::advance();
    });
    for (Operation *op : others)
      if (op != function)
        narrowResults(op);
    for (Operation *op : kept)
      keep(op);
    for (Operation *op : others)
      for (OpOperand &operand : op->getOpOperands())
        if (std::optional<bool> isWideWanted = wanted(operand))
          give(operand, *isWideWanted);
  }

private:
  /// What computes in doubles, with all that it holds.
  static bool isKept(Operation *op) {
    if (auto unwind = dyn_cast<UnwindOp>(op))
      return isa_and_nonnull<IterateOp>(unwind.getTape().getDefiningOp());
    return isa<RuntimeOperation, UniformOp, StreamOp, NormalQuantileOp, ConvergedOp, IterateOp>(op);
  }

  /// Arithmetic of the function's own block.
  bool isOutside(Operation *op) {
    return op->getBlock() == entry && !isa<AtOp, StopOp>(op) && !op->getNumRegions() &&
           !op->hasTrait<OpTrait::IsTerminator>() &&
           llvm::none_of(op->getOperandTypes(), llvm::IsaPred<RankedTensorType>);
  }

  /// Whether what an operation yields are doubles: of sums in the function's own block (few and long: each
  /// keeps its digits), and of maps whose entries are results of the function.
  bool yieldsDoubles(Operation *op) {
    if (auto reduce = dyn_cast<ReduceOp>(op))
      return reduce.isPosition() ||
             (op->getBlock() == entry && (reduce.getKind() == "add" || reduce.getKind() == "mul"));
    auto map = dyn_cast<MapOp>(op);
    return map && map.getInits().empty() && llvm::all_of(map.getResults(), [&](Value result) {
             return cast<RankedTensorType>(result.getType()).getRank() == map.rank() && isReturned(result);
           });
  }

  static bool isReturned(Value value) {
    return !value.use_empty() && llvm::all_of(value.getUsers(), [](Operation *user) {
      return isa<func::ReturnOp>(user) || (isa<ReshapeOp>(user) && isReturned(user->getResult(0)));
    });
  }

  /// Reshapes doubles that the function returns.
  static bool isResult(Operation *op) { return isa<ReshapeOp>(op) && isReturned(op->getResult(0)); }

  void narrowResults(Operation *op) {
    for (Region &region : op->getRegions())
      for (Block &block : region)
        for (BlockArgument argument : block.getArguments())
          argument.setType(narrow(argument.getType()));
    if (isOutside(op) || yieldsDoubles(op) || isResult(op))
      return;
    if (auto constant = dyn_cast<arith::ConstantOp>(op))
      if (auto number = dyn_cast<FloatAttr>(constant.getValue()); number && number.getType().isF64())
        constant.setValueAttr(
            FloatAttr::get(Float32Type::get(op->getContext()), double(nearest(number.getValueAsDouble()))));
    for (Value result : op->getResults())
      result.setType(narrow(result.getType()));
  }

  /// Gives it doubles, and others the floats of its results.
  void keep(Operation *op) {
    auto isAround = [&](Value value) {
      return !op->isAncestor(value.getParentBlock()->getParentOp()) && isNarrow(value);
    };
    op->walk([&](Operation *inner) {
      if (auto add = dyn_cast<AccumulateOp>(inner); add && isAround(add.getArray()))
        return addFloat(add);
      for (OpOperand &operand : inner->getOpOperands())
        if (isAround(operand.get()))
          give(operand, /*isWideWanted=*/true);
    });
  }

  /// Into floats around what computes in doubles.
  static void addFloat(AccumulateOp add) {
    if (isNarrow(add.getValue()))
      return;
    OpBuilder b(add);
    add.getValueMutable().assign(converted(b, add.getValue()));
  }

  static bool isNarrow(Value value) { return getElementTypeOrSelf(value.getType()).isF32(); }

  /// Whether the operand is to be of doubles; empty where both will do.
  std::optional<bool> wanted(OpOperand &operand) {
    Operation *op = operand.getOwner();
    if (!isReal(operand.get().getType()) || isa<SizeOp>(op))
      return std::nullopt;
    if (isa<YieldOp>(op) && yieldsDoubles(op->getParentOp()))
      return true;
    return isOutside(op) || isResult(op) || isa<func::ReturnOp>(op);
  }

  void give(OpOperand &operand, bool isWideWanted) {
    Value value = operand.get();
    if (isWide(value.getType()) == isWideWanted)
      return;
    Value &known = conversions[value];
    if (!known) {
      OpBuilder b(function.getContext());
      b.setInsertionPointAfterValue(value);
      known = converted(b, value);
    }
    operand.set(known);
  }

  func::FuncOp function;
  Block *entry;
  SmallVector<Operation *> kept, others;
  DenseMap<Value, Value> conversions;
};

struct NarrowReals : impl::NarrowRealsBase<NarrowReals> {
  using NarrowRealsBase::NarrowRealsBase;

  void runOnOperation() override {
    getOperation().walk([&](Operation *op) {
      if (auto smooth = dyn_cast<SmoothOp>(op)) {
        SmallVector<FlatSymbolRefAttr> all{smooth.getValueAttr(), smooth.getGradientAttr()};
        for (FlatSymbolRefAttr other : {smooth.getProductAttr(), smooth.getForwardAttr()})
          if (other)
            all.push_back(other);
        narrowData(op, smooth.getInputsMutable(), smooth.getVariables(), all);
      }
      if (auto sampled = dyn_cast<SampledOp>(op))
        narrowData(op, sampled.getInputsMutable(), sampled.getVariables(), {sampled.getGradientAttr()});
    });
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr(mark)) {
        Narrowing(function).run();
        ++numNarrowed;
      }
  }

  /// Gives functions of a problem their data in columns of floats.
  void narrowData(Operation *op, MutableOperandRange inputs, ArrayRef<int32_t> variables,
                  ArrayRef<FlatSymbolRefAttr> names) {
    auto functions = llvm::map_to_vector(
        names, [&](FlatSymbolRefAttr name) { return getOperation().lookupSymbol<func::FuncOp>(name); });
    if (!llvm::all_of(functions, [](func::FuncOp f) { return f->hasAttr(mark); }))
      return;
    for (OpOperand &input : llvm::MutableArrayRef<OpOperand>(inputs)) {
      unsigned k = input.getOperandNumber() - inputs.begin()->getOperandNumber();
      if (!isWide(input.get().getType()) || llvm::is_contained(variables, int32_t(k)))
        continue;
      input.set(column(op->getParentOp(), input.get()));
      for (func::FuncOp function : functions) {
        BlockArgument argument = function.getArgument(k);
        argument.setType(narrow(argument.getType()));
        function.setType(FunctionType::get(&getContext(), function.getBody().getArgumentTypes(),
                                           function.getResultTypes()));
      }
    }
  }

  /// The column in floats, made before the problem.
  Value column(Operation *problem, Value wide) {
    Value &known = columns[wide];
    if (known)
      return known;
    OpBuilder b(problem);
    Location loc = wide.getLoc();
    Value size = b.create<LengthOp>(loc, b.getIndexType(), wide);
    auto map = b.create<MapOp>(loc, ValueRange{size}, ValueRange(), TypeRange{narrow(wide.getType())});
    OpBuilder inner = OpBuilder::atBlockEnd(map.getBody());
    Value entry = inner.create<AtOp>(loc, wide, map.getBody()->getArgument(0));
    inner.create<YieldOp>(loc, inner.create<arith::TruncFOp>(loc, inner.getF32Type(), entry).getResult());
    return known = map.getResult(0);
  }

  DenseMap<Value, Value> columns;
};

} // namespace
} // namespace costate
