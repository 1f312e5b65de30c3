// The one table of vector functions of the C library.
#pragma once

#include "llvm/Analysis/TargetLibraryInfo.h"

namespace costate {

/// Tells LLVM about glibc's vector functions (libmvec, at most 4 ulp): 2 and 4 doubles, 4 and 8 floats, twice
/// as many where AVX-512 is there.
void addVectorMath(llvm::TargetLibraryInfoImpl &library, bool hasWideVectors);

} // namespace costate
