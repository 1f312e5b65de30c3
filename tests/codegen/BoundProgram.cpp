// A module compiled to machine code, with its steps run by the runtime's machine.
#include "tests/codegen/BoundProgram.h"

#include "mlir/IR/MLIRContext.h"

#include <gtest/gtest.h>

namespace costate::test {

std::unique_ptr<mlir::MLIRContext> makeContext() {
  mlir::DialectRegistry registry;
  registerDialects(registry);
  auto context = std::make_unique<mlir::MLIRContext>(registry, mlir::MLIRContext::Threading::DISABLED);
  context->loadAllAvailableDialects();
  return context;
}

BoundProgram::BoundProgram(mlir::ModuleOp module, const CodegenOptions &options,
                           const std::string &baseFolder) {
  auto compiled = JitModule::compile(module, options);
  if (!compiled) {
    ADD_FAILURE() << "does not compile: " << llvm::toString(compiled.takeError());
    return;
  }
  code = std::move(*compiled);
  machine =
      std::make_unique<rt::Machine>(code->get(), baseFolder, std::map<std::string, std::string>{}, nullptr);
  machine->define("print", [this](rt::Machine &, rt::Step &step) {
    for (auto &item : step.attr("items"))
      if (int column = item.at("column"); column >= 0)
        columns[item.at("label")] = step.in[0][size_t(column)];
  });
  machine->define("problem", [this](rt::Machine &m, rt::Step &step) {
    auto instance = std::make_unique<rt::Instance>(m, step);
    statements[instance->name] = step.all;
    problems[instance->name] = std::move(instance);
  });
  for (const char *command : {"solve", "solution", "write", "assert", "check_derivatives", "check_function"})
    machine->define(command, [](rt::Machine &, rt::Step &) {});
  machine->run();
}

int BoundProgram::slotOf(const std::string &label) const {
  auto known = columns.find(label);
  return known == columns.end() ? -1 : known->second;
}

const rt::Column *BoundProgram::printed(const std::string &label) const {
  int slot = slotOf(label);
  return slot < 0 ? nullptr : &machine->column(slot);
}

const rt::Instance *BoundProgram::problem(const std::string &name) const {
  auto known = problems.find(name);
  return known == problems.end() ? nullptr : known->second.get();
}

} // namespace costate::test
