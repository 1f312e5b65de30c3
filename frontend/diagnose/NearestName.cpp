// Optimal string alignment distance: insertion, deletion, replacement, swap of neighbours.
#include "frontend/diagnose/NearestName.h"

#include <algorithm>

namespace costate {
namespace {

size_t distance(const std::string &a, const std::string &b) {
  std::vector<std::vector<size_t>> d(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i)
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

} // namespace

std::string nearestName(const std::string &name, const std::vector<std::string> &known) {
  size_t limit = name.size() <= 3 ? 1 : 2, best = limit + 1;
  std::string nearest;
  if (name.size() < 3 || name.size() > 100)
    return nearest;
  for (auto &candidate : known) {
    if (candidate.size() > name.size() + limit || name.size() > candidate.size() + limit)
      continue;
    if (size_t d = distance(name, candidate); d > 0 && d < best)
      best = d, nearest = candidate;
  }
  return nearest;
}

} // namespace costate
