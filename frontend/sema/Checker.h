// The state shared by the parts of the check. Internal to frontend/sema.
#pragma once

#include "frontend/diagnose/ModelErrors.h"
#include "frontend/sema/Check.h"
#include "frontend/sema/FunctionValue.h"
#include "frontend/sema/Scope.h"

#include <functional>
#include <set>

namespace costate::sema {

class ArrayExpression;
struct Distribution;

class Checker {
public:
  Checker(Program &program, Files &files, const MethodTable &methods, const Importer &import,
          Diagnostics &diagnostics)
      : program(program), files(files), methods(methods), import(import), diagnostics(diagnostics) {}

  void run(const std::vector<int> &fileNumbers);

private:
  using Symbols = std::vector<Symbol *>;

  // Declarations (CheckDeclarations.cpp)
  void readFile(int file, std::vector<ast::StatementPtr> &into);
  void attachValues(std::vector<ast::StatementPtr> &model, std::vector<ast::StatementPtr> &data);
  void statement(const ast::Statement &s);
  void declareTop(std::unique_ptr<Symbol> symbol, const ast::Statement &s);
  void setDeclaration(const ast::Statement &s);
  void dataDeclaration(const ast::Statement &s);
  void paramDeclaration(const ast::Statement &s);
  void letDeclaration(const ast::Statement &s);
  void importFile(const ast::Statement &s);
  void fillSet(Set &set, const ast::Statement &s);
  void fillParam(Param &param, const ast::Statement &s);
  void takeEntries(Param &param, const ast::Statement &s);
  void fillLet(Let &let, const ast::Statement &s);
  Type paramType(Param &param, const ast::Statement &s);
  ExprPtr dataSide(const ast::NodePtr &node, Type type, const std::string &what);
  void keep(std::unique_ptr<Symbol> symbol) { program.symbols.push_back(std::move(symbol)); }

  // Functions and arrays (CheckFunctions.cpp, CheckArrays.cpp)
  void functionDeclaration(const ast::Statement &s);
  Type functionType(const std::string &name, SourcePlace place);
  Symbol *example(const ast::Parameter &parameter);
  Value exampleOf(const ast::ArrayType &type);
  Family &exampleFamily(const Type &type, size_t rank, const std::string &name, SourcePlace place);
  Let &local(const std::string &name, SourcePlace place, ExprPtr value, Type type);
  void setLocal(Let &let, ExprPtr value, Type type);
  ExprPtr use(const Let &let, SourcePlace place);
  struct ActiveCall {
    const UserFunction *function = nullptr;
    std::vector<std::string> functions; // that are given to it
    friend bool operator==(const ActiveCall &, const ActiveCall &) = default;
  };
  bool isRecursive(const ActiveCall &call) const;
  Value instantiate(UserFunction &function, const Symbols &arguments, SourcePlace place);
  void bindParameters(const ast::Statement &s, const Symbols &arguments);
  Value value(const ast::Node &node);
  Value block(const ast::Statement &s);
  void localLet(const ast::Statement &s);
  void localPattern(const ast::Statement &s);
  void checkResult(const ast::Statement &s, Value &result);
  void addRange(Binders &domain, ExprPtr size, size_t number);
  void addRanges(Binders &domain, const Binders &like);
  bool givesArray(const UserFunction &function);
  Family *solvedFamily(const ast::Node &node);
  Report *reported(const ast::Node &node);
  void setReports(Problem &problem, const Method &last, SourcePlace place);
  Family *arrayValue(const ast::Node &node);
  Family *solutionArray(const ast::Node &node, Problem &problem, Family &family);
  Family *comprehensionArray(const ast::Node &node);
  bool isRangeOf(const Index &index) const;
  bool isOverRanges(const Binders &domain) const;
  bool requireFixedDomain(const Binders &domain, SourcePlace place);
  ExprPtr comprehensionEntry(const ast::Node &node, Let &let);
  ExprPtr entryOf(Family &family, SourcePlace place);
  Let &fromOne(Family &family, SourcePlace place);
  void setEntries(Let &let, Family &family, SourcePlace place);
  ExprPtr entryAt(Family &family, Binders &domain, SourcePlace place);
  void bindSize(const ast::Statement &s, const ast::Parameter &parameter, size_t which, Family &argument,
                size_t dimension);
  Family &countedFromOne(Family &family, SourcePlace place);
  ExprPtr countedFromOne(Index &index, SourcePlace place) const;
  ExprPtr lengthAt(const Family &array, size_t dimension) const;
  Let &sizeOf(const Family &array, size_t dimension, SourcePlace place);
  bool equalSizes(Let &size, Family &array, size_t dimension, const ast::Node &node);
  std::optional<std::pair<int64_t, int64_t>> requireEqual(Let &size, Family &array, size_t dimension,
                                                          SourcePlace place, const std::string &sentence);
  bool sharesSize(Family &array, size_t dimension, Let &size, Let *&compared, SourcePlace place,
                  const std::string &what);
  Family *sizedLike(Family &array, const Family &like, SourcePlace place, const std::string &what);

