// Plain pointers (`noalias`, inputs read-only), packed entries, independence of map instances as loop
// metadata.
#include "codegen/LowerToLlvm.h"
#include "codegen/VectorMath.h"

#include "ir/CostateOps.h"

#include "mlir/Conversion/MathToLibm/MathToLibm.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Transforms/DialectConversion.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/Analysis/AssumptionCache.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;

namespace costate {
namespace {

/// Of functions in LLVM's IR; others are kernels.
constexpr llvm::StringLiteral functionMark = "costate-function";

/// The descriptor of an array; `sizes` are those but the first, which is never asked for.
Value descriptor(OpBuilder &b, Location loc, MemRefType type, Value data, ValueRange sizes) {
  Type i64 = b.getI64Type(), pointer = data.getType();
  Type array = LLVM::LLVMArrayType::get(i64, type.getRank());
  Value v = b.create<LLVM::UndefOp>(
      loc, LLVM::LLVMStructType::getLiteral(b.getContext(), {pointer, pointer, i64, array, array}));
  auto set = [&](Value x, ArrayRef<int64_t> at) { v = b.create<LLVM::InsertValueOp>(loc, v, x, at); };
  auto number = [&](int64_t n) -> Value {
    return b.create<LLVM::ConstantOp>(loc, i64, b.getI64IntegerAttr(n));
  };
  set(data, {0});
  set(data, {1});
  set(number(0), {2});
  Value stride = number(1);
  for (int64_t d = type.getRank() - 1; d >= 0; --d) {
    Value size = d == 0 ? number(0) : sizes[size_t(d - 1)];
    set(size, {3, d});
    set(stride, {4, d});
    if (d > 0)
      stride = b.create<LLVM::MulOp>(loc, stride, size);
  }
  return b.create<UnrealizedConversionCastOp>(loc, type, v).getResult(0);
}

/// Memory at a place that is a number, as the runtime gives it.
void writePlaces(func::FuncOp function) {
  function.walk([](UnrealizedConversionCastOp cast) {
    auto type = dyn_cast<MemRefType>(cast.getResult(0).getType());
    if (!type || !cast.getOperand(0).getType().isInteger(64))
      return;
    OpBuilder b(cast);
    Type pointer = LLVM::LLVMPointerType::get(b.getContext());
    Value data = b.create<LLVM::IntToPtrOp>(cast.getLoc(), pointer, cast.getOperand(0));
    cast.getResult(0).replaceAllUsesWith(descriptor(b, cast.getLoc(), type, data, {}));
    cast.erase();
  });
}

/// Replaces memref arguments by bare pointers, each followed by the sizes but the first of an array of
/// several dimensions; the descriptors are rebuilt inside and fold away.
class PlainArguments {
public:
  explicit PlainArguments(func::FuncOp function)
      : function(function), entry(function.getBody().front()), b(&entry, entry.begin()),
        loc(function.getLoc()) {}

  void run() {
    Type pointer = LLVM::LLVMPointerType::get(b.getContext());
    auto numInputs = function->getAttrOfType<IntegerAttr>("costate.inputs").getInt();
    SmallVector<DictionaryAttr> attributes;
    SmallVector<BlockArgument> old(entry.getArguments());
    int64_t arrays = 0;
    for (BlockArgument arg : old) {
      auto type = dyn_cast<MemRefType>(arg.getType());
      Value replacement = entry.addArgument(type ? pointer : arg.getType(), loc);
      attributes.push_back(type ? pointerAttributes(arrays++ < numInputs) : DictionaryAttr());
      SmallVector<Value> sizes;
      for (int64_t d = 1; type && d < type.getRank(); ++d) {
        sizes.push_back(entry.addArgument(b.getI64Type(), loc));
        attributes.push_back(DictionaryAttr());
      }
      arg.replaceAllUsesWith(type ? descriptor(b, loc, type, replacement, sizes) : replacement);
    }
    entry.eraseArguments(0, old.size());
    function.setType(b.getFunctionType(entry.getArgumentTypes(), {}));
    function.setAllArgAttrs(attributes);
  }

private:
  DictionaryAttr pointerAttributes(bool isInput) {
    SmallVector<NamedAttribute> list;
    for (StringRef name : {"llvm.nonnull", "llvm.noalias"})
      list.push_back(b.getNamedAttr(name, b.getUnitAttr()));
    if (function->hasAttr("costate.function")) // hands addresses to the runtime
      return b.getDictionaryAttr(list);
    list.push_back(b.getNamedAttr("llvm.nocapture", b.getUnitAttr()));
    if (isInput)
      list.push_back(b.getNamedAttr("llvm.readonly", b.getUnitAttr()));
    return b.getDictionaryAttr(list);
  }

