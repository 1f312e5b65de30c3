// The syntax tree: what was written, with places, and no meaning. Long sums and products are flat nodes; a
// tree is at most 500 levels of nesting deep, so that recursion over it is safe.
#pragma once

#include "frontend/syntax/SourceFile.h"

#include <memory>
#include <optional>

namespace costate::ast {

struct Node;
using NodePtr = std::unique_ptr<Node>;

enum class Kind {
  Number,       // text
  Imaginary,    // text: the digits of `2i`
  Text,         // text, unescaped
  Name,         // text
  Constant,     // text: true false inf pi
  Sum,          // children joined by ops "+" "-"
  Product,      // children joined by ops "*" "/" ".*" "./" "\" "div" "mod"
  Power,        // base, exponent; ops[0] "^" or ".^"
  Negate,       // child
  Not,          // child
  And,          // children
  Or,           // children
  Compare,      // children joined by ops "<" "<=" ">" ">=" "==" "!=" "in" "not in"
  SetOperation, // children joined by ops "union" "inter" "diff" "cross"
  Range,        // low, high
  Call,         // children[0] the callee, then the arguments; names[k] of argument k or empty
  Index,        // children[0] the family, then the indices
  Field,        // child, text
  Transpose,    // child
  Tuple,        // children
  SetLiteral,   // children
  SetOf,        // binders, child
  ArrayLiteral, // children
  ArrayOf,      // binders, child
  Reduce,       // text: sum ...; binders, child
  Expect,       // child, then what is drawn
  Drawn,        // text; binders, child (the distribution); ops[0] "~", or "=" of an option
  If,           // condition, then, else
  Match, // what is matched, then a Name or Text and a value for each case; the Name `else` for the others
  Slice, // `:` in an index
};

/// `i`, `_` or any expression that must be equal, as in `(l, i, 3) in Arc`.
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

/// The one list of binders of families, reductions and comprehensions: `i in I, (l, i, _) in Arc where c`.
struct Binders {
  std::vector<Binder> list;
  NodePtr where;
};

/// An expression; which members are used is said at its kind. Numbers keep their digits, without `_`.
struct Node {
  Kind kind = Kind::Name;
  SourcePlace place;
  std::string text;
  std::vector<NodePtr> children;
  std::vector<std::string> ops, names;
  std::unique_ptr<Binders> binders;
};

/// `value` or `name = value`.
struct Argument {
  std::string name;
  SourcePlace place;
  NodePtr value;
};

/// `real[n, 3]`
struct ArrayType {
  std::string name;
  SourcePlace place;
  std::vector<NodePtr> sizes;
};

/// `(real[n], int) -> real`
struct FunctionType {
  SourcePlace place;
  std::vector<ArrayType> parameters;
  ArrayType result;
};

/// What a problem, function or method takes: `lambda: real = 0.1`, `x: real[n]`, `p: problem`.
struct Parameter {
  std::string name, typeName;
  SourcePlace place, typePlace;
  std::unique_ptr<Binders> indexing;
  std::vector<NodePtr> typeSizes;
  std::unique_ptr<FunctionType> functionType; // in place of the type
  bool isProblem = false;                     // the same: `problem`
  NodePtr fallback;
};

/// A name alone.
struct Word {
  std::string text;
  SourcePlace place;
};

/// `low..high` or `[low, high]`; a missing side is open.
struct Interval {
  NodePtr low, high;
};

/// `>= 0` in a declaration of a variable.
struct VarBound {
  std::string relation;
  SourcePlace place;
  NodePtr value;
};

/// `ipm(tol = 1e-8)` after `using` or `then`.
struct Method {
  std::string name;
  SourcePlace place;
  std::vector<Argument> options;
};

enum class StatementKind {
  Set,         // name, within, value
  Data,        // name, typeName (the format), arguments
  Param,       // name, indexing, typeName, interval, value, fallback, random
  Var,         // name, indexing, typeName, interval, bounds, start
  Let,         // name, indexing, value; or names, value
  Function,    // name, sizes, parameters, typeName and typeSizes of the result, value or body
  Rule,        // names: the function, its rule
  Method,      // name, parameters, body
  Record,      // name, sizes, parameters (the fields)
  Enumeration, // name, names (the cases)
  Problem,     // name, parameters, typeName (the precision), body
  Objective,   // sense, name or empty, value
  Constraint,  // name or empty, indexing, value
  Solve,       // name (of the problem), arguments, methods, names: that of what `let` keeps
  Print,       // items
  Write,       // items, path
  Assert,      // value
  Check,       // name (of the problem, or of a function with arguments)
  Import,      // path
  Fix,         // items[0] the variable, value
  Drop,        // items: rows
  Restore,     // items: rows
  Time,        // body
  Return,      // value
  Iterate,     // arguments (what is carried, with its starts), value (the condition), body, reported
  Scan,        // arguments, indexing (what it goes over), body, collected, reported
  Assign,      // name, value
  Root,        // name, value (what is 0), arguments (the name with its start)
  Fixed,       // name, value, arguments
};

struct Statement;
using StatementPtr = std::unique_ptr<Statement>;

/// One statement; which members are used depends on its kind.
struct Statement {
  StatementKind kind = StatementKind::Set;
  SourcePlace place, namePlace;
  std::string name; // of what it declares, or of the problem a command is about
  std::string doc, typeName, path, sense;
  SourcePlace typePlace;
  std::unique_ptr<Binders> indexing;
  NodePtr value, within, start, fallback, random;
  std::optional<Interval> interval;
  std::vector<VarBound> bounds;
  std::vector<NodePtr> items;
  std::vector<Argument> arguments;
  std::vector<Parameter> parameters;
  std::vector<Word> sizes, names;
  std::vector<Argument> collected, reported;
  std::vector<NodePtr> typeSizes;
  std::vector<Method> methods;
  std::vector<StatementPtr> body;
  bool isBodyBroken = false; // statements of it are left out, for what is wrong with them
  std::string nextOperator;  // begins the next line, so that this statement may be half of what was meant
  bool hasArguments = false; // `name(...)`, also with nothing inside, after `problem` or `solve`
};

/// What carries values and leaves them under their names.
inline bool isLoop(const Statement &s) {
  return s.kind == StatementKind::Iterate || s.kind == StatementKind::Scan || s.kind == StatementKind::Root ||
         s.kind == StatementKind::Fixed;
}

} // namespace costate::ast