  // What forms tell (CheckShapes.cpp)
  Shape shapeOf(const ast::Node &node);
  Shape shapeOfName(const std::string &name);
  Shape shapeOfField(const ast::Node &node);
  Shape shapeOfEntry(const ast::Node &node);
  Shape shapeOfCall(const ast::Node &node);
  Shape shapeOf(const FunctionValue &function);
  const Record *recordOf(const FunctionValue &function);
  bool mapsOverArrays(const ast::Node &node);
  bool isArray(const ast::Node &node);
  bool hasIndices(const ast::Node &node) { return shapeOf(node).isArray; }
  std::string shapeText(const ast::Node &node);
  std::string recordText(const Record &record, bool isSeveral) const;

  // Records (CheckRecords.cpp)
  void recordDeclaration(const ast::Statement &s);
  void requireNewType(const ast::Statement &s);
  void checkSizes(const ast::Statement &s);
  size_t ownRank(const Type &type, size_t sizes) const;
  Symbol *exampleOf(const Type &type, size_t rank, const std::string &name, SourcePlace place);
  RecordValue &newRecordValue(const Record &record, size_t rank, const std::string &name, SourcePlace place);
  FunctionValue &valueOf(Record &record);
  RecordValue *constructed(const Record &record, const Symbols &fields, SourcePlace place);
  Symbol *realSymbol(Symbol &number, SourcePlace place);
  std::pair<Family *, size_t> sizeHolder(RecordValue &value, const std::string &size);
  void bindRecordSizes(const ast::Statement &s, const ast::Parameter &parameter, RecordValue &value);
  RecordValue &namedRecord(const ast::Word &word, RecordValue &value,
                           const std::function<void(Let &)> &declare);
  void problemRecord(const ast::Statement &s);
  RecordValue *recordOfProblem(const ast::Node &node) const;
  RecordValue *solvedRecord(const ast::Node &node);
  void topRecord(const ast::Word &word, RecordValue &value);

  // Values of several parts (CheckRecordValues.cpp)
  using WriteField = std::function<ast::NodePtr(size_t field, std::vector<ast::NodePtr> parts)>;
  Symbol *regrouped(const Symbol &like, const std::vector<Family *> &leaves, size_t &next);
  Symbol *regrouped(const Symbol &like, const std::vector<Family *> &leaves);
  Symbol &symbolOf(Value &value, SourcePlace place);
  Value valueOf(Symbol &symbol, SourcePlace place);
  bool isGood(const Value &value) const;
  Type typeOf(const Symbol &value) const;
  RecordValue *recordValue(const ast::Node &node);
  RecordValue *recordCall(const ast::Node &node);
  bool isFieldOfRecord(const ast::Node &node);
  Symbol *fieldOf(const ast::Node &node);
  RecordValue *byFields(const Record &record, SourcePlace place, const Symbols &operands,
                        const WriteField &write);
  Symbol *fitted(const Record &record, size_t field, Symbol &value, SourcePlace place);
  RecordValue *recordEntry(const ast::Node &node);
  RecordValue *writtenRecords(const ast::Node &node);
  RecordValue *recordComprehension(const ast::Node &node);
  RecordValue *recordEntries(const ast::Binders &written, const ast::Node &body, const std::string &name,
                             SourcePlace place);
  RecordValue *recordReduction(const ast::Node &node);
  Let &totalOf(Family &leaf, ExprPtr total, SourcePlace place);

