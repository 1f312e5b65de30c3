// Expressions to columns (data, one kernel each) and to scalar bodies of problems.
#include "frontend/lower/Body.h"
#include "frontend/lower/FunctionBuilder.h"
#include "frontend/sema/FreeIndices.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace costate::lower {

using sema::Base;
using sema::ExprKind;

// ---- columns -------------------------------------------------------------------------------------------

Value Lowering::single(const sema::Expr &expr) { return column(expr, global); }

Value Lowering::column(const sema::Expr &expr, const Env &env) {
  const Env &at = outermost(expr, env);
  return spread(columnHere(expr, at), at, env);
}

Value Lowering::columnHere(const sema::Expr &expr, const Env &env) {
  if (isLeaf(expr))
    return leaf(expr, env);
  columns.setPlace(expr.place);
  bool isWhole = expr.type.base == Base::Int || expr.type.base == Base::Case;
  if (expr.kind == ExprKind::Number && env.space->single())
    return isWhole ? columns.integer(expr.integer) : columns.number(expr.number);
  Type type = columns.elementType(expr.type.base);
  return columns.map(env.space->rows, type, [&](OpBuilder &inside, Value row) {
    Body body{inside, row, false, columns.location(expr.place)};
    Value value = scalar(expr, env, body);
    if (type.isF64() && expr.type.base == Base::Int)
      value = body.make<arith::SIToFPOp>(type, value);
    inside = body.builder;
    return value;
  });
}

Value Lowering::load(Value column, Body &body) {
  Type element = cast<RankedTensorType>(column.getType()).getElementType();
  return body.make<AtOp>(element, column, ValueRange{body.row});
}

// ---- scalars -------------------------------------------------------------------------------------------

/// Inside a problem, data is computed when it is bound: the body loads one column entry per row.
Value Lowering::scalar(const sema::Expr &expr, const Env &env, Body &body) {
  Location outerPlace = body.place;
  body.place = columns.location(expr.place);
  auto restore = llvm::make_scope_exit([&] { body.place = outerPlace; });
  if (vanishes(expr))
    return body.number(0);
  if (Value known = body.function ? body.function->leaf(expr) : Value())
    return known;
  if (!body.function && !body.isProblem && isInlined(expr, env))
    return letScalar(static_cast<const sema::Let &>(*expr.symbol), expr, env, body);
  bool isConstant = expr.kind == ExprKind::Number || expr.kind == ExprKind::Boolean;
  if (!isConstant && !body.function && (body.isProblem ? !expr.usesVariables : isLeaf(expr)))
    return load(column(expr, env), body);
  switch (expr.kind) {
  case ExprKind::Number:
    if (expr.type.base == Base::Int || expr.type.base == Base::Case)
      return body.make<arith::ConstantOp>(body.builder.getI64IntegerAttr(expr.integer));
    return body.number(expr.number);
  case ExprKind::Boolean:
    return body.make<arith::ConstantOp>(body.builder.getBoolAttr(expr.number != 0));
  case ExprKind::Access:
    return variableLoad(expr, env, body);
  case ExprKind::Reduce:
    return variableReduction(expr, env, body);
  case ExprKind::Unary: {
    Value value = scalar(*expr.args[0], env, body);
    if (expr.op == "not")
      return body.make<arith::XOrIOp>(value, body.make<arith::ConstantOp>(body.builder.getBoolAttr(true)));
    if (value.getType().isF64())
      return body.make<arith::NegFOp>(value);
    return body.make<arith::SubIOp>(body.make<arith::ConstantOp>(body.builder.getI64IntegerAttr(0)), value);
  }
  case ExprKind::Binary:
    return binary(expr, env, body);
  case ExprKind::Compare:
    return compare(expr, env, body);
  case ExprKind::If:
    return conditional(expr, env, body);
  case ExprKind::Call:
    return call(expr, env, body);
  case ExprKind::Written:
    return writtenEntry(expr, env, body);
  case ExprKind::Close: {
    Value a = real(*expr.args[0], env, body), b = real(*expr.args[1], env, body);
    Value tolerance = real(*expr.args[2], env, body);
    Value gap = body.make<math::AbsFOp>(body.make<arith::SubFOp>(a, b));
    Value scale = body.make<arith::MaximumFOp>(body.number(1), body.make<math::AbsFOp>(b));
    return body.make<arith::CmpFOp>(arith::CmpFPredicate::OLE, gap,
                                    body.make<arith::MulFOp>(tolerance, scale));
  }
  default:
    llvm_unreachable("leaves are loaded from columns");
  }
}

