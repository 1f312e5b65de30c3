// Times hand-written kernels of values, Jacobian and Hessian entries: what compiled kernels are measured
// against.
//
//   derivative_floor [--case FOLDER]...   one line `name: microseconds` per kernel, least of 6 rounds of 15
//   ms derivative_floor --check              compares derivatives with central differences; exit status 1 if
//   they differ derivative_floor --write FOLDER       results as text, one file per family, and the synthetic
//   network as tables
//
// FOLDER of --case holds bus.csv and branch.csv in MATPOWER's columns. A written file has lines `c row
// value`, `J row column value` and `H row column value` (lower triangle of the weighted sum of the rows);
// entries at one place are to be added. Rows are counted by equations, then positions, from 0;
// FloorFamilies.h has columns and points.
#include "FloorFamilies.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <random>

using namespace costate::bench;

namespace {

/// The arrays of results of one kernel.
struct Results {
  std::vector<Column> columns;
  std::vector<double *> pointers;

  Results(size_t count, long positions) : columns(count, Column(size_t(positions))) {
    for (Column &column : columns)
      pointers.push_back(column.data());
  }
  double at(size_t which, long position) const { return columns[which][size_t(position)]; }
};

Results valuesAt(const Family &family, const double *x) {
  Results c(size_t(family.equations), family.positions);
  family.values(x, c.pointers.data());
  return c;
}
Results jacobianAt(const Family &family, const double *x) {
  Results j(size_t(family.equations) * family.variable.size(), family.positions);
  family.jacobian(x, j.pointers.data());
  return j;
}
Results hessianAt(const Family &family, const double *x) {
  Results h(family.pairs.size(), family.positions);
  family.hessian(x, h.pointers.data());
  return h;
}

double microseconds() {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

/// Least time of a call in rounds of at least 15 ms.
double least(const std::function<void()> &call) {
  double best = 1e30;
  for (int round = 0; round < 6; ++round)
    for (double begin = microseconds(), now = begin; now - begin < 15000;) {
      call();
      double then = microseconds();
      best = std::min(best, then - now);
      now = then;
    }
  return best;
}

void time(const Family &family) {
  Results c = valuesAt(family, family.x.data()), j = jacobianAt(family, family.x.data()),
          h = hessianAt(family, family.x.data());
  const double *x = family.x.data();
  auto line = [&](const char *what, const std::function<void()> &call) {
    std::printf("%s, %s: %.1f\n", family.name.c_str(), what, least(call));
  };
  line("values", [&] { family.values(x, c.pointers.data()); });
  line("jacobian", [&] { family.jacobian(x, j.pointers.data()); });
  line("hessian", [&] { family.hessian(x, h.pointers.data()); });
}

/// J d of one row, without the flow variable.
double along(const Family &family, const Results &j, int equation, long position, const Column &d) {
  double sum = 0;
  size_t locals = family.variable.size();
  for (size_t k = 0; k < locals; ++k)
    sum += j.at(size_t(equation) * locals + k, position) * d[size_t(family.variable[k](position))];
  return sum;
}

/// The weighted sum of the rows of a position, by local variable k.
double weighted(const Family &family, const Results &j, size_t k, long position) {
  double sum = 0;
  for (int r = 0; r < family.equations; ++r)
    sum += family.y[size_t(r)][size_t(position)] * j.at(size_t(r) * family.variable.size() + k, position);
  return sum;
}

/// H d of local variable k.
double along(const Family &family, const Results &h, size_t k, long position, const Column &d) {
  double sum = 0;
  for (size_t q = 0; q < family.pairs.size(); ++q) {
    auto [one, two] = family.pairs[q];
    if (one == int(k))
      sum += h.at(q, position) * d[size_t(family.variable[size_t(two)](position))];
    else if (two == int(k))
      sum += h.at(q, position) * d[size_t(family.variable[size_t(one)](position))];
  }
  return sum;
}

/// The largest difference between derivatives and central differences along one direction, relative where
/// large.
double worst(const Family &family, const Column &d) {
  constexpr double step = 1e-6; // error about step^2 of curvature plus 1e-16/step of rounding
  Column plus = family.x, minus = family.x;
  for (size_t i = 0; i < d.size(); ++i)
    plus[i] += step * d[i], minus[i] -= step * d[i];
  Results c0 = valuesAt(family, minus.data()), c1 = valuesAt(family, plus.data());
  Results j = jacobianAt(family, family.x.data()), j0 = jacobianAt(family, minus.data()),
          j1 = jacobianAt(family, plus.data()), h = hessianAt(family, family.x.data());
  double most = 0;
  auto compare = [&](double got, double wanted) {
    double difference = std::abs(got - wanted) / std::max(100.0, std::abs(wanted));
    most = difference <= most ? most : difference; // also if it is not a number
  };
  for (long p = 0; p < family.positions; ++p) {
    for (int r = 0; r < family.equations; ++r) {
      double flow = family.flow ? d[size_t(family.flow(r, p))] : 0;
      compare(along(family, j, r, p, d) + flow, (c1.at(size_t(r), p) - c0.at(size_t(r), p)) / (2 * step));
    }
    for (size_t k = 0; k < family.variable.size(); ++k)
      compare(along(family, h, k, p, d),
              (weighted(family, j1, k, p) - weighted(family, j0, k, p)) / (2 * step));
  }
  return most;
}

/// More directions than local variables, so that each entry is seen on its own.
bool check(const Family &family) {
  constexpr double tolerance = 1e-7;
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> unit(-1, 1);
  double most = 0;
  for (size_t direction = 0; direction < family.variable.size() + 2; ++direction) {
    Column d(family.x.size());
    for (double &value : d)
      value = unit(random);
    double one = worst(family, d);
    most = one <= most ? most : one;
  }
  bool isFine = most <= tolerance;
  std::printf("%s: derivatives differ from differences by %.1e, %s %.1e (seed 1)\n", family.name.c_str(),
              most, isFine ? "at most" : "more than", tolerance);
  return isFine;
}

void write(const Family &family, const std::string &path) {
  std::ofstream file(path);
  file.precision(17);
  Results c = valuesAt(family, family.x.data()), j = jacobianAt(family, family.x.data()),
          h = hessianAt(family, family.x.data());
  for (int r = 0; r < family.equations; ++r)
    for (long p = 0; p < family.positions; ++p) {
      long row = r * family.positions + p;
      file << "c " << row << ' ' << c.at(size_t(r), p) << '\n';
      for (size_t k = 0; k < family.variable.size(); ++k)
        file << "J " << row << ' ' << family.variable[k](p) << ' '
             << j.at(size_t(r) * family.variable.size() + k, p) << '\n';
      if (family.flow)
        file << "J " << row << ' ' << family.flow(r, p) << " 1\n";
    }
  for (size_t q = 0; q < family.pairs.size(); ++q)
    for (long p = 0; p < family.positions; ++p) {
      long one = family.variable[size_t(family.pairs[q].first)](p);
      long two = family.variable[size_t(family.pairs[q].second)](p);
      file << "H " << std::max(one, two) << ' ' << std::min(one, two) << ' ' << h.at(q, p) << '\n';
    }
}

} // namespace

int main(int argc, char **argv) {
  constexpr unsigned long seed = 1;
  Network synthetic = syntheticNetwork(seed);
  std::vector<Network> networks;
  bool isCheck = false;
  std::string folder;
  for (int i = 1; i < argc; ++i) {
    std::string problem;
    if (!std::strcmp(argv[i], "--check"))
      isCheck = true;
    else if (!std::strcmp(argv[i], "--write") && i + 1 < argc)
      folder = argv[++i];
    else if (!std::strcmp(argv[i], "--case") && i + 1 < argc) {
      if (auto net = readNetwork(argv[++i], problem))
        networks.push_back(*net);
      else
        std::printf("skipped: %s\n", problem.c_str());
    } else {
      std::fprintf(stderr, "usage: derivative_floor [--check] [--write FOLDER] [--case FOLDER]...\n");
      return 1;
    }
  }
  networks.push_back(synthetic);
  if (!folder.empty()) {
    writeNetwork(synthetic, folder + "/network");
    write(luksanVlcekObjective(10000), folder + "/objective.txt");
    write(luksanVlcek(inlineKernels, 10000), folder + "/constraints.txt");
    for (size_t i = 0; i < networks.size(); ++i)
      write(branchFlows(inlineKernels, networks[i]), folder + "/" + std::to_string(i) + ".txt");
    return 0;
  }
  std::vector<Family> families{luksanVlcekObjective(10000)};
  for (const Kernels *kernels : {&inlineKernels, &libmvecKernels}) {
    families.push_back(luksanVlcek(*kernels, 10000));
    for (const Network &net : networks)
      families.push_back(branchFlows(*kernels, net));
  }
  bool isFine = true;
  for (const Family &family : families)
    if (isCheck)
      isFine &= check(family);
    else
      time(family);
  return isFine ? 0 : 1;
}
