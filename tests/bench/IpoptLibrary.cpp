// Opening libipopt.so, and the names of its return codes.
#include "tests/bench/IpoptLibrary.h"

#include <dlfcn.h>

namespace costate::bench {

std::string IpoptLibrary::open(const char *path) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return dlerror();
  std::string missing;
  auto find = [&](auto &function, const char *name) {
    function = reinterpret_cast<std::decay_t<decltype(function)>>(dlsym(library, name));
    if (!function)
      missing = std::string(path) + " has no function " + name;
  };
  find(create, "CreateIpoptProblem");
  find(release, "FreeIpoptProblem");
  find(setText, "AddIpoptStrOption");
  find(setNumber, "AddIpoptNumOption");
  find(setInteger, "AddIpoptIntOption");
  find(setIntermediate, "SetIntermediateCallback");
  find(solve, "IpoptSolve");
  return missing;
}

const char *ipoptStatus(int code) {
  switch (code) { // ApplicationReturnStatus of IpReturnCodes_inc.h
  case 0:
    return "optimal";
  case 1:
    return "acceptable";
  case 2:
    return "infeasible";
  case 3:
    return "tiny step";
  case 4:
    return "diverging";
  case 6:
    return "feasible point";
  case -1:
    return "iteration_limit";
  case -2:
    return "restoration failed";
  case -3:
    return "step failed";
  case -4:
  case -5:
    return "time_limit";
  case -10:
    return "too few degrees of freedom";
  case -13:
    return "evaluation_error";
  default:
    return "refused";
  }
}

} // namespace costate::bench
