// What a fuzzer defines: tests/support/FuzzMain.cpp runs it on its own inputs,
// tests/support/FuzzLibFuzzer.cpp on those of libFuzzer.
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <vector>

namespace costate::fuzz {

class Random {
public:
  explicit Random(uint64_t seed) : engine(seed) {}
  size_t below(size_t n) { return n ? size_t(engine() % n) : 0; }
  template <class T> const T &pick(const std::vector<T> &from) { return from[below(from.size())]; }

private:
  std::mt19937_64 engine;
};

struct Verdict {
  const char *flaw = nullptr; // the promise that is broken
  bool isAccepted = false;    // the input is valid: what is refused early tests little
};

/// Any bytes at all are an input.
Verdict check(const std::string &input);

/// The next input of the fuzzer's own.
std::string generate(Random &random);

/// Bytes outside printable ASCII as \xNN.
std::string escaped(const std::string &input);

} // namespace costate::fuzz
