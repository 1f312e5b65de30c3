// Names while checking: top level, problem, and the stack of bound indices.
#pragma once

#include "frontend/sema/Checked.h"

#include <map>
#include <utility>

namespace costate::sema {

/// Parameters and lets of a function whose body is checked.
using Locals = std::map<std::string, Symbol *>;

class Scope {
public:
  Symbol *find(const std::string &name) const {
    if (locals)
      if (auto known = locals->find(name); known != locals->end())
        return known->second;
    if (problem)
      if (auto known = problem->names.find(name); known != problem->names.end())
        return known->second;
    auto known = top.find(name);
    return known == top.end() ? nullptr : known->second;
  }
  Index *findIndex(const std::string &name) const {
    for (auto frame = indices.rbegin(); frame != indices.rend(); ++frame)
      if ((*frame)->name == name)
        return *frame;
    return nullptr;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (auto &[name, symbol] : top)
      result.push_back(name);
    if (problem)
      for (auto &[name, symbol] : problem->names)
        result.push_back(name);
    if (locals)
      for (auto &[name, symbol] : *locals)
        result.push_back(name);
    for (Index *index : indices)
      result.push_back(index->name);
    return result;
  }

  std::map<std::string, Symbol *> top;
  Problem *problem = nullptr; // the problem being stated
  Locals *locals = nullptr;
  std::vector<Index *> indices; // innermost last
};

/// Forgets the indices bound since its construction.
class IndexFrame {
public:
  explicit IndexFrame(Scope &scope) : scope(scope), depth(scope.indices.size()) {}
  ~IndexFrame() { scope.indices.resize(depth); }

private:
  Scope &scope;
  size_t depth;
};

/// The scope of a function's body: its parameters and lets, and what the file declares.
class FunctionFrame {
public:
  explicit FunctionFrame(Scope &scope)
      : scope(scope), problem(std::exchange(scope.problem, nullptr)),
        locals(std::exchange(scope.locals, &own)) {
    std::swap(indices, scope.indices);
  }
  ~FunctionFrame() {
    scope.problem = problem;
    scope.locals = locals;
    std::swap(indices, scope.indices);
  }
  FunctionFrame(const FunctionFrame &) = delete;

  Locals own;

private:
  Scope &scope;
  Problem *problem;
  Locals *locals;
  std::vector<Index *> indices;
};

} // namespace costate::sema
