// Sets, data and variable families that random problems draw from: as text of the language, and as values
// that were computed here, not by the compiler.
#pragma once

#include "tests/derivatives/Elementary.h"

#include <array>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace costate::test {

class Random {
public:
  explicit Random(uint64_t seed) : engine(seed) {}
  int integer(int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine); }
  double real(double low, double high) { return std::uniform_real_distribution<double>(low, high)(engine); }
  bool oneIn(int n) { return integer(1, n) == 1; }
  template <class T> const T &of(const std::vector<T> &list) {
    return list[size_t(integer(0, int(list.size()) - 1))];
  }

private:
  std::mt19937_64 engine;
};

/// Values of bound indices by slot; nodes are numbered from 0.
using Indices = std::array<int, 24>;

/// A point of a problem: variables in order of their families, and how near the evaluation came to a kink.
struct Point {
  Eigen::VectorXd x;
  double margin = 1;
};

/// An expression of the language: its text, its value with derivatives, and an estimate of its range.
struct Expression {
  std::string text;
  std::function<Taylor(const Indices &, Point &)> value;
  double low = 0, high = 0;
  bool usesVariables = false;
};

/// An expression for an index.
struct IndexExpression {
  std::string text;
  std::function<int(const Indices &)> value;
};

/// What an index of a family may be.
enum class Element { Integer, Node };

/// An array over one or two index sets, data or variables.
struct Family {
  std::string name, declaration;
  std::vector<Element> kinds;
  std::vector<std::array<int, 2>> ranges;  // of integers, per index
  std::vector<std::array<int, 2>> members; // of a set of pairs; empty: all of the ranges
  double low = 0, high = 0;
  std::vector<double> values; // of data
  int offset = 0;             // of variables, in the point

  int size() const;
  /// The entry of an index tuple, first index slowest.
  int position(const std::array<int, 2> &index) const;
};

/// The declarations before the problems of a file.
struct World {
  World(Random &random, int smallest);

  std::string text;
  int last = 0;                            // set I = 1..last, set J = 2..last + 1; smallest, or up to 2 more
  int nodes = 4;                           // set Node = {"a", ...}
  std::vector<std::array<int, 2>> pairs;   // set Pair in I * J
  std::vector<int> nodeOf, leftOf, nextOf; // foreign keys I -> Node, Node -> I, I -> I
  std::vector<Family> data, variables;     // variables are declared by each problem that uses them

  const Family &named(const std::string &name) const;
  static std::string label(int node) { return std::string("\"") + char('a' + node) + "\""; }

private:
  void addData(Random &random, const std::string &name, const std::string &indexing, Family shape);
};

} // namespace costate::test
