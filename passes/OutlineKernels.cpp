// Maps of a program => kernel functions and calls; shared expressions => kernel functions.
//
//   %y = costate.map (%i < %n) { ... at %x[%i] ... }    =>    func @data.0(%n, %x) { the map }
//                                                            %y = costate.kernel @data.0(%x) over %like
#include "passes/Passes.h"
#include "passes/PatternKernels.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_OUTLINEKERNELS
#include "passes/Passes.h.inc"

namespace {

struct OutlineKernels : impl::OutlineKernelsBase<OutlineKernels> {
  using OutlineKernelsBase::OutlineKernelsBase;

  void runOnOperation() override {
    SmallVector<MapOp> maps;
    getOperation().walk([&](MapOp map) {
      if (isa<ProgramOp>(map->getParentOp()))
        maps.push_back(map);
    });
    for (auto [number, map] : llvm::enumerate(maps)) {
      if (failed(outline(map, ("data." + Twine(number)).str())))
        return signalPassFailure();
      ++numKernels;
    }
    getOperation().walk([&](ProblemOp problem) {
      for (auto [number, shared] : llvm::enumerate(problem.getOps<SharedOp>()))
        if (!shared.getRegion().empty())
          outline(shared, (problem.getSymName() + ".shared." + Twine(number)).str());
    });
  }

  /// One kernel for the value, one for it with first derivatives, one for all.
  void outline(SharedOp shared, const std::string &name) {
    llvm::SetVector<Value> inputs;
    getUsedValuesDefinedAbove(shared.getRegion(), inputs);
    PatternKernels kernels(getOperation(), shared.getLoc(), name, inputs.getArrayRef());
    Block &body = shared.getRegion().front();
    auto kernel = [&](const char *suffix, int32_t results) {
      PatternKernel open = kernels.open(suffix);
      open.mapping.map(inputs.getArrayRef(), open.inputs);
      open.mapping.map(body.getArgument(0), open.instance());
      for (Operation &op : body.without_terminator())
        open.builder.clone(op, open.mapping);
      auto columns = llvm::map_to_vector(body.getTerminator()->getOperands().take_front(size_t(results)),
                                         [&](Value column) { return open.mapping.lookup(column); });
      ++numKernels;
      return kernels.close(open, columns);
    };
    ArrayRef<int32_t> parts = shared.getParts();
    shared.setValueAttr(kernel(".value", parts[0]));
    if (parts[1] > parts[0])
      shared.setFirstAttr(kernel(".first", parts[1]));
    if (parts[2] > parts[1])
      shared.setSecondAttr(kernel(".second", parts[2]));
    shared.getInputsMutable().assign(inputs.getArrayRef());
    shared.getRegion().dropAllReferences();
    shared.getRegion().getBlocks().clear();
  }

  /// The columns whose rows are the space, one per dimension; none for one instance.
  static FailureOr<SmallVector<Value>> space(MapOp map) {
    APInt only;
    if (map.rank() == 1 && matchPattern(map.getSizes()[0], m_ConstantInt(&only)) && only == 1)
      return SmallVector<Value>();
    if (map.rank() == 0)
      return map.emitError("a map of a program has 0 dimensions, expected at least 1");
    SmallVector<Value> columns;
    for (auto [number, size] : llvm::enumerate(map.getSizes())) {
      auto length = size.getDefiningOp<LengthOp>();
      if (!length)
        return map.emitError("size ") << number << " of a map of a program is not the length of a column";
      columns.push_back(length.getColumn());
    }
    return columns;
  }

  LogicalResult outline(MapOp map, const std::string &name) {
    FailureOr<SmallVector<Value>> over = space(map);
    if (failed(over))
      return failure();
    llvm::SetVector<Value> captured;
    getUsedValuesDefinedAbove(map.getRegion(), captured);
    SmallVector<Value> inputs, constants;
    for (Value value : captured)
      if (!llvm::is_contained(map.getSizes(), value))
        (isa<RankedTensorType>(value.getType()) ? inputs : constants).push_back(value);
    SmallVector<Value> inits(map.getInits());
    auto function = kernelFunction(map, name, inputs, constants);
    OpBuilder here(map);
    auto callee = FlatSymbolRefAttr::get(function.getNameAttr());
    auto call = here.create<KernelOp>(map.getLoc(), map.getResultTypes(), callee, inputs, inits, *over);
    if (auto given = map->getAttr("costate.name"))
      call->setAttr("costate.name", given);
    map.replaceAllUsesWith(call.getResults());
    map.erase();
    return success();
  }

  func::FuncOp kernelFunction(MapOp map, StringRef name, ArrayRef<Value> inputs, ArrayRef<Value> constants) {
    OpBuilder builder = OpBuilder::atBlockEnd(getOperation().getBody());
    SmallVector<Type> types(map.rank(), builder.getIndexType());
    llvm::append_range(types, ValueRange(inputs).getTypes());
    llvm::append_range(types, map.getInits().getTypes());
    auto function = builder.create<func::FuncOp>(map.getLoc(), name,
                                                 builder.getFunctionType(types, map.getResultTypes()));
    function->setAttr("costate.kernel", builder.getUnitAttr());
    Block *entry = function.addEntryBlock();
    builder.setInsertionPointToStart(entry);
    IRMapping mapping;
    for (Value value : constants)
      builder.clone(*value.getDefiningOp(), mapping);
    ValueRange sizes = entry->getArguments().take_front(map.rank()),
               given = entry->getArguments().drop_front(map.rank());
    mapping.map(map.getSizes(), sizes); // for the body
    mapping.map(ValueRange(inputs), given.take_front(inputs.size()));
    auto copy = cast<MapOp>(builder.clone(*map, mapping));
    copy.getSizesMutable().assign(sizes);                           // two dimensions may have one size
    copy.getInitsMutable().assign(given.drop_front(inputs.size())); // an initial column may be an input too
    builder.create<func::ReturnOp>(map.getLoc(), copy->getResults());
    return function;
  }
};

} // namespace
} // namespace costate
