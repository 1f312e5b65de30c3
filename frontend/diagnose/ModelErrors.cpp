// The sentences of errors about a model's meaning.
#include "frontend/diagnose/ModelErrors.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace costate::errors {
namespace {

Diagnostic error(const char *id, SourcePlace place, std::string message, std::string help = "") {
  Diagnostic diagnostic;
  diagnostic.severity = Severity::Error;
  diagnostic.id = id;
  diagnostic.place = place;
  diagnostic.message = std::move(message);
  diagnostic.help = std::move(help);
  return diagnostic;
}

Diagnostic withNote(Diagnostic diagnostic, SourcePlace place, std::string message) {
  if (place.isValid())
    diagnostic.notes.push_back({place, std::move(message)});
  return diagnostic;
}

std::string useInstead(const std::string &nearest) {
  return nearest.empty() ? "" : fmt::format("write `{}`", nearest);
}

std::string count(size_t n, const char *noun) { return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s"); }

} // namespace

Diagnostic unknownName(SourcePlace place, const std::string &name, const std::string &nearest) {
  return error("unknown-name", place, fmt::format("unknown name `{}`", name), useInstead(nearest));
}

Diagnostic duplicateName(SourcePlace place, const std::string &name, SourcePlace first) {
  return withNote(error("duplicate-name", place, fmt::format("`{}` is declared twice", name)), first,
                  "first declared here");
}

Diagnostic unboundIndex(SourcePlace place, const std::string &name, const std::string &family) {
  return error("unbound-index", place, fmt::format("index `{}` of `{}` is not bound", name, family),
               fmt::format("bind it, as in `sum({} in ...)` or `[{} in ...]`", name, name));
}

Diagnostic reboundIndex(SourcePlace place, const std::string &name, SourcePlace first) {
  return withNote(error("rebound-index", place, fmt::format("index `{}` is already bound", name),
                        "use another name for the inner index"),
                  first, "bound here");
}

Diagnostic unknownFunction(SourcePlace place, const std::string &name, const std::string &nearest) {
  return error("unknown-function", place, fmt::format("unknown function `{}`", name), useInstead(nearest));
}

Diagnostic unknownField(SourcePlace place, const std::string &owner, const std::string &field,
                        const Names &known, const std::string &nearest) {
  return error("unknown-field", place,
               fmt::format("`{}` has no field `{}`; it has {}", owner, field, fmt::join(known, ", ")),
               useInstead(nearest));
}

Diagnostic indexSetMismatch(SourcePlace place, const std::string &family, const std::string &expected,
                            const std::string &index, const std::string &actual, SourcePlace declared) {
  return withNote(error("index-set-mismatch", place,
                        fmt::format("index set of `{}` is `{}`, but `{}` is an element of `{}`", family,
                                    expected, index, actual)),
                  declared, fmt::format("`{}` is declared here", family));
}

Diagnostic indexCount(SourcePlace place, const std::string &family, size_t expected, size_t actual,
                      SourcePlace declared) {
  return withNote(error("index-count", place,
                        fmt::format("`{}` has {}, but {} given", family,
                                    expected == 1 ? "1 index" : fmt::format("{} indices", expected),
                                    actual == 1 ? "1 is" : fmt::format("{} are", actual))),
                  declared, fmt::format("`{}` is declared here", family));
}

Diagnostic missingIndex(SourcePlace place, const std::string &family, const std::string &domain,
                        SourcePlace declared) {
  return withNote(error("missing-index", place,
                        fmt::format("`{}` is a family over {} and needs an index", family, domain)),
                  declared, fmt::format("`{}` is declared here", family));
}

Diagnostic tupleArity(SourcePlace place, size_t pattern, const std::string &set, size_t arity) {
  return error(
      "tuple-arity", place,
      fmt::format("pattern has {}, but elements of `{}` have {}", count(pattern, "component"), set, arity));
}

Diagnostic notASet(SourcePlace place, const std::string &found) {
  return error("not-a-set", place, fmt::format("{} is not a set", found));
}

Diagnostic setArity(SourcePlace place, const std::string &operation, size_t left, size_t right) {
  return error("set-arity", place,
               fmt::format("`{}` joins sets of elements with {} and {}", operation, count(left, "component"),
                           count(right, "component")));
}

Diagnostic foreignSets(SourcePlace place, const std::string &operation, const std::string &left,
                       const std::string &right) {
  return error(
      "foreign-sets", place,
      fmt::format("`{}` needs sets of one kind of element, not `{}` and `{}`", operation, left, right),
      "declare both as subsets of one set: `set A in S = ...`, `set B in S = ...`");
}

Diagnostic foreignSubset(SourcePlace place, const std::string &set, const std::string &within) {
  return error("foreign-sets", place,
               fmt::format("`in` needs sets of one kind of element, not `{}` and `{}`", set, within),
               fmt::format("take the elements from `{0}`, as in `{{e for e in {0} where ...}}`", within));
}

Diagnostic syntaxChoice(SourcePlace place, const std::string &first, const std::string &second) {
  return error("mixed-set-operators", place,
               fmt::format("`{}` and `{}` together need parentheses", first, second));
}

Diagnostic keysNeedKey(SourcePlace place, const std::string &table, SourcePlace declared) {
  return withNote(error("keys-need-key", place,
                        fmt::format("`{}` is read without a key, so it has no `keys`", table),
                        "name the key column where the data is declared, as in `key = id`, or use `rows`"),
                  declared, fmt::format("`{}` is declared here", table));
}

Diagnostic keysNeedSets(SourcePlace place, const std::string &table, size_t keys) {
  return error(
      "keys-need-sets", place,
      fmt::format("the key of `{}` has {}, so its set needs a set for each", table, count(keys, "column")),
      fmt::format("declare the set as `set S in A * B = keys({})`", table));
}

Diagnostic integerOutsideRange(SourcePlace place, const std::string &family, int64_t value, int64_t low,
                               int64_t high, SourcePlace declared) {
  return withNote(error("index-outside-range", place,
                        fmt::format("index {} of `{}` is outside {}..{}", value, family, low, high)),
                  declared, fmt::format("`{}` is declared here", family));
}

Diagnostic typeMismatch(SourcePlace place, const std::string &what, const std::string &expected,
                        const std::string &actual) {
  return error("type-mismatch", place, fmt::format("{} is {}, expected {}", what, actual, expected));
}

Diagnostic elementArithmetic(SourcePlace place, const std::string &set) {
  return error("element-arithmetic", place, fmt::format("elements of `{}` are labels, not numbers", set),
               "read a number from a column of the data, or index over a range");
}

Diagnostic comparison(SourcePlace place, const std::string &left, const std::string &right) {
  return error("comparison", place, fmt::format("{} cannot be compared with {}", left, right),
               left == right ? "there is no order of them: write `==` or `!=`" : "");
}

Diagnostic numberRange(SourcePlace place, const std::string &text) {
  return error("number-range", place,
               fmt::format("`{}` is outside the range of a double, 5e-324 to 1.8e308", text));
}

Diagnostic integerRange(SourcePlace place, const std::string &text, int bits, bool mayBeReal) {
  return error("number-range", place, fmt::format("integer `{}` does not fit in {} bits", text, bits),
               mayBeReal ? fmt::format("write it with a point where a real is meant: `{}.0`", text) : "");
}

Diagnostic divisionByZero(SourcePlace place, const std::string &operation) {
  return error("division-by-zero", place, fmt::format("the divisor of `{}` is 0", operation),
               operation == "/" ? "write `inf` if an infinite value is meant" : "");
}

Diagnostic notAFunction(SourcePlace place, const std::string &name) {
  return error("not-a-function", place, fmt::format("`{}` is a family, not a function", name),
               fmt::format("write `{}[...]`", name));
}

Diagnostic recursiveFunction(SourcePlace place, const Names &chain) {
  return error("recursive-function", place,
               fmt::format("`{}` calls itself: {}", chain.back(), fmt::join(chain, " -> ")),
               "a loop, or a sum or product over a set, says how often something is done");
}

Diagnostic tooManyCalls(SourcePlace place, const std::string &function, size_t limit,
                        const std::string &how) {
  return error(
      "too-many-calls", place,
      fmt::format("with this call of `{}` more than {} functions are called {}", function, limit, how),
      "give a value that is used twice a name, with `let`");
}

Diagnostic functionBody(SourcePlace place, const std::string &what) {
  return error("function-body", place, what,
               "end the braces with one `return`, as in `{ let y = x^2; return y + 1 }`");
}

Diagnostic arrayArgument(SourcePlace place, const std::string &parameter, const std::string &function,
                         const std::string &expected, const std::string &given, SourcePlace declared) {
  return withNote(
      error("array-argument", place,
            fmt::format("`{}` of `{}` is {}, but {} is given", parameter, function, expected, given),
            "give the name of a family, or `[e for i in 1..n]`"),
      declared, "declared here");
}

Diagnostic arrayOperation(SourcePlace place, const std::string &what, const std::string &help) {
  return error("array-operation", place, what, help);
}

Diagnostic arrayOfRanges(SourcePlace place, const std::string &family, SourcePlace declared) {
  return withNote(
      error("array-of-ranges", place,
            fmt::format("`{}` is no array: its indices must be ranges with bounds that are numbers or "
                        "parameters",
                        family),
            fmt::format("number its elements, as in `[{}[...] for i in 1..n]`", family)),
      declared, "declared here");
}

std::string sizeSentence(const std::string &function, const std::string &parameter, const std::string &size) {
  bool isNumber = size.find_first_not_of("0123456789") == std::string::npos;
  return fmt::format("`{}` of `{}` has size {{}}, {}", parameter, function,
                     isNumber ? "expected {expected}"
                              : fmt::format("but `{}` is {{expected}} by another argument", size));
}

Diagnostic sizeMismatch(SourcePlace place, std::string sentence, int64_t expected, int64_t actual) {
  for (auto [hole, size] : {std::pair("{}", actual), std::pair("{expected}", expected)})
    sentence.replace(sentence.find(hole), std::string_view(hole).size(), std::to_string(size));
  return error("size-mismatch", place, sentence);
}

Diagnostic notCarried(SourcePlace place, const std::string &name, bool isKnown, bool inLoop) {
  if (!isKnown)
    return error("not-carried", place, fmt::format("`{}` is a new name", name),
                 fmt::format("write `let {} = ...`", name));
  if (!inLoop)
    return error("not-carried", place, fmt::format("`{}` gets a new value outside of a loop", name),
                 fmt::format("give the value a name of its own, as in `let {}2 = ...`", name));
  return error("not-carried", place,
               fmt::format("`{}` gets a new value, but this loop does not carry it", name),
               fmt::format("add `{0} = {0}` to what the loop carries, as in `(k = 0, {0} = {0})`", name));
}

Diagnostic loopBody(SourcePlace place, bool isReturn) {
  return error("loop-body", place, "a loop holds assignments, `let` and loops only",
               isReturn ? "let the condition of `iterate` end the loop, and put `return` after it" : "");
}

Diagnostic methodForm(SourcePlace place, const std::string &what, const std::string &help) {
  return error("method-form", place, what, help);
}

Diagnostic reportOutside(SourcePlace place) {
  return error("report-outside", place, "only a loop that stands in the braces of a method reports",
               "collect what the steps of another loop give: `collect name = value`");
}

Diagnostic scanRange(SourcePlace place, const std::string &set) {
  return error("scan-range", place, fmt::format("`scan` goes over a range, and `{}` is none", set),
               fmt::format("write `for k in 1..card({})` and number what belongs to its elements", set));
}

Diagnostic recordForm(SourcePlace place, const std::string &what, const std::string &help) {
  return error("record-form", place, what, help);
}

Diagnostic unknownCase(SourcePlace place, const std::string &enumeration, const std::string &name,
                       const Names &known, const std::string &nearest) {
  return error("unknown-case", place,
               fmt::format("`{}` has no case `{}`; it has {}", enumeration, name, fmt::join(known, ", ")),
               useInstead(nearest));
}

Diagnostic ambiguousCase(SourcePlace place, const std::string &name, const std::string &first,
                         const std::string &second) {
  return error("ambiguous-case", place,
               fmt::format("`{}` is a case of `{}` and of `{}`", name, first, second),
               fmt::format("write `{}.{}` or `{}.{}`", first, name, second, name));
}

Diagnostic missingCase(SourcePlace place, const std::string &enumeration, const Names &missing) {
  return error("missing-case", place,
               fmt::format("this `match` says nothing of {} {} of `{}`",
                           missing.size() == 1 ? "the case" : "the cases", fmt::join(missing, ", "),
                           enumeration),
               fmt::format("add `{} => ...`", missing[0]));
}

Diagnostic missingElse(SourcePlace place, const std::string &subject) {
  return error("missing-case", place,
               fmt::format("this `match` of {} does not say what all others give", subject),
               "end it with `else => ...`");
}

Diagnostic repeatedCase(SourcePlace place, const std::string &name, SourcePlace first) {
  return withNote(error("repeated-case", place, fmt::format("the case `{}` stands here twice", name)), first,
                  "first here");
}

Diagnostic raggedArray(SourcePlace place, const std::string &row) {
  return error("ragged-array", place,
               fmt::format("`{}` has not as many entries as the first of its kind in this array", row),
               "rows of an array have equal sizes, as in `[[1, 2], [3, 4]]`");
}

Diagnostic resultCount(SourcePlace place, const std::string &function, size_t given, size_t names) {
  return error("result-count", place,
               fmt::format("`{}` gives {}, but {}", function, count(given, "value"),
                           names == 1 ? "one is used" : fmt::format("there are {} names", names)),
               given > 1 ? "name them all, as in `let (a, b) = ...`" : "write `let name = ...`");
}

Diagnostic rankMismatch(SourcePlace place, const std::string &what, size_t expected, size_t actual) {
  auto text = [](size_t rank) {
    return rank == 0 ? std::string("a number")
                     : fmt::format("an array with {} {}", rank, rank == 1 ? "index" : "indices");
  };
  return error("rank-mismatch", place,
               fmt::format("{} is {}, expected {}", what, text(actual), text(expected)));
}

Diagnostic unequalSizes(SourcePlace place, const std::string &what, int64_t expected, int64_t actual) {
  return error("unequal-sizes", place, fmt::format("{} has size {}, expected {}", what, actual, expected));
}

Diagnostic notAFunctionName(SourcePlace place, const std::string &parameter, const std::string &taker,
                            const std::string &found) {
  std::string what = parameter.empty() ? fmt::format("`{}` takes a function", taker)
                                       : fmt::format("`{}` of `{}` is a function", parameter, taker);
  return error("not-a-function-name", place, fmt::format("{}, but `{}` is none", what, found),
               "give the name of a function, or a derivative of one, as in `gradient(f)`");
}

Diagnostic functionArgument(SourcePlace place, const std::string &parameter, const std::string &function,
                            const std::string &expected, const std::string &given, SourcePlace declared) {
  return withNote(error("function-argument", place,
                        fmt::format("`{}` of `{}` is a function `{}`, and `{}` cannot be called so",
                                    parameter, function, expected, given)),
                  declared, "declared here");
}

Diagnostic randomForm(SourcePlace place) {
  return error("random-form", place, "numbers are drawn from a distribution",
               "write `~ normal(mean, deviation)` or `~ uniform(low, high)`");
}

Diagnostic unknownDistribution(SourcePlace place, const std::string &name, const Names &known,
                               const std::string &nearest) {
  return error("random-form", place,
               fmt::format("`{}` is no distribution; they are {}", name, fmt::join(known, ", ")),
               useInstead(nearest));
}

Diagnostic distributionArguments(SourcePlace place, const std::string &name, const Names &parameters,
                                 size_t given) {
  return error("random-form", place,
               fmt::format("`{}` takes {}, but {} given", name, count(parameters.size(), "argument"),
                           given == 1 ? "1 is" : fmt::format("{} are", given)),
               fmt::format("write `{}({})`", name, fmt::join(parameters, ", ")));
}

Diagnostic discreteDraw(SourcePlace place, const std::string &name, const std::string &distribution,
                        const std::string &parameter) {
  return error("discrete-draw", place,
               fmt::format("`{}` is drawn from a `{}` whose {} depends on a variable, derivative or loop: "
                           "draws are integers and have no derivative",
                           name, distribution, parameter),
               fmt::format("draw `{}` without indices, so that its values are added up with their "
                           "probabilities",
                           name));
}

Diagnostic expectationOption(SourcePlace place, const std::string &name) {
  return error("random-form", place,
               name == "samples" ? "`samples` is given twice"
                                 : fmt::format("`expect` has no option `{}`; it has `samples`", name));
}

Diagnostic derivativeForm(SourcePlace place, const std::string &operation) {
  return error(
      "derivative-form", place,
      fmt::format("`{}` takes a function and makes another one, which is then called", operation),
      fmt::format("write `{0}(f)(x)`, or `{0}(f, wrt = w)(x, w)` for another parameter than the first",
                  operation));
}

Diagnostic ruleForm(SourcePlace place, const std::string &function, const std::string &what) {
  return error("rule-form", place, fmt::format("no rule for `{}`: {}", function, what),
               fmt::format("give the arguments of `{0}`, then a direction for each real one, and return the "
                           "derivative of `{0}` in these directions; or, with one real argument, the "
                           "derivative by it",
                           function));
}

Diagnostic derivativeParameter(SourcePlace place, const std::string &function, const std::string &tried,
                               const std::string &kind, const Names &possible) {
  std::string message = kind.empty()
                            ? fmt::format("`{}` has no parameter `{}`", function, tried)
                            : fmt::format("`{}` of `{}` is {}: no derivative by it", tried, function, kind);
  return error("derivative-parameter", place, message,
               possible.empty() ? "" : fmt::format("write `wrt = {}`", fmt::join(possible, "` or `wrt = ")));
}

Diagnostic matrixByRecord(SourcePlace place, const std::string &operation, const std::string &function,
                          const std::string &parameter, const std::string &kind, bool isComplex) {
  std::string parts = isComplex ? "x: real, y: real) = f(complex(x, y))`" : "x: real) = f(R(x, 1))`";
  std::string product = fmt::format("write `{}({})` for its product with a direction",
                                    operation == "hessian" ? "hvp" : "jvp", function);
  return error(
      "derivative-parameter", place,
      fmt::format("`{}` gives a matrix, and `{}` of `{}` is {}", operation, parameter, function, kind),
      fmt::format("{}, or take it of a function of the parts, as in `function g({}", product, parts));
}

Diagnostic derivativeOfArray(SourcePlace place, const std::string &operation, const std::string &function,
                             size_t rank) {
  return error("derivative-of-array", place,
               fmt::format("`{}` differentiates numbers, but `{}` gives an array with {}", operation,
                           function, rank == 1 ? "1 index" : fmt::format("{} indices", rank)),
               operation == "gradient" ? fmt::format("write `jacobian({})`", function)
                                       : fmt::format("write `jacobian({0})`, or `vjp({0})`", function));
}

Diagnostic argumentCount(SourcePlace place, const std::string &function, size_t expected, bool orMore,
                         size_t actual) {
  return error("argument-count", place,
               fmt::format("`{}` takes {}{}, but {} given", function, count(expected, "argument"),
                           orMore ? " or more" : "", actual == 1 ? "1 is" : fmt::format("{} are", actual)));
}

Diagnostic variableInData(SourcePlace place, const std::string &what, const std::string &variable) {
  return error("variable-in-data", place,
               fmt::format("{} cannot depend on variable `{}`: it is fixed before the problem is solved",
                           what, variable));
}

Diagnostic filterOnVariable(SourcePlace place, const std::string &variable, SourcePlace declared) {
  return withNote(
      error("filter-on-variable", place,
            fmt::format("a filter cannot depend on variable `{}`: index sets are fixed before the problem "
                        "is solved",
                        variable),
            "multiply by a condition on data, or write `if ... then ... else` in the body"),
      declared, fmt::format("`{}` is declared here", variable));
}

Diagnostic cyclicLet(SourcePlace place, const Names &cycle) {
  return error("cyclic-let", place,
               fmt::format("`{}` is defined by itself: {}", cycle.front(), fmt::join(cycle, " -> ")));
}

Diagnostic usedBeforeDeclared(SourcePlace place, const std::string &name, SourcePlace declared) {
  return withNote(
      error("used-before-declared", place, fmt::format("`{}` is used before it is declared", name)), declared,
      "declared here");
}

Diagnostic solutionOutsideCommand(SourcePlace place, const std::string &problem, const std::string &value) {
  return error("solution-outside-command", place,
               fmt::format("values of the solved problem `{}` can be used in commands only", problem),
               fmt::format("read it in a command after `solve {}`, as in `print {}`", problem, value));
}

Diagnostic variableReduction(SourcePlace place, const std::string &reduction) {
  return error("variable-reduction", place,
               fmt::format("`{}` over a condition on variables has no derivative", reduction),
               "compare `min` or `max` of the values instead");
}

Diagnostic outsideProblem(SourcePlace place, const std::string &what) {
  return error("outside-problem", place, fmt::format("{} stands outside of a problem", what),
               "put it into `problem name { ... }`");
}

Diagnostic insideProblem(SourcePlace place) {
  return error("inside-problem", place, "this statement cannot stand inside a problem",
               "move it before or after the problem");
}

Diagnostic missingValue(SourcePlace place, const std::string &param) {
  return error("missing-value", place, fmt::format("parameter `{}` has no value", param),
               "give `= ...` or `default ...`, here or in a second file");
}

Diagnostic noVariable(SourcePlace place, const std::string &what) {
  return error("no-variable", place, fmt::format("{} has no variable", what));
}

Diagnostic strictInequality(SourcePlace place, const std::string &relation) {
  return error("strict-inequality", place, fmt::format("a constraint cannot be strict: `{}`", relation),
               fmt::format("write `{}=`", relation));
}

Diagnostic constraintForm(SourcePlace place, const std::string &nextOperator) {
  return error("constraint-form", place, "a constraint is `a <= b`, `a >= b`, `a == b` or `lo <= e <= hi`",
               nextOperator.empty()
                   ? ""
                   : fmt::format("to go on in the next line, end this one with `{}`", nextOperator));
}

Diagnostic severalObjectives(SourcePlace place, const std::string &problem, SourcePlace first) {
  return withNote(
      error("several-objectives", place,
            fmt::format("problem `{}` has a second objective; no solver takes several yet", problem)),
      first, "the first objective is here");
}

Diagnostic discreteVariable(SourcePlace place, const std::string &variable, const std::string &kind) {
  return error("discrete-variable", place,
               fmt::format("variable `{}` is {}; no solver takes discrete variables yet", variable, kind),
               "declare it `real` with bounds to solve the relaxation");
}

Diagnostic unknownPrecision(SourcePlace place, const std::string &problem, const std::string &precision) {
  return error("unknown-precision", place,
               fmt::format("problem `{}` is to be computed in `{}`", problem, precision),
               "write `float32` or `float64`, which it is without a word");
}

Diagnostic crossedBounds(SourcePlace place, const std::string &name, double low, double high) {
  return error("crossed-bounds", place,
               fmt::format("lower bound {} of `{}` is above its upper bound {}", low, name, high));
}

Diagnostic notAProblem(SourcePlace place, const std::string &name, bool mayBeCalled) {
  return error("not-a-problem", place, fmt::format("`{}` is not a problem", name),
               mayBeCalled
                   ? fmt::format("a function is checked at arguments: `check derivatives {}(...)`", name)
                   : "");
}

Diagnostic unsolvedProblem(SourcePlace place, const std::string &problem) {
  return error("unsolved-problem", place,
               fmt::format("problem `{}` has not been solved at this point", problem),
               fmt::format("put `solve {}` before it", problem));
}

Diagnostic problemArgument(SourcePlace place, const std::string &sentence, const std::string &help) {
  return error("problem-argument", place, sentence, help);
}

Diagnostic unknownMethod(SourcePlace place, const std::string &method, const Names &known,
                         const std::string &nearest) {
  return error("unknown-method", place,
               fmt::format("unknown solver `{}`; the solvers are {}", method, fmt::join(known, ", ")),
               nearest.empty() ? "" : fmt::format("write `{}`", nearest));
}

Diagnostic badOption(SourcePlace place, const std::string &sentence, const std::string &help) {
  return error("bad-option", place, sentence, help);
}

Diagnostic notAvailable(SourcePlace place, const std::string &what) {
  return error("not-available", place, fmt::format("{} is not available yet", what));
}

Diagnostic importFailed(SourcePlace place, const std::string &path, const std::string &reason) {
  return error("import-failed", place, fmt::format("cannot read `{}`: {}", path, reason));
}

Diagnostic importCycle(SourcePlace place, const std::string &path) {
  return error("import-cycle", place, fmt::format("`{}` imports itself", path));
}

} // namespace costate::errors
