// Loops and derivative operators as operations.
#include "frontend/lower/FunctionBuilder.h"
#include "frontend/lower/WholeArrays.h"
#include "ir/ArrayArithmetic.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace costate::lower {

using sema::Derivative;
using FunctionBuilder = Lowering::FunctionBuilder;

/// Makes the results of a computation known in the scope where they belong.
void FunctionBuilder::ensure(const sema::Computation &of) {
  if (known(*of.results[0]))
    return;
  placed(freeOf(of), /*isLazy=*/true, [&](Scope &scope) {
    Location outer = std::exchange(loc, location(of.place));
    if (auto *loop = dynamic_cast<const sema::Loop *>(&of))
      this->loop(*loop, scope);
    else if (auto *derivative = dynamic_cast<const Derivative *>(&of))
      this->derivative(*derivative, scope);
    else if (auto *rule = dynamic_cast<const sema::RuledCall *>(&of))
      ruled(*rule, scope);
    else if (auto *call = dynamic_cast<const sema::ProblemCall *>(&of))
      problemCall(*call, scope);
    else
      library(static_cast<const sema::LibraryCall &>(of), scope);
    loc = outer;
  });
}

// ---- loops ---------------------------------------------------------------------------------------------

void FunctionBuilder::bindCarried(const sema::Loop &loop, ValueRange names, Scope &scope) {
  for (auto [carried, name] : llvm::zip(loop.carried, names)) {
    scope.bound.insert(carried);
    scope.lets[carried] = name;
  }
}

SmallVector<Value> FunctionBuilder::nextOf(const sema::Loop &loop) {
  SmallVector<Value> next;
  for (auto [carried, value] : llvm::zip(loop.carried, loop.next))
    next.push_back(valueOf(value, carried->type));
  return next;
}

void FunctionBuilder::loop(const sema::Loop &loop, Scope &scope) {
  if (loop.form == sema::Loop::Form::Scan)
    return scan(loop, scope);
  if (loop.form != sema::Loop::Form::Iterate)
    return equation(loop, scope);
  SmallVector<Value> starts;
  for (auto [carried, start] : llvm::zip(loop.carried, loop.starts))
    starts.push_back(valueOf(start, carried->type));
  size_t own = starts.size();
  llvm::append_range(starts, countedStarts(loop));
  auto iterate = b().create<IterateOp>(loc, starts);
  inside(iterate, &iterate.getCondition().front(), false, [&](Scope &inner) {
    bindCarried(loop, iterate.getCondition().front().getArguments(), inner);
    b().create<YieldOp>(loc, scalar(*loop.condition));
  });
  inside(iterate, &iterate.getBody().front(), false, [&](Scope &inner) {
    auto names = iterate.getBody().front().getArguments();
    bindCarried(loop, names, inner);
    SmallVector<Value> next = nextOf(loop);
    llvm::append_range(next, countedNext(loop, names.drop_front(own)));
    b().create<YieldOp>(loc, next);
  });
  counted[&loop] = SmallVector<Value>(iterate.getResults().drop_front(own));
  for (auto [result, value] : llvm::zip(loop.results, iterate.getResults()))
    scope.lets[result] = value;
}

void FunctionBuilder::equation(const sema::Loop &loop, Scope &scope) {
  Value start = valueOf(loop.starts[0], loop.carried[0]->type);
  Value fixed = b().create<StopOp>(loc, start.getType(), start);
  auto root = b().create<RootOp>(loc, fixed, loop.form == sema::Loop::Form::Fixed, placeNumber(loop.place));
  inside(root, root.getBody(), false, [&](Scope &inner) {
    bindCarried(loop, root.getBody()->getArguments(), inner);
    b().create<YieldOp>(loc, nextOf(loop));
  });
  scope.lets[loop.results[0]] = root.getSolution();
}

void FunctionBuilder::scan(const sema::Loop &loop, Scope &scope) {
  SmallVector<Value> starts, inner;
  for (auto [carried, start] : llvm::zip(loop.carried, loop.starts))
    starts.push_back(valueOf(start, carried->type));
  size_t own = starts.size();
  llvm::append_range(starts, countedStarts(loop));
  SmallVector<Type> collected;
  for (const sema::Let *result : ArrayRef(loop.results).drop_front(loop.carried.size())) {
    collected.push_back(typeOf(*result));
    llvm::append_range(inner, ArrayRef(sizesOf(*result)).drop_front());
  }
  const sema::Atom &steps = loop.domain.atoms[0];
  auto scan = b().create<ScanOp>(loc, sizeOf(steps), starts, collected, ValueRange(), inner);
  inside(scan, scan.getBody(), false, [&](Scope &body) {
    bindCarried(loop, scan.carried(), body);
    bindAtom(steps, scan.getBody()->getArgument(0), body);
    SmallVector<Value> yielded = nextOf(loop);
    llvm::append_range(yielded, countedNext(loop, scan.carried().drop_front(own)));
    for (auto [value, result] :
         llvm::zip(loop.collected, ArrayRef(loop.results).drop_front(loop.carried.size())))
      yielded.push_back(valueOf(value, result->type));
    b().create<YieldOp>(loc, yielded);
  });
  SmallVector<Value> results(scan.getResults().take_front(own));
  counted[&loop] = SmallVector<Value>(scan.getResults().slice(own, starts.size() - own));
  llvm::append_range(results, scan.getResults().drop_front(starts.size()));
  for (auto [result, value] : llvm::zip(loop.results, results))
    scope.lets[result] = value;
}

