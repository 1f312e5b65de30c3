// The command line of a compiled program.
#include "costate/rt/Program.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace {

volatile int cancelFlag = 0; // a signal handler can reach nothing else

void onInterrupt(int) { cancelFlag = 1; }

int usage(const char *program, int status) {
  std::fprintf(status ? stderr : stdout,
               "usage: %s [--data DIR] [--set NAME=VALUE]... [--threads N] [--verbose]\n"
               "  --data DIR        read relative data files from DIR\n"
               "  --set NAME=VALUE  replace the value of a scalar parameter\n"
               "  --threads N       threads that evaluate functions; default: 4 at most\n"
               "  --verbose         show iterations\n",
               program);
  return status;
}

} // namespace

extern "C" int costate_main(const costate_module_v1 *module, int argc, char **argv) {
  using namespace costate::rt;
  RunOptions options;
  for (int k = 1; k < argc; ++k) {
    std::string arg = argv[k];
    const char *next = k + 1 < argc ? argv[k + 1] : nullptr;
    if (arg == "--help" || arg == "-h")
      return usage(argv[0], 0);
    if (arg == "--verbose") {
      options.verbose = true;
    } else if (arg == "--data" && next) {
      options.base_folder = argv[++k];
    } else if (arg == "--threads" && next && std::atoi(next) >= 1 && std::atoi(next) <= 256) {
      options.threads = std::atoi(argv[++k]);
    } else if (arg == "--set" && next && std::strchr(next, '=')) {
      std::string pair = argv[++k];
      options.values[pair.substr(0, pair.find('='))] = pair.substr(pair.find('=') + 1);
    } else {
      return usage(argv[0], 1);
    }
  }
  costate_host host{};
  host.cancel = &cancelFlag;
  options.host = &host;
  std::signal(SIGINT, onInterrupt);
  Output output;
  output.print = [](const std::string &line) { std::printf("%s\n", line.c_str()); };
  output.report = [](const RunFailure &f) {
    std::fflush(stdout);
    std::string place =
        f.file.empty() ? "" : f.file + ":" + std::to_string(f.line) + ":" + std::to_string(f.column) + ": ";
    std::fprintf(stderr, "%serror: %s [%s]\n", place.c_str(), f.message.c_str(), f.id.c_str());
  };
  return Program(*module, options, output).run();
}
