// The syntax tree as indented text.
#include "frontend/syntax/Parse.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace costate {
namespace {

using namespace ast;

const char *kindName(Kind kind) {
  static const char *names[] = {
      "number",    "imaginary",     "text",        "name",   "constant",      "sum",
      "product",   "power",         "negate",      "not",    "and",           "or",
      "compare",   "set-operation", "range",       "call",   "index",         "field",
      "transpose", "tuple",         "set-literal", "set-of", "array-literal", "array-of",
      "reduce",    "expect",        "drawn",       "if",     "match",         "slice"};
  return names[int(kind)];
}

const char *kindName(StatementKind kind) {
  static const char *names[] = {"set",        "data",   "param",  "var",         "let",     "function",
                                "rule",       "method", "record", "enumeration", "problem", "objective",
                                "constraint", "solve",  "print",  "write",       "assert",  "check",
                                "import",     "fix",    "drop",   "restore",     "time",    "return",
                                "iterate",    "scan",   "assign", "root",        "fixed"};
  return names[int(kind)];
}

class Printer {
public:
  std::string text;

  void statement(const Statement &s, int depth) {
    std::string header = fmt::format("{} {}", kindName(s.kind), s.name);
    for (auto &[key, value] : {std::pair{" sense=", s.sense}, {" type=", s.typeName}})
      if (!value.empty())
        header += key + value;
    for (auto &[key, value] : {std::pair{" path=", s.path}, {" doc=", s.doc}})
      if (!value.empty())
        header += key + quoted(value);
    line(depth, header);
    for (auto &name : s.names)
      line(depth + 1, "name " + name.text);
    for (auto &size : s.sizes)
      line(depth + 1, "size " + size.text);
    for (auto &p : s.parameters)
      parameter(p, depth + 1);
    for (auto &size : s.typeSizes)
      part("of size", size, depth + 1);
    if (s.indexing)
      binders(*s.indexing, depth + 1);
    part("within", s.within, depth + 1);
    domain(s, depth + 1);
    part("value", s.value, depth + 1);
    part("random", s.random, depth + 1);
    part("default", s.fallback, depth + 1);
    part("start", s.start, depth + 1);
    arguments(s.arguments, depth + 1);
    for (auto &item : s.items)
      node(*item, depth + 1);
    for (auto &method : s.methods) {
      line(depth + 1, "using " + method.name);
      arguments(method.options, depth + 2);
    }
    for (auto &inner : s.body)
      statement(*inner, depth + 1);
    for (auto &collected : s.collected)
      part(("collect " + collected.name).c_str(), collected.value, depth + 1);
    for (auto &reported : s.reported)
      part(("report " + reported.name).c_str(), reported.value, depth + 1);
  }

private:
  void line(int depth, const std::string &content) {
    size_t end = content.find_last_not_of(' ');
    text += std::string(size_t(2 * depth), ' ') + content.substr(0, end + 1) + "\n";
  }

  static std::string quoted(const std::string &text) {
    std::string result = "\"";
    for (char c : text)
      result += c == '\n'               ? std::string("\\n")
                : c == '\t'             ? std::string("\\t")
                : c == '"' || c == '\\' ? std::string("\\") + c
                                        : std::string(1, c);
    return result + "\"";
  }

  void parameter(const Parameter &p, int depth) {
    std::string type = p.isProblem ? "problem" : p.typeName;
    line(depth, fmt::format("parameter {}{}", p.name, type.empty() ? "" : " type=" + type));
    if (p.indexing)
      binders(*p.indexing, depth + 1);
    for (auto &size : p.typeSizes)
      part("of size", size, depth + 1);
    if (p.functionType) {
      for (auto &type : p.functionType->parameters)
        arrayType("takes", type, depth + 1);
      arrayType("gives", p.functionType->result, depth + 1);
    }
    part("default", p.fallback, depth + 1);
  }

  void arrayType(const char *label, const ArrayType &type, int depth) {
    line(depth, fmt::format("{} {}", label, type.name));
    for (auto &size : type.sizes)
      part("of size", size, depth + 1);
  }

  void domain(const Statement &s, int depth) {
    if (s.interval) {
      part("low", s.interval->low, depth);
      part("high", s.interval->high, depth);
    }
    for (auto &bound : s.bounds)
      part(bound.relation.c_str(), bound.value, depth);
  }

  void arguments(const std::vector<Argument> &list, int depth) {
    for (auto &argument : list)
      part(argument.name.empty() ? "argument" : argument.name.c_str(), argument.value, depth);
  }

  void part(const char *label, const NodePtr &value, int depth) {
    if (!value)
      return;
    line(depth, std::string(label) + ":");
    node(*value, depth + 1);
  }

  void node(const Node &n, int depth) {
    std::string header = kindName(n.kind);
    if (!n.text.empty() || n.kind == Kind::Text)
      header += n.kind == Kind::Text ? " " + quoted(n.text) : " " + n.text;
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
      line(depth, binder.isTuple ? "for tuple" : binder.terms.empty() ? "for each" : "for");
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
