// Solves one model for several values of a parameter; the model is compiled once.
#include "costate/Session.h"

#include <cstdio>

namespace {

void print(const std::string &line) { std::printf("%s\n", line.c_str()); }

int solveFor(costate::Session &session, const std::string &volume) {
  costate::rt::RunOptions options;
  options.values["volume"] = volume; // as `--set volume=...` would
  auto report = [&](const auto &failure) { std::fputs(session.rendered(failure).c_str(), stderr); };
  std::string error;
  auto program = session.program(options, {print, report}, error);
  if (!program)
    return std::fprintf(stderr, "error: %s\n", error.c_str()), 1;
  if (int status = program->run())
    return status;
  double radius = program->value("can", "radius")[0], height = program->value("can", "height")[0];
  std::printf("  radius %.4f, height %.4f\n", radius, height);
  return 0;
}

} // namespace

int main(int count, char **arguments) {
  costate::Session session;
  if (!session.loadFiles({count > 1 ? arguments[1] : "can.opt"})) {
    std::fputs(session.renderedDiagnostics().c_str(), stderr);
    return 1;
  }
  for (const char *volume : {"330", "500", "1000"})
    if (int status = solveFor(session, volume))
      return status;
  return 0;
}