Value Lowering::real(const sema::Expr &expr, const Env &env, Body &body) {
  if (expr.kind == ExprKind::Number)
    return body.number(expr.number);
  Value value = scalar(expr, env, body);
  return value.getType().isF64() ? value : body.make<arith::SIToFPOp>(body.builder.getF64Type(), value);
}

Value Lowering::binary(const sema::Expr &expr, const Env &env, Body &body) {
  if (expr.op == "^")
    return power(expr, env, body);
  if (expr.op == "and" || expr.op == "or")
    return logic(expr, env, body, 0);
  bool isInt = expr.type.base == Base::Int;
  Value value = isInt ? scalar(*expr.args[0], env, body) : real(*expr.args[0], env, body);
  for (auto &arg : llvm::drop_begin(expr.args)) {
    Value next = isInt ? scalar(*arg, env, body) : real(*arg, env, body);
    if (isInt) {
      if (expr.op == "div" || expr.op == "mod")
        next = divisor(*arg, next, env, body);
      if (expr.op == "mod") { // a - b*floor(a/b): has the sign of b
        Value quotient = body.make<arith::FloorDivSIOp>(value, next);
        value = body.make<arith::SubIOp>(value, body.make<arith::MulIOp>(quotient, next));
        continue;
      }
      value = expr.op == "+"   ? body.make<arith::AddIOp>(value, next)
              : expr.op == "-" ? body.make<arith::SubIOp>(value, next)
              : expr.op == "*" ? body.make<arith::MulIOp>(value, next)
                               : body.make<arith::FloorDivSIOp>(value, next);
      continue;
    }
    value = expr.op == "+"   ? body.make<arith::AddFOp>(value, next)
            : expr.op == "-" ? body.make<arith::SubFOp>(value, next)
            : expr.op == "*" ? body.make<arith::MulFOp>(value, next)
                             : body.make<arith::DivFOp>(value, next);
  }
  return value;
}

/// Division by zero is an error when data is bound; the kernel does not run then.
Value Lowering::divisor(const sema::Expr &expr, Value value, const Env &env, Body &body) {
  if (expr.kind == ExprKind::Number && expr.number != 0)
    return value;
  if (body.function)
    return body.function->divisor(expr, value);
  columns.setPlace(expr.place);
  return load(columns.requireDivisor(column(expr, env), expr.place), body);
}

namespace {

bool isSame(Value x, Value y) {
  auto a = x.getDefiningOp<AtOp>(), b = y.getDefiningOp<AtOp>();
  return x == y || (a && b && a->getOperands() == b->getOperands());
}

/// As its form shows.
bool isNotNegative(Value value) {
  Operation *op = value.getDefiningOp();
  auto yielded = [](Region &body) { return isNotNegative(body.front().getTerminator()->getOperand(0)); };
  if (auto power = dyn_cast_or_null<math::FPowIOp>(op)) {
    APInt exponent;
    return matchPattern(power.getRhs(), m_ConstantInt(&exponent)) && !exponent[0];
  }
  if (auto product = dyn_cast_or_null<arith::MulFOp>(op))
    return isSame(product.getLhs(), product.getRhs());
  if (auto sum = dyn_cast_or_null<arith::AddFOp>(op))
    return isNotNegative(sum.getLhs()) && isNotNegative(sum.getRhs());
  if (auto reduce = dyn_cast_or_null<ReduceOp>(op))
    return reduce.getKind() == "add" && yielded(reduce.getRegion());
  if (auto sum = dyn_cast_or_null<SumOp>(op))
    return yielded(sum.getRegion());
  return false;
}

/// The number whose root a value is; null where that is not seen.
Value squareOf(Value value) {
  auto root = value.getDefiningOp<math::SqrtOp>();
  return root && isNotNegative(root.getOperand()) ? root.getOperand() : Value();
}

} // namespace

