// From a module of the problem level to code: the order of the stages and the ways out.
#include "codegen/Codegen.h"
#include "codegen/KernelCache.h"
#include "codegen/LowerToLlvm.h"
#include "costate/rt/Functions.h"

#include "passes/Pipelines.h"

#include "mlir/Pass/PassManager.h"
#include "llvm/ExecutionEngine/Orc/ExecutionUtils.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"

using namespace mlir;

namespace costate {
namespace {

llvm::Error run(ModuleOp module, llvm::function_ref<void(OpPassManager &)> build, const char *what) {
  PassManager pm(module.getContext());
  build(pm);
  if (failed(pm.run(module)))
    return llvm::createStringError(std::string(what) + " failed");
  return llvm::Error::success();
}

llvm::Error lowerToLoops(ModuleOp module, const CodegenOptions &options, const llvm::TargetMachine &machine) {
  auto *processor = machine.getMCSubtargetInfo();
  LoopOptions loops;
  loops.inlineMath = options.inline_math && processor->checkFeatures("+fma");
  loops.stageGathers = options.opt_level > 0 && processor->checkFeatures("+prefer-no-gather");
  return run(
      module, [=](OpPassManager &pm) { buildLoopPipeline(pm, loops); }, "lowering to loops");
}

llvm::Error toKernels(ModuleOp module, const CodegenOptions &options) {
  return run(
      module, [&](OpPassManager &pm) { buildProgramPipeline(pm, options.strict); }, "compiling the program");
}

template <class Printable> std::string text(Printable &printable) {
  std::string result;
  llvm::raw_string_ostream os(result);
  if constexpr (std::is_same_v<Printable, llvm::Module>)
    printable.print(os, nullptr);
  else
    printable.print(os);
  return result;
}

llvm::SmallVector<char, 0> machineCode(llvm::Module &module, llvm::TargetMachine &machine,
                                       llvm::CodeGenFileType type) {
  llvm::SmallVector<char, 0> code;
  llvm::raw_svector_ostream os(code);
  llvm::legacy::PassManager passes;
  machine.addPassesToEmitFile(passes, os, nullptr, type);
  passes.run(module);
  return code;
}

/// Kernels as a relocatable object, from the cache where the same loops were compiled before.
llvm::Expected<llvm::SmallVector<char, 0>> kernelObject(ModuleOp module, const CodegenOptions &options,
                                                        llvm::function_ref<void(llvm::Module &)> extend) {
  auto machine = targetMachine(options);
  if (!machine)
    return machine.takeError();
  if (auto error = lowerToLoops(module, options, **machine))
    return error;
  KernelCache cache(options.cache && !extend);
  std::string key;
  if (cache.isEnabled()) {
    ModuleOp kernels = module;
    std::string loops;
    llvm::raw_string_ostream os(loops);
    for (auto function : kernels.getOps<func::FuncOp>())
      function.print(os);
    key = cache.key(loops, (*machine)->getTargetCPU().str() + (*machine)->getTargetFeatureString().str() +
                               std::to_string(options.opt_level) + (options.strict ? "s" : "f") +
                               std::to_string(options.vector_width));
    if (auto known = cache.find(key))
      return std::move(*known);
  }
  if (auto error = lowerToLlvmDialect(module))
    return error;
  llvm::LLVMContext context;
  auto ir = translate(module, context, **machine, options.vector_width);
  if (!ir)
    return ir.takeError();
  if (extend)
    extend(**ir);
  optimize(**ir, **machine, options.opt_level);
  auto code = machineCode(**ir, **machine, llvm::CodeGenFileType::ObjectFile);
  if (cache.isEnabled())
    cache.keep(key, code);
  return code;
}

/// costate_module_v1 costate_module, the kernels' table, the descriptor, and main.
void addTable(llvm::Module &module, const Descriptor &descriptor, bool withMain) {
  llvm::LLVMContext &context = module.getContext();
  llvm::IRBuilder<> b(context);
  auto *pointer = b.getPtrTy();
  auto constant = [&](llvm::Constant *value, const char *name) {
    return new llvm::GlobalVariable(module, value->getType(), true, llvm::GlobalValue::InternalLinkage, value,
                                    name);
  };
  auto *text = constant(llvm::ConstantDataArray::getString(context, descriptor.json), "costate.descriptor");
  std::vector<llvm::Constant *> kernels;
  for (auto &name : descriptor.kernels)
    kernels.push_back(module.getFunction(name + ".packed"));
  auto *listType = llvm::ArrayType::get(pointer, kernels.size());
  auto *list = constant(llvm::ConstantArray::get(listType, kernels), "costate.kernels");
  auto *type =
      llvm::StructType::get(context, {b.getInt32Ty(), b.getInt32Ty(), pointer, pointer, b.getInt64Ty()});
  auto *table =
      llvm::ConstantStruct::get(type, {b.getInt32(COSTATE_ABI_VERSION), b.getInt32(sizeof(costate_module_v1)),
                                       text, list, llvm::ConstantInt::get(b.getInt64Ty(), kernels.size())});
  auto *global = new llvm::GlobalVariable(module, type, true, llvm::GlobalValue::ExternalLinkage, table,
                                          "costate_module");
  if (!withMain)
    return;
  auto *signature = llvm::FunctionType::get(b.getInt32Ty(), {b.getInt32Ty(), pointer}, false);
  auto *main = llvm::Function::Create(signature, llvm::Function::ExternalLinkage, "main", module);
  b.SetInsertPoint(llvm::BasicBlock::Create(context, "", main));
  auto run = module.getOrInsertFunction(
      "costate_main", llvm::FunctionType::get(b.getInt32Ty(), {pointer, b.getInt32Ty(), pointer}, false));
  b.CreateRet(b.CreateCall(run, {global, main->getArg(0), main->getArg(1)}));
}

/// The runtime's functions, which the linker may have left without names.
llvm::Error defineRuntime(llvm::orc::LLJIT &jit) {
  llvm::orc::SymbolMap symbols;
  for (const costate_symbol *symbol = costate_symbols; symbol->name; ++symbol)
    symbols[jit.mangleAndIntern(symbol->name)] = {llvm::orc::ExecutorAddr::fromPtr(symbol->address),
                                                  llvm::JITSymbolFlags::Exported};
  return jit.getMainJITDylib().define(llvm::orc::absoluteSymbols(std::move(symbols)));
}

} // namespace

JitModule::JitModule() = default;
JitModule::~JitModule() = default;

llvm::Expected<std::unique_ptr<JitModule>> JitModule::compile(ModuleOp module,
                                                              const CodegenOptions &options) {
  if (auto error = toKernels(module, options))
    return error;
  std::unique_ptr<JitModule> result(new JitModule);
  result->descriptor = describe(module);
  if (!result->descriptor.kernels.empty()) {
    auto code = kernelObject(module, options, nullptr);
    if (!code)
      return code.takeError();
    auto jit = llvm::orc::LLJITBuilder().create();
    if (!jit)
      return jit.takeError();
    auto &library = (*jit)->getMainJITDylib();
    char prefix = (*jit)->getDataLayout().getGlobalPrefix();
    auto process = llvm::orc::DynamicLibrarySearchGenerator::GetForCurrentProcess(prefix);
    if (!process)
      return process.takeError();
    library.addGenerator(std::move(*process));
    if (auto error = defineRuntime(**jit))
      return error;
    auto vectors = llvm::orc::DynamicLibrarySearchGenerator::Load("libmvec.so.1", prefix);
    if (!vectors)
      return vectors.takeError();
    library.addGenerator(std::move(*vectors));
    auto buffer = std::make_unique<llvm::SmallVectorMemoryBuffer>(std::move(*code), "kernels", false);
    if (auto error = (*jit)->addObjectFile(std::move(buffer)))
      return error;
    for (auto &name : result->descriptor.kernels) {
      auto entry = (*jit)->lookup(name + ".packed");
      if (!entry)
        return entry.takeError();
      result->kernels.push_back(entry->toPtr<costate_kernel>());
    }
    result->jit = std::move(*jit);
  }
  result->table = {COSTATE_ABI_VERSION, sizeof(costate_module_v1), result->descriptor.json.c_str(),
                   result->kernels.data(), int64_t(result->kernels.size())};
  return result;
}

llvm::Expected<std::string> emit(ModuleOp module, Stage stage, const CodegenOptions &options) {
  if (stage == Stage::Problem)
    return text(module);
  if (auto error = toKernels(module, options))
    return error;
  if (stage == Stage::Functions)
    return text(module);
  if (stage == Stage::Descriptor)
    return describe(module).json + "\n";
  auto machine = targetMachine(options);
  if (!machine)
    return machine.takeError();
  if (auto error = lowerToLoops(module, options, **machine))
    return error;
  if (stage == Stage::Loops)
    return text(module);
  if (auto error = lowerToLlvmDialect(module))
    return error;
  llvm::LLVMContext context;
  auto ir = translate(module, context, **machine, options.vector_width);
  if (!ir)
    return ir.takeError();
  optimize(**ir, **machine, options.opt_level);
  if (stage == Stage::Llvm)
    return text(**ir);
  auto code = machineCode(**ir, **machine, llvm::CodeGenFileType::AssemblyFile);
  return std::string(code.data(), code.size());
}

llvm::Error emitObject(ModuleOp module, const CodegenOptions &options, const std::string &path,
                       bool withMain) {
  if (auto error = toKernels(module, options))
    return error;
  Descriptor descriptor = describe(module);
  auto code = kernelObject(module, options, [&](llvm::Module &ir) { addTable(ir, descriptor, withMain); });
  if (!code)
    return code.takeError();
  std::error_code failure;
  llvm::raw_fd_ostream os(path, failure);
  if (failure)
    return llvm::createStringError("cannot write `" + path + "`: " + failure.message());
  os.write(code->data(), code->size());
  return llvm::Error::success();
}

llvm::Error linkExecutable(const std::string &object, const std::string &runtimeLibrary,
                           const std::string &path) {
  auto cc = llvm::sys::findProgramByName("cc");
  if (!cc)
    return llvm::createStringError("no `cc` to link with; install gcc");
  std::vector<llvm::StringRef> args{*cc,   "-o",     path,       object, runtimeLibrary, "-lfmt",
                                    "-lz", "-lmvec", "-lstdc++", "-lm",  "-lpthread"};
  std::string message;
  int code = llvm::sys::ExecuteAndWait(*cc, args, std::nullopt, {}, 0, 0, &message);
  if (code != 0)
    return llvm::createStringError("`cc` failed with status " + std::to_string(code) +
                                   (message.empty() ? "" : ": " + message));
  return llvm::Error::success();
}

} // namespace costate