  func::FuncOp function;
  Block &entry;
  OpBuilder b;
  Location loc;
};

/// void kernel.packed(ptr args, i64 begin, i64 end): arrays by their pointers, sizes through theirs. The
/// kernel stays out of line: inlined, its noalias arguments would become scopes and its loops would be
/// compiled twice.
void addPackedEntry(llvm::Function &kernel) {
  llvm::Module &module = *kernel.getParent();
  llvm::IRBuilder<> b(module.getContext());
  auto *type = llvm::FunctionType::get(b.getVoidTy(), {b.getPtrTy(), b.getInt64Ty(), b.getInt64Ty()}, false);
  auto *packed =
      llvm::Function::Create(type, llvm::Function::ExternalLinkage, kernel.getName() + ".packed", module);
  b.SetInsertPoint(llvm::BasicBlock::Create(module.getContext(), "", packed));
  std::vector<llvm::Value *> args{packed->getArg(1), packed->getArg(2)};
  for (unsigned k = 2; k < kernel.arg_size(); ++k) {
    auto *given = b.CreateLoad(b.getPtrTy(), b.CreateConstGEP1_64(b.getPtrTy(), packed->getArg(0), k - 2));
    bool isSize = kernel.getArg(k)->getType()->isIntegerTy();
    args.push_back(isSize ? b.CreateLoad(b.getInt64Ty(), given) : given);
  }
  b.CreateCall(&kernel, args);
  b.CreateRetVoid();
  kernel.addFnAttr(llvm::Attribute::NoInline);
  kernel.setLinkage(llvm::Function::InternalLinkage);
}

/// Tells the vectorizer something about a loop.
void note(llvm::Loop &loop, llvm::StringRef name, llvm::Metadata *value) {
  auto &context = loop.getHeader()->getContext();
  llvm::SmallVector<llvm::Metadata *> notes{nullptr};
  if (llvm::MDNode *known = loop.getLoopID())
    llvm::append_range(notes, llvm::drop_begin(known->operands()));
  notes.push_back(llvm::MDNode::get(context, {llvm::MDString::get(context, name), value}));
  auto *id = llvm::MDNode::getDistinct(context, notes);
  id->replaceOperandWith(0, id);
  loop.setLoopID(id);
}

void note(llvm::Loop &loop, llvm::StringRef name, bool value) {
  auto *type = llvm::Type::getInt1Ty(loop.getHeader()->getContext());
  note(loop, name, llvm::ConstantAsMetadata::get(llvm::ConstantInt::get(type, value)));
}

/// Whether the entries that steps of a loop touch are one, or follow each other.
bool isSideBySide(const llvm::Value *place, llvm::Type &type, llvm::Loop &loop,
                  llvm::ScalarEvolution &evolution) {
  const llvm::SCEV *form = evolution.getSCEV(const_cast<llvm::Value *>(place));
  if (evolution.isLoopInvariant(form, &loop))
    return true;
  auto *moving = llvm::dyn_cast<llvm::SCEVAddRecExpr>(form);
  auto *step = moving ? llvm::dyn_cast<llvm::SCEVConstant>(moving->getStepRecurrence(evolution)) : nullptr;
  return step && step->getAPInt() == type.getPrimitiveSizeInBits() / 8;
}

/// What is left of a short loop with much arithmetic is one more vector with lanes that are off: as single
/// entries they would take longer than all others (sums of 30 exponentials: three quarters of the time).
/// Entries that do not lie side by side are loaded one by one, which must not ask which lanes are on; and
/// where memory is what takes the time, lanes that are off cost more than they save.
void foldTail(llvm::Loop &loop, llvm::ScalarEvolution &evolution) {
  constexpr unsigned much = 24, muchPerEntry = 4; // operations
  unsigned operations = 0, entries = 0;
  for (auto *block : loop.blocks())
    for (auto &i : *block) {
      const llvm::Value *place = llvm::getLoadStorePointerOperand(&i);
      operations += i.getType()->isFloatingPointTy() && !place;
      entries += place != nullptr;
      if (place && !isSideBySide(place, *llvm::getLoadStoreType(&i), loop, evolution))
        return;
    }
  if (operations >= std::max(much, muchPerEntry * entries))
    note(loop, "llvm.loop.vectorize.predicate.enable", true);
}

/// Does memory change its place from step to step?
bool carriesMemory(llvm::Loop &loop) {
  return llvm::any_of(loop.getHeader()->phis(), [](auto &phi) { return phi.getType()->isPointerTy(); });
}

/// Instances of a map are independent by definition, but a loop that reads what it writes accumulates: never
/// mark it (its numbers would silently be wrong).
void markIndependentLoops(llvm::Function &function, bool hasMasks) {
  llvm::DominatorTree dominators(function);
  llvm::LoopInfo loops(dominators);
  llvm::AssumptionCache assumptions(function);
  llvm::TargetLibraryInfoImpl list(llvm::Triple(function.getParent()->getTargetTriple()));
  llvm::TargetLibraryInfo library(list);
  llvm::ScalarEvolution evolution(function, library, assumptions, dominators, loops);
  auto &context = function.getContext();
  for (auto *loop : loops.getLoopsInPreorder()) {
    llvm::SmallPtrSet<const llvm::Value *, 16> read, written;
    for (auto *block : loop->blocks())
      for (auto &i : *block) {
        if (auto *load = llvm::dyn_cast<llvm::LoadInst>(&i))
          read.insert(llvm::getUnderlyingObject(load->getPointerOperand()));
        if (auto *store = llvm::dyn_cast<llvm::StoreInst>(&i))
          written.insert(llvm::getUnderlyingObject(store->getPointerOperand()));
      }
    if (!loop->isInnermost())
      continue;
    if (hasMasks && function.hasFnAttribute(functionMark))
      foldTail(*loop, evolution);
    if (llvm::any_of(written, [&](auto *p) { return read.contains(p); }))
      continue;
    if (carriesMemory(*loop)) // one step may read what the one before it wrote
      continue;
    if (!written.empty() && llvm::all_of(written, [](auto *p) { return llvm::isa<llvm::AllocaInst>(p); })) {
      note(*loop, "llvm.loop.vectorize.enable", false); // fills buffers one by one on purpose
      continue;
    }
    auto *group = llvm::MDNode::getDistinct(context, {});
    for (auto *block : loop->blocks())
      for (auto &i : *block)
        if (i.mayReadOrWriteMemory() && !llvm::isa<llvm::CallBase>(i))
          i.setMetadata(llvm::LLVMContext::MD_access_group, group);
    note(*loop, "llvm.loop.parallel_accesses", group);
  }
}

/// A scalar operation that the runtime computes.
template <class Op> struct RuntimeScalar : OpConversionPattern<Op> {
  RuntimeScalar(MLIRContext *context, StringRef name) : OpConversionPattern<Op>(context), name(name) {}
  LogicalResult matchAndRewrite(Op op, typename Op::Adaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    auto module = op->template getParentOfType<ModuleOp>();
    if (!module.lookupSymbol(name)) {
      OpBuilder::InsertionGuard guard(rewriter);
      rewriter.setInsertionPointToEnd(module.getBody());
      auto type = rewriter.getFunctionType(op->getOperandTypes(), op->getResultTypes());
      rewriter.create<func::FuncOp>(op.getLoc(), name, type).setPrivate();
    }
    rewriter.replaceOpWithNewOp<func::CallOp>(op, name, op->getResultTypes(), adaptor.getOperands());
    return success();
  }
  StringRef name;
};

/// Two functions go to the C library before MLIR would write exp(x) - 1 and log(1 + x), which are 0 near 0;
/// floor division becomes plain division. (The pass that expands arith would also write minimum and maximum
/// as comparisons, which lose the sign of 0.)
LogicalResult replaceOperations(ModuleOp module) {
  RewritePatternSet patterns(module.getContext());
  populateMathToLibmConversionPatterns(patterns);
  arith::populateCeilFloorDivExpandOpsPatterns(patterns);
  ConversionTarget target(*module.getContext());
  target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
  target.addIllegalOp<math::ExpM1Op, math::Log1pOp, arith::FloorDivSIOp>();
  patterns.add<RuntimeScalar<UniformOp>>(module.getContext(), "costate_uniform");
  patterns.add<RuntimeScalar<StreamOp>>(module.getContext(), "costate_stream");
  patterns.add<RuntimeScalar<NormalQuantileOp>>(module.getContext(), "costate_normal_quantile");
  target.addIllegalOp<UniformOp, StreamOp, NormalQuantileOp>();
  return applyPartialConversion(module, target, std::move(patterns));
}

bool hasEightLanes(const llvm::TargetMachine &machine) {
  return machine.getMCSubtargetInfo()->checkFeatures("+avx512f"); // also where only a processor was named
}

} // namespace

void registerDialects(DialectRegistry &registry) {
  registry.insert<CostateDialect, func::FuncDialect, arith::ArithDialect, math::MathDialect, scf::SCFDialect,
                  memref::MemRefDialect, LLVM::LLVMDialect>();
  registerScalarDerivatives(registry);
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
}

llvm::Error lowerToLlvmDialect(ModuleOp module) {
  module.getContext()->loadDialect<LLVM::LLVMDialect>(); // its types are made before a pass asks for it
  for (Operation &op : llvm::make_early_inc_range(*module.getBody()))
    if (isa<ProgramOp>(op) ||
        (isa<func::FuncOp>(op) && !op.hasAttr("costate.inputs") && !cast<func::FuncOp>(op).isDeclaration()))
      op.erase(); // nothing but kernels, functions and the runtime is called
  for (auto function : module.getOps<func::FuncOp>())
    if (!function.isDeclaration()) {
      if (function->hasAttr("costate.function"))
        function->setAttr("passthrough", OpBuilder(function).getStrArrayAttr({functionMark}));
      PlainArguments(function).run();
      writePlaces(function);
    }
  if (failed(replaceOperations(module)))
    return llvm::createStringError("replacing operations failed");
  PassManager pm(module.getContext());
  pm.enableVerifier(false);
  pm.addPass(createConvertSCFToCFPass());
  pm.addPass(createConvertMathToLLVMPass());
  pm.addPass(createConvertMathToLibmPass());
  pm.addPass(createArithToLLVMConversionPass());
  FinalizeMemRefToLLVMConversionPassOptions memory;
  memory.useAlignedAlloc = memory.useGenericFunctions = true;
  pm.addPass(createFinalizeMemRefToLLVMConversionPass(memory));
  pm.addPass(createConvertFuncToLLVMPass());
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  pm.addPass(createCanonicalizerPass()); // folds the descriptors away: loads and stores name their argument
  if (failed(pm.run(module)))
    return llvm::createStringError("lowering to LLVM failed");
  return llvm::Error::success();
}

llvm::Expected<std::unique_ptr<llvm::TargetMachine>> targetMachine(const CodegenOptions &options) {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  std::string triple = llvm::sys::getDefaultTargetTriple(), error;
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return llvm::createStringError(error);
  std::string cpu = options.cpu.empty() ? llvm::sys::getHostCPUName().str() : options.cpu, features;
  if (options.cpu.empty())
    for (auto &feature : llvm::sys::getHostCPUFeatures())
      features +=
          (features.empty() ? "" : ",") + std::string(feature.second ? "+" : "-") + feature.first().str();
  if (llvm::StringRef(cpu).starts_with("znver"))
    features += ",+prefer-no-gather,+prefer-no-scatter"; // scalar loads are faster there
  llvm::TargetOptions flags;
  flags.AllowFPOpFusion = options.strict ? llvm::FPOpFusion::Strict : llvm::FPOpFusion::Fast;
  auto level = options.opt_level == 0 ? llvm::CodeGenOptLevel::None : llvm::CodeGenOptLevel::Default;
  auto *machine = target->createTargetMachine(triple, cpu, features, flags, llvm::Reloc::PIC_,
                                              llvm::CodeModel::Small, level);
  if (!machine)
    return llvm::createStringError("no code generator for " + triple);
  return std::unique_ptr<llvm::TargetMachine>(machine);
}

llvm::Expected<std::unique_ptr<llvm::Module>> translate(ModuleOp module, llvm::LLVMContext &context,
                                                        llvm::TargetMachine &machine, int vectorWidth) {
  std::unique_ptr<llvm::Module> ir = translateModuleToLLVMIR(module, context);
  if (!ir)
    return llvm::createStringError("translation to LLVM IR failed");
  context.setDiagnosticHandlerCallBack(
      [](const llvm::DiagnosticInfo *, void *) {}); // remarks would reach stderr
  ir->setDataLayout(machine.createDataLayout());
  ir->setTargetTriple(machine.getTargetTriple().str());
  std::vector<llvm::Function *> kernels;
  for (auto &function : *ir)
    if (!function.isDeclaration())
      kernels.push_back(&function);
  if (auto *allocate = ir->getFunction("_mlir_memref_to_llvm_aligned_alloc"))
    allocate->addRetAttr(llvm::Attribute::NoAlias);
  for (auto *function : kernels) {
    function->addFnAttr("target-cpu", machine.getTargetCPU());
    function->addFnAttr("target-features", machine.getTargetFeatureString());
    function->addFnAttr("prefer-vector-width", std::to_string(64 * vectorWidth));
    function->addFnAttr("frame-pointer", "all"); // aligns spills to 64 bytes
    markIndependentLoops(*function, hasEightLanes(machine));
    addPackedEntry(*function);
  }
  return ir;
}

void optimize(llvm::Module &module, llvm::TargetMachine &machine, int level) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  llvm::PipelineTuningOptions tuning;
  tuning.LoopVectorization = tuning.LoopInterleaving = true;
  tuning.SLPVectorization = true;
  llvm::PassBuilder builder(&machine, tuning);
  llvm::TargetLibraryInfoImpl library(machine.getTargetTriple());
  addVectorMath(library, hasEightLanes(machine));
  functions.registerPass([&] { return llvm::TargetLibraryAnalysis(library); }); // before the default one
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  auto pipeline = level >= 3   ? llvm::OptimizationLevel::O3
                  : level == 2 ? llvm::OptimizationLevel::O2
                               : llvm::OptimizationLevel::O1;
  if (level == 0)
    builder.buildO0DefaultPipeline(llvm::OptimizationLevel::O0).run(module, modules);
  else
    builder.buildPerModuleDefaultPipeline(pipeline).run(module, modules);
}

} // namespace costate
