// Each reads arrays as any function of a model does, so that derivatives, loops and problems know nothing of
// it. `stop` where a value only keeps the exponentials from overflowing: the result does not depend on it.
#include "frontend/sema/Prelude.h"

namespace costate::sema {

const char *preludeText() {
  return R"(
function dot(x: real[n], y: real[n]) -> real = sum(i in 1..n) x[i]*y[i]
function norm(x: real[n]) -> real = sqrt(sum(i in 1..n) x[i]^2)
function trace(A: real[n, n]) -> real = sum(i in 1..n) A[i, i]
function outer(x: real[n], y: real[m]) -> real[n, m] = [x[i]*y[j] for i in 1..n, j in 1..m]
function logsumexp(x: real[n]) -> real = logsumexp(i in 1..n) x[i]
function softmax(x: real[n]) -> real[n] {
  let most = stop(max(i in 1..n) x[i])
  let e = [exp(x[i] - most) for i in 1..n]
  let total = sum(i in 1..n) e[i]
  return e/total
}
function concat(x: real[n], y: real[m]) -> real[n] = [if i <= n then x[i] else y[i - n] for i in 1..n + m]
function cumsum(x: real[n]) -> real[n] {
  scan (s = 0.0) for i in 1..n { s = s + x[i] } collect sums = s
  return sums
}
function permutation(n: int, seed: int) -> int[n] {
  let keys = [uniform(seed, i) for i in 1..n]
  return argsort(keys)
}
function choice(n: int, k: int, seed: int) -> int[k] {
  let order = permutation(n, seed)
  return [order[i] for i in 1..k]
}
function categorical(weight: real[k], n: int, seed: int) -> int[n] {
  let upto = cumsum(weight)
  let below = searchsorted(upto, [upto[k]*uniform(seed, i) for i in 1..n])
  return [min(below[i] + 1, k) for i in 1..n]
}
function interp(v: real[m], x: real[n], y: real[n]) -> real[m] {
  let k = searchsorted(x, v)
  return [if k[i] < 1 then y[1] else if k[i] >= n then y[n]
          else y[k[i]] + (y[k[i] + 1] - y[k[i]])*(v[i] - x[k[i]])/(x[k[i] + 1] - x[k[i]]) for i in 1..m]
}
)";
}

std::vector<std::string> preludeNames() {
  std::vector<std::string> names;
  const std::string text = preludeText(), keyword = "\nfunction ";
  for (size_t at = text.find(keyword); at != std::string::npos; at = text.find(keyword, at + 1)) {
    size_t begin = at + keyword.size();
    names.push_back(text.substr(begin, text.find('(', begin) - begin));
  }
  return names;
}

} // namespace costate::sema
