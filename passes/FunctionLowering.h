// Functions over tensors => loops over memory. Every tensor is a buffer: flat memory, a first entry and
// sizes; an operation writes into the buffer that its result is wanted in (destination passing). Internal to
// LowerFunctionsToLoops.
#pragma once

#include "passes/MatrixProducts.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/BitVector.h"

namespace costate {

/// A tensor in memory, rows first.
struct Buffer {
  mlir::Value memory;                   // memref<?xT>
  mlir::Value offset;                   // of the first entry; null: 0
  mlir::SmallVector<mlir::Value> sizes; // unknown (empty) for results of the function
  explicit operator bool() const { return bool(memory); }
};

/// The values that a loop carries: arrays side by side in a block of bytes, scalars in registers. A recorded
/// loop keeps in its block what the reverse loop reads, scalars among that, and the rest in one of its own.
struct CarriedState {
  mlir::SmallVector<mlir::Type> types;
  mlir::SmallVector<mlir::SmallVector<mlir::Value>> sizes; // of arrays
  mlir::SmallVector<mlir::Value> offsets;                  // in bytes, in their block
  llvm::BitVector isRest;
  mlir::Value bytes, restBytes; // of the blocks; the latter null without a rest
  bool hasArrays = false;
};

/// Where a state is.
struct StateBlock {
  mlir::Value block, rest; // memref<?xi8>
};

/// The states of a recorded loop. They lie side by side where there is room for them, else a tape of the
/// runtime says where.
struct StateTape {
  CarriedState state;
  mlir::Value size;   // of the loop, if known
  mlir::Value number; // of the tape; null: all states are on the stack
  mlir::Value stack;  // there, if they are scalars alone
  mlir::Value states; // all of them, as an address; 0, or null: the tape is asked
  mlir::Value hasAll; // whether there is such an address
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
  std::pair<mlir::Value, Values> sizesOfParts(MapOp map, mlir::ValueRange sizes,
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
  mlir::FailureOr<CarriedState> layout(mlir::ValueRange starts, bool isRecorded,
                                       const llvm::BitVector &isRest);
  Values blocks(const CarriedState &state, const StateTape *tape, Values &made);
  StateBlock readBlock(const CarriedState &state, mlir::ValueRange carried);
  StateBlock nextBlock(const CarriedState &state, const StateTape *tape, mlir::Value t,
                       mlir::ValueRange carried);
  void fill(const CarriedState &state, StateBlock block, mlir::ValueRange starts);
  Buffer view(const CarriedState &state, unsigned k, StateBlock block);
  Values scalarsOf(const CarriedState &state, mlir::ValueRange values);
  Buffers enter(const CarriedState &state, mlir::ValueRange names, StateBlock current, StateBlock next,
                mlir::ValueRange scalars);
  void leave(const CarriedState &state, mlir::ValueRange results, StateBlock block, mlir::ValueRange scalars);
  void store(const CarriedState &state, StateBlock block, mlir::ValueRange scalars);
  void release(mlir::ValueRange blocks);
  Values restored(const CarriedState &state, StateBlock block);

  mlir::FailureOr<std::pair<StateBlock, Values>> stateBefore(UnwindOp unwind, const StateTape &tape,
                                                             mlir::Value t, mlir::Value size);

  // Tapes (LowerTapes.cpp)
  StateTape beginTape(mlir::Value name, const CarriedState &state, mlir::Value size);
  void beginOnStack(StateTape &tape);
  void askForTape(StateTape &tape);
  void endTape(const StateTape &tape, mlir::Value steps);
  mlir::Value stepsOf(const StateTape &tape);
  mlir::Value placeOf(const StateTape &tape, mlir::Value t);
  mlir::Value stateOrAsk(const StateTape &tape, mlir::Value t, llvm::StringRef function,
                         mlir::ValueRange arguments);
  std::pair<mlir::Value, mlir::Value> heldState(const StateTape &tape, mlir::Value t);
  mlir::Value restAt(const StateTape &tape, mlir::Value address, mlir::Value own);
  StateBlock blockAt(const StateTape &tape, mlir::Value address);
  StateBlock blockOnStack(const StateTape &tape, mlir::Value t);
  mlir::Value memoryAt(mlir::Value address);

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
  mlir::Operation *outermost(mlir::ValueRange known);
  Values here(mlir::ValueRange known);
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
  llvm::DenseMap<mlir::Value, StateTape> tapes;
  mlir::Value failureNote; // where what goes wrong is noted, as a number
};

} // namespace costate
