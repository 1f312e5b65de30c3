// Random expressions: index spaces, index expressions, filters, lets.
#include "tests/derivatives/RandomExpression.h"

#include <fmt/format.h>

#include <algorithm>

namespace costate::test {

RandomExpression::Bound &RandomExpression::fresh(Element kind, std::array<int, 2> range) {
  int slot = int(bound.size());
  bound.push_back({fmt::format("{}{}", kind == Element::Node ? "n" : "i", ++names), slot, kind, range});
  return bound.back();
}

IndexExpression RandomExpression::index(Element kind, std::array<int, 2> range) {
  return kind == Element::Node ? nodeIndex() : integerIndex(range);
}

IndexExpression RandomExpression::integerIndex(std::array<int, 2> range) {
  std::vector<IndexExpression> choices;
  auto inside = [&](int low, int high) { return low >= range[0] && high <= range[1]; };
  for (auto &b : bound) {
    auto own = [slot = b.slot](const Indices &at) { return at[slot]; };
    if (b.kind == Element::Node) {
      if (inside(1, world.last))
        choices.push_back({count("left") + "[" + b.name + "]",
                           [own, &w = world](const Indices &at) { return w.leftOf[size_t(own(at))]; }});
      continue;
    }
    for (int shift = -2; shift <= 2; ++shift)
      if (inside(b.range[0] + shift, b.range[1] + shift)) {
        std::string text =
            shift ? fmt::format("{} {} {}", b.name, shift < 0 ? "-" : "+", std::abs(shift)) : b.name;
        choices.push_back({text, [own, shift](const Indices &at) { return own(at) + shift; }});
      }
    bool isOfI = b.range[0] >= 1 && b.range[1] <= world.last;
    if (isOfI && inside(1, world.last))
      for (int again = 0; again < 2; ++again)
        choices.push_back({"after[" + b.name + "]",
                           [own, &w = world](const Indices &at) { return w.nextOf[size_t(own(at) - 1)]; }});
    if (isOfI && inside(1, world.last))
      choices.push_back({"left[node[" + b.name + "]]", [own, &w = world](const Indices &at) {
                           return w.leftOf[size_t(w.nodeOf[size_t(own(at) - 1)])];
                         }});
  }
  if (choices.empty() || random.oneIn(6)) {
    int row = random.integer(range[0], range[1]);
    return {std::to_string(row), [row](const Indices &) { return row; }};
  }
  return random.of(choices);
}

IndexExpression RandomExpression::nodeIndex() {
  std::vector<IndexExpression> choices;
  for (auto &b : bound) {
    auto own = [slot = b.slot](const Indices &at) { return at[slot]; };
    if (b.kind == Element::Node)
      choices.push_back({b.name, own});
    else if (b.range[0] >= 1 && b.range[1] <= world.last)
      choices.push_back({"node[" + b.name + "]",
                         [own, &w = world](const Indices &at) { return w.nodeOf[size_t(own(at) - 1)]; }});
  }
  if (choices.empty() || random.oneIn(6)) {
    int row = random.integer(0, world.nodes - 1);
    return {World::label(row), [row](const Indices &) { return row; }};
  }
  return random.of(choices);
}

std::optional<RandomExpression::Condition> RandomExpression::filter() {
  if (bound.empty())
    return std::nullopt;
  const Bound &b = bound.back();
  auto own = [slot = b.slot](const Indices &at) { return at[slot]; };
  if (b.kind == Element::Node) {
    const Family &q = world.named("q");
    if (random.oneIn(2))
      return Condition{fmt::format("q[{}] > 0.6", b.name),
                       [own, &q](const Indices &at) { return q.values[size_t(own(at))] > 0.6; }};
    return Condition{fmt::format("{} != last(Node)", b.name),
                     [own, &w = world](const Indices &at) { return own(at) != w.nodes - 1; }};
  }
  for (auto &other : bound) // a foreign key equal to a node bound outside
    if (other.kind == Element::Node && b.range[0] >= 1 && b.range[1] <= world.last && random.oneIn(2))
      return Condition{fmt::format("node[{}] == {}", b.name, other.name),
                       [own, slot = other.slot, &w = world](const Indices &at) {
                         return w.nodeOf[size_t(own(at) - 1)] == at[slot];
                       }};
  if (const Bound &first = bound.front(); &first != &b && first.kind == Element::Integer && random.oneIn(2))
    return Condition{fmt::format("{} != {}", b.name, first.name),
                     [own, slot = first.slot](const Indices &at) { return own(at) != at[slot]; }};
  int rest = random.integer(0, 1);
  return Condition{fmt::format("{} mod 2 == {}", b.name, rest),
                   [own, rest](const Indices &at) { return own(at) % 2 == rest; }};
}

using Run = const std::function<void()> &;

namespace {

/// All values of one index.
std::function<void(Indices &, Run)> over(int slot, int low, int high) {
  return [=](Indices &at, Run run) {
    for (int v = low; v <= high; ++v)
      at[size_t(slot)] = v, run();
  };
}

} // namespace

Binder RandomExpression::bind(bool inSum) {
  const Bound *outer = nullptr; // an integer that a sum may depend on
  for (auto &b : bound)
    if (inSum && b.kind == Element::Integer && b.range[0] >= 1 && b.range[1] <= world.last)
      outer = &b;
  int choice = random.integer(1, 10);
  Binder binder = choice <= 6                ? bindOne(choice)
                  : choice == 7 && outer     ? bindFrom(*outer)
                  : choice == 8 && !inSum    ? bindTwo()
                  : outer && random.oneIn(2) ? bindJoined(*outer)
                                             : bindPairs();
  if (!random.oneIn(3))
    return binder;
  auto condition = filter();
  binder.text += " where " + condition->text;
  binder.each = [each = binder.each, c = condition->value](Indices &at, Run run) {
    each(at, [&] {
      if (c(at))
        run();
    });
  };
  count(inSum ? "filtered sum" : "filtered family");
  return binder;
}

Binder RandomExpression::bindOne(int choice) {
  if (choice <= 3) {
    Bound &i = fresh(Element::Integer, {1, world.last});
    return {i.name + " in I", over(i.slot, 1, world.last)};
  }
  if (choice == 4) {
    Bound &j = fresh(Element::Integer, {2, world.last + 1});
    return {j.name + " in J", over(j.slot, 2, world.last + 1)};
  }
  Bound &n = fresh(Element::Node, {0, world.nodes - 1});
  return {n.name + " in Node", over(n.slot, 0, world.nodes - 1)};
}

/// A range that begins at an index bound outside.
Binder RandomExpression::bindFrom(const Bound &outer) {
  std::string low = outer.name;
  int from = outer.slot;
  Bound &i = fresh(Element::Integer, {1, world.last});
  count("range from an index");
  auto each = [slot = i.slot, from, last = world.last](Indices &at, Run run) {
    over(slot, at[size_t(from)], last)(at, run);
  };
  return {fmt::format("{} in {}..{}", i.name, low, world.last), each};
}

Binder RandomExpression::bindTwo() {
  Bound i = fresh(Element::Integer, {1, world.last});
  Bound n = fresh(Element::Node, {0, world.nodes - 1});
  auto first = over(i.slot, 1, world.last), second = over(n.slot, 0, world.nodes - 1);
  count("two binders");
  return {fmt::format("{} in I, {} in Node", i.name, n.name),
          [first, second](Indices &at, Run run) { first(at, [&] { second(at, run); }); }};
}

/// Both components of a pair; their names begin with `l` and `m`.
Binder RandomExpression::bindPairs() {
  int first = int(bound.size()), second = first + 1;
  std::string left = fmt::format("l{}", ++names), right = fmt::format("m{}", ++names);
  bound.push_back({left, first, Element::Integer, {1, world.last}});
  bound.push_back({right, second, Element::Integer, {2, world.last + 1}});
  count("pairs");
  return {fmt::format("({}, {}) in Pair", left, right), [first, second, &w = world](Indices &at, Run run) {
            for (auto [i, j] : w.pairs)
              at[size_t(first)] = i, at[size_t(second)] = j, run();
          }};
}

/// Pairs whose first component is bound outside.
Binder RandomExpression::bindJoined(const Bound &outer) {
  int given = outer.slot, second = int(bound.size());
  std::string left = outer.name, right = fmt::format("j{}", ++names);
  bound.push_back({right, second, Element::Integer, {2, world.last + 1}});
  count("join");
  return {fmt::format("({}, {}) in Pair", left, right), [given, second, &w = world](Indices &at, Run run) {
            for (auto [i, j] : w.pairs)
              if (at[size_t(given)] == i)
                at[size_t(second)] = j, run();
          }};
}

std::string RandomExpression::bindLet() {
  if (random.oneIn(3))
    return "";
  return bindLet(random.oneIn(2) ? Element::Node : Element::Integer, {1, world.last});
}

std::string RandomExpression::bindLet(Element kind, std::array<int, 2> range) {
  if (kind == Element::Node)
    return fmt::format("[{} in Node]", fresh(kind, {0, world.nodes - 1}).name);
  return fmt::format("[{} in {}..{}]", fresh(kind, range).name, range[0], range[1]);
}

std::string RandomExpression::bindLetOfRow() {
  std::vector<const Family *> overOneIndex;
  for (const Family *family : variables)
    if (family->kinds.size() == 1)
      overOneIndex.push_back(family);
  if (overOneIndex.empty())
    return bindLet();
  const Family &family = *random.of(overOneIndex);
  return bindLet(family.kinds[0], family.ranges[0]);
}

void RandomExpression::addLet(const std::string &name, const Expression &value, bool isOfRow) {
  lets.push_back({name, bound, value, isOfRow});
  bound.clear();
}

/// Arguments take the place of the let's own indices; nothing else is bound in its body.
Expression RandomExpression::letUse(const Let &let) {
  count(let.indices.empty() ? "let" : "let with indices");
  std::vector<IndexExpression> arguments;
  std::string text = let.name;
  for (auto &own : let.indices) {
    arguments.push_back(index(own.kind, own.range));
    text += (arguments.size() == 1 ? "[" : ", ") + arguments.back().text;
  }
  Expression e = let.value;
  e.text = arguments.empty() ? text : text + "]";
  e.value = [inner = let.value.value, arguments, own = let.indices](const Indices &at, Point &p) {
    Indices inside{};
    for (size_t k = 0; k < own.size(); ++k)
      inside[size_t(own[k].slot)] = arguments[k].value(at);
    return inner(inside, p);
  };
  return e;
}

} // namespace costate::test
