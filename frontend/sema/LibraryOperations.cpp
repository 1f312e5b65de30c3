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
       "A = L*L' with L lower triangular, of a positive definite A, taken as (A + A')/2"},
      {"conv", {{"x", "n"}, {"h", "m"}}, {{"z", "f"}}, "z[k] is the sum of all x[i]*h[j] with i + j = k + 1"},
      {"det", {{"A", "nn"}}, {{"value", ""}}, "determinant"},
      {"eig",
       {{"A", "nn"}},
       {{"w", "n", false, true}, {"V", "nn", false, true}},
       "A*V = V*diag(w) for any A, w ascending by real, then imaginary part, columns of length 1 with a "
       "positive "
       "largest entry"},
      {"eigh",
       {{"A", "nn"}},
       {{"w", "n"}, {"V", "nn"}},
       "A = V*diag(w)*V' of a symmetric A, taken as (A + A')/2, the least w first"},
      {"expm", {{"A", "nn"}}, {{"exponential", "nn"}}, "sum of all powers A^k/k!"},
      {"fft",
       {{"x", "n", false, true}},
       {{"X", "n", false, true}},
       "X[k+1] is the sum of all x[j+1]*exp(-2i*pi*j*k/n)"},
      {"fft2",
       {{"x", "mn", false, true}},
       {{"X", "mn", false, true}},
       "the same along both indices of a matrix"},
      {"ifft", {{"X", "n", false, true}}, {{"x", "n", false, true}}, "inverse of fft"},
      {"ifft2", {{"X", "mn", false, true}}, {{"x", "mn", false, true}}, "inverse of fft2"},
      {"inv", {{"A", "nn"}}, {{"inverse", "nn"}}, "inverse"},
      {"irfft",
       {{"X", "h", false, true}, {"n", "", true}},
       {{"x", "n"}},
       "the n real numbers of which rfft gives these"},
      {"logdet", {{"A", "nn"}}, {{"value", ""}}, "logarithm of the size of the determinant"},
      {"lu",
       {{"A", "nn"}},
       {{"L", "nn"}, {"U", "nn"}, {"p", "n", true}},
       "A[p, :] = L*U with a unit diagonal in L"},
      {"qr", {{"A", "mn"}}, {{"Q", "mk"}, {"R", "kn"}}, "A = Q*R with Q'*Q the identity and R[i, i] >= 0"},
      {"rfft",
       {{"x", "n"}},
       {{"X", "h", false, true}},
       "the first n div 2 + 1 entries of fft of real numbers"},
      {"scatter",
       {{"x", "m"}, {"index", "m", true}, {"n", "", true}},
       {{"sums", "n"}},
       "sums[k] is the sum of all x[i] with index[i] = k"},
      {"searchsorted",
       {{"x", "n"}, {"v", "m"}},
       {{"count", "m", true}},
       "count[i] is the number of entries of x below v[i]; x ascends"},
      {"solve", {{"A", "nn"}, {"b", "n[r]"}}, {{"x", "n[r]"}}, "A*x = b"},
      {"sort", {{"x", "n"}}, {{"sorted", "n"}}, "the entries, the least first"},
      {"sparse *",
       {{"rows", "e", true},
        {"columns", "e", true},
        {"values", "e"},
        {"m", "", true},
        {"n", "", true},
        {"x", "n[r]"}},
       {{"y", "m[r]"}},
       "the product of a sparse matrix"},
      {"sparse \\",
       {{"rows", "e", true}, {"columns", "e", true}, {"values", "e"}, {"n", "", true}, {"b", "n[r]"}},
       {{"x", "n[r]"}},
       "the solution of a sparse system"},
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
