// The checked AST: names resolved to symbols, every expression typed, every binder split into atoms over
// sets. What `sema` produces and `lower` consumes; nothing in it can be wrong in a way a user could cause.
#pragma once

#include "frontend/syntax/SourceFile.h"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace costate::sema {

/// Where an element comes from: two elements are comparable when their roots are the same object.
struct Root {
  enum class Kind { Integer, Keys, Rows, Elements, Text, Cases };
  int id = -1; // number in the descriptor; -1 integers, -2 texts
  Kind kind = Kind::Integer;
  std::string name; // of the set that declared it, for messages
  struct Table *table = nullptr;
  std::string column;                              // of `keys`
  const struct Enumeration *enumeration = nullptr; // of Cases
};

enum class Base : uint8_t { Poison, Real, Int, Bool, Text, Element, Column, Case, Record };

/// The type of a scalar. `Column` is a table column whose type its use has not settled yet. Records are
/// values of several parts; no expression has this type.
struct Type {
  Base base = Base::Poison;
  const Root *root = nullptr;            // of Element, Case
  const struct Record *record = nullptr; // of Record
  bool isNumber() const {
    return base == Base::Real || base == Base::Int || base == Base::Poison || base == Base::Column;
  }
  /// Compared, but never calculated with.
  bool isWord() const { return base == Base::Case || base == Base::Text; }
  friend bool operator==(const Type &, const Type &) = default;
};

struct Expr;
struct SetExpr;
using ExprPtr = std::unique_ptr<Expr>;
using SetPtr = std::unique_ptr<SetExpr>;

/// A bound index: `i` in `i in I`.
struct Index {
  std::string name;
  Type type;
  const SetExpr *set = nullptr;    // the one-component set it ranges over, if that is what bound it
  const SetExpr *tuples = nullptr; // else the set of tuples of which it is a component
  size_t component = 0;
  std::string setName; // for messages
  SourcePlace place;
};

/// One component of a binder's pattern.
struct Term {
  enum class Kind { Fresh, Bound, Wildcard } kind = Kind::Fresh;
  Index *index = nullptr; // Fresh
  ExprPtr value;          // Bound: joins by equality
};

/// `i in I` or `(l, i, _) in Arc`.
struct Atom {
  std::vector<Term> terms;
  SetPtr set;
  SourcePlace place;
};

struct Binders {
  std::vector<Atom> atoms;
  ExprPtr where;
  /// In order of appearance. The parts of one value have binders of their own that bind the same indices.
  std::vector<std::shared_ptr<Index>> indices;
  bool empty() const { return atoms.empty(); }
};

struct SetExpr {
  enum class Kind { Named, Range, Keys, Rows, Literal, Cross, Union, Inter, Diff, Comprehension };
  Kind kind = Kind::Named;
  SourcePlace place;
  std::vector<Type> components;
  struct Set *set = nullptr;     // Named
  struct Table *table = nullptr; // Keys Rows
  std::vector<std::string> keys; // Keys: the columns
  std::vector<std::string> labels;
  bool textLabels = false;    // Literal
  bool takesKind = false;     // Literal: its labels are elements of `root`, which another set declares
  const Root *root = nullptr; // Rows, Literal, Keys unless they are in other sets: the root they declare
  ExprPtr low, high;          // Range
  std::vector<SetPtr> parts;  // Cross Union Inter Diff
  std::unique_ptr<Binders> binders; // Comprehension
  std::vector<ExprPtr> tuple;       // Comprehension
  size_t arity() const { return components.size(); }
};

