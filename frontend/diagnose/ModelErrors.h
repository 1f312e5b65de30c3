// What can be wrong with a model's meaning: one function per error id, taking facts.
// The page of an id in the manual is tests/errors/<id>.opt.
#pragma once

#include "costate/Diagnostic.h"

#include <cstdint>
#include <string>
#include <vector>

namespace costate::errors {

using Names = std::vector<std::string>;

// names
Diagnostic unknownName(SourcePlace place, const std::string &name, const std::string &nearest);
Diagnostic duplicateName(SourcePlace place, const std::string &name, SourcePlace first);
Diagnostic unboundIndex(SourcePlace place, const std::string &name, const std::string &family);
Diagnostic reboundIndex(SourcePlace place, const std::string &name, SourcePlace first);
Diagnostic unknownFunction(SourcePlace place, const std::string &name, const std::string &nearest);
Diagnostic unknownField(SourcePlace place, const std::string &owner, const std::string &field,
                        const Names &known, const std::string &nearest);

// sets and indices
Diagnostic indexSetMismatch(SourcePlace place, const std::string &family, const std::string &expected,
                            const std::string &index, const std::string &actual, SourcePlace declared);
Diagnostic indexCount(SourcePlace place, const std::string &family, size_t expected, size_t actual,
                      SourcePlace declared);
Diagnostic missingIndex(SourcePlace place, const std::string &family, const std::string &domain,
                        SourcePlace declared);
Diagnostic tupleArity(SourcePlace place, size_t pattern, const std::string &set, size_t arity);
Diagnostic notASet(SourcePlace place, const std::string &found);
Diagnostic setArity(SourcePlace place, const std::string &operation, size_t left, size_t right);
Diagnostic foreignSets(SourcePlace place, const std::string &operation, const std::string &left,
                       const std::string &right);
Diagnostic foreignSubset(SourcePlace place, const std::string &set, const std::string &within);
Diagnostic syntaxChoice(SourcePlace place, const std::string &first, const std::string &second);
Diagnostic keysNeedKey(SourcePlace place, const std::string &table, SourcePlace declared);
Diagnostic keysNeedSets(SourcePlace place, const std::string &table, size_t keys);
Diagnostic integerOutsideRange(SourcePlace place, const std::string &family, int64_t value, int64_t low,
                               int64_t high, SourcePlace declared);

// types
Diagnostic typeMismatch(SourcePlace place, const std::string &what, const std::string &expected,
                        const std::string &actual);
Diagnostic elementArithmetic(SourcePlace place, const std::string &set);
Diagnostic comparison(SourcePlace place, const std::string &left, const std::string &right);
Diagnostic numberRange(SourcePlace place, const std::string &text);
Diagnostic integerRange(SourcePlace place, const std::string &text, int bits, bool mayBeReal);
Diagnostic divisionByZero(SourcePlace place, const std::string &operation);
Diagnostic notAFunction(SourcePlace place, const std::string &name);
Diagnostic recursiveFunction(SourcePlace place, const Names &chain);
Diagnostic tooManyCalls(SourcePlace place, const std::string &function, size_t limit, const std::string &how);
Diagnostic functionBody(SourcePlace place, const std::string &what);
Diagnostic arrayArgument(SourcePlace place, const std::string &parameter, const std::string &function,
                         const std::string &expected, const std::string &given, SourcePlace declared);
Diagnostic arrayOperation(SourcePlace place, const std::string &what, const std::string &help);
Diagnostic arrayOfRanges(SourcePlace place, const std::string &family, SourcePlace declared);
/// Of an argument whose size differs from that of another: `{}` is its own, `{expected}` the other.
std::string sizeSentence(const std::string &function, const std::string &parameter, const std::string &size);
Diagnostic sizeMismatch(SourcePlace place, std::string sentence, int64_t expected, int64_t actual);
Diagnostic notCarried(SourcePlace place, const std::string &name, bool isKnown, bool inLoop);
Diagnostic loopBody(SourcePlace place, bool isReturn);
Diagnostic methodForm(SourcePlace place, const std::string &what, const std::string &help);
Diagnostic reportOutside(SourcePlace place);
Diagnostic scanRange(SourcePlace place, const std::string &set);
Diagnostic recordForm(SourcePlace place, const std::string &what, const std::string &help);
Diagnostic unknownCase(SourcePlace place, const std::string &enumeration, const std::string &name,
                       const Names &known, const std::string &nearest);
Diagnostic ambiguousCase(SourcePlace place, const std::string &name, const std::string &first,
                         const std::string &second);
Diagnostic missingCase(SourcePlace place, const std::string &enumeration, const Names &missing);
Diagnostic missingElse(SourcePlace place, const std::string &subject);
Diagnostic repeatedCase(SourcePlace place, const std::string &name, SourcePlace first);
Diagnostic raggedArray(SourcePlace place, const std::string &row);
Diagnostic resultCount(SourcePlace place, const std::string &function, size_t given, size_t names);
Diagnostic rankMismatch(SourcePlace place, const std::string &what, size_t expected, size_t actual);
Diagnostic unequalSizes(SourcePlace place, const std::string &what, int64_t expected, int64_t actual);
Diagnostic notAFunctionName(SourcePlace place, const std::string &parameter, const std::string &taker,
                            const std::string &found);
Diagnostic functionArgument(SourcePlace place, const std::string &parameter, const std::string &function,
                            const std::string &expected, const std::string &given, SourcePlace declared);
Diagnostic randomForm(SourcePlace place);
Diagnostic unknownDistribution(SourcePlace place, const std::string &name, const Names &known,
                               const std::string &nearest);
Diagnostic distributionArguments(SourcePlace place, const std::string &name, const Names &parameters,
                                 size_t given);
Diagnostic discreteDraw(SourcePlace place, const std::string &name, const std::string &distribution,
                        const std::string &parameter);
Diagnostic expectationOption(SourcePlace place, const std::string &name);
Diagnostic derivativeForm(SourcePlace place, const std::string &operation);
Diagnostic ruleForm(SourcePlace place, const std::string &function, const std::string &what);
Diagnostic derivativeParameter(SourcePlace place, const std::string &function, const std::string &tried,
                               const std::string &kind, const Names &possible);
Diagnostic matrixByRecord(SourcePlace place, const std::string &operation, const std::string &function,
                          const std::string &parameter, const std::string &kind, bool isComplex);
Diagnostic derivativeOfArray(SourcePlace place, const std::string &operation, const std::string &function,
                             size_t rank);
Diagnostic argumentCount(SourcePlace place, const std::string &function, size_t expected, bool orMore,
                         size_t actual);

// what may depend on what
Diagnostic variableInData(SourcePlace place, const std::string &what, const std::string &variable);
Diagnostic filterOnVariable(SourcePlace place, const std::string &variable, SourcePlace declared);
Diagnostic cyclicLet(SourcePlace place, const Names &cycle);
Diagnostic usedBeforeDeclared(SourcePlace place, const std::string &name, SourcePlace declared);
Diagnostic solutionOutsideCommand(SourcePlace place, const std::string &problem, const std::string &value);
Diagnostic variableReduction(SourcePlace place, const std::string &reduction);

// problems and commands
Diagnostic outsideProblem(SourcePlace place, const std::string &what);
Diagnostic insideProblem(SourcePlace place);
Diagnostic missingValue(SourcePlace place, const std::string &param);
Diagnostic noVariable(SourcePlace place, const std::string &what);
Diagnostic strictInequality(SourcePlace place, const std::string &relation);
Diagnostic constraintForm(SourcePlace place, const std::string &nextOperator);
Diagnostic severalObjectives(SourcePlace place, const std::string &problem, SourcePlace first);
Diagnostic discreteVariable(SourcePlace place, const std::string &variable, const std::string &kind);
Diagnostic unknownPrecision(SourcePlace place, const std::string &problem, const std::string &precision);
Diagnostic crossedBounds(SourcePlace place, const std::string &name, double low, double high);
Diagnostic notAProblem(SourcePlace place, const std::string &name, bool mayBeCalled = false);
Diagnostic unsolvedProblem(SourcePlace place, const std::string &problem);
Diagnostic problemArgument(SourcePlace place, const std::string &sentence, const std::string &help = "");
Diagnostic unknownMethod(SourcePlace place, const std::string &method, const Names &known,
                         const std::string &nearest);
Diagnostic badOption(SourcePlace place, const std::string &sentence, const std::string &help = "");
Diagnostic notAvailable(SourcePlace place, const std::string &what);
Diagnostic importFailed(SourcePlace place, const std::string &path, const std::string &reason);
Diagnostic importCycle(SourcePlace place, const std::string &path);

} // namespace costate::errors
