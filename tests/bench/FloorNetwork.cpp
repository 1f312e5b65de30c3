// Networks for the branch floors: read from tables, or made by a formula.
#include "FloorFamilies.h"

#include "runtime/data/Table.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <unordered_map>

namespace costate::bench {

namespace {

/// Collects columns of one table; after the first error only the error is kept.
struct Reader {
  std::optional<rt::Table> table;
  std::string &problem;

  Reader(const std::string &path, std::string &problem) : problem(problem) {
    if (auto read = rt::readTable(path))
      table = *read;
    else
      problem = read.error().text();
  }
  template <class Value> std::vector<Value> column(const char *name) {
    rt::Outcome<std::vector<Value>> values = convert(name, Value());
    if (values)
      return *values;
    problem = values.error().text();
    return {};
  }

private:
  rt::Outcome<std::vector<double>> convert(const char *name, double) { return table->reals(name); }
  rt::Outcome<std::vector<int64_t>> convert(const char *name, int64_t) { return table->integers(name); }
};

} // namespace

std::optional<Network> readNetwork(const std::string &folder, std::string &problem) {
  Reader bus(folder + "/bus.csv", problem), branch(folder + "/branch.csv", problem);
  if (!bus.table || !branch.table)
    return {};
  std::unordered_map<int64_t, int> number;
  for (int64_t id : bus.column<int64_t>("id"))
    number.emplace(id, int(number.size()));
  Network net{std::filesystem::path(folder).filename().string(), long(number.size())};
  auto ends = [&](const char *name) {
    std::vector<int> numbers;
    for (int64_t id : branch.column<int64_t>(name))
      if (auto at = number.find(id); at != number.end())
        numbers.push_back(at->second);
      else
        problem = std::string(name) + " is " + std::to_string(id) + ", expected a bus";
    return numbers;
  };
  auto reals = [&](const char *name) {
    auto values = branch.column<double>(name);
    return Column(values.begin(), values.end());
  };
  net.from = ends("f_bus"), net.to = ends("t_bus");
  net.r = reals("r"), net.x = reals("x"), net.b = reals("b"), net.tap = reals("tap"),
  net.shift = reals("shift");
  for (double &tap : net.tap)
    tap = tap == 0 ? 1 : tap;
  if (!problem.empty())
    return {};
  return net;
}

namespace {

/// Uniform in [0, 1), a function of seed and counter (the output function of SplitMix64).
double drawn(uint64_t seed, uint64_t counter) {
  uint64_t z = seed + (counter + 1) * 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return double((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

} // namespace

Network syntheticNetwork(unsigned long seed, long buses, long branches) {
  constexpr long nearest = 20;
  Network net{"a synthetic network of " + std::to_string(buses) + " buses", buses};
  for (long l = 0; l < branches; ++l) {
    auto draw = [&](int which) { return drawn(seed, uint64_t(8 * l + which)); };
    net.from.push_back(int(l * buses / branches));
    net.to.push_back(int((net.from.back() + 1 + long(nearest * draw(0))) % buses));
    net.r.push_back(0.001 + 0.02 * draw(1));
    net.x.push_back(0.01 + 0.2 * draw(2));
    net.b.push_back(0.05 * draw(3));
    bool isTransformer = draw(4) < 0.2;
    net.tap.push_back(isTransformer ? 0.9 + 0.2 * draw(5) : 1);
    net.shift.push_back(isTransformer ? 2 * draw(6) - 1 : 0);
  }
  return net;
}

void writeNetwork(const Network &net, const std::string &folder) {
  std::filesystem::create_directories(folder);
  auto open = [&](const char *name) {
    std::ofstream file(folder + "/" + name);
    file.precision(17);
    return file;
  };
  auto bus = open("bus.csv"), branch = open("branch.csv"), gen = open("gen.csv");
  open("case.csv") << "base_mva\n100\n";
  bus << "id,type,pd,qd,gs,bs,vm,va,vmax,vmin\n";
  gen << "bus,pmax,pmin,qmax,qmin,c2,c1,c0\n";
  for (long k = 0; k < net.buses; ++k) {
    bus << k << ',' << (k ? 1 : 3) << ",10,2,0,0,1,0,1.1,0.9\n";
    if (k % 8 == 0) // enough for all demand
      gen << k << ",200,0,100,-100,0," << 10 + k % 7 << ",0\n";
  }
  branch << "f_bus,t_bus,r,x,b,rate_a,tap,shift,angmin,angmax\n";
  for (size_t l = 0; l < net.from.size(); ++l)
    branch << net.from[l] << ',' << net.to[l] << ',' << net.r[l] << ',' << net.x[l] << ',' << net.b[l]
           << ",0," << net.tap[l] << ',' << net.shift[l] << ",-60,60\n";
}

} // namespace costate::bench
