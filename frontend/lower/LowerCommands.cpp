// Commands: steps of the program that solve, show, write and check.
#include "frontend/lower/FunctionBuilder.h"
#include "frontend/lower/Lowering.h"

#include <fmt/format.h>

using namespace mlir;

namespace costate::lower {

using sema::Base;

/// The column of a solved problem's values, read after its last solve.
Value Lowering::solved(const sema::Problem &problem, const std::string &name, const std::string &field) {
  auto reference = FlatSymbolRefAttr::get(builder.getContext(), problem.name);
  return columns
      .make("solution", {}, {columns.column(builder.getF64Type())},
            {columns.attribute("problem", reference), columns.string("name", name),
             columns.string("field", field)},
            false)
      ->getResult(0);
}

/// A `let` of a solved problem is computed from the values of its variables, anew wherever it is read: there
/// may be another solve between.
Value Lowering::letOfSolution(const sema::Expr &expr, const sema::Let &let, const Env &env) {
  Env inner = inlineLet(expr, env);
  const sema::Problem *outer = std::exchange(read, expr.problem);
  auto known = values;
  Value value = column(*let.value, inner);
  SmallVector<const sema::Symbol *> made;
  for (auto &[symbol, column] : values)
    if (auto *own = dynamic_cast<const sema::Let *>(symbol);
        own && own->usesVariables && !known.contains(symbol))
      made.push_back(symbol);
  for (const sema::Symbol *symbol : made)
    values.erase(symbol);
  global.localColumns.clear();
  read = outer;
  return convert(value, let.value->type, expr.type);
}

/// Values of a solved problem.
Value Lowering::solution(const sema::Expr &expr, const Env &env) {
  if (auto *let = dynamic_cast<const sema::Let *>(expr.symbol))
    return letOfSolution(expr, *let, env);
  std::string name = expr.symbol ? expr.symbol->name : "";
  if (expr.args.empty())
    return spread(solved(*expr.problem, name, expr.text), global, env);
  Value rows = position(static_cast<const sema::Family &>(*expr.symbol), expr.args, env);
  columns.setPlace(expr.place);
  return columns.gather(solved(*expr.problem, name, expr.text), rows);
}

/// Builds the function of a method; gives its inputs.
SmallVector<Value> Lowering::methodOfModel(const sema::Command &command, const sema::MethodRun &run,
                                           SmallVectorImpl<NamedAttribute> &attributes) {
  size_t known = diagnostics.size();
  FunctionBuilder function(*this, command.place);
  std::string name = fmt::format("method.{}", numFunctions++);
  function.methodFunction(run, name);
  for (size_t k = known; k < diagnostics.size(); ++k)
    diagnostics[k].notes.push_back({command.place, "in this solve"});
  attributes.push_back(columns.attribute("callee", FlatSymbolRefAttr::get(builder.getContext(), name)));
  attributes.push_back(columns.attribute("places", function.placeList()));
  SmallVector<Attribute> reports;
  for (const sema::Loop *loop : run.loops)
    if (!loop->reportedNames.empty()) {
      SmallVector<StringRef> names(loop->reportedNames.begin(), loop->reportedNames.end());
      reports.push_back(builder.getStrArrayAttr(names));
    }
  attributes.push_back(columns.attribute("reports", builder.getArrayAttr(reports)));
  return SmallVector<Value>(function.inputs());
}

/// The same of the number that a solver watches.
SmallVector<Value> Lowering::monitor(const sema::Command &command, const sema::Method &method,
                                     SmallVectorImpl<NamedAttribute> &attributes) {
  FunctionBuilder function(*this, method.monitor->place);
  std::string name = fmt::format("monitor.{}", numFunctions++);
  function.monitorFunction(*command.problem, *method.monitor, name);
  attributes.push_back(columns.attribute("callee", FlatSymbolRefAttr::get(builder.getContext(), name)));
  attributes.push_back(columns.attribute("places", function.placeList()));
  attributes.push_back(columns.attribute("monitors", builder.getUnitAttr()));
  return SmallVector<Value>(function.inputs());
}

/// One of the methods of a chain.
void Lowering::solve(const sema::Command &command, const sema::Method &method) {
  SmallVector<NamedAttribute> options;
  for (auto &option : method.options)
    options.push_back(option.isText ? columns.string(option.name, option.text)
                                    : columns.attribute(option.name, builder.getF64FloatAttr(option.number)));
  SmallVector<NamedAttribute> attributes{
      columns.attribute("problem", FlatSymbolRefAttr::get(builder.getContext(), command.problem->name)),
      columns.string("method", method.name),
      columns.attribute("options", builder.getDictionaryAttr(options))};
  if (&method != &command.methods.front())
    attributes.push_back(columns.attribute("continues", builder.getUnitAttr()));
  if (&method != &command.methods.back())
    attributes.push_back(columns.attribute("goes_on", builder.getUnitAttr()));
  SmallVector<Value> inputs;
  if (method.run)
    inputs = methodOfModel(command, *method.run, attributes);
  else if (method.monitor)
    inputs = monitor(command, method, attributes);
  columns.setPlace(command.place);
  columns.make("solve", {inputs}, {}, attributes, false);
}

void Lowering::command(const sema::Command &command) {
  columns.setPlace(command.place);
  auto reference = [&] {
    return columns.attribute("problem", FlatSymbolRefAttr::get(builder.getContext(), command.problem->name));
  };
  switch (command.kind) {
  case sema::Command::Kind::Solve:
    for (auto &method : command.methods)
      solve(command, method);
    return;
  case sema::Command::Kind::CheckDerivatives:
    columns.make("check_derivatives", {}, {}, {reference()}, false);
    return;
  case sema::Command::Kind::CheckFunction:
    return functionCheck(command);
  case sema::Command::Kind::Print:
  case sema::Command::Kind::Write:
    return show(command);
  case sema::Command::Kind::Assert:
    return assertion(command);
  }
}

namespace {
/// The sets a family is over, for messages.
std::string domainText(const sema::Binders &domain) {
  std::string text;
  const sema::SetExpr *last = nullptr;
  for (auto &index : domain.indices) {
    const sema::SetExpr *own = index->set ? index->set : index->tuples;
    if (own != last)
      text += (text.empty() ? "" : ", ") + index->setName;
    last = own;
  }
  return text;
}

const char *kindName(const sema::Type &type, const std::string &field) {
  if (field == "status")
    return "status";
  switch (type.base) {
  case Base::Int:
    return "int";
  case Base::Bool:
    return "bool";
  case Base::Text:
    return "text";
  case Base::Element:
  case Base::Case:
    return "element";
  default:
    return "real";
  }
}
} // namespace

/// Each item is a dictionary of a label, the number of its operand and those of its index columns.
void Lowering::show(const sema::Command &command) {
  bool isPrint = command.kind == sema::Command::Kind::Print;
  SmallVector<Value> operands;
  SmallVector<Attribute> items;
  auto operand = [&](Value value) {
    operands.push_back(value);
    return int32_t(operands.size() - 1);
  };
  for (auto &item : command.items) {
    SmallVector<NamedAttribute> facts{columns.string("label", item.label)};
    if (!isPrint) {
      facts.push_back(columns.string("name", item.column));
      facts.push_back(columns.string("set", domainText(item.domain)));
    }
    int32_t number = -1, imaginary = -1;
    SmallVector<int32_t> index;
    if (item.value) {
      Space space = item.domain.empty() ? Space() : bind(item.domain, global, /*ordered=*/true);
      Env env{&space, &global, {}};
      number = operand(column(*item.value, env));
      if (item.imaginary)
        imaginary = operand(column(*item.imaginary, env));
      for (auto &own : item.domain.indices)
        index.push_back(operand(space.codes.lookup(own.get())));
      facts.push_back(columns.string(
          "kind",
          kindName(item.value->type, item.value->kind == sema::ExprKind::Solution ? item.value->text : "")));
      facts.push_back(columns.attribute(
          "root", builder.getI32IntegerAttr(item.value->type.root ? item.value->type.root->id : -1)));
    }
    facts.push_back(columns.attribute("column", builder.getI32IntegerAttr(number)));
    if (item.imaginary)
      facts.push_back(columns.attribute("imaginary", builder.getI32IntegerAttr(imaginary)));
    facts.push_back(columns.attribute("index", builder.getI32ArrayAttr(index)));
    facts.push_back(columns.attribute("roots", rootIds(item.domain)));
    items.push_back(builder.getDictionaryAttr(facts));
  }
  columns.setPlace(command.place);
  SmallVector<NamedAttribute> attributes{columns.attribute("items", builder.getArrayAttr(items))};
  if (!isPrint)
    attributes.push_back(columns.string("path", command.path));
  columns.make(isPrint ? "print" : "write", {operands}, {}, attributes, false);
}

/// Four numbers for each parameter, which has their labels.
void Lowering::functionCheck(const sema::Command &command) {
  SmallVector<Value> numbers;
  SmallVector<Attribute> parameters;
  for (auto [k, item] : llvm::enumerate(command.items)) {
    numbers.push_back(columns.toReal(single(*item.value)));
    if (k % 4 == 0)
      parameters.push_back(builder.getStringAttr(item.label));
  }
  columns.setPlace(command.place);
  columns.make("check_function", {numbers}, {},
               {columns.string("function", command.text),
                columns.attribute("parameters", builder.getArrayAttr(parameters))},
               false);
}

/// The truth of the claim, and the values of both sides for the message when it fails.
void Lowering::assertion(const sema::Command &command) {
  const sema::Expr &claim = *command.items[0].value;
  Value truth = single(claim);
  SmallVector<Value> shown;
  SmallVector<Attribute> kinds;
  if (claim.kind == sema::ExprKind::Close || claim.kind == sema::ExprKind::Compare)
    for (auto &arg : claim.args) {
      shown.push_back(single(*arg));
      kinds.push_back(builder.getDictionaryAttr(
          {columns.string("kind", kindName(arg->type, "")),
           columns.attribute("root", builder.getI32IntegerAttr(arg->type.root ? arg->type.root->id : -1))}));
    }
  SmallVector<Attribute> labels;
  for (size_t k = 0; k < shown.size(); ++k)
    labels.push_back(builder.getStringAttr(command.items[k + 1].label));
  columns.setPlace(command.place);
  columns.make("assert", {{truth}, shown}, {},
               {columns.string("text", command.text),
                columns.attribute("labels", builder.getArrayAttr(labels)),
                columns.attribute("costate.kinds", builder.getArrayAttr(kinds))},
               false);
}

} // namespace costate::lower
