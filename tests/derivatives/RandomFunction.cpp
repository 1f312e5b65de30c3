// Text of random statements; each adds what it defines to its scope.
#include "tests/derivatives/RandomFunction.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace costate::test {

std::string RandomFunction::typeOf(int rank) {
  return rank < 0 ? "i64" : rank == 0 ? "f64" : rank == 1 ? "!v" : "!m";
}

RandomFunction::Scope RandomFunction::inside(const Scope &scope) {
  Scope inner = scope;
  ++inner.depth;
  return inner;
}

// ---- scalars -------------------------------------------------------------------------------------------

std::string RandomFunction::index(Scope &scope, Body &text) {
  if (!random.oneIn(5))
    return recent(scope.indices);
  std::string entry = fresh(), position = fresh(); // a gather through data
  text += fmt::format("{} = costate.at %idx[{}] : !i -> i64\n{} = arith.index_cast {} : i64 to index\n",
                      entry, recent(scope.indices), position, entry);
  ++seen["gather"];
  return position;
}

std::string RandomFunction::condition(Scope &scope, Body &text) {
  std::string left, name = fresh();
  if (random.oneIn(2)) { // on data
    left = fresh();
    text += fmt::format("{} = costate.at %data[{}] : !v -> f64\n", left, recent(scope.indices));
  } else {
    left = real(scope).name;
  }
  text += fmt::format("{} = arith.cmpf ogt, {}, %half : f64\n", name, left);
  return name;
}

RandomFunction::Real RandomFunction::squashed(Body &text, const Real &value) {
  if (value.bound <= 2)
    return value;
  std::string name = fresh();
  text += fmt::format("{} = math.{} {} : f64\n", name, random.oneIn(2) ? "sin" : "tanh", value.name);
  return {name, 1};
}

RandomFunction::Real RandomFunction::load(Scope &scope, Body &text, const Array &array) {
  std::string indices = index(scope, text);
  if (array.rank == 2)
    indices += ", " + index(scope, text);
  std::string name = fresh();
  text += fmt::format("{} = costate.at {}[{}] : {} -> f64\n", name, array.name, indices, typeOf(array.rank));
  return squashed(text, {name, array.bound});
}

RandomFunction::Real RandomFunction::arithmetic(Scope &scope, Body &text) {
  Real a = real(scope), b = real(scope);
  std::string name = fresh(), other = fresh();
  switch (random.integer(1, 11)) {
  case 1:
    text += fmt::format("{} = arith.addf {}, {} : f64\n", name, a.name, b.name);
    return {name, a.bound + b.bound};
  case 2:
    text += fmt::format("{} = arith.subf {}, {} : f64\n", name, a.name, b.name);
    return {name, a.bound + b.bound};
  case 3: // the exponential of at most 1
    text += fmt::format("{} = math.tanh {} : f64\n{} = math.exp {} : f64\n", other, a.name, name, other);
    return {name, 3};
  case 4: { // a / (b^2 + 1)
    std::string sum = fresh();
    text += fmt::format(
        "{0} = arith.mulf {1}, {1} : f64\n{2} = arith.addf {0}, %one : f64\n{3} = arith.divf {4}, "
        "{2} : f64\n",
        other, b.name, sum, name, a.name);
    return {name, a.bound};
  }
  case 5: { // (a^2 + 1)^tanh(b)
    std::string sum = fresh(), power = fresh();
    text += fmt::format(
        "{0} = arith.mulf {1}, {1} : f64\n{2} = arith.addf {0}, %one : f64\n{3} = math.tanh {4} : "
        "f64\n{5} = math.powf {2}, {3} : f64\n",
        other, a.name, sum, power, b.name, name);
    return {name, a.bound * a.bound + 1};
  }
  case 6: {
    std::string c = condition(scope, text);
    text += fmt::format("{} = arith.select {}, {}, {} : f64\n", name, c, a.name, b.name);
    ++seen["select"];
    return {name, std::max(a.bound, b.bound)};
  }
  case 8: { // not a number, or infinite, where it is not taken
    std::string c = fresh(), f = random.of(std::vector<std::string>{"log", "sqrt", "rsqrt"});
    text += fmt::format("{} = arith.cmpf ogt, {}, {} : f64\n", c, a.name, "%tenth");
    text += fmt::format("{} = math.{} {} : f64\n{} = arith.select {}, {}, {} : f64\n", other, f, a.name, name,
                        c, other, b.name);
    ++seen["hidden"];
    return {name, std::max(a.bound + 3.2, b.bound)};
  }
  case 7:
    text += fmt::format("{} = arith.{}imumf {}, {} : f64\n", name, random.oneIn(2) ? "max" : "min", a.name,
                        b.name);
    return {name, std::max(a.bound, b.bound)};
  default:
    text += fmt::format("{} = arith.mulf {}, {} : f64\n", name, a.name, b.name);
    return {name, a.bound * b.bound};
  }
}