enum class ExprKind {
  Number,    // number, text = spelling; of a case its number, from 0 on
  Boolean,   // number 0 or 1
  Text,      // text
  Label,     // text (textLabel) or number: an element of type.root
  IndexRef,  // index
  Access,    // symbol (Param, Let, Variable), args = one expression per component
  Column,    // table.column[args]; no args: aligned with the family's own rows or a one-row table
  Unary,     // op: - not
  Binary,    // op: + - * / ^ div mod and or
  Compare,   // op: < <= > >= == !=
  If,        // condition, then, else
  Call,      // text = function name
  Reduce,    // text = sum prod min max mean any all; binders, args[0] = body; op = the word of the language
  In,        // args in set
  Card,      // set; without one, the rows of the family `symbol`
  Ends,      // text = first | last | element, with number args[0]; set
  Neighbour, // text = prev | next; args[0], set
  Ord,       // args[0], set
  Solution,  // problem, symbol (Variable, Constraint, Objective or null), text = field, args
  Close,     // a, b, tolerance
  Written,   // of the array of the let it belongs to: args[0] a position from 0 on, then all entries, of this
             // type or integers; which one that is
  Same,      // two integers that must be equal, and their value; text = what is said where they differ, with
             // `{expected}` for the first and `{}` for the second
};

struct Expr {
  ExprKind kind = ExprKind::Number;
  Type type;
  SourcePlace place;
  bool isExpectation = false; // Reduce: a mean whose index numbers draws
  bool usesVariables = false; // depends on decision variables of the problem being stated
  bool usesSolution = false;  // reads a solved problem: only in commands
  double number = 0;
  int64_t integer = 0;    // the same where isInteger; a double would round it beyond 2^53
  bool isInteger = false; // a Number written without point or exponent
  bool textLabel = false;
  std::string text, op;
  Index *index = nullptr;
  struct Symbol *symbol = nullptr;
  struct Table *table = nullptr;
  struct Problem *problem = nullptr;
  SetPtr set;
  std::unique_ptr<Binders> binders;
  std::vector<ExprPtr> args;
};

// ---- symbols -------------------------------------------------------------------------------------------

struct Symbol {
  enum class Kind {
    Set,
    Table,
    Param,
    Let,
    Variable,
    Constraint,
    Objective,
    Problem,
    Function,
    Method,
    ProblemView,
    Record,
    RecordValue,
    Enumeration,
    Report
  };
  Kind kind;
  std::string name;
  SourcePlace place;
  std::string doc;
  explicit Symbol(Kind kind) : kind(kind) {}
  virtual ~Symbol() = default;
};

struct Set : Symbol {
  SetPtr value;
  SetPtr within; // `set L in A * B = ...`
  Set() : Symbol(Kind::Set) {}
};

struct Table : Symbol {
  std::string path, format;
  std::vector<std::string> key;
  Root *rows = nullptr;                // root of `rows(t)`, made on demand
  std::map<std::string, Root *> keyed; // root of `keys(t)` by column
  Set *keySet = nullptr;               // the set declared by keys(t) in other sets
  Table() : Symbol(Kind::Table) {}
};

/// What is declared over an index space.
struct Family : Symbol {
  Binders domain; // empty: a scalar
  Type type;
  using Symbol::Symbol;
  size_t arity() const { return domain.indices.size(); }
};

struct Param : Family {
  ExprPtr value, fallback; // `= value`, `default fallback`
  ExprPtr low, high;       // `in` domain
  Set *valueSet = nullptr; // `param f[l]: Bus`
  bool declaredInteger = false;
  Param() : Family(Kind::Param) {}
};

struct Let : Family {
  ExprPtr value;                          // null: `computed` gives it, or, of a `placeholder`, what is around
  struct Computation *computed = nullptr; // whose result it is
  bool isPlaceholder = false;             // a carried value inside of a loop, an argument under a derivative
  bool usesVariables = false, usesSolution = false;
  bool isLocal = false;                // of an instance of a function: computed where it is used
  std::vector<const Index *> captured; // of a local one: indices around the call that its value depends on
  std::vector<const Let *> around;     // of a local one: placeholders that its value depends on
  std::vector<const Let *> chosenWith; // all parts of a record that one condition chooses
  struct Problem *problem = nullptr;   // where it was declared, if in one
  Let() : Family(Kind::Let) {}
};

