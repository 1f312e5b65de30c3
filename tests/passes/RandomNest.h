// Random functions over arrays: maps, reductions, loops and branches inside of each other, as text.
#pragma once

#include <random>
#include <string>
#include <vector>

namespace costate::test {

/// Of a vector x [n], a vector y [m], a matrix A [n*m] and positions [n] of numbers 0 and 1; n and m are at
/// least 2. It returns every array that it makes, as columns. Values are between -100 and 100 or so.
class RandomNest {
public:
  explicit RandomNest(unsigned seed) : random(seed) {}
  std::string text(const std::string &name);

private:
  struct Array {
    std::string name;
    std::vector<std::string> sizes; // "n" or "m"
  };
  struct Index {
    std::string name, size; // "n", "m", and "n1", "m1", which are one less
  };
  struct Scope {
    size_t arrays, scalars, indices, accumulators;
  };

  size_t below(size_t n) { return size_t(random() % n); }
  bool chance(int percent) { return int(below(100)) < percent; }
  std::string fresh() { return "%v" + std::to_string(next++); }
  std::string line(const std::string &operation); // gives the name of its result
  void open(const std::string &text);
  void close(const std::string &text);
  Scope mark() const { return {arrays.size(), scalars.size(), indices.size(), accumulators.size()}; }
  void leave(const Scope &scope);

  std::string index(const std::string &size);
  std::string position(const std::string &size);
  std::string load();
  std::string loadInRange();
  std::string scalar(int depth);
  std::string function(int depth);
  std::string reduction(int depth);
  std::string loop(int depth);
  std::string branch(int depth);
  void accumulate(int depth);
  void statements(int depth);
  void map(int depth);
  void arrayLoop(int depth);
  std::string bindIndices(std::vector<std::string> &sizes, bool isShort);

  std::mt19937 random;
  std::string body, indent = "  ";
  int next = 0;
  std::vector<Array> arrays, accumulators;
  std::vector<std::string> scalars;
  std::vector<Index> indices;
};

} // namespace costate::test