RandomFunction::Real RandomFunction::value(Scope &scope, Body &text) {
  Real v =
      random.oneIn(3) ? load(scope, text, recent(scope.arrays)) : squashed(text, arithmetic(scope, text));
  scope.reals.push_back(v);
  return v;
}

// ---- statements ----------------------------------------------------------------------------------------

void RandomFunction::statements(Scope &scope, Body &text, int count) {
  for (int k = 0; k < count; ++k)
    statement(scope, text);
}

void RandomFunction::statement(Scope &scope, Body &text) {
  int choice = random.integer(1, 20);
  if (!scope.accumulators.empty() && random.oneIn(4))
    return accumulate(scope, text);
  if (choice <= 8 || scope.depth >= 3 || --budget < 0) {
    value(scope, text);
    return;
  }
  switch (choice) {
  case 9:
  case 10:
    return map(scope, text);
  case 11:
    return rows(scope, text);
  case 12:
  case 13:
  case 14:
    return reduce(scope, text);
  case 15:
  case 16:
    return scan(scope, text);
  case 17:
    return iterate(scope, text);
  case 18:
  case 19:
    return branch(scope, text);
  default:
    return derivative(scope, text);
  }
}

void RandomFunction::accumulate(Scope &scope, Body &text) {
  Real v = real(scope);
  Array &array = scope.accumulators[size_t(random.integer(0, int(scope.accumulators.size()) - 1))];
  std::string at = index(scope, text);
  text += fmt::format("costate.accumulate {} into {}[{}] \"add\" : f64, !v\n", v.name, array.name, at);
  ++seen["accumulate"];
}

RandomFunction::Array RandomFunction::vector(Scope &scope, Body &text) {
  Scope inner = inside(scope);
  std::string i = fresh(), name = fresh(), entry = fresh(), body;
  inner.indices.push_back(i);
  inner.accumulators.clear();
  statements(inner, body, random.integer(1, 2));
  Real v = value(inner, body);
  text += fmt::format(
      "{} = costate.map ({} < %i3) -> (!v) {{\n{}{} = math.sin {} : f64\ncostate.yield {} : f64\n}}\n", name,
      i, body, entry, v.name, entry);
  scope.arrays.push_back({name, 1, 1});
  return scope.arrays.back();
}

void RandomFunction::map(Scope &scope, Body &text) {
  Scope inner = inside(scope);
  bool isPlane = random.oneIn(3), accumulates = random.oneIn(2);
  std::string i = fresh(), j = fresh(), first = fresh(), second = fresh(), body, results, types = "!v, !v";
  inner.indices.push_back(i);
  if (isPlane)
    inner.indices.push_back(j), types = "!m, !m";
  std::string into, sum = fresh(), acc = fresh();
  if (accumulates) {
    std::vector<std::string> vectors;
    for (const Array &array : scope.arrays)
      if (array.rank == 1)
        vectors.push_back(array.name);
    into = fmt::format("into ({} = {} : !v) ", acc, recent(vectors));
    inner.accumulators.push_back({acc, 1, 1});
    ++seen["into"];
  }
  statements(inner, body, random.integer(1, 3));
  if (accumulates)
    accumulate(inner, body);
  Real a = value(inner, body), b = value(inner, body);
  std::string space = isPlane ? fmt::format("{} < %i3, {} < %i3", i, j) : fmt::format("{} < %i3", i);
  text += fmt::format("{}, {}{} = costate.map ({}) {}-> ({}) {{\n{}costate.yield {}, {} : f64, f64\n}}\n",
                      first, second, accumulates ? ", " + sum : "", space, into, types, body, a.name, b.name);
  scope.arrays.push_back({first, isPlane ? 2 : 1, a.bound});
  scope.arrays.push_back({second, isPlane ? 2 : 1, b.bound});
  if (accumulates)
    scope.arrays.push_back({sum, 1, 100});
  ++seen["map"];
}