/// A number, an array (a family over ranges that count from 1), or a value of several of them, of which no
/// more than its parts are left after the check.
struct Value {
  ExprPtr scalar;
  Family *array = nullptr;
  struct RecordValue *record = nullptr;
};

/// What a function defines by other means than an expression. `results` are lets without values, which are
/// read like all others; numbers have no domain, arrays one over ranges that start at 1.
struct Computation {
  enum class Kind { Loop, Derivative, Ruled, Library, Problem };
  Kind kind;
  SourcePlace place;
  std::vector<Let *> results;
  bool usesVariables = false, usesSolution = false;
  explicit Computation(Kind kind) : kind(kind) {}
  virtual ~Computation() = default;
};

/// `iterate (x = start, ...) while condition { ... }`, or `scan (x = start, ...) for t in T { ... } collect
/// ...`. The results are the last carried values, then one array per collected value, whose first index
/// counts steps.
/// `root x: F(x) == 0 from start` and `fixed x = F(x) from start` are loops whose steps the compiler writes:
/// one value is carried, `next` is F.
struct Loop : Computation {
  enum class Form { Iterate, Scan, Root, Fixed };
  Form form = Form::Iterate;
  std::vector<Let *> carried; // inside of the loop: placeholders with the domains of the starts
  std::vector<Value> starts, next;
  ExprPtr condition;            // of iterate
  Binders domain;               // of scan: one index over a range
  std::vector<Value> collected; // of scan
  bool isCounted = false;       // it stands in a method's braces: its steps count, and what they report
  std::vector<std::string> reportedNames;
  std::vector<Value> reported; // numbers
  Loop() : Computation(Kind::Loop) {}
};

/// `gradient(f)(x)` and its like: of `values`, by the placeholders `arguments` at the values `at`. The
/// results' domains: gradient, vjp, hvp: those of `at`; jvp: those of `values`; jacobian: that of the value,
/// then that of `at`; hessian: that of `at` twice, for each pair of arguments, row by row. There are several
/// values and arguments where they are the parts of records.
struct Derivative : Computation {
  enum class Operator { Gradient, Jacobian, Hessian, Jvp, Vjp, Hvp };
  Operator op = Operator::Gradient;
  std::vector<Let *> arguments;
  std::vector<Value> at, directions; // a direction per argument (jvp, hvp), or one per value (vjp)
  std::vector<Value> values;
  Derivative() : Computation(Kind::Derivative) {}
};

/// A call of a function with a rule of its own: `value` of the placeholders `arguments`, which are `at`, and
/// its derivative `change` in the placeholders `directions`; or, `isGradient`, the derivative by the one
/// argument.
struct RuledCall : Computation {
  std::vector<Let *> arguments, directions;
  std::vector<Value> at;
  Value value, change;
  bool isGradient = false;
  RuledCall() : Computation(Kind::Ruled) {}
};

/// An operation on whole arrays that the runtime's library has: `solve`, `cholesky`, `sort`, ...
struct LibraryCall : Computation {
  std::string name;
  std::vector<Value> arguments;
  LibraryCall() : Computation(Kind::Library) {}
};

/// The objective of a problem, to be minimized, or the values of all its rows, one after the other, where the
/// array `at` gives the variables: family after family in the order of the problem, rows of a family as in
/// its domain.
struct ProblemCall : Computation {
  const struct Problem *problem = nullptr;
  bool givesRows = false;
  Value at;
  ProblemCall() : Computation(Kind::Problem) {}
};

struct Variable : Family {
  ExprPtr lower, upper, start;
  struct Problem *problem = nullptr;
  Variable() : Family(Kind::Variable) {}
};

/// What a method reported under a name while it solved the problem last: over 1..card(this), one entry per
/// step that was kept.
struct Report : Family {
  struct Problem *problem = nullptr;
  Report() : Family(Kind::Report) {}
};

