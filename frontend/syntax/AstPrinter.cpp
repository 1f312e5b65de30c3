// The syntax tree as indented text.
#include "frontend/syntax/Parse.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace costate {
namespace {

using namespace ast;

const char *kindName(Kind kind) {
  static const char *names[] = {"number", "text",  "name",       "constant", "sum",  "product", "power",
                                "negate", "not",   "and",        "or",       "compare", "set-operation", "range",
                                "call",   "index", "field",      "transpose", "tuple", "set-literal", "set-of",
                                "array-literal", "array-of", "reduce", "if"};
  return names[int(kind)];
}

const char *kindName(StatementKind kind) {
  static const char *names[] = {"set", "data", "param", "var", "let", "problem", "objective",
                                "constraint", "solve", "print", "write", "assert", "check", "import"};
  return names[int(kind)];
}

class Printer {
public:
  std::string text;

  void statement(const Statement &s, int depth) {
    std::string header = fmt::format("{} {}", kindName(s.kind), s.name);
    for (auto &[key, value] : {std::pair{"sense", s.sense}, {"type", s.typeName}, {"path", s.path}, {"doc", s.doc}})
      if (!value.empty())
        header += fmt::format(" {}={}", key, value);
    line(depth, header);
    if (s.indexing)
      binders(*s.indexing, depth + 1);
    part("within", s.within, depth + 1);
    if (s.interval) {
      part("low", s.interval->low, depth + 1);
      part("high", s.interval->high, depth + 1);
    }
    for (auto &bound : s.bounds)
      part(bound.relation.c_str(), bound.value, depth + 1);
    part("value", s.value, depth + 1);
    part("default", s.fallback, depth + 1);
    part("start", s.start, depth + 1);
    for (auto &argument : s.arguments)
      part(argument.name.empty() ? "argument" : argument.name.c_str(), argument.value, depth + 1);
    for (auto &item : s.items)
      node(*item, depth + 1);
    for (auto &method : s.methods) {
      line(depth + 1, "using " + method.name);
      for (auto &option : method.options)
        part(option.name.c_str(), option.value, depth + 2);
    }
    for (auto &inner : s.body)
      statement(*inner, depth + 1);
  }

private:
  void line(int depth, const std::string &content) {
    size_t end = content.find_last_not_of(' ');
    text += std::string(size_t(2 * depth), ' ') + content.substr(0, end + 1) + "\n";
  }

  void part(const char *label, const NodePtr &value, int depth) {
    if (!value)
      return;
    line(depth, std::string(label) + ":");
    node(*value, depth + 1);
  }

  void node(const Node &n, int depth) {
    std::string header = kindName(n.kind);
    if (!n.text.empty())
      header += n.kind == Kind::Text ? fmt::format(" \"{}\"", n.text) : " " + n.text;
    if (!n.ops.empty())
      header += fmt::format(" {}", fmt::join(n.ops, " "));
    line(depth, header);
    if (n.binders)
      binders(*n.binders, depth + 1);
    for (size_t k = 0; k < n.children.size(); ++k) {
      bool named = n.kind == Kind::Call && k > 0 && !n.names[k - 1].empty();
      if (named)
        part(n.names[k - 1].c_str(), n.children[k], depth + 1);
      else
        node(*n.children[k], depth + 1);
    }
  }

  void binders(const Binders &b, int depth) {
    for (auto &binder : b.list) {
      line(depth, "for");
      for (auto &term : binder.terms) {
        if (term.value)
          node(*term.value, depth + 1);
        else
          line(depth + 1, "_");
      }
      part("in", binder.set, depth + 1);
    }
    part("where", b.where, depth);
  }
};

} // namespace

std::string printAst(const std::vector<StatementPtr> &statements) {
  Printer printer;
  for (auto &statement : statements)
    printer.statement(*statement, 0);
  return printer.text;
}

} // namespace costate
