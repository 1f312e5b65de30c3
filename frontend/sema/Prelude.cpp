// Each reads arrays as any function of a model does, so that derivatives, loops and problems know nothing of
// it. `stop` where a value only keeps the exponentials from overflowing: the result does not depend on it.
//
// `sparse` is a matrix by its entries, values[k] at (rows[k], columns[k]), which add up (CheckSparse.cpp).
//
// `complex_f` is what `f` is for complex numbers. `hypot` and the quotient scale by the greater part [Smith,
// Algorithm 116, 1962]; systems are solved as real ones of twice the size; the determinant
// is that of an elimination which takes the greatest pivot, so that it has a derivative at singular matrices;
// `log` has no cancellation near size 1 but that of m^2 - 1 and n^2; signs on the cuts are those of C99,
// Annex G. Conditions compare parts with zero only where both branches have the derivative.
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
record sparse[e](rows: int[e], columns: int[e], values: real[e], m: int, n: int)
function sparse_plus(S: sparse[e], T: sparse[f]) -> sparse =
  sparse([if k <= e then S.rows[k] else T.rows[k - e] for k in 1..e + f],
         [if k <= e then S.columns[k] else T.columns[k - e] for k in 1..e + f], concat(S.values, T.values), S.m, S.n)
function dense(S: sparse[e]) -> real[m, n] {
  let places = [if S.columns[k] >= 1 and S.columns[k] <= S.n then (S.rows[k] - 1)*S.n + S.columns[k] else 0
                for k in 1..e]
  return reshape(scatter(S.values, places, S.m*S.n), S.m, S.n)
}
function drawn_bernoulli(u: real, probability: real) -> int = if u < probability then 1 else 0
function drawn_categorical(u: real, weight: real[n]) -> int {
  let upto = cumsum(weight)
  return 1 + sum(k in 1..n) (if upto[k] < u*upto[n] then 1 else 0)
}
function drawn_exponential(u: real, rate: real) -> real = -log1p(-u)/rate
function drawn_gumbel(u: real, location: real, scale: real) -> real = location - scale*log(-log(u))
function drawn_laplace(u: real, mean: real, scale: real) -> real =
  if u < 0.5 then mean + scale*log(2*u) else mean - scale*log(2*(1 - u))
function drawn_lognormal(z: real, mean: real, deviation: real) -> real = exp(mean + deviation*z)
function chance_bernoulli(k: int, probability: real) -> real =
  if k == 1 then probability else 1 - probability
function chance_categorical(k: int, weight: real[n]) -> real = weight[k]/sum(i in 1..n) weight[i]
function hypot(x: real, y: real) -> real {
  let wide = abs(x) >= abs(y)
  let m = if wide then abs(x) else abs(y)
  let n = if wide then y else x
  let r = n/(if m > 0 then m else 1)
  return m*sqrt(1 + r*r)
}
function complex_close(z: complex, w: complex, tol: real) -> bool =
  hypot(z.re - w.re, z.im - w.im) <= tol*max(1, hypot(w.re, w.im))
function complex_re(z: complex) -> real = z.re
function complex_im(z: complex) -> real = z.im
function complex_conj(z: complex) -> complex = complex(z.re, -z.im)
function complex_abs(z: complex) -> real = hypot(z.re, z.im)
function complex_arg(z: complex) -> real = atan2(z.im, z.re)
function complex_stop(z: complex) -> complex = complex(stop(z.re), stop(z.im))
function complex_times(z: complex, w: complex) -> complex =
  complex(z.re*w.re - z.im*w.im, z.re*w.im + z.im*w.re)
