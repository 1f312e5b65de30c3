// Runs a fuzzer for a time on inputs it generates.
//
//   Fuzz... [--seconds 10] [--seed N]
//
// The seed is random unless given here or by COSTATE_SEED, and printed first; one seed gives one sequence of
// inputs. Exit status 1 and the input after a broken promise; where a sanitizer ends the program, its report
// and the input.
#include "tests/support/Fuzz.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

// Of the sanitizers' runtime, where the program has one.
extern "C" __attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)());

namespace costate::fuzz {

std::string escaped(const std::string &input) {
  std::string result;
  char code[5];
  for (unsigned char byte : input) {
    bool isPlain = byte >= 0x20 && byte < 0x7F && byte != '\\';
    std::snprintf(code, sizeof code, isPlain ? "%c" : "\\x%02x", byte);
    result += code;
  }
  return result;
}

namespace {

std::string current; // for the report of a program that ends

void reportInput() { std::fprintf(stderr, "the input, escaped:\n%s\n", escaped(current).c_str()); }

struct Options {
  double seconds = 10;
  uint64_t seed = std::random_device()();
};

Options read(int count, char **arguments) {
  Options options;
  if (const char *seed = std::getenv("COSTATE_SEED"))
    options.seed = std::strtoull(seed, nullptr, 10);
  for (int k = 1; k + 1 < count; k += 2) {
    if (std::strcmp(arguments[k], "--seconds") == 0)
      options.seconds = std::strtod(arguments[k + 1], nullptr);
    else if (std::strcmp(arguments[k], "--seed") == 0)
      options.seed = std::strtoull(arguments[k + 1], nullptr, 10);
  }
  return options;
}

int run(const Options &options) {
  std::printf("seed %llu\n", static_cast<unsigned long long>(options.seed));
  std::fflush(stdout);
  if (__sanitizer_set_death_callback)
    __sanitizer_set_death_callback(reportInput);
  Random random(options.seed);
  auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(options.seconds);
  long long count = 0, accepted = 0;
  for (; std::chrono::steady_clock::now() < end; ++count) {
    current = generate(random);
    Verdict verdict = check(current);
    accepted += verdict.isAccepted;
    if (verdict.flaw) {
      std::fprintf(stderr, "%s\n", verdict.flaw);
      reportInput();
      return 1;
    }
  }
  std::printf("%lld inputs, %lld of them accepted\n", count, accepted);
  return accepted > 0 ? 0 : 1;
}

} // namespace
} // namespace costate::fuzz

int main(int count, char **arguments) { return costate::fuzz::run(costate::fuzz::read(count, arguments)); }
