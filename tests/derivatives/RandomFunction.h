// Random functions over arrays: maps, reductions, loops, branches and derivative operators inside of each
// other. All sizes are 3 or 2, so that every index fits everywhere; values stay of moderate size by bounds
// that are carried along.
#pragma once

#include "tests/derivatives/FunctionDerivatives.h"
#include "tests/derivatives/World.h"

#include <map>
#include <string>
#include <vector>

namespace costate::test {

class RandomFunction {
public:
  explicit RandomFunction(Random &random) : random(random) {}
  FunctionCase operator()();
  /// How often each kind of operation was written.
  std::map<std::string, int> seen;

private:
  struct Real {
    std::string name;
    double bound;
  };
  struct Array {
    std::string name;
    int rank;
    double bound;
  };
  /// What can be used at a place: by visibility, what is outside stays visible inside.
  struct Scope {
    std::vector<Real> reals;
    std::vector<Array> arrays;
    std::vector<std::string> indices;
    std::vector<Array> accumulators;
    int depth = 0;
  };
  struct Carried {
    std::string type, start, arg, next;
    int rank; // -1: a counter
  };
  using Body = std::string;

  std::string fresh() { return "%r" + std::to_string(++names); }
  static std::string typeOf(int rank);
  /// Mostly one of the last.
  template <class T> const T &recent(const std::vector<T> &list) {
    size_t last = std::min<size_t>(list.size(), 3);
    return random.oneIn(4) ? random.of(list) : list[list.size() - size_t(random.integer(1, int(last)))];
  }
  const Real &real(const Scope &scope) { return recent(scope.reals); }
  std::string index(Scope &scope, Body &text);
  std::string condition(Scope &scope, Body &text);
  Real value(Scope &scope, Body &text); // an operation on scalars, or a load
  Real load(Scope &scope, Body &text, const Array &array);
  Real squashed(Body &text, const Real &value);
  Real arithmetic(Scope &scope, Body &text);
  void statements(Scope &scope, Body &text, int count);
  void statement(Scope &scope, Body &text);
  void map(Scope &scope, Body &text);
  void rows(Scope &scope, Body &text);
  void reduce(Scope &scope, Body &text);
  void scan(Scope &scope, Body &text);
  void iterate(Scope &scope, Body &text);
  void branch(Scope &scope, Body &text);
  void derivative(Scope &scope, Body &text);
  void accumulate(Scope &scope, Body &text);
  Array vector(Scope &scope, Body &text); // a new one, with entries up to 1
  std::vector<Carried> carried(Scope &scope, Body &text);
  void step(Scope &scope, Body &text, std::vector<Carried> &carried);
  Scope inside(const Scope &scope);

  Random &random;
  int names = 0, budget = 0;
};

} // namespace costate::test