  // Operations on records (CheckRecordOperations.cpp)
  const Record *sameRecord(Symbols &operands, SourcePlace place);
  bool hasNumbers(const Record &record, SourcePlace place);
  RecordValue *recordOperation(const ast::Node &node);
  RecordValue *recordChoice(const ast::Node &node, Symbols operands);
  RecordValue *recordSum(const ast::Node &node, Symbols operands);
  RecordValue *recordProduct(const ast::Node &node, Symbols operands);
  RecordValue *productOfTwo(const ast::Node &node, const std::string &op, Symbol &left, Symbol &right);
  RecordValue *recordPower(const ast::Node &node, Symbols operands);
  RecordValue *wholePower(RecordValue &base, int64_t exponent, SourcePlace place);
  ExprPtr recordComparison(const ast::Node &node, const ast::Node &left, const std::string &op,
                           const ast::Node &right);
  bool isRecordDot(const ast::Node &node);
  ExprPtr recordDot(const ast::Node &node);

  // Sparse matrices (CheckSparse.cpp)
  const Record &sparseRecord();
  Record &sparseRecord(const ast::Statement &s);
  bool isSparseName(const std::string &name) const;
  static bool isSparse(const Symbol *value);
  Shape shapeOfProduct(const ast::Node &node);
  bool isSparseSolve(const ast::Node &node);
  RecordValue *sparseOperation(const ast::Node &node, const Symbols &operands);
  Symbol *sparseProduct(const ast::Node &node, const std::string &op, Symbol &left, Symbol &right);
  Symbol *sparseSolution(const ast::Node &node, RecordValue &matrix, Symbol &right);
  Symbol *sparseResult(const char *operation, const Symbols &arguments, SourcePlace place);
  RecordValue *scaledSparse(const ast::Node &node, const std::string &op, RecordValue &matrix,
                            Symbol &number);
  RecordValue &turnedSparse(RecordValue &matrix, SourcePlace place);
  RecordValue *sparseSum(const ast::Node &node, const Symbols &operands);
  RecordValue *addedSparse(const ast::Node &node, RecordValue &left, RecordValue &right);
  RecordValue *withValues(RecordValue &matrix, const ast::Node &values, SourcePlace place);
  Let *sameNumber(Symbol &first, Symbol &second, const std::string &what, const ast::Node &node);
  void reportDense(const ast::Node &node, const std::string &what);

  // Complex numbers (CheckComplex.cpp)
  const Record &complexRecord();
  RecordValue &makeComplex(Symbol &re, Symbol &im, SourcePlace place);
  Let &realLocal(double number, SourcePlace place);
  RecordValue &complexNumber(double number, SourcePlace place);
  RecordValue *imaginary(const ast::Node &node);
  RecordValue &complexOf(Symbol &value, SourcePlace place);
  Family *filled(Family &like, Symbol &number, SourcePlace place);
  bool isComplexCall(const ast::Node &node) const;
  RecordValue *complexCall(const ast::Node &node);
  RecordValue *sameSizes(Symbol &re, Symbol &im, SourcePlace place);
  RecordValue *complexProduct(const ast::Node &node);
  bool isComplexSolve(const ast::Node &node);
  bool isPartCall(const ast::Node &node);
  UserFunction *complexFunction(const std::string &name);
  UserFunction *complexOverload(const ast::Node &node);
  bool isOnlyComplex(const std::string &name) const;
  RecordValue *complexResult(const std::string &name, const Symbols &arguments, SourcePlace place);

  // Enumerations (CheckEnumerations.cpp)
  void enumerationDeclaration(const ast::Statement &s);
  ExprPtr caseOf(const Enumeration &enumeration, size_t number, SourcePlace place);
  ExprPtr namedCase(const ast::Node &node);
  std::vector<std::string> valueNames() const;
  ExprPtr qualifiedCase(const ast::Node &node, const Enumeration &enumeration);
  Value matched(const ast::Node &node);
  struct MatchCase;
  bool casesOf(const ast::Node &node, const Enumeration &enumeration, std::vector<MatchCase> &cases);
  bool textsOf(const ast::Node &node, const Type &type, std::vector<MatchCase> &cases);
  bool hasDistinctCases(const ast::Node &node);

