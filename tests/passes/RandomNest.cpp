// Writes random functions.
#include "tests/passes/RandomNest.h"

namespace costate::test {
namespace {

std::string typeOf(size_t rank) {
  std::string sizes;
  for (size_t d = 0; d < rank; ++d)
    sizes += "?x";
  return "tensor<" + sizes + "f64>";
}

std::string joined(const std::vector<std::string> &parts) {
  std::string all;
  for (auto &part : parts)
    all += (all.empty() ? "" : ", ") + part;
  return all;
}

} // namespace

std::string RandomNest::line(const std::string &operation) {
  std::string name = fresh();
  body += indent + name + " = " + operation + "\n";
  return name;
}

void RandomNest::open(const std::string &text) {
  body += indent + text + "\n";
  indent += "  ";
}

void RandomNest::close(const std::string &text) {
  body += indent + text + "\n";
  indent.resize(indent.size() - 2);
  body += indent + "}\n";
}

void RandomNest::leave(const Scope &scope) {
  arrays.resize(scope.arrays), scalars.resize(scope.scalars), indices.resize(scope.indices);
  accumulators.resize(scope.accumulators);
}

// ---- loads ---------------------------------------------------------------------------------------------

/// In range: an index of the loops around, shifted or counted from the end where that fits, or from data.
std::string RandomNest::index(const std::string &size) {
  std::vector<Index> fitting;
  for (auto &known : indices)
    if (known.size == size || known.size == size + "1")
      fitting.push_back(known);
  if (fitting.empty() || chance(10))
    return chance(50) ? "%c1" : "%c0";
  Index chosen = fitting[below(fitting.size())];
  bool isShort = chosen.size != size;
  if (chance(60))
    return chosen.name;
  if (isShort && chance(70))
    return line("arith.addi " + chosen.name + ", %c1 : index");
  if (chance(30)) {
    std::string row = position("n");
    return row;
  }
  return line("arith.subi %" + size + "1, " + chosen.name + " : index");
}

/// 0 or 1, from data.
std::string RandomNest::position(const std::string &size) {
  std::string own = "%c1";
  for (auto &known : indices)
    if (known.size == size || known.size == size + "1")
      own = known.name;
  std::string row = line("costate.at %rows[" + own + "] : tensor<?xi64> -> i64");
  return line("arith.index_cast " + row + " : i64 to index");
}

std::string RandomNest::load() {
  const Array array = arrays[below(arrays.size())];
  std::vector<std::string> at;
  for (auto &size : array.sizes)
    at.push_back(index(size));
  return line("costate.at " + array.name + "[" + joined(at) + "] : " + typeOf(at.size()) + " -> f64");
}

/// The next entry of a vector, where there is one.
std::string RandomNest::loadInRange() {
  std::vector<Index> fitting;
  for (auto &known : indices)
    if (known.size == "n")
      fitting.push_back(known);
  if (fitting.empty())
    return load();
  std::string own = fitting[below(fitting.size())].name;
  std::string after = line("arith.addi " + own + ", %c1 : index");
  std::string isIn = line("arith.cmpi slt, " + after + ", %n : index"), result = fresh();
  open(result + " = scf.if " + isIn + " -> (f64) {");
  std::string value = line("costate.at %x[" + after + "] : tensor<?xf64> -> f64");
  body += indent + "scf.yield " + value + " : f64\n";
  indent.resize(indent.size() - 2);
  open("} else {");
  close("scf.yield %half : f64");
  return result;
}

// ---- scalars -------------------------------------------------------------------------------------------

std::string RandomNest::scalar(int depth) {
  size_t kind = below(depth > 0 ? 12 : 6);
  if (kind < 3)
    return load();
  if (kind == 3)
    return scalars.empty() ? "%half" : scalars[below(scalars.size())];
  if (kind == 4)
    return loadInRange();
  if (kind == 5)
    return "%half";
  if (kind < 9)
    return function(depth - 1);
  if (kind == 9)
    return reduction(depth - 1);
  return kind == 10 ? loop(depth - 1) : branch(depth - 1);
}

std::string RandomNest::function(int depth) {
  std::string x = scalar(depth), y = scalar(depth);
  switch (below(5)) {
  case 0:
    return line("math.sin " + x + " : f64");
  case 1:
    return line("arith.addf " + x + ", " + y + " : f64");
  case 2:
    return line("arith.subf " + x + ", " + y + " : f64");
  case 3:
    return line("arith.maximumf " + x + ", " + y + " : f64");
  default:
    return line("math.sin " + line("arith.mulf " + x + ", " + y + " : f64") + " : f64");
  }
}

std::string RandomNest::bindIndices(std::vector<std::string> &sizes, bool isShort) {
  std::vector<std::string> text;
  for (size_t d = 0, rank = 1 + below(2); d < rank; ++d) {
    std::string size = chance(50) ? "n" : "m";
    if (isShort && chance(50))
      size += "1";
    std::string name = fresh();
    indices.push_back({name, size});
    sizes.push_back(size);
    text.push_back(name + " < %" + size);
  }
  return "(" + joined(text) + ")";
}

std::string RandomNest::reduction(int depth) {
  Scope scope = mark();
  std::string result = fresh();
  std::vector<std::string> sizes;
  std::string space = bindIndices(sizes, true);
  open(result + " = costate.reduce \"" + (chance(80) ? "add" : "max") + "\" " + space + " -> (f64) {");
  if (chance(30))
    accumulate(depth);
  std::string value = scalar(depth);
  close("costate.yield " + value + " : f64");
  leave(scope);
  return line("math.sin " + result + " : f64");
}

std::string RandomNest::loop(int depth) {
  Scope scope = mark();
  std::string result = fresh(), t = fresh(), s = fresh(), start = scalar(0);
  open(result + " = costate.scan (" + t + " < %n) carry (" + s + " = " + start + " : f64) {");
  indices.push_back({t, "n"});
  scalars.push_back(s);
  std::string value =
      line("math.sin " + line("arith.addf " + s + ", " + scalar(depth) + " : f64") + " : f64");
  close("costate.yield " + value + " : f64");
  leave(scope);
  return result;
}

std::string RandomNest::branch(int depth) {
  std::string x = scalar(0), result = fresh();
  std::string condition = line("arith.cmpf ogt, " + x + ", %half : f64");
  Scope scope = mark();
  open(result + " = scf.if " + condition + " -> (f64) {");
  if (chance(40))
    accumulate(depth);
  std::string yes = scalar(depth);
  body += indent + "scf.yield " + yes + " : f64\n";
  indent.resize(indent.size() - 2);
  leave(scope);
  open("} else {");
  std::string no = scalar(depth);
  close("scf.yield " + no + " : f64");
  leave(scope);
  return result;
}

// ---- statements ----------------------------------------------------------------------------------------

void RandomNest::accumulate(int depth) {
  if (accumulators.empty())
    return;
  const Array target = accumulators[below(accumulators.size())];
  std::vector<std::string> at;
  for (auto &size : target.sizes)
    at.push_back(index(size));
  std::string value = scalar(depth);
  body += indent + "costate.accumulate " + value + " into " + target.name + "[" + joined(at) +
          "] \"add\" : f64, " + typeOf(at.size()) + "\n";
}

/// In a body: accumulations, local arrays, and values that several things use.
void RandomNest::statements(int depth) {
  for (size_t k = below(3); k > 0; --k) {
    if (depth > 0 && chance(25))
      map(depth - 1);
    else if (chance(50))
      accumulate(depth);
    else
      scalars.push_back(scalar(depth));
  }
}

void RandomNest::map(int depth) {
  Scope scope = mark();
  std::vector<std::string> sizes, inits, yielded, types;
  std::vector<Array> made;
  size_t numInits = below(3);
  for (size_t k = 0; k < numInits; ++k) {
    const Array init = arrays[below(arrays.size())];
    std::string name = fresh();
    inits.push_back(name + " = " + init.name + " : " + typeOf(init.sizes.size()));
    accumulators.push_back({name, init.sizes});
  }
  size_t numYielded = numInits ? below(2) : 1 + below(2);
  for (size_t k = 0; k < numYielded + numInits; ++k)
    made.push_back({fresh(), {}});
  std::vector<std::string> names;
  for (auto &array : made)
    names.push_back(array.name);
  std::string space = bindIndices(sizes, numYielded == 0);
  types.assign(numYielded, typeOf(sizes.size()));
  open(joined(names) + " = costate.map " + space + (inits.empty() ? "" : " into (" + joined(inits) + ")") +
       (types.empty() ? "" : " -> (" + joined(types) + ")") + " {");
  statements(depth);
  for (size_t k = 0; k < numYielded; ++k) {
    yielded.push_back(scalar(depth));
    made[k].sizes = sizes;
  }
  for (size_t k = 0; k < numInits; ++k)
    made[numYielded + k].sizes = accumulators[scope.accumulators + k].sizes;
  std::vector<std::string> reals(numYielded, "f64");
  close("costate.yield" + (yielded.empty() ? "" : " " + joined(yielded) + " : " + joined(reals)));
  leave(scope);
  arrays.insert(arrays.end(), made.begin(), made.end());
}

/// A vector that a loop carries, and one that it collects.
void RandomNest::arrayLoop(int depth) {
  Scope scope = mark();
  std::string last = fresh(), all = fresh(), t = fresh(), s = fresh(), i = fresh();
  open(last + ", " + all + " = costate.scan (" + t + " < %m) carry (" + s +
       " = %x : tensor<?xf64>) -> (tensor<?xf64>) {");
  indices.push_back({t, "m"});
  arrays.push_back({s, {"n"}});
  statements(depth);
  std::string collected = scalar(depth), after = fresh();
  open(after + " = costate.map (" + i + " < %n) -> (tensor<?xf64>) {");
  indices.push_back({i, "n"});
  std::string value = line("math.sin " + scalar(depth) + " : f64");
  close("costate.yield " + value + " : f64");
  close("costate.yield " + after + ", " + collected + " : tensor<?xf64>, f64");
  leave(scope);
  arrays.push_back({last, {"n"}});
  arrays.push_back({all, {"m"}});
}

std::string RandomNest::text(const std::string &name) {
  arrays = {{"%x", {"n"}}, {"%y", {"m"}}, {"%A", {"n", "m"}}, {"%zx", {"n"}}, {"%zA", {"n", "m"}}};
  size_t given = arrays.size();
  for (int k = 0; k < 6; ++k)
    chance(80) ? map(2) : arrayLoop(1);
  std::vector<std::string> results, types;
  for (size_t k = given; k < arrays.size(); ++k) {
    Array array = arrays[k];
    if (array.sizes.size() == 2) {
      std::string count = line("arith.muli %" + array.sizes[0] + ", %" + array.sizes[1] + " : index");
      array.name =
          line("costate.reshape " + array.name + " to (" + count + ") : tensor<?x?xf64> -> tensor<?xf64>");
    }
    if (!chance(60) && k + 2 < arrays.size())
      continue;
    results.push_back(array.name);
    types.push_back("tensor<?xf64>");
  }
  return "func.func @" + name +
         "(%x: tensor<?xf64>, %y: tensor<?xf64>, %a: tensor<?xf64>, %rows: tensor<?xi64>) -> (" +
         joined(types) + R"() attributes {costate.function} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %half = arith.constant 0.5 : f64
  %n = costate.size %x, 0 : tensor<?xf64>
  %m = costate.size %y, 0 : tensor<?xf64>
  %n1 = arith.subi %n, %c1 : index
  %m1 = arith.subi %m, %c1 : index
  %A = costate.reshape %a to (%n, %m) : tensor<?xf64> -> tensor<?x?xf64>
  %zx = costate.map (%i < %n) -> (tensor<?xf64>) { costate.yield %zero : f64 }
  %zA = costate.map (%i < %n, %j < %m) -> (tensor<?x?xf64>) { costate.yield %zero : f64 }
)" + body +
         "  return " + joined(results) + " : " + joined(types) + "\n}\n";
}

} // namespace costate::test
