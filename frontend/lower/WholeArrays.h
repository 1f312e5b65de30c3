// Operations on whole arrays (sema/LibraryOperations.h) as operations of the IR.
#pragma once

#include "ir/CostateOps.h"

namespace costate::lower {

/// The results of the operation of that name, built at the builder's place. Arguments are as its row lists
/// them: reals and integers, tensors where they have sizes. `place` numbers the sentence of a failure.
llvm::SmallVector<mlir::Value> wholeArrays(llvm::StringRef name, mlir::ValueRange arguments, int32_t place,
                                           mlir::OpBuilder &builder, mlir::Location loc);

} // namespace costate::lower
