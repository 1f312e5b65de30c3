// Operations on whole arrays that the runtime's library has: one row each.
#pragma once

#include <string>
#include <vector>

namespace costate::sema {

/// An array that an operation takes or gives. Each letter of `sizes` is a size, and equal letters are equal
/// sizes: `nn` is a square matrix. A letter in brackets is a dimension that may be missing, then everywhere.
/// `k` is the lesser of `m` and `n`, `h` is n div 2 + 1, `f` is m + n - 1. An integer without sizes, whose
/// name is a letter, is a size.
struct LibraryArray {
  const char *name, *sizes;
  bool isInteger = false, isComplex = false;
};

struct LibraryOperation {
  const char *name;
  std::vector<LibraryArray> takes, gives;
  const char *meaning;
};

const std::vector<LibraryOperation> &libraryOperations();
const LibraryOperation *findLibraryOperation(const std::string &name);
std::vector<std::string> libraryNames();

/// The number of indices, without and with the one in brackets.
size_t leastRank(const LibraryArray &array);
size_t mostRank(const LibraryArray &array);
/// The letters without brackets.
std::string sizeLetters(const LibraryArray &array);

} // namespace costate::sema