// ---- derivatives ---------------------------------------------------------------------------------------

Value FunctionBuilder::one() { return b().create<arith::ConstantOp>(loc, b().getF64FloatAttr(1)); }

static const sema::Type realType{sema::Base::Real, nullptr};

/// The values under an operator, whose block has the arguments to differentiate by.
void FunctionBuilder::fillDerivative(const Derivative &derivative, Operation *op, Block *block) {
  inside(op, block, false, [&](Scope &inner) {
    for (auto [argument, value] : llvm::zip(derivative.arguments, block->getArguments())) {
      inner.bound.insert(argument);
      inner.lets[argument] = value;
    }
    SmallVector<Value> values;
    for (auto &value : derivative.values)
      values.push_back(valueOf(value, realType));
    b().create<YieldOp>(loc, values);
  });
}

/// J' seed, one value per argument.
SmallVector<Value> FunctionBuilder::adjoint(const Derivative &derivative, ValueRange at, ValueRange seeds) {
  auto vjp = b().create<VjpOp>(loc, at, seeds);
  fillDerivative(derivative, vjp, vjp.getBody());
  return SmallVector<Value>(vjp.getResults().drop_front(seeds.size()));
}

/// J v, one value per value of the function.
SmallVector<Value> FunctionBuilder::product(const Derivative &derivative, ValueRange at,
                                            ValueRange directions) {
  SmallVector<Type> types;
  for (auto &value : derivative.values) {
    types.push_back(value.array ? typeOf(*value.array) : Type(b().getF64Type()));
    if (auto array = dyn_cast<RankedTensorType>(types.back()))
      types.back() = array.clone(b().getF64Type());
  }
  auto jvp = b().create<JvpOp>(loc, at, directions, types);
  fillDerivative(derivative, jvp, jvp.getBody());
  return SmallVector<Value>(jvp.getResults().drop_front(types.size()));
}

/// H v: the derivative of the gradient in a direction.
SmallVector<Value> FunctionBuilder::hessianProduct(const Derivative &derivative, ValueRange at,
                                                   ValueRange directions) {
  auto jvp = b().create<JvpOp>(loc, at, directions, at.getTypes());
  inside(jvp, jvp.getBody(), false, [&](Scope &) {
    b().create<YieldOp>(loc, adjoint(derivative, jvp.getBody()->getArguments(), {one()}));
  });
  return SmallVector<Value>(jvp.getResults().drop_front(at.size()));
}

SmallVector<Value> FunctionBuilder::sizesOfValue(const sema::Value &value) {
  return value.array ? sizesOf(*value.array) : SmallVector<Value>();
}

void FunctionBuilder::derivative(const Derivative &derivative, Scope &scope) {
  SmallVector<Value> at, directions;
  for (auto &value : derivative.at)
    at.push_back(valueOf(value, realType));
  for (auto &value : derivative.directions)
    directions.push_back(valueOf(value, realType));
  SmallVector<Value> results;
  switch (derivative.op) {
  case Derivative::Operator::Gradient:
    results = adjoint(derivative, at, {one()});
    break;
  case Derivative::Operator::Vjp:
    results = adjoint(derivative, at, directions);
    break;
  case Derivative::Operator::Jvp:
    results = product(derivative, at, directions);
    break;
  case Derivative::Operator::Hvp:
    results = hessianProduct(derivative, at, directions);
    break;
  case Derivative::Operator::Jacobian:
    for (size_t k = 0; k < at.size(); ++k)
      results.push_back(columnByColumn(at[k], sizesOfValue(derivative.values[0]),
                                       [&](Value v) { return product(derivative, at, alone(at, k, v))[0]; }));
    break;
  case Derivative::Operator::Hessian:
    for (size_t row = 0; row < at.size(); ++row)
      for (size_t k = 0; k < at.size(); ++k)
        results.push_back(columnByColumn(at[k], sizesOf(at[row]), [&](Value v) {
          return hessianProduct(derivative, at, alone(at, k, v))[row];
        }));
    break;
  }
  for (auto [result, value] : llvm::zip(derivative.results, results))
    scope.lets[result] = value;
}

/// A direction of one argument, zeros for the others.
SmallVector<Value> FunctionBuilder::alone(ArrayRef<Value> at, size_t argument, Value direction) {
  ArrayArithmetic a(b(), loc);
  SmallVector<Value> directions;
  for (auto [k, value] : llvm::enumerate(at)) {
    bool isArray = isa<RankedTensorType>(value.getType());
    if (k == argument)
      directions.push_back(direction);
    else if (isArray)
      directions.push_back(a.likeArray(value, [](ArrayArithmetic &in, ValueRange) { return in.number(0); }));
    else
      directions.push_back(a.number(0));
  }
  return directions;
}