struct Constraint : Family {
  ExprPtr lower, body, upper; // lower <= body <= upper, sides free of variables
  struct Problem *problem = nullptr;
  Constraint() : Family(Kind::Constraint) {}
};

/// `enum Mode = {fixed, adaptive}`
struct Enumeration : Symbol {
  const Root *root = nullptr;
  std::vector<std::string> cases;
  Enumeration() : Symbol(Kind::Enumeration) {}
};

struct Objective : Symbol {
  bool maximize = false;
  ExprPtr body;
  struct Problem *problem = nullptr;
  Objective() : Symbol(Kind::Objective) {}
};

struct Problem : Symbol {
  std::vector<Symbol *> order; // declarations in an order in which each comes after what it uses
  std::map<std::string, Symbol *, std::less<>> names;
  Objective *objective = nullptr;
  bool isExample = false; // of one with parameters, which stands for all: never solved
  bool isSingle = false;  // its objective is computed in single precision
  Problem() : Symbol(Kind::Problem) {}
};

/// A function of the model. Its calls are expressions of their own, so that nothing else refers to it.
struct UserFunction : Symbol {
  std::optional<size_t> rank;            // of its value; nothing while its declaration is checked
  const struct Record *record = nullptr; // of which it is
  UserFunction() : Symbol(Kind::Function) {}
};

/// An algorithm written in the language. Where it is used, its body is checked for the problem.
struct UserMethod : Symbol {
  bool isGood = false; // its parameters are those of a method
  UserMethod() : Symbol(Kind::Method) {}
};

/// A method's body for one problem and one list of options.
struct MethodRun {
  SourcePlace place; // of the method's declaration
  const Problem *problem = nullptr;
  /// Placeholders for what the runtime gives: start, bounds of variables, bounds of rows.
  std::vector<const Let *> given;
  Value point; // that it returns
  std::vector<const Loop *> loops;
};

// ---- commands ------------------------------------------------------------------------------------------

struct Item {
  std::string label;  // the source text; a plain text prints as it is
  std::string column; // Write: the head of its column, a name as the language has them
  ExprPtr value;      // null: the text alone
  ExprPtr imaginary;  // of a complex number
  Binders domain;     // of a family printed as a whole; value is indexed by its indices
};

struct Option {
  std::string name;
  double number = 0;
  std::string text;
  bool isText = false;
  SourcePlace place;
};

/// What follows `using` or `then`.
struct Method {
  std::string name; // empty: the runtime chooses by structure
  std::vector<Option> options;
  bool takesEntries = true;       // of matrices of derivatives, not gradients and products alone
  std::unique_ptr<MethodRun> run; // of a method of the model
  ExprPtr monitor;                // a number of the problem that an option names; null: none
};

struct Command {
  enum class Kind { Solve, Print, Write, Assert, CheckDerivatives, CheckFunction };
  Kind kind;
  SourcePlace place;
  Problem *problem = nullptr;
  std::vector<Method> methods; // Solve: one after the other, each from the point before
  std::vector<Item> items;     // CheckFunction: four numbers for each parameter, see costate.check_function
  std::string path;            // Write
  std::string text;            // Assert: the source text; CheckFunction: the function
};

/// One declaration or command in program order.
struct Step {
  Symbol *symbol = nullptr;
  std::unique_ptr<Command> command;
};

/// A whole program; owns every symbol and root.
struct Program {
  std::vector<std::unique_ptr<Symbol>> symbols;
  std::vector<std::unique_ptr<Computation>> computations;
  std::deque<Root> roots; // stable addresses
  Root integer, text;
  std::vector<Step> steps;
  bool hasCommands = false;

  Program() {
    text.kind = Root::Kind::Text;
    text.id = -2;
    integer.name = "integers";
    text.name = "texts";
  }
  Program(const Program &) = delete;
};

} // namespace costate::sema
