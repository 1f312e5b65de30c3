// Declarations outside problems: tables, sets, parameters and data definitions, each a few steps.
#include "frontend/lower/Lower.h"
#include "frontend/lower/Lowering.h"

using namespace mlir;

namespace costate::lower {

using sema::Base;

Lowering::Lowering(ModuleOp module, const sema::Program &program, const Files &files,
                   std::vector<Diagnostic> &diagnostics)
    : module(module), program(program), diagnostics(diagnostics), builder(module.getContext()),
      columns(builder, files) {
  global.space = &one;
}

void Lowering::run() {
  builder.setInsertionPointToEnd(module.getBody());
  SmallVector<Attribute> names;
  for (auto &root : program.roots)
    names.push_back(builder.getStringAttr(root.name));
  OperationState state(builder.getUnknownLoc(), "costate.program");
  state.addAttribute("roots", builder.getArrayAttr(names));
  Block *block = new Block;
  state.addRegion()->push_back(block);
  builder.create(state);
  builder.setInsertionPointToEnd(block);
  for (auto &step : program.steps) {
    if (step.symbol)
      declare(*step.symbol);
    else
      command(*step.command);
  }
}

void Lowering::declare(const sema::Symbol &symbol) {
  columns.setPlace(symbol.place);
  switch (symbol.kind) {
  case sema::Symbol::Kind::Table: {
    auto &table = static_cast<const sema::Table &>(symbol);
    tables[&table] = columns.table(table.name, table.path, table.format, table.key);
    return;
  }
  case sema::Symbol::Kind::Set:
    return declareSet(static_cast<const sema::Set &>(symbol));
  case sema::Symbol::Kind::Param:
    return declareParam(static_cast<const sema::Param &>(symbol));
  case sema::Symbol::Kind::Let: {
    auto &let = static_cast<const sema::Let &>(symbol);
    if (let.usesVariables)
      return; // inlined where it is used
    const Domain &known = domain(let);
    Env env{&known.space, &global, {}};
    Value value = column(*let.value, env);
    values[&let] = let.type.base == Base::Real ? columns.toReal(value) : value;
    return;
  }
  case sema::Symbol::Kind::Enumeration: {
    auto &enumeration = static_cast<const sema::Enumeration &>(symbol);
    columns.elements(enumeration.cases, /*isText=*/true, enumeration.root->id);
    return;
  }
  case sema::Symbol::Kind::Function:
  case sema::Symbol::Kind::Method:
  case sema::Symbol::Kind::Record:
    return; // its calls stand where they are
  case sema::Symbol::Kind::Problem:
    return problem(static_cast<const sema::Problem &>(symbol));
  default:
    llvm_unreachable("declared inside problems only");
  }
}

namespace {
Columns::Type columnType(Base base) {
  switch (base) {
  case Base::Int:
    return Columns::Type::Integer;
  case Base::Bool:
    return Columns::Type::Boolean;
  case Base::Text:
    return Columns::Type::Text;
  case Base::Case:
    return Columns::Type::Case;
  default:
    return Columns::Type::Real;
  }
}
} // namespace

/// A scalar without index may be replaced from outside (`--set`); families come from their definition.
void Lowering::declareParam(const sema::Param &param) {
  const Domain &known = domain(param);
  Env env{&known.space, &global, {}};
  fallback = param.fallback.get();
  Value value;
  if (param.value)
    value = convert(column(*param.value, env), param.value->type, param.type);
  else if (param.fallback)
    value = convert(column(*param.fallback, env), param.fallback->type, param.type);
  fallback = nullptr;
  columns.setPlace(param.place);
  if (param.domain.empty() && param.type.base != Base::Element)
    value = columns.param(param.name, columnType(param.type.base), value, param.type.root);
  value = checked(param, value);
  columns.setName(value, param.name);
  values[&param] = value;
}

Value Lowering::convert(Value column, const sema::Type &from, const sema::Type &to) {
  if (to.base == Base::Real)
    return columns.toReal(column);
  if (to.base == Base::Int)
    return columns.toInteger(column);
  return column;
}

/// The parameter's value where it lies in its domain; what uses it does not run where it does not.
Value Lowering::checked(const sema::Param &param, Value value) {
  if (param.type.base == Base::Text || param.type.base == Base::Bool || param.type.base == Base::Case)
    return value;
  if (param.type.base == Base::Element) {
    if (!param.valueSet)
      return value;
    SetColumns within = namedSet(*param.valueSet);
    columns.setPlace(param.place);
    return columns.requireSubset({value}, {within.columns[0]}, false, rootIds({param.type.root}), param.name,
                                 within.name)[0];
  }
  auto bound = [&](const sema::ExprPtr &side) {
    return side ? convert(single(*side), side->type, param.type) : Value();
  };
  Value low = bound(param.low), high = bound(param.high);
  columns.setPlace(param.place);
  return columns.checkDomain(value, low, high, indexColumns(param), rootIds(param.domain), param.name,
                             /*allowInfinite=*/true);
}

SmallVector<Value> Lowering::indexColumns(const sema::Family &family) {
  SmallVector<Value> result;
  const Domain &known = domain(family);
  for (auto &index : family.domain.indices)
    result.push_back(known.space.codes.lookup(index.get()));
  return result;
}

ArrayAttr Lowering::rootIds(ArrayRef<const sema::Root *> roots) {
  SmallVector<int32_t> ids;
  for (auto *root : roots)
    ids.push_back(root ? root->id : -1);
  return builder.getI32ArrayAttr(ids);
}

ArrayAttr Lowering::rootIds(const sema::Binders &binders) {
  SmallVector<const sema::Root *> roots;
  for (auto &index : binders.indices)
    roots.push_back(index->type.base == Base::Int ? nullptr : index->type.root);
  return rootIds(roots);
}

OwningOpRef<ModuleOp> lower(const sema::Program &program, const Files &files, MLIRContext &context,
                            std::vector<Diagnostic> &diagnostics) {
  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context));
  Lowering(*module, program, files, diagnostics).run();
  return module;
}

} // namespace costate::lower