/// A map that yields tensors.
void RandomFunction::rows(Scope &scope, Body &text) {
  Scope inner = inside(scope);
  std::string i = fresh(), name = fresh(), body;
  inner.indices.push_back(i);
  Array row = vector(inner, body);
  text += fmt::format("{} = costate.map ({} < %i3) -> (!m) inner (%i3) {{\n{}costate.yield {} : !v\n}}\n",
                      name, i, body, row.name);
  scope.arrays.push_back({name, 2, 1});
  ++seen["rows"];
}

void RandomFunction::reduce(Scope &scope, Body &text) {
  const std::vector<std::string> kinds{"add", "add", "mul", "min", "max"};
  Scope inner = inside(scope);
  std::string kind = random.of(kinds), i = fresh(), j = fresh(), first = fresh(), second = fresh(), body;
  bool isPlane = random.oneIn(4);
  inner.indices.push_back(i);
  if (isPlane)
    inner.indices.push_back(j);
  statements(inner, body, random.integer(1, 2));
  Real a = value(inner, body), b = value(inner, body);
  std::string space = isPlane ? fmt::format("{} < %i3, {} < %i2", i, j) : fmt::format("{} < %i3", i);
  text += fmt::format(
      "{}, {} = costate.reduce \"{}\" ({}) -> (f64, f64) {{\n{}costate.yield {}, {} : f64, f64\n}}\n", first,
      second, kind, space, body, a.name, b.name);
  int count = isPlane ? 6 : 3;
  auto bound = [&](double each) {
    return kind == "add" ? each * count : kind == "mul" ? std::pow(std::max(each, 1.0), count) : each;
  };
  for (auto [name, each] : {std::pair(first, a.bound), std::pair(second, b.bound)})
    scope.reals.push_back(squashed(text, {name, bound(each)}));
  ++seen[kind];
}

std::vector<RandomFunction::Carried> RandomFunction::carried(Scope &scope, Body &text) {
  std::vector<Carried> all;
  for (int k = 0, count = random.integer(1, 3); k < count; ++k) {
    int rank = random.integer(0, 2);
    std::vector<std::string> starts;
    for (const Array &array : scope.arrays)
      if (array.rank == rank && array.bound <= 3)
        starts.push_back(array.name);
    if (starts.empty())
      rank = 0;
    all.push_back({typeOf(rank), rank == 0 ? real(scope).name : recent(starts), fresh(), "", rank});
  }
  text += fmt::format("%start{} = arith.constant 0 : i64\n", ++names);
  all.push_back({"i64", fmt::format("%start{}", names), fresh(), "", -1});
  return all;
}

/// The next values, after some statements; scalars and vectors stay up to 1.
void RandomFunction::step(Scope &scope, Body &text, std::vector<Carried> &carried) {
  for (const Carried &c : carried)
    if (c.rank == 0)
      scope.reals.push_back({c.arg, 2});
    else if (c.rank > 0)
      scope.arrays.push_back({c.arg, c.rank, 3});
  statements(scope, text, random.integer(1, 3));
  for (Carried &c : carried) {
    c.next = fresh();
    if (c.rank < 0) {
      std::string one = fresh();
      text +=
          fmt::format("{} = arith.constant 1 : i64\n{} = arith.addi {}, {} : i64\n", one, c.next, c.arg, one);
    } else if (c.rank == 0) {
      text += fmt::format("{} = math.sin {} : f64\n", c.next, value(scope, text).name);
    } else if (c.rank == 1) {
      c.next = vector(scope, text).name;
    } else {
      std::vector<std::string> planes;
      for (const Array &array : scope.arrays)
        if (array.rank == 2 && array.bound <= 3)
          planes.push_back(array.name);
      c.next = recent(planes);
    }
  }
}