  // Calls (CheckCalls.cpp)
  std::optional<const FunctionValue *> callee(const ast::Node &node, bool says);
  FunctionValue &valueOf(UserFunction &function);
  FunctionValue &keepFunction(const std::string &name, SourcePlace place);
  Parameter parameterOf(const ast::Parameter &declared);
  Parameter parameterOf(const ast::ArrayType &type);
  std::vector<Parameter> parametersOf(const FunctionValue &function);
  size_t rankOf(const FunctionValue &function);
  size_t rankOf(const Symbol &value) const { return sema::rankOf(value); }
  std::vector<Parameter> directionsOf(const FunctionValue &function);
  std::vector<Parameter> allDirectionsOf(const FunctionValue &function);
  Value functionCall(const ast::Node &node, const FunctionValue &function);
  bool evaluateArguments(const ast::Node &node, const FunctionValue &function, Symbols &arguments,
                         Symbols &directions);
  std::optional<std::vector<const ast::Node *>> givenArguments(const ast::Node &node,
                                                               const FunctionValue &function,
                                                               const std::vector<Parameter> &parameters);
  std::string arrayText(const Family &array, const Type &wanted) const;
  Symbol *argument(const Parameter &parameter, const ast::Node &node, const std::string &function);
  Symbol *recordArgument(const Parameter &parameter, const ast::Node &node, const std::string &function);
  Symbol *functionArgument(const Parameter &parameter, const ast::Node &node, const std::string &function);
  Value apply(const FunctionValue &function, Symbols arguments, Symbols directions, SourcePlace place);
  std::vector<Value> applyAll(const FunctionValue &function, Symbols arguments, Symbols directions,
                              SourcePlace place);
  bool needInteger(const Expr &expr, const std::string &what);
  int64_t streamOf(SourcePlace place) const;
  ExprPtr randomValue(const Param &param, const ast::Node &distribution);
  const Distribution *distributionOf(const ast::Node &node);
  ExprPtr standardNumber(const Distribution &row, SourcePlace place, const Index *draw,
                         const Binders &domain);
  ExprPtr drawn(const Distribution &row, const ast::Node &node, ExprPtr number,
                const std::function<ExprPtr(const ast::NodePtr &)> &side);
  Family *weights(const ast::Node &node);
  ExprPtr expectation(const ast::Node &node);
  ExprPtr expected(const ast::Node &node, size_t k, const Index *draw);
  ExprPtr enumerated(const ast::Node &node, size_t k, const Index *draw);
  Family *chanceParameter(const Distribution &row, const ast::Node &node);
  void bindValues(const ast::Node &drawn, Family &parameter, Binders &out);
  void bindDraw(SourcePlace place, Let &samples, Binders &out);
  Let *numberOfSamples(const ast::Node &node);
  Let *drawnLet(const ast::Node &node, const Index &draw);
  ExprPtr elementaryCall(const Function &function, std::vector<ExprPtr> numbers, SourcePlace place);

  // Derivatives (CheckDerivatives.cpp)
  bool isDerivativeOperator(const std::string &word);
  const FunctionValue *functionValue(const ast::Node &node, bool says, const std::string &parameter,
                                     const std::string &taker);
  const FunctionValue *derivativeValue(const ast::Node &node, bool says);
  std::optional<size_t> parameterFor(const FunctionValue &of, const ast::Node *wrt, SourcePlace place,
                                     bool says);
  bool takeParameters(FunctionValue &value, const ast::Node *wrt, SourcePlace place, bool says);
  void nameDerivative(FunctionValue &value, const std::vector<Parameter> &parameters);
  // Rules of the model (CheckRules.cpp)
  struct Rule {
    UserFunction *function;
    bool isGradient; // gives the derivative by the one real parameter, instead of that in a direction
  };
  void ruleDeclaration(const ast::Statement &s);
  const Rule *ruleOf(const UserFunction &function) const;
  Value ruled(UserFunction &function, const Rule &rule, Symbols arguments, SourcePlace place);
  Symbol &placeholdersLike(const Symbol &value, std::vector<Let *> &all, SourcePlace place);
  Value ruledParts(const RuledCall &call, const std::vector<Family *> &at, Symbol &value, Symbol &change,
                   const std::string &what);
  std::vector<Value> differentiate(const FunctionValue &function, Symbols arguments, Symbols directions,
                                   SourcePlace place);
  std::vector<Let *> derivativeResults(const FunctionValue &function, const std::vector<Family *> &of,
                                       const std::vector<Family *> &at, SourcePlace place);
  std::vector<Value> regroupedResults(const Symbols &like, const std::vector<Family *> &leaves,
                                      SourcePlace place);
  std::vector<Family *> addParts(std::vector<Value> &into, Symbol &value, Computation &computation,
                                 SourcePlace place);
  bool isReal(const Parameter &parameter);
  bool isDifferentiable(const FunctionValue &function, const Value &value, SourcePlace place);

