// Sorting, running sums, search and interpolation: by hand, and against the definitions on random data.
#include "tests/runtime/CallOperation.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace costate::rt {
namespace {

constexpr double inf = INFINITY;

std::vector<double> sort(const std::vector<double> &x) {
  CallOperation call;
  call.reals(x).realResult({int64_t(x.size())});
  EXPECT_TRUE(call.run(costate_sort));
  return call.real(1);
}

std::vector<int64_t> argsort(const std::vector<double> &x) {
  CallOperation call;
  call.reals(x).integerResult({int64_t(x.size())});
  EXPECT_TRUE(call.run(costate_argsort));
  return call.integer(0);
}

std::vector<int64_t> search(costate_operation operation, const std::vector<double> &x,
                            const std::vector<double> &values) {
  CallOperation call;
  call.reals(x).reals(values).integerResult({int64_t(values.size())});
  EXPECT_TRUE(call.run(operation)) << call.failure.text;
  return call.integer(0);
}

std::vector<double> interpolate(const std::vector<double> &at, const std::vector<double> &xs,
                                const std::vector<double> &ys) {
  CallOperation call;
  call.reals(at).reals(xs).reals(ys).realResult({int64_t(at.size())});
  EXPECT_TRUE(call.run(costate_interp)) << call.failure.text;
  return call.real(3);
}

TEST(Sequences, AreSortedWithNanLast) {
  std::vector<double> sorted = sort({3, NAN, -inf, 2, NAN, inf, -1});
  EXPECT_EQ(std::vector<double>(sorted.begin(), sorted.begin() + 5),
            (std::vector<double>{-inf, -1, 2, 3, inf}));
  EXPECT_TRUE(std::isnan(sorted[5]) && std::isnan(sorted[6]));
  EXPECT_EQ(argsort({3, NAN, -inf, 2, NAN, inf, -1}), (std::vector<int64_t>{2, 6, 3, 0, 5, 1, 4}));
  EXPECT_TRUE(sort({}).empty() && argsort({}).empty());
}

TEST(Sequences, KeepTheOrderOfEqualEntries) {
  EXPECT_EQ(argsort({1, 0, 1, 0, 1}), (std::vector<int64_t>{1, 3, 0, 2, 4}));
  std::vector<double> zeros = sort({0., -0., 1, -0., 0.});
  EXPECT_EQ(argsort({0., -0., 1, -0., 0.}), (std::vector<int64_t>{0, 1, 3, 4, 2}));
  for (size_t i = 0; i < 4; ++i)
    EXPECT_EQ(std::signbit(zeros[i]), i == 1 || i == 2);
}

TEST(Sequences, OfManyEntriesAreSorted) {
  std::mt19937 random(3);
  std::vector<double> x(10000);
  for (double &value : x)
    value = double(random() % 1000);
  std::vector<int64_t> order = argsort(x);
  std::vector<double> sorted = sort(x);
  for (size_t i = 0; i < x.size(); ++i) {
    EXPECT_EQ(sorted[i], x[size_t(order[i])]);
    EXPECT_TRUE(i == 0 || sorted[i - 1] < sorted[i] || order[i - 1] < order[i]);
  }
  std::vector<int64_t> places = order;
  std::sort(places.begin(), places.end());
  for (size_t i = 0; i < x.size(); ++i)
    EXPECT_EQ(places[i], int64_t(i));
}

TEST(Sequences, OfIntegersAreSortedExactly) {
  int64_t big = (int64_t(1) << 60) + 1; // not a double
  CallOperation sorted, order;
  sorted.integers({big, 5, big - 1, -big}).integerResult({4});
  EXPECT_TRUE(sorted.run(costate_sort_integers));
  EXPECT_EQ(sorted.integer(1), (std::vector<int64_t>{-big, 5, big - 1, big}));
  order.integers({big, 5, big - 1, -big}).integerResult({4});
  EXPECT_TRUE(order.run(costate_argsort_integers));
  EXPECT_EQ(order.integer(1), (std::vector<int64_t>{3, 1, 2, 0}));
}

TEST(Sequences, AreSummedUp) {
  CallOperation call;
  call.reals({1, 2, 3, 4}).realResult({4});
  EXPECT_TRUE(call.run(costate_cumsum));
  EXPECT_EQ(call.real(1), (std::vector<double>{1, 3, 6, 10}));
}

TEST(Sequences, AreSearched) {
  std::vector<double> x = {-inf, 1, 1, 2, NAN};
  EXPECT_EQ(search(costate_searchsorted, x, {-inf, 0, 1, 1.5, 2, inf, NAN}),
            (std::vector<int64_t>{0, 1, 1, 3, 3, 4, 4}));
  EXPECT_EQ(search(costate_searchsorted_right, x, {-inf, 0, 1, 1.5, 2, inf, NAN}),
            (std::vector<int64_t>{1, 1, 3, 3, 4, 4, 5}));
  EXPECT_EQ(search(costate_searchsorted, {}, {7}), (std::vector<int64_t>{0}));
  CallOperation call;
  call.reals({1, 3, 2}).reals({0}).integerResult({1});
  EXPECT_FALSE(call.run(costate_searchsorted));
  EXPECT_STREQ(call.failure.text, "entry 3 is 2 after 3, but entries have to ascend or stay");
  EXPECT_EQ(call.integer(0), (std::vector<int64_t>{0}));
}

TEST(Sequences, AreInterpolated) {
  EXPECT_EQ(interpolate({-1, 0, 0.5, 1, 2, 3, 9}, {0, 1, 3}, {1, 3, -1}),
            (std::vector<double>{1, 1, 2, 3, 1, -1, -1}));
  EXPECT_EQ(interpolate({-5, 2, 5}, {2}, {7}), (std::vector<double>{7, 7, 7}));
  EXPECT_TRUE(std::isnan(interpolate({NAN}, {0, 1}, {0, 1})[0]));
  std::vector<double> xs, ys; // a line stays what it is, to rounding
  for (int i = 0; i < 100; ++i) {
    xs.push_back(std::sqrt(i));
    ys.push_back(3 * xs.back() - 1);
  }
  for (double x = 0; x < 9.9; x += 0.01)
    EXPECT_NEAR(interpolate({x}, xs, ys)[0], 3 * x - 1, 1e-14);
}

TEST(Sequences, PointsThatDoNotAscendAreRefused) {
  auto textOf = [](std::vector<double> xs) {
    CallOperation call;
    std::vector<double> ys(xs.size());
    call.reals({1}).reals(xs).reals(ys).realResult({1});
    EXPECT_FALSE(call.run(costate_interp));
    EXPECT_EQ(call.failure.code, COSTATE_BAD_ARGUMENT);
    EXPECT_TRUE(std::isnan(call.real(3)[0]));
    return std::string(call.failure.text);
  };
  EXPECT_EQ(textOf({0, 1, 1}), "entry 3 is 1 after 1, but entries have to ascend");
  EXPECT_EQ(textOf({NAN}), "entry 1 is nan, but entries have to ascend");
  EXPECT_EQ(textOf({}), "there are no points to interpolate between");
}

} // namespace
} // namespace costate::rt
