// The callbacks of Ipopt over the fused entry points: each point is evaluated once per kind of derivative.
#include "tests/bench/IpoptSolve.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace costate::bench {
namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

/// Doubles at a multiple of 64 bytes, as kernels need them.
class Aligned {
public:
  explicit Aligned(int64_t size)
      : count(size_t(size)),
        memory(static_cast<double *>(std::aligned_alloc(64, (count * sizeof(double) / 64 + 1) * 64))) {
    std::fill_n(memory.get(), count, 0.0);
  }
  double *data() const { return memory.get(); }
  size_t size() const { return count; }
  double operator[](size_t k) const { return memory.get()[k]; }
  const double *copy(const double *from) const { return std::copy_n(from, count, data()), data(); }
  void into(double *to) const { std::copy_n(data(), count, to); }

private:
  struct Free {
    void operator()(double *memory) const { std::free(memory); }
  };
  size_t count;
  std::unique_ptr<double[], Free> memory;
};

/// A list of entries where equal coordinates add up, and the same without repetitions, as Ipopt's other
/// front ends pass it.
struct Compressed {
  std::vector<int> rows, cols;
  std::vector<int32_t> place; // of every entry of the list

  Compressed(int64_t entries, const int32_t *r, const int32_t *c) : place(size_t(entries)) {
    std::map<std::pair<int32_t, int32_t>, int32_t> known;
    for (int64_t e = 0; e < entries; ++e) {
      auto [at, isNew] = known.try_emplace({r[e], c[e]}, int32_t(rows.size()));
      place[size_t(e)] = at->second;
      if (isNew)
        rows.push_back(r[e]), cols.push_back(c[e]);
    }
  }
  void structure(int *r, int *c) const {
    std::copy(rows.begin(), rows.end(), r);
    std::copy(cols.begin(), cols.end(), c);
  }
  void values(const Aligned &list, double *into) const {
    std::fill_n(into, rows.size(), 0.0);
    for (size_t e = 0; e < list.size(); ++e)
      into[place[e]] += list[e];
  }
};

/// What the callbacks share.
struct Bridge {
  const costate_problem_v1 &problem;
  const costate_instance *instance;
  costate_shape shape;
  costate_work *work;
  Compressed jacobian, hessian;
  Aligned x, y, c, g, J, H;
  double f = 0, seconds = 0;
  int iterations = 0;
  bool hasValues = false, hasFirst = false, isGood = true;

  Bridge(const costate_problem_v1 &problem, const costate_instance *instance, const costate_shape &shape)
      : problem(problem), instance(instance), shape(shape),
        work(problem.work ? problem.work(instance) : nullptr),
        jacobian(shape.jac_entries, shape.jac_rows, shape.jac_cols),
        hessian(shape.hess_entries, shape.hess_rows, shape.hess_cols), x(shape.n), y(shape.m), c(shape.m),
        g(shape.n), J(shape.jac_entries), H(shape.hess_entries) {
    if (problem.constants)
      problem.constants(instance, J.data());
  }
  ~Bridge() {
    if (work && problem.release_work)
      problem.release_work(work);
  }
  Bridge(const Bridge &) = delete;

  void moveTo(bool isNew) {
    if (isNew)
      hasValues = hasFirst = false;
  }
  bool values(const double *at, bool isNew) {
    moveTo(isNew);
    if (!std::exchange(hasValues, true))
      isGood = problem.values(instance, work, x.copy(at), &f, c.data()) == COSTATE_OK;
    return isGood;
  }
  bool first(const double *at, bool isNew) {
    moveTo(isNew);
    return std::exchange(hasFirst, true) ||
           problem.first(instance, work, x.copy(at), g.data(), J.data()) == COSTATE_OK;
  }
};

/// Adds the time of a scope to the time of evaluations.
struct Timed {
  Bridge &bridge;
  Clock::time_point begin = Clock::now();
  explicit Timed(void *user) : bridge(*static_cast<Bridge *>(user)) {}
  ~Timed() { bridge.seconds += since(begin); }
};

bool evalF(int, double *x, bool isNew, double *f, void *user) {
  Timed timed(user);
  bool isGood = timed.bridge.values(x, isNew);
  *f = timed.bridge.f;
  return isGood;
}

