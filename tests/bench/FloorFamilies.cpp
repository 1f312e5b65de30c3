// The families: points, columns and the kernels that belong to them.
#include "FloorFamilies.h"

#include "FloorKernels.h"

#include <cmath>
#include <memory>
#include <numbers>

namespace costate::bench {

namespace {

Column columnOf(long n, const std::function<double(long)> &value) {
  Column column(static_cast<size_t>(n));
  for (long i = 0; i < n; ++i)
    column[size_t(i)] = value(i);
  return column;
}

Column luksanVlcekPoint(long n) {
  return columnOf(n, [n](long i) { return (i % 2 ? 1 : -1.2) + double(i + 1) / double(1000 * n); });
}

std::function<long(long)> after(long shift) {
  return [shift](long i) { return i + shift; };
}

} // namespace

Family luksanVlcek(const Kernels &kernels, long n) {
  long m = n - 2;
  Family family{"luksan-vlcek constraints, n = " + std::to_string(n) + ", " + kernels.functions, m};
  family.variable = {after(0), after(1), after(2)};
  family.pairs = {{0, 0}, {0, 1}, {1, 1}, {2, 2}};
  family.x = luksanVlcekPoint(n);
  family.y = {columnOf(m, [](long i) { return std::sin(double(i + 1)); })};
  family.values = [m, kernels](const double *x, double *const *c) { kernels.lvValues(m, x, c); };
  family.jacobian = [m, kernels](const double *x, double *const *j) { kernels.lvJacobian(m, x, j); };
  auto y = std::make_shared<Column>(family.y[0]);
  family.hessian = [m, y, kernels](const double *x, double *const *h) {
    kernels.lvHessian(m, x, y->data(), h);
  };
  return family;
}

Family luksanVlcekObjective(long n) {
  long m = n - 1;
  Family family{"luksan-vlcek objective, n = " + std::to_string(n), m};
  family.variable = {after(0), after(1)};
  family.pairs = {{0, 0}, {0, 1}, {1, 1}};
  family.x = luksanVlcekPoint(n);
  family.y = {Column(size_t(m), 1)};
  family.values = [m](const double *x, double *const *f) { lvObjectiveTerms(m, x, f); };
  family.jacobian = [m](const double *x, double *const *g) { lvObjectiveGradient(m, x, g); };
  family.hessian = [m](const double *x, double *const *h) { lvObjectiveHessian(m, x, 1, h); };
  return family;
}

namespace {

/// What the branch kernels read besides the point; kept alive by the functions of the family.
struct BranchColumns {
  long buses;
  std::vector<int, CacheLines<int>> from, to;
  Column shift, g, b, gff, bff, gtt, btt;
  std::vector<Column> y;

  explicit BranchColumns(const Network &net);
  Branches branches() const {
    return {long(from.size()), from.data(), to.data(),  shift.data(), g.data(),
            b.data(),          gff.data(),  bff.data(), gtt.data(),   btt.data()};
  }
  BranchPoint at(const double *x) const {
    const double *flows = x + 2 * buses;
    size_t n = from.size();
    return {x, x + buses, {flows, flows + n, flows + 2 * n, flows + 3 * n}};
  }
};

// g + jb = 1/(r + jx); half the charging at each end; MATPOWER's branch model.
BranchColumns::BranchColumns(const Network &net)
    : buses(net.buses), from(net.from.begin(), net.from.end()), to(net.to.begin(), net.to.end()) {
  long n = long(from.size());
  auto each = [n](auto value) { return columnOf(n, [&](long l) { return value(size_t(l)); }); };
  auto conductance = [&](size_t l) { return net.r[l] / (net.r[l] * net.r[l] + net.x[l] * net.x[l]); };
  auto susceptance = [&](size_t l) { return -net.x[l] / (net.r[l] * net.r[l] + net.x[l] * net.x[l]); };
  shift = each([&](size_t l) { return net.shift[l] * std::numbers::pi / 180; });
  g = each([&](size_t l) { return conductance(l) / net.tap[l]; });
  b = each([&](size_t l) { return susceptance(l) / net.tap[l]; });
  gtt = each([&](size_t l) { return conductance(l); });
  btt = each([&](size_t l) { return susceptance(l) + net.b[l] / 2; });
  gff = each([&](size_t l) { return gtt[l] / (net.tap[l] * net.tap[l]); });
  bff = each([&](size_t l) { return btt[l] / (net.tap[l] * net.tap[l]); });
  for (int row = 0; row < 4; ++row)
    y.push_back(columnOf(n, [row](long l) { return std::cos(double(l + 1 + row)); }));
}

Column branchPoint(long buses, long branches) {
  Column x;
  for (long k = 1; k <= buses; ++k)
    x.push_back(0.3 * std::sin(double(k)));
  for (long k = 1; k <= buses; ++k)
    x.push_back(1 + 0.05 * std::cos(2 * double(k)));
  for (int row = 0; row < 4; ++row)
    for (long l = 1; l <= branches; ++l)
      x.push_back(std::sin(double(l + row)) / 2);
  return x;
}

} // namespace

Family branchFlows(const Kernels &kernels, const Network &net) {
  auto columns = std::make_shared<const BranchColumns>(net);
  long buses = net.buses, count = long(net.from.size());
  Family family{"branch flows of " + net.name + ", " + kernels.functions, count, 4};
  auto from = [columns](long l) { return long(columns->from[size_t(l)]); };
  auto to = [columns](long l) { return long(columns->to[size_t(l)]); };
  family.variable = {[=](long l) { return buses + from(l); }, [=](long l) { return buses + to(l); }, from,
                     to};
  family.pairs = {{0, 0}, {0, 1}, {1, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 2}, {2, 3}, {3, 3}};
  family.flow = [=](int row, long l) { return 2 * buses + row * count + l; };
  family.x = branchPoint(buses, count);
  family.y = columns->y;
  family.values = [columns, kernels](const double *x, double *const *c) {
    kernels.branchValues(columns->branches(), columns->at(x), c);
  };
  family.jacobian = [columns, kernels](const double *x, double *const *j) {
    kernels.branchJacobian(columns->branches(), columns->at(x), j);
  };
  family.hessian = [columns, kernels](const double *x, double *const *h) {
    const double *y[4] = {columns->y[0].data(), columns->y[1].data(), columns->y[2].data(),
                          columns->y[3].data()};
    kernels.branchHessian(columns->branches(), columns->at(x), y, h);
  };
  return family;
}

} // namespace costate::bench