  // Beside differences (CheckDifferences.cpp)
  void checkFunction(const ast::Statement &s, Command &command);
  void addDifferences(const FunctionValue &function, const Symbols &arguments, size_t wrt,
                      const std::string &name, Command &command);
  const FunctionValue &derivativeOf(const FunctionValue &function, Derivative::Operator op, size_t wrt,
                                    SourcePlace place);
  Symbol &randomLike(Symbol &like, int seed, SourcePlace place);
  ExprPtr innerProduct(Symbol &a, Symbol &b, SourcePlace place);
  Let &stepAlong(Symbol &x, Symbol &v, SourcePlace place);
  Let &scaledLocal(double factor, Let &number, SourcePlace place);
  ExprPtr centralDifference(const FunctionValue &function, Symbols arguments, size_t wrt, Symbol &v,
                            Symbol &w, Let &h, SourcePlace place);

  // Methods (CheckMethods.cpp)
  void methodDeclaration(const ast::Statement &s);
  bool hasMethodForm(const ast::Statement &s);
  ProblemView &viewOf(Problem *problem, const ast::Parameter &parameter);
  void addFunctions(ProblemView &view, SourcePlace place);
  Let &countOf(const Problem &problem, Symbol::Kind kind, SourcePlace place);
  std::unique_ptr<MethodRun> run(const ast::Statement &s, ProblemView &view, Symbols arguments,
                                 SourcePlace place);
  void requirePoint(const ast::Statement &s, const ProblemView &view, MethodRun &run);
  std::unique_ptr<MethodRun> methodRun(UserMethod &method, Problem &problem, const ast::Method &written,
                                       Method &into);
  std::optional<Symbols> methodArguments(const ast::Statement &s, const ast::Method &written, Method &into);
  bool isOfMethod(const ast::Statement &s) const;
  ProblemView *viewOf(const ast::Node &node) const;
  Family *viewedArray(const ast::Node &node) const;
  const FunctionValue *viewedFunction(const ast::Node &node) const;
  ExprPtr viewedNumber(const ast::Node &node);
  Value ofProblem(const FunctionValue &function, Family &at, SourcePlace place);
  Family *projected(const ProblemView &view, Family &at, SourcePlace place);

  // Loops (CheckLoops.cpp)
  struct Carried;
  using Names = std::vector<std::pair<ast::Word, Symbol *>>;
  Names loop(const ast::Statement &s);
  Names checkLoop(const ast::Statement &s);
  bool carriedStarts(const ast::Statement &s, std::vector<Carried> &carried);
  bool addStart(const ast::Argument &argument, bool isUnknown, Carried &carried);
  void setStart(Carried &carried, Symbol &start);
  void bindCarried(std::vector<Carried> &carried, Loop &loop);
  bool mayDeclare(const std::string &name, SourcePlace place);
  bool loopBody(const ast::Statement &s, std::vector<Carried> &carried, Loop &loop,
                std::vector<Symbol *> &collected);
  bool scanRange(const ast::Statement &s, const std::vector<Carried> &carried, Loop &loop);
  void loopStatement(const ast::Statement &s, std::vector<Carried> &carried);
  void assignment(const ast::Statement &s, std::vector<Carried> &carried);
  Symbol *nextRecord(Carried &carried, Symbol &next, SourcePlace place);
  Symbol *collectedValue(const ast::Argument &argument, const Loop &loop);
  void reportedValues(const ast::Statement &s, Loop &loop);
  bool widen(std::vector<Carried> &carried);
  Names finishLoop(const ast::Statement &s, std::vector<Carried> &carried, std::unique_ptr<Loop> loop,
                   const std::vector<Symbol *> &collected);
  Names carriedResults(std::vector<Carried> &carried, Loop &loop, std::vector<Let *> &results);
  std::pair<ast::Word, Symbol *> collectedResult(const ast::Argument &written, Symbol &collected, Loop &loop,
                                                 std::vector<Let *> &results);
  void localLoop(const ast::Statement &s);
  void topLoop(const ast::Statement &s);
  void fillEquation(Let &let, const ast::Statement &s);
  void setResult(Let &let, Family &value, SourcePlace place);
  void topLet(const ast::Word &word, Symbol &value);