/// `x^n` with a constant integer exponent stays exact, and `norm(x)^2` is `dot(x, x)`, which has a second
/// derivative where x is 0; everything else is the real power.
Value Lowering::power(const sema::Expr &expr, const Env &env, Body &body) {
  const sema::Expr &exponent = *expr.args[1];
  const sema::Expr *literal = &exponent;
  double sign = 1;
  while (literal->kind == ExprKind::Unary && literal->op == "-")
    literal = literal->args[0].get(), sign = -sign;
  Value base = real(*expr.args[0], env, body);
  if (literal->kind == ExprKind::Number && literal->number == std::floor(literal->number) &&
      literal->number <= 1024) {
    auto whole = int32_t(sign * literal->number);
    if (Value square = whole > 0 && whole % 2 == 0 ? squareOf(base) : Value())
      base = square, whole /= 2;
    if (whole == 1)
      return base;
    return body.make<math::FPowIOp>(base,
                                    body.make<arith::ConstantOp>(body.builder.getI32IntegerAttr(whole)));
  }
  return body.make<math::PowFOp>(base, real(exponent, env, body));
}

Value Lowering::compare(const sema::Expr &expr, const Env &env, Body &body) {
  Base left = expr.args[0]->type.base, right = expr.args[1]->type.base;
  bool isReal = left == Base::Real || right == Base::Real || left == Base::Column || right == Base::Column;
  int which = llvm::StringSwitch<int>(expr.op)
                  .Case("<", 0)
                  .Case("<=", 1)
                  .Case(">", 2)
                  .Case(">=", 3)
                  .Case("==", 4)
                  .Default(5);
  if (isReal) {
    using P = arith::CmpFPredicate;
    constexpr P predicates[] = {P::OLT, P::OLE, P::OGT, P::OGE, P::OEQ, P::UNE};
    return body.make<arith::CmpFOp>(predicates[which], real(*expr.args[0], env, body),
                                    real(*expr.args[1], env, body));
  }
  using P = arith::CmpIPredicate;
  constexpr P predicates[] = {P::slt, P::sle, P::sgt, P::sge, P::eq, P::ne};
  return body.make<arith::CmpIOp>(predicates[which], scalar(*expr.args[0], env, body),
                                  scalar(*expr.args[1], env, body));
}

/// A number named by the seed, a place of the source and indices.
Value Lowering::randomNumber(const sema::Expr &expr, const Env &env, Body &body) {
  SmallVector<Value> names;
  for (auto &arg : expr.args)
    names.push_back(scalar(*arg, env, body));
  auto integer = [&](int64_t value) {
    return body.make<arith::ConstantOp>(body.builder.getI64IntegerAttr(value));
  };
  Value seed = names[0], stream = integer(expr.integer);
  for (size_t k = 1; k + 1 < names.size(); ++k)
    stream = body.make<StreamOp>(body.builder.getI64Type(), seed, stream, names[k]);
  Value number = body.make<UniformOp>(body.builder.getF64Type(), seed, stream,
                                      names.size() > 1 ? names.back() : integer(0));
  return expr.text == "normal" ? body.make<NormalQuantileOp>(number.getType(), number) : number;
}