function complex_over(z: complex, w: complex) -> complex {
  let wide = abs(w.re) >= abs(w.im)
  let m = if wide then w.re else w.im
  let r = (if wide then w.im else w.re)/m
  let d = m + (if wide then w.im else w.re)*r
  let x = if wide then z.re else z.im
  let y = if wide then z.im else z.re
  let cross = (y - x*r)/d
  return complex((x + y*r)/d, if wide then cross else -cross)
}
function complex_exp(z: complex) -> complex {
  let size = exp(z.re)
  return complex(size*cos(z.im), size*sin(z.im))
}
function complex_log(z: complex) -> complex {
  let wide = abs(z.re) >= abs(z.im)
  let m = if wide then abs(z.re) else abs(z.im)
  let n = if wide then z.im else z.re
  let near = m > 0.5 and m < 2
  let r = n/(if m > 0 then m else 1)
  let size = (if near then 0 else log(m)) + log1p(if near then (m - 1)*(m + 1) + n*n else r*r)/2
  return complex(size, atan2(z.im, z.re))
}
function complex_sqrt(z: complex) -> complex {
  let most = stop(max(abs(z.re), abs(z.im)))
  let m = if most > 0 then most else 1
  let x = (if z.re < 0 then -z.re else z.re)/m
  let t = sqrt(m)*sqrt((x + sqrt(x*x + (z.im/m)^2))/2)
  let s = if z.im < 0 or (z.im == 0 and 1/z.im < 0) then -1 else 1
  let q = z.im/(if t > 0 then 2*t else 1)
  return complex(if z.re < 0 then s*q else t, if z.re < 0 then s*t else q)
}
function complex_sin(z: complex) -> complex = complex(sin(z.re)*cosh(z.im), cos(z.re)*sinh(z.im))
function complex_cos(z: complex) -> complex = complex(cos(z.re)*cosh(z.im), -sin(z.re)*sinh(z.im))
function complex_sinh(z: complex) -> complex = complex(sinh(z.re)*cos(z.im), cosh(z.re)*sin(z.im))
function complex_cosh(z: complex) -> complex = complex(cosh(z.re)*cos(z.im), sinh(z.re)*sin(z.im))
function complex_tanh(z: complex) -> complex {
  let t = tanh(z.re)
  let bend = if abs(z.re) < 300 then 1/cosh(z.re)^2 else 0
  let d = cos(z.im)^2 + (t*sin(z.im))^2
  return complex(t/d, sin(z.im)*cos(z.im)*bend/d)
}
function complex_tan(z: complex) -> complex {
  let turned = complex_tanh(complex(-z.im, z.re))
  return complex(turned.im, -turned.re)
}
function complex_raised(z: complex, k: int) -> complex {
  let size = pow(complex_abs(z), k)
  let angle = k*complex_arg(z)
  return complex(size*cos(angle), size*sin(angle))
}
function complex_power(z: complex, w: complex) -> complex {
  let isZero = z.re == 0 and z.im == 0
  let base = complex(if isZero then 1 else z.re, z.im)
  let result = complex_exp(w*complex_log(base))
  let zero = if w.re == 0 and w.im == 0 then 1 else 0
  return complex(if isZero then zero else result.re, if isZero then 0 else result.im)
}
function complex_dot(x: complex[n], y: complex[n]) -> complex = sum(i in 1..n) conj(x[i])*y[i]
function complex_norm(x: complex[n]) -> real = sqrt(sum(i in 1..n) (x[i].re^2 + x[i].im^2))
function complex_trace(A: complex[n, n]) -> complex = sum(i in 1..n) A[i, i]
function complex_outer(x: complex[n], y: complex[m]) -> complex[n, m] = [x[i]*y[j] for i in 1..n, j in 1..m]
function complex_whole(A: complex[n, n]) -> real[n, n] =
  [if i <= n then (if j <= n then A[i, j].re else -A[i, j - n].im)
   else (if j <= n then A[i - n, j].im else A[i - n, j - n].re) for i in 1..2*n, j in 1..2*n]
function complex_columns(A: complex[n, n], B: complex[n, m]) -> complex[n, m] {
  let X = solve(complex_whole(A), [if i <= n then B[i, k].re else B[i - n, k].im for i in 1..2*n, k in 1..m])
  return [complex(X[i, k], X[n + i, k]) for i in 1..n, k in 1..m]
}
function complex_column(A: complex[n, n], b: complex[n]) -> complex[n] {
  let X = complex_columns(A, [b[i] for i in 1..n, k in 1..1])
  return X[:, 1]
}
function complex_inv(A: complex[n, n]) -> complex[n, n] =
  complex_columns(A, [if i == j then 1 + 0i else 0 for i in 1..n, j in 1..n])
function complex_logdet(A: complex[n, n]) -> real = logdet(complex_whole(A))/2
function complex_det(A: complex[n, n]) -> complex {
  scan (M = A, d = 1 + 0i) for k in 1..n {
    let size = [if i < k or j < k then -1 else max(abs(M[i, j].re), abs(M[i, j].im)) for i in 1..n, j in 1..n]
    let r = argmax([max(j in 1..n) size[i, j] for i in 1..n])
    let c = argmax(size[r, :])
    let T = [M[if i == k then r else if i == r then k else i, if j == k then c else if j == c then k else j]
             for i in 1..n, j in 1..n]
    let pivot = T[k, k]
    let divisor = if size[r, c] > 0 then pivot else 1
    d = d*(if (r == k) == (c == k) then pivot else -pivot)
    M = [if i > k and j > k then T[i, j] - T[i, k]/divisor*T[k, j] else T[i, j] for i in 1..n, j in 1..n]
  }
  return d
}
function complex_concat(x: complex[n], y: complex[m]) -> complex[n] =
  [if i <= n then x[i] else y[i - n] for i in 1..n + m]
function complex_prod(x: complex[n]) -> complex {
  scan (p = 1 + 0i) for i in 1..n { p = p*x[i] }
  return p
}
function complex_cumsum(x: complex[n]) -> complex[n] {
  scan (s = 0i) for i in 1..n { s = s + x[i] } collect sums = s
  return sums
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
