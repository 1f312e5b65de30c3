// What generated functions call, in two threads at a time: the results of one. ThreadSanitizer runs this
// file, too.
#include "runtime/numeric/Failure.h"
#include "tests/runtime/CallOperation.h"

#include <cstring>
#include <thread>

namespace costate::rt {
namespace {

std::vector<double> normals(int64_t n) {
  CallOperation call;
  call.integers({5}, {}).integers({6}, {}).realResult({n});
  EXPECT_TRUE(call.run(costate_random_normal));
  return call.real(0);
}

std::vector<double> transformed(int64_t n) {
  CallOperation call;
  call.reals(normals(2 * n), {1, n, 2}).realResult({1, n, 2});
  EXPECT_TRUE(call.run(costate_fft));
  return call.real(1);
}

std::vector<double> solved(int64_t n) {
  CallOperation call;
  call.reals(normals(n * n), {n, n}).realResult({n, n});
  EXPECT_TRUE(call.run(costate_inv));
  return call.real(1);
}

/// Of a system of second differences, shifted by one of few numbers: some are factored on several threads at
/// once.
std::vector<double> sparselySolved(int64_t n) {
  std::vector<int64_t> rows, columns;
  std::vector<double> values;
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = std::max<int64_t>(0, i - 1); j < std::min(n, i + 2); ++j) {
      rows.push_back(i), columns.push_back(j);
      values.push_back(i == j ? 2 + double(n % 5) : -1);
    }
  CallOperation call;
  call.integers(rows).integers(columns).reals(values).reals(normals(n), {n, 1}).realResult({n, 1});
  EXPECT_TRUE(call.run(costate_sparse_solve)) << call.failure.text;
  return call.real(2);
}

/// The states of a loop x := x^2 - 1.2 as its tape gives them back.
std::vector<double> unwound(int64_t n) {
  costate_tape *tape = costate_tape_begin(n, 8, 5);
  auto *x = static_cast<double *>(costate_tape_start(tape));
  *x = 0.3;
  auto step = [&](int64_t t) {
    auto *next = static_cast<double *>(costate_tape_next(tape, t));
    *next = *x * *x - 1.2;
    x = next;
  };
  for (int64_t t = 0; t < n; ++t)
    step(t);
  costate_tape_end(tape, n);
  std::vector<double> states;
  for (int64_t t = n - 1; t >= 0; --t) {
    int64_t u = costate_tape_seek(tape, t);
    x = static_cast<double *>(const_cast<void *>(costate_tape_state(tape, u)));
    for (; u < t; ++u)
      step(u);
    states.push_back(*x);
  }
  costate_tape_release(tape);
  return states;
}

void exhaust(void *) {
  costate_allocate(100);
  costate_allocate(int64_t(1) << 60);
}

std::vector<std::vector<double>> everything() {
  std::vector<std::vector<double>> results;
  for (int64_t n = 1; n < 60; ++n)
    for (auto result : {normals(n), transformed(n), solved(n), sparselySolved(n), unwound(n)})
      results.push_back(result);
  costate_failure failure{};
  EXPECT_EQ(costate_run(exhaust, nullptr, &failure), 0);
  return results;
}

TEST(ConcurrentFunctions, GiveTheResultsOfOneThread) {
  int64_t before = costate_live_bytes();
  std::vector<std::vector<double>> first, second;
  std::thread other([&] { second = everything(); });
  first = everything();
  other.join();
  EXPECT_EQ(first, second);
  EXPECT_EQ(costate_live_bytes(), before);
}

TEST(ConcurrentFunctions, EnterOneFailure) {
  costate_failure failure{};
  auto enter = [&] {
    costate_at(&failure, 1);
    fail(&failure, COSTATE_SINGULAR, {1, 2, 3}, "one {}", 1);
  };
  std::thread other(enter);
  enter();
  other.join();
  EXPECT_EQ(failure.code, COSTATE_SINGULAR);
}

} // namespace
} // namespace costate::rt
