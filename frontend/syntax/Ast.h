// The syntax tree: what was written, with places, and no meaning. Long sums and products are flat nodes.
#pragma once

#include "frontend/syntax/SourceFile.h"

#include <memory>
#include <optional>

namespace costate::ast {

struct Node;
using NodePtr = std::unique_ptr<Node>;

enum class Kind {
  Number,        // text
  Text,          // text, unescaped
  Name,          // text
  Constant,      // text: true false inf pi
  Sum,           // children joined by ops "+" "-"
  Product,       // children joined by ops "*" "/" ".*" "./" "\" "div" "mod"
  Power,         // base, exponent; ops[0] "^" or ".^"
  Negate,        // child
  Not,           // child
  And,           // children
  Or,            // children
  Compare,       // children joined by ops "<" "<=" ">" ">=" "==" "!=" "in" "not in"
  SetOperation,  // children joined by ops "union" "inter" "diff" "cross"
  Range,         // low, high
  Call,          // children[0] the callee, then the arguments; names[k] of argument k or empty
  Index,         // children[0] the family, then the indices
  Field,         // child, text
  Transpose,     // child
  Tuple,         // children
  SetLiteral,    // children
  SetOf,         // binders, child
  ArrayLiteral,  // children
  ArrayOf,       // binders, child
  Reduce,        // text: sum ...; binders, child
  If,            // condition, then, else
};

struct PatternTerm {
  SourcePlace place;
  NodePtr value; // null: `_`
};

struct Binder {
  SourcePlace place;
  bool isTuple = false;           // `(a, b) in S`
  std::vector<PatternTerm> terms; // empty: anonymous, as in `x[I]`
  NodePtr set;
};

struct Binders {
  std::vector<Binder> list;
  NodePtr where;
};

struct Node {
  Kind kind = Kind::Name;
  SourcePlace place;
  std::string text;
  std::vector<NodePtr> children;
  std::vector<std::string> ops, names;
  std::unique_ptr<Binders> binders;
};

struct Argument {
  std::string name;
  SourcePlace place;
  NodePtr value;
};

/// `low..high` or `[low, high]`; a missing side is open.
struct Interval {
  NodePtr low, high;
};

struct VarBound {
  std::string relation;
  SourcePlace place;
  NodePtr value;
};

struct Method {
  std::string name;
  SourcePlace place;
  std::vector<Argument> options;
};

enum class StatementKind {
  Set, Data, Param, Var, Let, Problem, Objective, Constraint, Solve, Print, Write, Assert, Check, Import
};

struct Statement;
using StatementPtr = std::unique_ptr<Statement>;

/// One statement; which members are used depends on its kind.
struct Statement {
  StatementKind kind = StatementKind::Set;
  SourcePlace place, namePlace;
  std::string name; // of what it declares, or of the problem a command is about
  std::string doc, typeName, path, sense, source;
  SourcePlace typePlace;
  std::unique_ptr<Binders> indexing;
  NodePtr value, within, start, fallback, random;
  std::optional<Interval> interval;
  std::vector<VarBound> bounds;
  std::vector<NodePtr> items;
  std::vector<Argument> arguments;
  std::vector<Method> methods;
  std::vector<StatementPtr> body;
  bool hasArguments = false;
};

} // namespace costate::ast