void RandomFunction::scan(Scope &scope, Body &text) {
  auto state = carried(scope, text);
  Scope inner = inside(scope);
  std::string t = fresh(), path = fresh(), acc = fresh(), sum = fresh(), body, results, bindings, yields,
              types;
  inner.indices.push_back(t);
  bool accumulates = random.oneIn(3), collectsRows = random.oneIn(3);
  if (accumulates)
    inner.accumulators.push_back({acc, 1, 1});
  step(inner, body, state);
  for (Carried &c : state) {
    std::string last = fresh();
    results += last + ", ";
    bindings += fmt::format("{}{} = {} : {}", bindings.empty() ? "" : ", ", c.arg, c.start, c.type);
    yields += c.next + ", ", types += c.type + ", ";
    if (c.rank == 0)
      scope.reals.push_back({last, 2});
    else if (c.rank > 0)
      scope.arrays.push_back({last, c.rank, 3});
  }
  std::string kept = collectsRows ? vector(inner, body).name : value(inner, body).name;
  std::string init = random.of(scope.arrays).name;
  for (const Array &array : scope.arrays)
    if (array.rank == 1 && array.bound <= 3 && results.find(array.name + ",") == std::string::npos)
      init = array.name;
  text += fmt::format(
      "{}{}{} = costate.scan {}({} < %i{}) carry ({}) {}-> ({}) {}{{\n{}costate.yield {}{} : {}{}\n}}\n",
      results, path, accumulates ? ", " + sum : "", random.oneIn(3) ? "reversed " : "", t,
      random.integer(2, 3), bindings, accumulates ? fmt::format("into ({} = {} : !v) ", acc, init) : "",
      collectsRows ? "!m" : "!v", collectsRows ? "inner (%i3) " : "", body, yields, kept, types,
      collectsRows ? "!v" : "f64");
  (void)path; // it has 2 or 3 entries, so it is read at the first two alone
  std::string entry = fresh();
  text += fmt::format("{} = costate.at {}[{}] : {} -> f64\n", entry, path, collectsRows ? "%i1, %i2" : "%i1",
                      collectsRows ? "!m" : "!v");
  scope.reals.push_back(squashed(text, {entry, 3}));
  if (accumulates)
    scope.arrays.push_back({sum, 1, 100});
  ++seen["scan"];
}

/// A number of steps from data.
void RandomFunction::iterate(Scope &scope, Body &text) {
  auto state = carried(scope, text);
  Scope inner = inside(scope);
  inner.accumulators.clear();
  std::string limit = fresh(), body, results, bindings, yields, types, args, counter, holds = fresh();
  text += fmt::format("{} = costate.at %idx[{}] : !i -> i64\n", limit, recent(scope.indices));
  std::vector<Carried> named = state;
  for (Carried &c : state) {
    std::string outer = c.arg; // of the condition
    if (c.rank < 0)
      counter = outer;
    bindings += fmt::format("{}{} = {} : {}", bindings.empty() ? "" : ", ", outer, c.start, c.type);
    c.arg = fresh();
    args += (args.empty() ? "" : ", ") + c.arg;
  }
  step(inner, body, state);
  for (Carried &c : state) {
    std::string last = fresh();
    results += (results.empty() ? "" : ", ") + last;
    yields += (yields.empty() ? "" : ", ") + c.next, types += (types.empty() ? "" : ", ") + c.type;
    if (c.rank == 0)
      scope.reals.push_back({last, 2});
    else if (c.rank > 0)
      scope.arrays.push_back({last, c.rank, 3});
  }
  text += fmt::format(
      "{} = costate.iterate carry ({}) while {{\n{} = arith.cmpi slt, {}, {} : i64\ncostate.yield {} : "
      "i1\n}} do ({}) {{\n{}costate.yield {} : {}\n}}\n",
      results, bindings, holds, counter, limit, holds, args, body, yields, types);
  ++seen["iterate"];
}

