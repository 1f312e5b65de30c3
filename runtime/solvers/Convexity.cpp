// The structure of H with its whole diagonal, factored once.
#include "runtime/solvers/Convexity.h"
#include "runtime/linalg/Ldlt.h"

#include <algorithm>
#include <cmath>

namespace costate::rt {

bool isConvex(const ProblemShape &shape, const double *H) {
  constexpr double shift = 1e-10; // far above the rounding of pivots that are 0
  double largest = 0;
  for (int64_t p = 0; p < shape.hess_cols[shape.n]; ++p)
    largest = std::max(largest, std::abs(H[p]));
  if (largest == 0)
    return true;
  std::vector<int64_t> starts{0};
  std::vector<int32_t> rows;
  std::vector<double> values;
  for (int64_t j = 0; j < shape.n; ++j) {
    size_t diagonal = rows.size();
    rows.push_back(int32_t(j)), values.push_back(shift * largest);
    for (int64_t p = shape.hess_cols[j]; p < shape.hess_cols[j + 1]; ++p)
      if (shape.hess_rows[p] == j)
        values[diagonal] += H[p];
      else
        rows.push_back(shape.hess_rows[p]), values.push_back(H[p]);
    starts.push_back(int64_t(rows.size()));
  }
  Ldlt ldlt;
  ldlt.analyze(shape.n, starts, rows);
  return ldlt.factorize(values.data()) && ldlt.positivePivots() == shape.n;
}

} // namespace costate::rt