/// The matrix of a linear function of directions like `at`: its indices are those of the function's value, of
/// the given sizes, then those of `at`.
Value FunctionBuilder::columnByColumn(Value at, ArrayRef<Value> inner,
                                      llvm::function_ref<Value(Value)> linear) {
  auto type = dyn_cast<RankedTensorType>(at.getType());
  if (!type)
    return linear(one());
  SmallVector<Value> sizes = sizesOf(at);
  SmallVector<int64_t> shape(sizes.size() + inner.size(), ShapedType::kDynamic);
  auto map = b().create<MapOp>(loc, sizes, ValueRange(),
                               TypeRange{RankedTensorType::get(shape, b().getF64Type())}, inner);
  inside(map, map.getBody(), false, [&](Scope &) {
    b().create<YieldOp>(loc, linear(unit(sizes, type, map.getBody()->getArguments())));
  });
  return turned(map.getResult(0), sizes.size());
}

/// 1 at one place, 0 elsewhere.
Value FunctionBuilder::unit(ArrayRef<Value> sizes, Type type, ValueRange place) {
  auto map = b().create<MapOp>(loc, sizes, ValueRange(), TypeRange{type});
  OpBuilder body = OpBuilder::atBlockEnd(map.getBody());
  Value isOne;
  for (auto [k, i] : llvm::zip(place, map.getBody()->getArguments())) {
    Value same = body.create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, k, i);
    isOne = isOne ? body.create<arith::AndIOp>(loc, isOne, same).getResult() : same;
  }
  Value yes = body.create<arith::ConstantOp>(loc, body.getF64FloatAttr(1)),
        no = body.create<arith::ConstantOp>(loc, body.getF64FloatAttr(0));
  body.create<YieldOp>(loc, body.create<arith::SelectOp>(loc, isOne, yes, no).getResult());
  return map.getResult(0);
}

/// The first `count` indices become the last ones.
Value FunctionBuilder::turned(Value array, size_t count) {
  auto type = cast<RankedTensorType>(array.getType());
  SmallVector<Value> from = sizesOf(array), sizes(from);
  std::rotate(sizes.begin(), sizes.begin() + long(count), sizes.end());
  if (size_t(type.getRank()) == count)
    return array;
  auto map = b().create<MapOp>(loc, sizes, ValueRange(), TypeRange{type});
  OpBuilder body = OpBuilder::atBlockEnd(map.getBody());
  SmallVector<Value> indices(map.getBody()->getArguments());
  std::rotate(indices.begin(), indices.end() - long(count), indices.end());
  body.create<YieldOp>(loc, body.create<AtOp>(loc, type.getElementType(), array, indices).getResult());
  return map.getResult(0);
}

void FunctionBuilder::ruled(const sema::RuledCall &call, Scope &scope) {
  SmallVector<Value> at;
  for (auto &value : call.at)
    at.push_back(valueOf(value, realType));
  auto op = b().create<RuledOp>(loc, typeOf(*call.results[0]), at);
  auto fill = [&](Region &region, llvm::function_ref<Value(ValueRange)> yielded) {
    inside(op, &region.front(), false, [&](Scope &inner) {
      ValueRange given = region.getArguments();
      for (auto *names : {&call.arguments, &call.directions})
        for (const sema::Let *name : *names) {
          if (given.empty())
            break;
          inner.bound.insert(name);
          inner.lets[name] = given.front();
          given = given.drop_front();
        }
      b().create<YieldOp>(loc, yielded(region.getArguments()));
    });
  };
  fill(op.getRegion(), [&](ValueRange) { return valueOf(call.value, realType); });
  fill(op.getRule(), [&](ValueRange given) {
    Value change = valueOf(call.change, realType);
    return call.isGradient ? alongDirection(change, given.back()) : change;
  });
  scope.lets[call.results[0]] = op.getValue();
}

/// Of the derivatives by one number, or of those of one number.
Value FunctionBuilder::alongDirection(Value slope, Value direction) {
  ArrayArithmetic a(b(), loc);
  bool isArray = isa<RankedTensorType>(slope.getType());
  if (!isArray)
    return a.mul(slope, direction);
  if (!isa<RankedTensorType>(direction.getType()))
    return a.scaled(slope, direction);
  return a.sum(a.sizes(slope), [&](ArrayArithmetic &in, ValueRange i) {
    return in.mul(in.at(slope, i), in.at(direction, i));
  });
}

void FunctionBuilder::library(const sema::LibraryCall &call, Scope &scope) {
  SmallVector<Value> arguments;
  for (const sema::Value &argument : call.arguments)
    arguments.push_back(valueOf(argument, argument.array ? argument.array->type : argument.scalar->type));
  auto results = wholeArrays(call.name, arguments, placeNumber(call.place), b(), loc);
  for (auto [result, value] : llvm::zip_equal(call.results, results))
    scope.lets[result] = value;
}

} // namespace costate::lower