  // Functions that the language comes with (CheckLibrary.cpp)
  using Sizes = std::map<char, std::pair<Family *, size_t>>; // by letter an array and a dimension
  UserFunction *preludeFunction(const std::string &name);
  void readPrelude();
  SourcePlace shown(SourcePlace place) const;
  const FunctionValue *libraryFunction(const std::string &name);
  Parameter parameterOf(const LibraryArray &array);
  std::vector<Value> libraryResults(const LibraryOperation &row, const Symbols &arguments, SourcePlace place);
  Family *librarySized(Family &array, const LibraryOperation &row, const LibraryArray &takes, Sizes &sizes,
                       SourcePlace place);
  Let &sizeAt(Family &holder, size_t dimension, SourcePlace place);
  ExprPtr sizeNamed(char letter, const Sizes &sizes, SourcePlace place);
  bool addLibraryArgument(Symbol &argument, const LibraryOperation &row, const LibraryArray &takes,
                          Sizes &sizes, LibraryCall &call);
  Symbol *libraryResult(const LibraryArray &gives, const Sizes &sizes, std::vector<Let *> &results,
                        SourcePlace place);
  std::vector<std::pair<ast::Word, Symbol *>> severalResults(const ast::Statement &s);

  // Computations (CheckComputations.cpp)
  struct Uses {
    bool variables = false, solution = false;
  };
  Let &placeholderLike(const Family &like, Type type, SourcePlace place);
  Let &resultOver(const std::vector<const Family *> &families, const std::string &name, Type type,
                  SourcePlace place);
  Uses uses(const Family &family) const;
  void dependOn(Computation &computation, const Family &part);
  void finish(std::unique_ptr<Computation> computation, const std::vector<Let *> &results);
  Value valueOf(Family &family, SourcePlace place);
  Family &family(Value &value, SourcePlace place);
  Value asReal(Value value, SourcePlace place);
  ExprPtr poisonAt(SourcePlace place);

  // Reductions (CheckReductions.cpp)
  ExprPtr reduction(const ast::Node &node);
  ExprPtr reduced(const ast::Node &node, const std::string &text, const Let *shift);
  ExprPtr logSumExp(const ast::Node &node);
  ExprPtr arithmeticOf(const char *op, ExprPtr left, ExprPtr right);
  bool isReducer(const ast::Node &callee);
  bool isWholeReduction(const ast::Node &node);
  ExprPtr wholeReduction(const ast::Node &node);
  Value wholeReduced(const ast::Node &node);

  // Written arrays (CheckWrittenArrays.cpp)
  Family *writtenArray(const ast::Node &node);
  ExprPtr positionIn(const Binders &domain, const std::vector<size_t> &sizes, SourcePlace place);
  bool notANumber(const ast::Node &entry);
  bool writtenNumbers(const std::vector<const ast::Node *> &entries, Expr &value);
  bool writtenRows(const std::vector<const ast::Node *> &entries, Let &let, Expr &value);

  // Operations on arrays (CheckArrayOperations.cpp)
  bool isArrayOperation(const ast::Node &node);
  Symbol *arrayOperation(const ast::Node &node);
  Symbol *arrayOperand(const ast::Node &node);
  Symbol *entryByEntry(const ast::Node &like, const std::vector<Symbol *> &operands,
                       const std::vector<std::string> &ops);
  Symbol *arrayOf(const ast::Node &comprehension);
  bool haveSizes(Symbol &array, const std::vector<Let *> &sizes, const ast::Node &node);
  Symbol *arrayProduct(const ast::Node &node);
  Symbol *solution(const ast::Node &node, Symbol &matrix, Symbol &right);
  Symbol *matrixProduct(const ast::Node &node, Symbol &left, Symbol &right);
  Symbol *conditionLocal(const ast::Node &node);

  // Parts of arrays (CheckArrayParts.cpp)
  bool isSlice(const ast::Node &node);
  Family *sliced(const ast::Node &node);
  ast::NodePtr partIndex(const ast::Node &index, Family &array, size_t dimension, ArrayExpression &expression,
                         std::vector<ast::Binder> &binders);
  ast::NodePtr gatherIndex(const ast::Node &index, ArrayExpression &expression,
                           std::vector<ast::Binder> &binders);
  Let *integerLocal(const ast::Node &node);
  Symbol *transposed(const ast::Node &node);
  bool isRearrangement(const ast::Node &node);
  Symbol *diagonal(const ast::Node &node);
  Symbol *reshaped(const ast::Node &node);
  bool sameCount(Family &array, size_t rank, std::vector<Let *> &sizes, const ast::Node &node);
  Let &lengthOf(Let &low, Let &high);

