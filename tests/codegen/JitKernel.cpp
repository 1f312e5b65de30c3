#include "tests/codegen/JitKernel.h"

#include "mlir/Parser/Parser.h"

using namespace mlir;

namespace costate::test {
namespace {

/// A program with one map over x, whose results are printed so that they stay.
std::string program(const std::string &body, int results) {
  auto list = [&](const std::string &prefix, bool numbered) {
    std::string text;
    for (int k = 0; k < results; ++k)
      text += (k ? ", " : "") + prefix + (numbered ? std::to_string(k) : "");
    return text;
  };
  std::string text = R"(
costate.program attributes {roots = []} {
  %in = costate.literal {values = dense<[1.0, 2.0]> : tensor<2xf64>} : () -> tensor<?xf64>
  %row = costate.literal {values = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  %n = costate.length %in : (tensor<?xf64>) -> index
  )" + list("%y", true) +
                     " = costate.map (%i < %n) -> (" + list("tensor<?xf64>", false) + R"() {
    %x = costate.at %in[%i] : tensor<?xf64> -> f64
)" + body + "\n    costate.yield " +
                     list("%r", true) + " : " + list("f64", false) + "\n  }\n";
  for (int k = 0; k < results; ++k)
    text += "  costate.print %y" + std::to_string(k) +
            ", %row {items = [{label = \"y\", column = 0 : i32, index = [1 : i32], roots = [0 : i32], kind = "
            "\"real\", root = -1 : i32}]} : (tensor<?xf64>, tensor<?xi32>) -> ()\n";
  return text + "}\n";
}

std::unique_ptr<MLIRContext> makeContext() {
  DialectRegistry registry;
  registerDialects(registry);
  return std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
}

OwningOpRef<ModuleOp> parse(const std::string &text, MLIRContext &context) {
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  if (!module)
    llvm::report_fatal_error("not valid:\n" + llvm::Twine(text));
  return module;
}

} // namespace

JitKernel::JitKernel(const std::string &body, int results, const CodegenOptions &options) {
  auto context = makeContext();
  auto source = parse(program(body, results), *context);
  module = llvm::cantFail(JitModule::compile(*source, options));
  if (module->get().num_kernels != 1)
    llvm::report_fatal_error("a program of one map has another number of kernels than 1");
}

JitKernel::~JitKernel() = default;

void JitKernel::operator()(std::initializer_list<const void *> arrays, int64_t begin, int64_t end) const {
  std::vector<void *> args;
  for (const void *array : arrays)
    args.push_back(const_cast<void *>(array));
  module->get().kernels[0](args.data(), begin, end);
}

std::string JitKernel::text(const std::string &body, int results, Stage stage,
                            const CodegenOptions &options) {
  auto context = makeContext();
  auto source = parse(program(body, results), *context);
  return llvm::cantFail(emit(*source, stage, options));
}

} // namespace costate::test
