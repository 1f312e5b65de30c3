// A fuzzer as libFuzzer's target.
#include "tests/support/Fuzz.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  std::string input(reinterpret_cast<const char *>(bytes), size);
  if (const char *flaw = costate::fuzz::check(input).flaw) {
    std::fprintf(stderr, "%s\n", flaw);
    std::abort(); // libFuzzer keeps the input
  }
  return 0;
}