  // Problems (CheckProblems.cpp)
  void problemDeclaration(const ast::Statement &s);
  void stateProblem(Problem &problem, const ast::Statement &s);
  void ensureChecked(Symbol &symbol);
  void fillInner(Symbol &symbol, const ast::Statement &s);
  void fillVariable(Variable &variable, const ast::Statement &s);
  void fillConstraint(Constraint &constraint, const ast::Statement &s);
  void fillObjective(Objective &objective, const ast::Statement &s);
  void crossedLiterals(const Variable &variable);

  // Problems with parameters (CheckProblemArguments.cpp)
  void exampleProblem(const ast::Statement &s);
  Type problemParameterType(const ast::Parameter &parameter);
  bool takesArguments(const std::string &problem) const { return withParameters.count(problem); }
  Problem *problemFor(const ast::Statement &solve);
  Problem *keptProblem(const ast::Statement &solve, const ast::Statement &s,
                       const std::vector<Let *> &values);
  Problem &problemWith(const ast::Statement &solve, const ast::Statement &s, const std::vector<Let *> &values,
                       const std::string &name);
  std::vector<const ast::Node *> problemArguments(const ast::Statement &solve, const ast::Statement &s);
  Let *problemArgument(const ast::Parameter &parameter, const ast::Node &node);
  void twoSided(Constraint &c, const ast::Node &relation);
  void chained(Constraint &c, const ast::Node &relation);

  // Commands (CheckCommands.cpp)
  void command(const ast::Statement &s);
  void solveCommand(const ast::Statement &s, Command &command);
  Method solver(const ast::Method &written, Problem *problem);
  void option(const MethodTable::Row &row, const ast::Argument &argument, Problem *problem, Method &method);
  ExprPtr quantity(const ast::Node &node, const std::string &option, const Problem &problem);
  void addItems(const ast::Node &node, Command &command);
  void addParts(const std::string &label, Symbol &value, Command &command, SourcePlace place);
  Item leafItem(const std::string &label, Family &family, SourcePlace place);
  Item item(const ast::Node &node);
  void nameColumns(Command &command);
  bool familyItem(const ast::Node &node, Item &item);
  Problem *problemNamed(const ast::Statement &s);
  void assertCommand(const ast::Statement &s, Command &command);

  // Sets and binders (CheckSets.cpp)
  SetPtr set(const ast::Node &node);
  SetPtr openSet(const ast::Node &node);
  SetPtr rangeSet(const ast::Node &node);
  SetPtr callSet(const ast::Node &node);
  SetPtr keysWithin(Set &symbol, const ast::Node &node);
  Table *keysOf(const ast::Node &node);
  SetPtr comprehension(const ast::Node &node);
  SetPtr operation(const ast::Node &node, SetExpr::Kind kind);
  SetPtr badSet(const ast::Node &node);
  void binders(const ast::Binders &list, Binders &out);
  void bindTerm(const ast::Binder &binder, const ast::PatternTerm &term, const Type &type,
                const std::string &setName, Binders &out, Atom &atom);
  Index *bindIndex(const std::string &name, SourcePlace place, const Type &type, const std::string &setName,
                   Binders &out);
  Root *newRoot(Root::Kind kind, const std::string &name);
  std::string setText(const ast::Node &node) const { return std::string(files.text(node.place)); }
  std::string typeText(const Type &type) const;

  // Labels (CheckLabels.cpp)
  void asLabel(Expr &e, const Type &expected);
  SetPtr literalSet(const ast::Node &node);
  void ownKind(SetExpr &set);
  void takeKind(SetExpr &set, const Type &type);
  void shareKind(std::vector<SetPtr> &parts);
  SetPtr joinedLabels(SetExpr &operation);

  // Expressions (CheckExpressions.cpp, CheckAccess.cpp)
  ExprPtr expr(const ast::Node &node);
  ExprPtr make(ExprKind kind, const ast::Node &node, Type type);
  ExprPtr poison(const ast::Node &node) { return make(ExprKind::Number, node, {}); }
  ExprPtr number(const ast::Node &node);
  ExprPtr constant(const ast::Node &node);
  ExprPtr arithmetic(const ast::Node &node);
  ExprPtr foldOps(const ast::Node &node);
  ExprPtr logic(const ast::Node &node);
  ExprPtr comparison(const ast::Node &node);
  ExprPtr compareTwo(const ast::Node &node, const ast::Node &left, const std::string &op,
                     const ast::Node &right);
  ExprPtr membership(const ast::Node &node, const ast::Node &left, const ast::Node &right, bool negate);
  ExprPtr contains(const ast::Node &node, const ast::Node &left, const ast::Node &right);
  ExprPtr isOneOf(const ast::Node &node, const Expr &text, const std::vector<std::string> &texts);
  ExprPtr conditional(const ast::Node &node);
  ExprPtr call(const ast::Node &node);
  ExprPtr numberedElement(const ast::Node &node);
  ExprPtr setCall(const ast::Node &node, const std::string &name);
  bool needNumber(Expr &e, const std::string &what);
  bool needBool(Expr &e, const std::string &what);
  void settle(Expr &e, Type type);
  void inherit(Expr &e);

