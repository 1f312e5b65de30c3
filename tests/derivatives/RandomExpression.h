// Random expressions of the language over a world, each with its value and derivatives.
#pragma once

#include "tests/derivatives/World.h"

#include <map>
#include <optional>

namespace costate::test {

/// How often each construct came up, by name.
using Coverage = std::map<std::string, int>;

/// Bound indices of a constraint, let or sum.
struct Binder {
  std::string text; // between the brackets
  /// Calls `body` for every tuple in the language's order, with the indices set.
  std::function<void(Indices &, const std::function<void()> &)> each;
};

class RandomExpression {
public:
  RandomExpression(const World &world, std::vector<const Family *> variables, Random &random, Coverage &seen)
      : world(world), variables(std::move(variables)), random(random), seen(seen) {}

  /// A random index space; its indices stay bound until `release`.
  Binder bind(bool inSum);
  void release(size_t mark = 0) { bound.resize(mark); }
  /// The index of a let with its brackets, or nothing.
  std::string bindLet();
  /// The same for a let with `bodyOfRow`: an index of a family of variables, if there is one.
  std::string bindLetOfRow();

  /// A real expression of about `size` operations that uses a variable.
  Expression body(int size);
  /// The same for a let over one index: functions of entries at that index.
  Expression bodyOfRow(int size);
  /// A body that reads a let of this kind at two rows; plain without one.
  Expression bodyOfRows(int size);
  /// A sum or mean over a random index space.
  Expression addends(int size) { return sum(size); }
  /// Later expressions use `name` over the bound indices, which are released.
  void addLet(const std::string &name, const Expression &value, bool isOfRow);

private:
  struct Bound {
    std::string name;
    int slot;
    Element kind;
    std::array<int, 2> range;
  };
  struct Let {
    std::string name;
    std::vector<Bound> indices;
    Expression value;
    bool isOfRow;
  };
  struct Condition {
    std::string text;
    std::function<bool(const Indices &)> value;
  };

  Expression any(int size);
  Expression leaf();
  Expression number();
  Expression entry(const Family &family);
  Expression variable();
  Expression entryOfRow(bool isVariable);
  Expression letUse(const Let &let);
  Expression letTwice(const Let &let);
  Expression arithmetic(int size);
  Expression elementary(const Expression &inner, bool isSmooth);
  Expression powers(int size);
  Expression extremes(int size);
  Expression conditional(int size);
  Expression sum(int size);
  Expression scaled(Expression e, double largest);
  Expression shifted(Expression e, double lowest);
  Expression safe(Expression e, double lowest, double largest) { return scaled(shifted(e, lowest), largest); }

  IndexExpression index(Element kind, std::array<int, 2> range);
  IndexExpression integerIndex(std::array<int, 2> range);
  IndexExpression nodeIndex();
  std::optional<Condition> filter();
  Binder bindOne(int choice);
  Binder bindFrom(const Bound &outer);
  Binder bindTwo();
  Binder bindPairs();
  Binder bindJoined(const Bound &outer);
  std::string bindLet(Element kind, std::array<int, 2> range);
  Bound &fresh(Element kind, std::array<int, 2> range);
  std::string count(const std::string &what) { return ++seen[what], what; }

  const World &world;
  std::vector<const Family *> variables;
  Random &random;
  Coverage &seen;
  std::vector<Bound> bound;
  std::vector<Let> lets;
  int names = 0, depth = 0;
  bool isOfRow = false; // leaves are entries at the one bound index
};

} // namespace costate::test
