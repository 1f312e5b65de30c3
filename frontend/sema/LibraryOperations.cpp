// The table of operations on whole arrays.
#include "frontend/sema/LibraryOperations.h"

#include <algorithm>

namespace costate::sema {

const std::vector<LibraryOperation> &libraryOperations() {
  static const std::vector<LibraryOperation> rows{
      {"argsort", {{"x", "n"}}, {{"order", "n", true}}, "indices of the entries, the least first; stable"},
      {"cholesky",
       {{"A", "nn"}},
       {{"L", "nn"}},
       "A = L*L' with L lower triangular, of a positive definite A"},
      {"det", {{"A", "nn"}}, {{"value", ""}}, "determinant"},
      {"eigh",
       {{"A", "nn"}},
       {{"w", "n"}, {"V", "nn"}},
       "A = V*diag(w)*V' of a symmetric A, the least w first"},
      {"inv", {{"A", "nn"}}, {{"inverse", "nn"}}, "inverse"},
      {"logdet", {{"A", "nn"}}, {{"value", ""}}, "logarithm of the determinant of a positive definite A"},
      {"lu",
       {{"A", "nn"}},
       {{"L", "nn"}, {"U", "nn"}, {"p", "n", true}},
       "A[p, :] = L*U with a unit diagonal in L"},
      {"qr", {{"A", "mn"}}, {{"Q", "mk"}, {"R", "kn"}}, "A = Q*R with Q'*Q the identity and R[i, i] >= 0"},
      {"solve", {{"A", "nn"}, {"b", "n[r]"}}, {{"x", "n[r]"}}, "A*x = b"},
      {"sort", {{"x", "n"}}, {{"sorted", "n"}}, "the entries, the least first"},
      {"svd",
       {{"A", "mn"}},
       {{"U", "mk"}, {"s", "k"}, {"V", "nk"}},
       "A = U*diag(s)*V', the greatest s first"},
  };
  return rows;
}

const LibraryOperation *findLibraryOperation(const std::string &name) {
  for (auto &row : libraryOperations())
    if (name == row.name)
      return &row;
  return nullptr;
}

std::vector<std::string> libraryNames() {
  std::vector<std::string> names;
  for (auto &row : libraryOperations())
    names.push_back(row.name);
  return names;
}

std::string sizeLetters(const LibraryArray &array) {
  std::string letters = array.sizes;
  std::erase_if(letters, [](char c) { return c == '[' || c == ']'; });
  return letters;
}

size_t mostRank(const LibraryArray &array) { return sizeLetters(array).size(); }

size_t leastRank(const LibraryArray &array) {
  return mostRank(array) - (std::string(array.sizes).find('[') != std::string::npos);
}

} // namespace costate::sema
