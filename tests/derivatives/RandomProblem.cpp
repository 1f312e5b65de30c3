// A random problem: its text, and its rows with dense derivatives.
#include "tests/derivatives/RandomProblem.h"

#include <fmt/format.h>

namespace costate::test {

RandomProblem::RandomProblem(const World &world, const std::string &name, Random &random, Coverage &seen,
                             bool isSum)
    : name(name), families(std::make_shared<std::vector<Family>>()) {
  text = fmt::format("problem {} {{\n", name);
  int unused = random.integer(0, int(world.variables.size()) - 1);
  for (int k = 0; k < int(world.variables.size()); ++k)
    if (k != unused && random.integer(1, 5) <= 3)
      families->push_back(world.variables[size_t(k)]);
  if (families->empty())
    families->push_back(world.variables[size_t(unused)]);
  std::vector<const Family *> variables;
  for (Family &family : *families) {
    family.offset = n;
    n += family.size();
    text += fmt::format("  {}\n", family.declaration);
    variables.push_back(&family);
  }
  RandomExpression make(world, variables, random, seen);
  for (int k = random.integer(0, 3); k > 0; --k) {
    bool isOfRow = random.oneIn(2);
    std::string let = fmt::format("w{}", k), indices = isOfRow ? make.bindLetOfRow() : make.bindLet();
    Expression value = isOfRow ? make.bodyOfRow(random.integer(1, 4)) : make.body(random.integer(2, 5));
    text += fmt::format("  let {}{} = {}\n", let, indices, value.text);
    make.addLet(let, value, isOfRow);
  }
  maximize = random.oneIn(2);
  objective = make.bodyOfRows(random.integer(2, 8));
  if (isSum) {
    Expression sum = make.addends(random.integer(3, 8));
    objective.text = sum.text + " + " + objective.text;
    objective.value = [l = sum.value, r = objective.value](const Indices &at, Point &p) {
      return l(at, p) + r(at, p);
    };
  }
  text += fmt::format("  {} {}\n  subject to\n", maximize ? "maximize" : "minimize", objective.text);
  ++seen[maximize ? "maximize" : "minimize"];
  for (int k = 1, count = random.integer(1, 3); k <= count; ++k)
    text += constraint(make, k, random, seen);
  text += "}\n";
}

std::string RandomProblem::constraint(RandomExpression &make, int number, Random &random, Coverage &seen) {
  Rows family;
  std::string indexing;
  if (random.oneIn(4)) {
    family.binder.each = [](Indices &, const std::function<void()> &run) { run(); };
    ++seen["single row"];
  } else {
    family.binder = make.bind(false);
    indexing = "[" + family.binder.text + "]";
  }
  family.body = make.bodyOfRows(random.integer(2, 7));
  std::string relation;
  switch (random.integer(1, 5)) {
  case 1:
    relation = family.body.text + " == 1";
    break;
  case 2:
    relation = "-3 <= " + family.body.text + " <= 3";
    break;
  case 3: { // variables on both sides: their difference is the row
    Expression right = make.body(2);
    relation = family.body.text + " >= " + right.text;
    family.body.value = [l = family.body.value, r = right.value](const Indices &at, Point &p) {
      return l(at, p) - r(at, p);
    };
    ++seen["both sides"];
    break;
  }
  default:
    relation = family.body.text + " <= 2";
  }
  make.release();
  rows.push_back(family);
  return fmt::format("    c{}{}: {}\n", number, indexing, relation);
}

Eigen::VectorXd RandomProblem::point(Random &random) const {
  Eigen::VectorXd x(n);
  for (const Family &family : *families)
    for (int k = 0; k < family.size(); ++k)
      x[family.offset + k] = random.real(family.low, family.high);
  return x;
}

std::vector<Taylor> RandomProblem::evaluate(Point &point) const {
  std::vector<Taylor> values;
  Indices at{};
  for (const Rows &family : rows)
    family.binder.each(at, [&] { values.push_back(family.body.value(at, point)); });
  values.push_back(objective.value(Indices{}, point));
  return values;
}

} // namespace costate::test
