// Methods as functions of the IR: the functions of a problem, what loops count and report.
#include "frontend/lower/FunctionBuilder.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

#include <fmt/format.h>

using namespace mlir;

namespace costate::lower {

using FunctionBuilder = Lowering::FunctionBuilder;

func::FuncOp FunctionBuilder::methodFunction(const sema::MethodRun &run, const std::string &name) {
  begin(name);
  auto argument = [&](Type element) { return function.getBody().addArgument(columnOf(element), loc); };
  for (const sema::Let *given : run.given)
    root.lets[given] = argument(b().getF64Type());
  Value entries = b().create<AtOp>(loc, argument(b().getI64Type()), constant(0));
  capacity = b().create<arith::IndexCastOp>(loc, b().getIndexType(), entries);
  SmallVector<Value> results{valueOf(run.point, {sema::Base::Real, nullptr})}, histories;
  Value steps = b().create<arith::ConstantOp>(loc, b().getI64IntegerAttr(0));
  for (const sema::Loop *loop : run.loops) {
    ensure(*loop);
    ArrayRef<Value> own = counted[loop];
    steps = b().create<arith::AddIOp>(loc, steps, own[0]);
    if (!loop->reported.empty())
      histories.push_back(pair(own[0], own[1]));
    llvm::append_range(histories, own.drop_front(std::min<size_t>(2, own.size())));
  }
  results.push_back(column(steps));
  llvm::append_range(results, histories);
  end(results);
  return function;
}

func::FuncOp FunctionBuilder::monitorFunction(const sema::Problem &problem, const sema::Expr &number,
                                              const std::string &name) {
  begin(name);
  bindVariables(problem, function.getBody().addArgument(columnOf(b().getF64Type()), loc), root);
  end(column(real(number)));
  return function;
}

/// A column of two rows.
Value FunctionBuilder::pair(Value first, Value second) {
  auto map =
      b().create<MapOp>(loc, ValueRange{constant(2)}, ValueRange(), TypeRange{columnOf(first.getType())});
  OpBuilder body = OpBuilder::atBlockEnd(map.getBody());
  Value zero = body.create<arith::ConstantIndexOp>(loc, 0);
  Value isFirst =
      body.create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, map.getBody()->getArgument(0), zero);
  body.create<YieldOp>(loc, body.create<arith::SelectOp>(loc, isFirst, first, second).getResult());
  return map.getResult(0);
}

// ---- functions of a problem ----------------------------------------------------------------------------

void FunctionBuilder::problemCall(const sema::ProblemCall &call, Scope &scope) {
  Value x = valueOf(call.at, {sema::Base::Real, nullptr});
  Scope at;
  at.builder = current->builder;
  at.outer = current;
  Scope *outer = std::exchange(current, &at);
  bindVariables(*call.problem, x, at);
  Value value = call.givesRows ? rowValues(*call.problem) : objectiveValue(*call.problem);
  current = outer;
  scope.lets[call.results[0]] = value;
}

/// The parts of x, family after family, under the names of the variables.
void FunctionBuilder::bindVariables(const sema::Problem &problem, Value x, Scope &scope) {
  SmallVector<const sema::Variable *> variables;
  for (const sema::Symbol *symbol : problem.order)
    if (auto *variable = dynamic_cast<const sema::Variable *>(symbol))
      variables.push_back(variable);
  Value offset = constant(0);
  for (const sema::Variable *variable : variables) {
    Value part = x;
    if (variables.size() > 1) {
      Value size = numRows(*variable);
      auto map = b().create<MapOp>(loc, ValueRange{size}, ValueRange(), TypeRange{x.getType()});
      OpBuilder body = OpBuilder::atBlockEnd(map.getBody());
      Value place = body.create<arith::AddIOp>(loc, offset, map.getBody()->getArgument(0));
      body.create<YieldOp>(loc, body.create<AtOp>(loc, x, place).getResult());
      part = map.getResult(0);
      offset = b().create<arith::AddIOp>(loc, offset, size);
    }
    scope.bound.insert(variable);
    scope.variables[variable] = part;
  }
}

/// The values that a variable has here, in the order of its domain; null where it is what the program has.
Value FunctionBuilder::boundVariable(const sema::Family &family) {
  for (Scope *scope = current; scope; scope = scope->outer)
    if (Value values = scope->variables.lookup(&family))
      return values;
  return {};
}

Value FunctionBuilder::numRows(const sema::Family &family) {
  Value rows = constant(1);
  for (Value size : sizesOf(family))
    rows = b().createOrFold<arith::MulIOp>(loc, rows, size);
  return rows;
}

/// To be minimized.
Value FunctionBuilder::objectiveValue(const sema::Problem &problem) {
  if (!problem.objective)
    return b().create<arith::ConstantOp>(loc, b().getF64FloatAttr(0));
  Value value = real(*problem.objective->body);
  return problem.objective->maximize ? b().create<arith::NegFOp>(loc, value).getResult() : value;
}

/// Of all constraints, one family after the other.
Value FunctionBuilder::rowValues(const sema::Problem &problem) {
  Type type = columnOf(b().getF64Type());
  SmallVector<const sema::Constraint *> families;
  Value total = constant(0);
  for (const sema::Symbol *symbol : problem.order)
    if (auto *constraint = dynamic_cast<const sema::Constraint *>(symbol)) {
      families.push_back(constraint);
      total = b().createOrFold<arith::AddIOp>(loc, total, numRows(*constraint));
    }
  auto zeros = b().create<MapOp>(loc, ValueRange{total}, ValueRange(), TypeRange{type});
  OpBuilder body = OpBuilder::atBlockEnd(zeros.getBody());
  body.create<YieldOp>(loc, body.create<arith::ConstantOp>(loc, body.getF64FloatAttr(0)).getResult());
  Value all = zeros.getResult(0), offset = constant(0);
  for (const sema::Constraint *family : families) {
    all = withRows(*family, offset, all);
    offset = b().createOrFold<arith::AddIOp>(loc, offset, numRows(*family));
  }
  return all;
}