  ExprPtr name(const ast::Node &node);
  ExprPtr indexed(const ast::Node &node);
  ExprPtr field(const ast::Node &node);
  ExprPtr entry(const ast::Node &node, Symbol &symbol, const std::vector<const ast::Node *> &args);
  ExprPtr tableEntry(const ast::Node &node, Table &table, const std::string &column,
                     const std::vector<const ast::Node *> &args);
  ExprPtr ownRow(const ast::Node &node, Table &table);
  bool keyArguments(Expr &e, Table &table, const std::vector<const ast::Node *> &args);
  ExprPtr rowArgument(const ast::Node &arg, Table &table, const std::string &column);
  ExprPtr solutionEntry(const ast::Node &node, Problem &problem, Symbol *symbol, const std::string &field,
                        const std::vector<const ast::Node *> &args);
  ExprPtr indexArgument(const ast::Node &node, const Type &expected, const std::string &setName,
                        const std::string &family, SourcePlace declared);
  bool fillArguments(Expr &e, const ast::Node &node, const Family &family,
                     const std::vector<const ast::Node *> &args);
  void literalInRange(const Family &family, const Expr &e);
  bool path(const ast::Node &node, Problem *&problem, Symbol *&symbol, std::string &field,
            std::vector<const ast::Node *> &args);
  const Variable *variableIn(const Expr &e) const;
  const Variable *variableIn(const Let &let) const;
  std::string variableName(const Expr &e) const;

  void report(Diagnostic diagnostic);
  Symbol *find(const std::string &name);

  class PreludeFrame {
  public:
    PreludeFrame(Checker &checker, SourcePlace declared, SourcePlace call);
    ~PreludeFrame();
    PreludeFrame(const PreludeFrame &) = delete;

  private:
    void enter(SourcePlace call);
    Checker &checker;
    bool isFirst;
  };

  Program &program;
  Files &files;
  const MethodTable &methods;
  const Importer &import;
  Diagnostics &diagnostics;
  Scope scope;
  Family *defining = nullptr; // the parameter whose whole columns align with its index
  bool inCommand = false;
  std::map<std::string, SourcePlace> laterNames;
  std::map<const Symbol *, const ast::Statement *> statements;
  std::set<const Symbol *> unchecked, inProgress;
  std::vector<const Symbol *> underWay; // for the chain of a cycle
  std::set<const Problem *> solved;
  std::map<std::string, const ast::Statement *> withParameters;       // problems, by name
  std::map<std::string, Problem *> instances;                         // of these, by name with arguments
  std::map<const Problem *, std::map<std::string, Report *>> reports; // of their last solve
  std::vector<ActiveCall> calls;                                      // whose bodies are being checked
  std::vector<MethodRun *> runs;                                      // the same, of methods
  std::set<const ast::Statement *> ofMethod; // statements that stand in a method's braces
  std::map<std::pair<const Problem *, Symbol::Kind>, Let *> counts;
  std::map<const UserFunction *, FunctionValue *> functionValues;
  std::map<const UserFunction *, Rule> rules;
  std::set<const UserFunction *> inRules; // whose rules are being checked
  std::map<const LibraryOperation *, FunctionValue *> libraryValues;
  std::map<const Record *, FunctionValue *> constructors;
  Record *complexType = nullptr, *sparseType = nullptr;
  std::vector<const Enumeration *> enumerations;
  std::map<std::string, Symbol *> prelude; // by name what it declares, once one of them is used
  int preludeFile = -1;
  bool inPrelude = false;
  SourcePlace preludeCall; // of the model, where one is checked
  size_t numCalls = 0;
  bool tooManyCalls = false;
  std::vector<const ast::Statement *> topLevel;        // of all files
  std::vector<std::vector<ast::StatementPtr>> sources; // statements live as long as the check
  std::set<std::string> brokenNames; // declared by statements with a syntax error: unknown for a known reason
  std::set<std::string> imported;
  std::vector<std::string> importing;
};

} // namespace costate::sema