Value Lowering::call(const sema::Expr &expr, const Env &env, Body &body) {
  StringRef name = expr.text;
  if (name == "uniform" || name == "normal")
    return randomNumber(expr, env, body);
  if (expr.type.base == Base::Int) { // abs, min, max of integers
    Value value = scalar(*expr.args[0], env, body);
    if (name == "abs")
      return body.make<math::AbsIOp>(value);
    for (auto &arg : llvm::drop_begin(expr.args)) {
      Value next = scalar(*arg, env, body);
      value = name == "min" ? body.make<arith::MinSIOp>(value, next) : body.make<arith::MaxSIOp>(value, next);
    }
    return value;
  }
  Value x = real(*expr.args[0], env, body);
  if (name == "stop") // data has no derivatives
    return body.function ? body.make<StopOp>(x.getType(), x) : x;
  if (name == "min" || name == "max") {
    for (auto &arg : llvm::drop_begin(expr.args)) {
      Value next = real(*arg, env, body);
      x = name == "min" ? body.make<arith::MinimumFOp>(x, next) : body.make<arith::MaximumFOp>(x, next);
    }
    return x;
  }
  if (name == "sign") { // -1, 0 or 1
    Value zero = body.number(0);
    Value up = body.make<arith::SelectOp>(body.make<arith::CmpFOp>(arith::CmpFPredicate::OGT, x, zero),
                                          body.number(1), zero);
    return body.make<arith::SelectOp>(body.make<arith::CmpFOp>(arith::CmpFPredicate::OLT, x, zero),
                                      body.number(-1), up);
  }
  if (name == "atan2")
    return body.make<math::Atan2Op>(x, real(*expr.args[1], env, body));
  if (name == "pow")
    return body.make<math::PowFOp>(x, real(*expr.args[1], env, body));
  using Make = Value (*)(Body &, Value);
#define COSTATE_FUNCTION(NAME, OP) .Case(NAME, [](Body &b, Value v) { return b.make<math::OP>(v); })
  Make make =
      llvm::StringSwitch<Make>(name) COSTATE_FUNCTION("abs", AbsFOp) COSTATE_FUNCTION("sqrt", SqrtOp)
          COSTATE_FUNCTION("cbrt", CbrtOp) COSTATE_FUNCTION("exp", ExpOp) COSTATE_FUNCTION("exp2", Exp2Op)
              COSTATE_FUNCTION("expm1", ExpM1Op) COSTATE_FUNCTION("log", LogOp)
                  COSTATE_FUNCTION("log2", Log2Op) COSTATE_FUNCTION("log10", Log10Op)
                      COSTATE_FUNCTION("log1p", Log1pOp) COSTATE_FUNCTION("sin", SinOp)
                          COSTATE_FUNCTION("cos", CosOp) COSTATE_FUNCTION("tan", TanOp)
                              COSTATE_FUNCTION("asin", AsinOp) COSTATE_FUNCTION("acos", AcosOp)
                                  COSTATE_FUNCTION("atan", AtanOp) COSTATE_FUNCTION("sinh", SinhOp)
                                      COSTATE_FUNCTION("cosh", CoshOp) COSTATE_FUNCTION("tanh", TanhOp)
                                          COSTATE_FUNCTION("erf", ErfOp) COSTATE_FUNCTION("floor", FloorOp)
                                              COSTATE_FUNCTION("ceil", CeilOp)
                                                  .Default(nullptr);
#undef COSTATE_FUNCTION
  assert(make && "sema knows the functions");
  return make(body, x);
}

// ---- variables -----------------------------------------------------------------------------------------

/// Whether a local let of one row is computed in the kernel that needs it, instead of by a kernel of its own:
/// compiling one takes longer than computing the number twice.
bool Lowering::isInlined(const sema::Expr &expr, const Env &env) {
  auto *let = expr.kind == ExprKind::Access ? dynamic_cast<const sema::Let *>(expr.symbol) : nullptr;
  return let && let->isLocal && let->value && let->domain.empty() && env.space->single() &&
         !isLeaf(*let->value) && !values.contains(let) && !outermost(expr, env).localColumns.contains(let) &&
         !needs.canCompute(*let);
}

/// A local let without indices is computed once in a body.
Value Lowering::letScalar(const sema::Let &let, const sema::Expr &expr, const Env &env, Body &body) {
  bool isOnce = let.isLocal && expr.args.empty();
  auto key = std::pair(&let, body.builder.getInsertionBlock());
  const Env &place = isOnce ? outermost(expr, env) : env;
  if (Value known = isOnce ? place.localScalars.lookup(key) : Value())
    return known;
  Env inner = inlineLet(expr, env);
  Value value = let.type.base == Base::Real ? real(*let.value, inner, body) : scalar(*let.value, inner, body);
  if (isOnce)
    place.localScalars[key] = value;
  return value;
}

