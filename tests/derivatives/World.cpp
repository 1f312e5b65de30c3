// Sets, data and variable families that random problems draw from.
#include "tests/derivatives/World.h"

#include <fmt/format.h>

#include <algorithm>

namespace costate::test {

int Family::size() const {
  if (!members.empty())
    return int(members.size());
  int count = 1;
  for (auto [low, high] : ranges)
    count *= high - low + 1;
  return count;
}

int Family::position(const std::array<int, 2> &index) const {
  if (!members.empty())
    return int(std::find(members.begin(), members.end(), index) - members.begin());
  int position = 0;
  for (size_t k = 0; k < ranges.size(); ++k)
    position = position * (ranges[k][1] - ranges[k][0] + 1) + index[k] - ranges[k][0];
  return position;
}

const Family &World::named(const std::string &name) const {
  for (auto *list : {&data, &variables})
    for (auto &family : *list)
      if (family.name == name)
        return family;
  std::abort(); // a name of this file
}

/// Numbers that are exact in binary: (a i + b j + c) mod 7 / 8 + low, i and j as integers or ord of a node.
void World::addData(Random &random, const std::string &name, const std::string &indexing, Family shape) {
  int a = random.integer(1, 6), b = random.integer(1, 6), c = random.integer(0, 6);
  shape.name = name;
  shape.low = 0.25, shape.high = 1;
  std::string sum = std::to_string(c);
  const char *names[] = {"i", "j"};
  for (size_t k = 0; k < shape.ranges.size(); ++k)
    sum += fmt::format(" + {}*{}", k ? b : a,
                       shape.kinds[k] == Element::Node ? fmt::format("ord({})", names[k]) : names[k]);
  text += fmt::format("param {}{} = 0.25 + (({}) mod 7)/8\n", name, indexing, sum);
  std::array<int, 2> index{0, 0};
  auto ordinal = [&](size_t k) { return index[k] + (shape.kinds[k] == Element::Node ? 1 : 0); };
  std::vector<std::array<int, 2>> tuples = shape.members;
  if (tuples.empty() && shape.ranges.size() == 1)
    for (int i = shape.ranges[0][0]; i <= shape.ranges[0][1]; ++i)
      tuples.push_back({i, 0});
  if (tuples.empty())
    tuples.push_back({0, 0}); // a scalar
  for (auto &tuple : tuples) {
    index = tuple;
    int total = c;
    for (size_t k = 0; k < shape.ranges.size(); ++k)
      total += (k ? b : a) * ordinal(k);
    shape.values.push_back(0.25 + (total % 7) / 8.0);
  }
  data.push_back(std::move(shape));
}

World::World(Random &random, int smallest) {
  last = random.integer(smallest, smallest + 2);
  text = fmt::format("set I = 1..{}\nset J = 2..{}\nset Node = {{\"a\", \"b\", \"c\", \"d\"}}\n", last,
                     last + 1);
  int rest = random.integer(0, 1), factor = random.integer(1, 2);
  text +=
      fmt::format("set Pair = {{(i, j) for i in I, j in J where (i + {}*j) mod 3 == {}}}\n", factor, rest);
  for (int i = 1; i <= last; ++i)
    for (int j = 2; j <= last + 1; ++j)
      if ((i + factor * j) % 3 == rest)
        pairs.push_back({i, j});
  std::string choice = "first(Node)";
  for (int i = 1; i <= last; ++i) {
    nodeOf.push_back(random.integer(0, nodes - 1));
    std::string node = "first(Node)";
    for (int k = 0; k < nodeOf.back(); ++k)
      node = fmt::format("next({}, Node)", node);
    choice = fmt::format("if i == {} then {} else {}", i, node, choice);
  }
  text += fmt::format("param node[i in I]: Node = {}\n", choice);
  int a = random.integer(1, 5), b = random.integer(0, 4);
  text += fmt::format("param left[n in Node]: int = 1 + ({} + {}*ord(n)) mod {}\n", b, a, last);
  for (int n = 0; n < nodes; ++n)
    leftOf.push_back(1 + (b + a * (n + 1)) % last);
  text += fmt::format("param after[i in I]: int = 1 + ({}*i + {}) mod {}\n", a, b, last);
  for (int i = 1; i <= last; ++i)
    nextOf.push_back(1 + (a * i + b) % last);
  using enum Element;
  std::array<int, 2> own{1, last}, other{2, last + 1}, node{0, nodes - 1}, wide{0, last + 2};
  Family overI{.kinds = {Integer}, .ranges = {own}}, overNode{.kinds = {Node}, .ranges = {node}};
  Family overPair{.kinds = {Integer, Integer}, .ranges = {own, other}, .members = pairs};
  addData(random, "p", "[i in I]", overI);
  addData(random, "q", "[i in Node]", overNode);
  addData(random, "g", fmt::format("[i in 0..{}]", last + 2), {.kinds = {Integer}, .ranges = {wide}});
  addData(random, "r", "[(i, j) in Pair]", overPair);
  addData(random, "t", "", {});
  int shift = random.integer(0, 3);
  text += fmt::format("param e[i in I] = ((i + {}) mod 4)/2 + (if i == 2 then 1.5 else 0)\n", shift);
  Family exponents = overI;
  exponents.name = "e", exponents.high = 3;
  for (int i = 1; i <= last; ++i)
    exponents.values.push_back(((i + shift) % 4) / 2.0 + (i == 2 ? 1.5 : 0));
  data.push_back(exponents);
  auto variable = [&](const char *name, std::string indexing, Family shape, double low, double high) {
    shape.name = name, shape.declaration = fmt::format("var {}{}", name, indexing);
    shape.low = low, shape.high = high;
    variables.push_back(std::move(shape));
  };
  variable("x", "[I]", overI, 0.3, 1.3);
  variable("y", fmt::format("[0..{}]", last + 2), {.kinds = {Integer}, .ranges = {wide}}, -1, 1);
  variable("z", "[Node]", overNode, -0.5, 1.5);
  variable("v", "[(i, j) in Pair]", overPair, 0.2, 0.8);
  variable("u", "[I, Node]", {.kinds = {Integer, Node}, .ranges = {own, node}}, -0.7, 0.9);
  variable("s", "", {}, 0.4, 1.2);
}

} // namespace costate::test