bool evalG(int, double *x, bool isNew, int, double *c, void *user) {
  Timed timed(user);
  bool isGood = timed.bridge.values(x, isNew);
  timed.bridge.c.into(c);
  return isGood;
}

bool evalGradient(int, double *x, bool isNew, double *g, void *user) {
  Timed timed(user);
  bool isGood = timed.bridge.first(x, isNew);
  timed.bridge.g.into(g);
  return isGood;
}

bool evalJacobian(int, double *x, bool isNew, int, int, int *rows, int *cols, double *values, void *user) {
  Timed timed(user);
  Bridge &b = timed.bridge;
  if (!values)
    return b.jacobian.structure(rows, cols), true;
  bool isGood = b.first(x, isNew);
  b.jacobian.values(b.J, values);
  return isGood;
}

bool evalHessian(int, double *x, bool isNew, double sigma, int, double *y, bool, int, int *rows, int *cols,
                 double *values, void *user) {
  Timed timed(user);
  Bridge &b = timed.bridge;
  if (!values)
    return b.hessian.structure(rows, cols), true;
  b.moveTo(isNew);
  bool isGood = b.problem.second(b.instance, b.work, b.x.copy(x), sigma, b.y.copy(y), b.g.data(), b.J.data(),
                                 b.H.data()) == COSTATE_OK;
  b.hasFirst = true;
  b.hessian.values(b.H, values);
  return isGood;
}

bool intermediate(int, int iteration, double, double, double, double, double, double, double, double, int,
                  void *user) {
  static_cast<Bridge *>(user)->iterations = iteration;
  return true;
}

/// Ipopt takes bounds beyond 1e19 as infinite.
std::vector<double> bounds(const double *from, int64_t size) {
  std::vector<double> list(from, from + size);
  for (double &bound : list)
    bound = std::clamp(bound, -1e20, 1e20);
  return list;
}

double violation(const costate_shape &shape, const std::vector<double> &c) {
  double worst = 0;
  for (size_t i = 0; i < c.size(); ++i)
    worst = std::max({worst, shape.c_lower[i] - c[i], c[i] - shape.c_upper[i]});
  return worst;
}

} // namespace

IpoptResult solveWithIpopt(const IpoptLibrary &ipopt, const costate_problem_v1 &problem,
                           const costate_instance *instance, const rt::InteriorPointOptions &options) {
  IpoptResult result;
  costate_shape shape{};
  if (problem.shape(instance, &shape) != COSTATE_OK)
    return result;
  Bridge bridge(problem, instance, shape);
  std::vector<double> x(shape.x_start, shape.x_start + shape.n), c(size_t(shape.m)), y(size_t(shape.m));
  std::vector<double> zLower(x.size()), zUpper(x.size());
  auto xLower = bounds(shape.x_lower, shape.n), xUpper = bounds(shape.x_upper, shape.n);
  auto cLower = bounds(shape.c_lower, shape.m), cUpper = bounds(shape.c_upper, shape.m);
  auto begin = Clock::now();
  IpoptProblem nlp =
      ipopt.create(int(shape.n), xLower.data(), xUpper.data(), int(shape.m), cLower.data(), cUpper.data(),
                   int(bridge.jacobian.rows.size()), int(bridge.hessian.rows.size()), 0, evalF, evalG,
                   evalGradient, evalJacobian, evalHessian);
  if (!nlp)
    return result;
  ipopt.setInteger(nlp, "print_level", 0);
  ipopt.setText(nlp, "sb", "yes");
  ipopt.setText(nlp, "linear_solver", "mumps");
  ipopt.setNumber(nlp, "tol", options.tol);
  ipopt.setNumber(nlp, "mu_init", options.mu_init);
  ipopt.setInteger(nlp, "max_iter", options.max_iter);
  ipopt.setNumber(nlp, "max_wall_time", std::min(options.time_limit, 1e20));
  ipopt.setIntermediate(nlp, intermediate);
  int code = ipopt.solve(nlp, x.data(), c.data(), &result.objective, y.data(), zLower.data(), zUpper.data(),
                         &bridge);
  result.seconds = since(begin);
  ipopt.release(nlp);
  result.status = ipoptStatus(code);
  result.iterations = bridge.iterations;
  result.evaluate_seconds = bridge.seconds;
  result.violation = violation(shape, c);
  return result;
}

} // namespace costate::bench