void RandomFunction::branch(Scope &scope, Body &text) {
  if (random.oneIn(3)) { // of tensors that are there
    std::vector<Array> vectors;
    for (const Array &array : scope.arrays)
      if (array.rank == 1)
        vectors.push_back(array);
    const Array &a = recent(vectors), &b = recent(vectors);
    std::string c = condition(scope, text), name = fresh();
    text += fmt::format("{} = arith.select {}, {}, {} : !v\n", name, c, a.name, b.name);
    scope.arrays.push_back({name, 1, std::max(a.bound, b.bound)});
    ++seen["select"];
    return;
  }
  std::string c = condition(scope, text), first = fresh(), second = fresh(), bodies[2], yields[2][2];
  for (int k = 0; k < 2; ++k) {
    Scope inner = inside(scope);
    statements(inner, bodies[k], random.integer(1, 2));
    yields[k][0] = value(inner, bodies[k]).name;
    yields[k][1] = random.oneIn(2) ? vector(inner, bodies[k]).name : "%x";
  }
  text += fmt::format(
      "{}, {} = scf.if {} -> (f64, !v) {{\n{}scf.yield {}, {} : f64, !v\n}} else {{\n{}scf.yield {}, "
      "{} : f64, !v\n}}\n",
      first, second, c, bodies[0], yields[0][0], yields[0][1], bodies[1], yields[1][0], yields[1][1]);
  scope.reals.push_back({first, 3});
  scope.arrays.push_back({second, 1, 2});
  ++seen["if"];
}

/// A gradient or a directional derivative of a number by a vector, at a vector.
void RandomFunction::derivative(Scope &scope, Body &text) {
  std::vector<std::string> vectors;
  for (const Array &array : scope.arrays)
    if (array.rank == 1 && array.bound <= 3)
      vectors.push_back(array.name);
  std::string at = recent(vectors), direction = recent(vectors), arg = fresh(), name = fresh(), body;
  Scope inner = inside(scope);
  inner.accumulators.clear();
  inner.arrays.push_back({arg, 1, 3});
  statements(inner, body, random.integer(1, 3));
  Real first = load(inner, body, {arg, 1, 3}), second = value(inner, body);
  std::string product = fresh();
  body += fmt::format("{} = arith.mulf {}, {} : f64\n", product, first.name, second.name);
  bool isForward = random.oneIn(2);
  text += fmt::format(
      "{}:2 = costate.{} at ({}) {} ({}) : (!v, {}) -> (f64, {}) {{\n^bb0({}: !v):\n{}costate.yield {} : "
      "f64\n}}\n",
      name, isForward ? "jvp" : "vjp", at, isForward ? "tangents" : "seeds",
      isForward ? direction : real(scope).name, isForward ? "!v" : "f64", isForward ? "f64" : "!v", arg, body,
      product);
  if (isForward)
    scope.reals.push_back(squashed(text, {name + "#1", 20}));
  else
    scope.arrays.push_back({name + "#1", 1, 20});
  ++seen[isForward ? "jvp" : "vjp"];
}

FunctionCase RandomFunction::operator()() {
  names = 0, budget = 6;
  FunctionCase function;
  function.name = "random";
  for (int k = 0; k < 3; ++k) {
    function.x.push_back(random.real(-1, 1));
    function.data.push_back(random.real(-1, 2));
    function.idx.push_back(random.integer(0, 2));
  }
  Scope scope;
  scope.arrays = {{"%x", 1, 1}, {"%data", 1, 2}};
  scope.indices = {"%i0", "%i1", "%i2"};
  scope.reals = {{"%half", 0.5}};
  std::string text = "%tenth = arith.constant 0.1 : f64\n";
  Real first = load(scope, text, scope.arrays[0]);
  scope.reals.push_back(first);
  statements(scope, text, random.integer(3, 7));
  std::string entry = fresh(), i = fresh(), sum, body;
  Scope inner = inside(scope);
  inner.indices.push_back(i);
  for (size_t k = 0; k < scope.reals.size(); ++k) { // everything counts
    std::string next = fresh();
    body += fmt::format("{} = arith.{} {}, {} : f64\n", next, k % 2 ? "addf" : "mulf",
                        sum.empty() ? std::string("%one") : sum, scope.reals[k].name);
    sum = next;
  }
  for (const Array &array : scope.arrays) {
    Real v = load(inner, body, array);
    std::string next = fresh(), squash = fresh();
    body += fmt::format("{} = math.sin {} : f64\n{} = arith.addf {}, {} : f64\n", squash, v.name, next, sum,
                        squash);
    sum = next;
  }
  function.body =
      text + fmt::format("%y = costate.map ({} < %i3) -> (!v) {{\n{}{} = math.sin {} : f64\ncostate.yield {} "
                         ": f64\n}}",
                         i, body, entry, sum, entry);
  return function;
}

} // namespace costate::test