Value Lowering::variableLoad(const sema::Expr &expr, const Env &env, Body &body) {
  if (auto *let = dynamic_cast<const sema::Let *>(expr.symbol))
    return isEntryOfLet(*let, body) ? entryOfLet(*let, expr, env, body) : letScalar(*let, expr, env, body);
  auto &family = static_cast<const sema::Variable &>(*expr.symbol);
  return body.make<AtOp>(body.builder.getF64Type(), familyValue(family),
                         ValueRange{rowIn(family, expr, env, body)});
}

/// The row of a family that an access names.
Value Lowering::rowIn(const sema::Family &family, const sema::Expr &access, const Env &env, Body &body) {
  const Env &at = access.args.empty() ? env : outermost(access, env);
  Value table = spread(position(family, access.args, at), at, env);
  Value entry = body.make<AtOp>(body.builder.getI32Type(), table, ValueRange{body.row});
  return body.make<arith::IndexCastOp>(body.builder.getIndexType(), entry);
}

// ---- sums and folds of variables ----------------------------------------------------------------------

/// `mean` is a sum divided by the number of its rows, which is data.
Value Lowering::variableReduction(const sema::Expr &expr, const Env &env, Body &body) {
  Space inner = reducedSpace(expr, env);
  Value result = variableReduction(expr, env, inner, body)->getResult(0);
  if (expr.text != "mean")
    return result;
  return body.make<arith::DivFOp>(result, load(columns.childCount(inner.parentRow, likeOf(env)), body));
}

/// The sum, product, least or greatest value over a nested space; one that stands in a `let` says which entry
/// of the let's it is.
Operation *Lowering::variableReduction(const sema::Expr &expr, const Env &env, const Space &inner,
                                       Body &body) {
  Value let, row;
  if (env.use) {
    auto &family = static_cast<const sema::Let &>(*env.use->symbol);
    let = letColumn(family, expr);
    row = rowIn(family, *env.use, *env.outer, body);
  }
  bool isSum = expr.text == "sum" || expr.text == "mean";
  Type type = body.builder.getF64Type();
  StringRef kind = expr.text == "prod" ? "mul" : StringRef(expr.text);
  Value result = isSum ? body.make<SumOp>(type, inner.parentRow, let, row)
                       : body.make<FoldOp>(type, inner.parentRow, let, row, kind);
  Operation *op = result.getDefiningOp();
  Env nested{&inner, &env, {}};
  fillBody(op->getRegion(0), *expr.args[0], nested, body.place, /*hasRow=*/true);
  return op;
}

Space Lowering::reducedSpace(const sema::Expr &expr, const Env &env) {
  Space inner = bind(*expr.binders, env, /*ordered=*/false);
  inner.parentRow = inner.parentRow ? inner.parentRow : zeros(inner);
  columns.setPlace(expr.place);
  if (expr.text != "sum" && expr.text != "prod")
    inner.parentRow = columns.requireRows(inner.parentRow, likeOf(env), expr.op);
  return inner;
}

// ---- regions of problems --------------------------------------------------------------------------------

void Lowering::fillBody(Region &region, const sema::Expr &expr, const Env &env, Location loc, bool hasRow) {
  OpBuilder inside(region.getContext());
  Block *block =
      hasRow ? inside.createBlock(&region, {}, {inside.getIndexType()}, {loc}) : inside.createBlock(&region);
  Body body{OpBuilder::atBlockEnd(block), {}, true, loc};
  body.row = hasRow ? Value(block->getArgument(0)) : body.make<arith::ConstantIndexOp>(0);
  Value value = real(expr, env, body);
  body.builder.create<YieldOp>(loc, ValueRange{value});
}

} // namespace costate::lower