/// The array with the values of one family from `offset` on.
Value FunctionBuilder::withRows(const sema::Constraint &family, Value offset, Value all) {
  SmallVector<Value> sizes = sizesOf(family);
  auto map = b().create<MapOp>(loc, sizes, ValueRange{all}, TypeRange{});
  inside(map, map.getBody(), false, [&](Scope &scope) {
    bindDomain(family.domain, map.getBody()->getArguments(), scope);
    Value row = constant(0);
    for (auto [size, position] : llvm::zip(sizes, map.getBody()->getArguments())) {
      row = b().createOrFold<arith::MulIOp>(loc, row, size);
      row = b().createOrFold<arith::AddIOp>(loc, row, position);
    }
    row = b().createOrFold<arith::AddIOp>(loc, row, offset);
    b().create<AccumulateOp>(loc, real(*family.body), map.accumulators()[0], row, "add");
    b().create<YieldOp>(loc, ValueRange());
  });
  return map.getResult(0);
}

// ---- what loops count and report -----------------------------------------------------------------------

/// Carried besides a loop's own values: its steps; where it reports, how many steps an entry of its
/// histories stands for, and these.
SmallVector<Value> FunctionBuilder::countedStarts(const sema::Loop &loop) {
  SmallVector<Value> starts;
  if (!loop.isCounted)
    return starts;
  starts.push_back(b().create<arith::ConstantOp>(loc, b().getI64IntegerAttr(0)));
  if (loop.reported.empty())
    return starts;
  starts.push_back(b().create<arith::ConstantOp>(loc, b().getI64IntegerAttr(1)));
  for (size_t k = 0; k < loop.reported.size(); ++k) {
    auto zeros =
        b().create<MapOp>(loc, ValueRange{capacity}, ValueRange(), TypeRange{columnOf(b().getF64Type())});
    OpBuilder body = OpBuilder::atBlockEnd(zeros.getBody());
    body.create<YieldOp>(loc, body.create<arith::ConstantOp>(loc, body.getF64FloatAttr(0)).getResult());
    starts.push_back(zeros.getResult(0));
  }
  return starts;
}

/// These after a step. The first step of every `stride` is entered; where the histories are full, every other
/// entry is left out and the stride doubles.
SmallVector<Value> FunctionBuilder::countedNext(const sema::Loop &loop, ValueRange carried) {
  if (carried.empty())
    return {};
  auto number = [&](int64_t value) -> Value {
    return b().create<arith::ConstantOp>(loc, b().getI64IntegerAttr(value));
  };
  Value step = carried[0], next = b().create<arith::AddIOp>(loc, step, number(1));
  if (loop.reported.empty())
    return {next};
  Value stride = carried[1], entries = b().create<arith::IndexCastOp>(loc, b().getI64Type(), capacity);
  Value hasEntries = b().create<arith::CmpIOp>(loc, arith::CmpIPredicate::sgt, entries, number(0));
  Value rest = b().create<arith::RemUIOp>(loc, step, stride);
  Value isFirst = b().create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, rest, number(0));
  Value isDue = b().create<arith::AndIOp>(loc, hasEntries, isFirst);
  auto enter = b().create<scf::IfOp>(loc, carried.drop_front().getTypes(), isDue, /*withElse=*/true);
  inside(enter, enter.thenBlock(), true,
         [&](Scope &) { b().create<scf::YieldOp>(loc, entered(loop, carried, entries)); });
  inside(enter, enter.elseBlock(), true,
         [&](Scope &) { b().create<scf::YieldOp>(loc, carried.drop_front()); });
  SmallVector<Value> result{next};
  llvm::append_range(result, enter.getResults());
  return result;
}

/// Stride and histories with the values of this step.
SmallVector<Value> FunctionBuilder::entered(const sema::Loop &loop, ValueRange carried, Value entries) {
  auto number = [&](int64_t value) -> Value {
    return b().create<arith::ConstantOp>(loc, b().getI64IntegerAttr(value));
  };
  Value stride = carried[1], place = b().create<arith::DivUIOp>(loc, carried[0], stride);
  Value isFull = b().create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, place, entries);
  Value half = b().create<arith::DivUIOp>(loc, entries, number(2));
  place = b().create<arith::SelectOp>(loc, isFull, half, place);
  place = b().create<arith::IndexCastOp>(loc, b().getIndexType(), place);
  Value doubled = b().create<arith::AddIOp>(loc, stride, stride);
  SmallVector<Value> result{b().create<arith::SelectOp>(loc, isFull, doubled, stride)};
  for (auto [value, history] : llvm::zip(loop.reported, carried.drop_front(2))) {
    Value now = real(*value.scalar), last = b().create<arith::SubIOp>(loc, capacity, constant(1));
    auto map = b().create<MapOp>(loc, ValueRange{capacity}, ValueRange(), TypeRange{history.getType()});
    OpBuilder body = OpBuilder::atBlockEnd(map.getBody());
    Value i = map.getBody()->getArgument(0);
    Value twice = body.create<arith::MinUIOp>(loc, body.create<arith::AddIOp>(loc, i, i), last);
    Value from = body.create<arith::SelectOp>(loc, isFull, twice, i);
    Value isHere = body.create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, i, place);
    Value old = body.create<AtOp>(loc, history, from);
    body.create<YieldOp>(loc, body.create<arith::SelectOp>(loc, isHere, now, old).getResult());
    result.push_back(map.getResult(0));
  }
  return result;
}

} // namespace costate::lower
