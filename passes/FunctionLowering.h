// Functions over tensors => loops over memory. Every tensor is a buffer: flat memory, a first entry and
// sizes; an operation writes into the buffer that its result is wanted in (destination passing). Internal to
// LowerFunctionsToLoops.
#pragma once

#include "passes/MatrixProducts.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"

namespace costate {

/// A tensor in memory, rows first.
struct Buffer {
  mlir::Value memory;                   // memref<?xT>
  mlir::Value offset;                   // of the first entry; null: 0
  mlir::SmallVector<mlir::Value> sizes; // unknown (empty) for results of the function
  explicit operator bool() const { return bool(memory); }
};

/// The values that a loop carries: arrays side by side in a block of bytes, scalars in registers, and in the
/// block where a tape has it.
struct CarriedState {
  mlir::SmallVector<mlir::Type> types;
  mlir::SmallVector<mlir::SmallVector<mlir::Value>> sizes; // of arrays
  mlir::SmallVector<mlir::Value> offsets;                  // in bytes
  mlir::Value bytes;
  bool hasArrays = false;
};

class FunctionLowering {
public:
  explicit FunctionLowering(mlir::func::FuncOp source);
  mlir::LogicalResult run();

private:
  using Values = mlir::SmallVector<mlir::Value>;
  using Buffers = mlir::SmallVector<Buffer>;

  void makeFunction();
  // Blocks: what they yield, scalars as values, tensors written to their destinations.
  mlir::FailureOr<Values> block(mlir::Block &source, llvm::ArrayRef<Buffer> destinations);
  mlir::LogicalResult operation(mlir::Operation &op);
  void scalarOperation(mlir::Operation &op);
  void load(AtOp at);
  void accumulate(AccumulateOp add);
  void check(WithinOp within);
  void check(ConvergedOp converged);
  mlir::LogicalResult map(MapOp map);
  mlir::LogicalResult mapBody(MapOp map, mlir::Value begin, mlir::ValueRange ends, const Buffers &results);
  mlir::LogicalResult reduce(ReduceOp reduce);
  mlir::LogicalResult choose(mlir::scf::IfOp choice);
  mlir::LogicalResult choose(mlir::arith::SelectOp select);
  Values better(llvm::StringRef kind, llvm::ArrayRef<mlir::Value> old, mlir::Value value);

  // Products of matrices (LowerProducts.cpp)
  mlir::LogicalResult mapOfProducts(MapOp map, mlir::ValueRange sizes, Buffers &results,
                                    llvm::ArrayRef<MatrixProduct> found);
  mlir::Value rowsAtOnce(MapOp map, mlir::ValueRange sizes, llvm::ArrayRef<MatrixProduct> found);
  void multiply(const MatrixProduct &product, MapOp map, mlir::Value begin, const Buffer &place);
  std::pair<mlir::Value, Values> factor(AtOp at, llvm::ArrayRef<LinearPosition> positions,
                                        mlir::ValueRange indices, mlir::Value begin);
  Values distances(const Buffer &buffer);
  mlir::Value entryOfProduct(mlir::Value sum);

  // Operations on whole arrays (RuntimeCalls.cpp)
  mlir::LogicalResult callRuntime(RuntimeOperation operation);
  mlir::Value address(const Buffer &buffer);
  mlir::Value list(mlir::ValueRange numbers);

  // Loops over state (LowerStateLoops.cpp)
  mlir::LogicalResult scan(ScanOp scan);
  mlir::LogicalResult iterate(IterateOp iterate);
  mlir::LogicalResult unwind(UnwindOp unwind);
  mlir::FailureOr<CarriedState> layout(mlir::ValueRange starts, bool isRecorded);
  Values blocks(const CarriedState &state, mlir::Value tape);
  mlir::Value tapeBlock(llvm::StringRef function, mlir::ValueRange arguments);
  mlir::Value nextBlock(mlir::Value tape, mlir::Value t, mlir::ValueRange carried);
  void fill(const CarriedState &state, mlir::Value block, mlir::ValueRange starts);
  Buffer view(const CarriedState &state, unsigned k, mlir::Value block);
  Values scalarsOf(const CarriedState &state, mlir::ValueRange values);
  Buffers enter(const CarriedState &state, mlir::ValueRange names, mlir::Value current, mlir::Value next,
                mlir::ValueRange scalars);
  void leave(const CarriedState &state, mlir::ValueRange results, mlir::Value block,
             mlir::ValueRange scalars);
  void store(const CarriedState &state, mlir::Value block, mlir::ValueRange scalars);
  void release(const CarriedState &state, mlir::ValueRange blocks);
  Values restored(const CarriedState &state, mlir::Value block);

  // Memory (FunctionMemory.cpp)
  void noteUses(mlir::Block &source);
  void freeAfter(mlir::Operation &op);
  Buffer wanted(mlir::Value result);
  Buffer resultBuffer(mlir::Value result, Values sizes);
  Buffer accumulatorBuffer(mlir::Value init, mlir::Value result);
  mlir::Value allocate(mlir::Type element, mlir::ValueRange sizes);
  void free(mlir::Value memory, mlir::Operation *after);
  void copy(const Buffer &from, const Buffer &to, mlir::Type element);
  mlir::Value entry(const Buffer &buffer, mlir::ValueRange indices);
  mlir::Value count(mlir::ValueRange sizes);
  Buffer row(const Buffer &buffer, mlir::ValueRange indices);
  mlir::Value address(mlir::Value memory);
  mlir::Value call(llvm::StringRef name, mlir::ValueRange arguments, bool hasResult);

  // Sizes of values that are not computed yet
  mlir::FailureOr<Values> sizesAhead(mlir::Value array);
  mlir::FailureOr<mlir::Value> sizeAhead(mlir::Value array, unsigned dimension);
  mlir::FailureOr<mlir::Value> valueAhead(mlir::Value scalar);

  Values lookup(mlir::ValueRange values);
  mlir::Value index(int64_t value);
  mlir::Value toI64(mlir::Value value);
  Values loops(mlir::ValueRange ends, mlir::Value begin = {});

  mlir::func::FuncOp source, target;
  mlir::ModuleOp module;
  mlir::OpBuilder b;
  mlir::Location loc;
  mlir::IRMapping scalars;
  llvm::DenseMap<mlir::Value, Buffer> buffers;
  llvm::DenseMap<mlir::Value, Buffer> destinations; // of values that a block yields
  llvm::DenseMap<mlir::Value, mlir::Operation *> lastUse;
  llvm::DenseMap<mlir::Operation *, Values> endsAt; // values whose last use an operation is
  llvm::DenseMap<mlir::Value, mlir::Value> owned;   // memory that was made for a value alone
  struct ProductPart {
    MapOp map;
    Buffer part;
    mlir::Value begin; // the map's first index there
  };
  llvm::DenseMap<mlir::Value, ProductPart> products; // of matrices
  llvm::DenseMap<mlir::Value, mlir::Value> tapes;    // as numbers
  mlir::Value failureNote;                           // where what goes wrong is noted, as a number
};

} // namespace costate
