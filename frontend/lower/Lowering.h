// The state shared by the parts of the lowering: checked AST => one `costate.program`. Internal to
// frontend/lower.
#pragma once

#include "frontend/lower/Columns.h"
#include "frontend/lower/FunctionNeeds.h"
#include "frontend/lower/Space.h"

#include "ir/CostateOps.h"

namespace mlir::func {
class FuncOp;
}

namespace costate::lower {

/// The domain of a family, built once: its space and what `locate` needs to find a row from index values.
struct Domain {
  Space space;
  std::vector<SetColumns> atoms;
  bool dense = false; // a product of sets without filter
};

struct AddendRows;
struct SumPart;

class Lowering {
public:
  Lowering(mlir::ModuleOp module, const sema::Program &program, const Files &files,
           std::vector<Diagnostic> &diagnostics);
  void run();
  class FunctionBuilder;

private:
  struct Body; // a scalar region under construction
  // Sets and binders (LowerSets.cpp, LowerBinders.cpp)
  SetColumns set(const sema::SetExpr &set, const Env &env);
  SetColumns namedSet(const sema::Set &set);
  SetColumns labels(const sema::SetExpr &set);
  SetColumns keys(const sema::SetExpr &set);
  SetColumns keyTuples(const sema::Table &table, llvm::ArrayRef<sema::Type> types);
  void requireWithin(const SetColumns &mine, const SetColumns &within, const std::string &name);
  SetColumns comprehension(const sema::SetExpr &set, const Env &env);
  SetColumns combine(const sema::SetExpr &set, const Env &env);
  SetColumns cross(std::vector<SetColumns> parts);
  SetColumns distinct(SetColumns set, bool isError);
  void declareSet(const sema::Set &symbol);
  Space bind(const sema::Binders &binders, const Env &outer, bool ordered);
  const Domain &domain(const sema::Family &family);
  mlir::ArrayAttr rootIds(llvm::ArrayRef<const sema::Root *> roots);
  mlir::ArrayAttr rootIds(const sema::Binders &binders);
  llvm::SmallVector<mlir::Value> indexColumns(const sema::Family &family);

  // Expressions (LowerExpressions.cpp, LowerAccess.cpp)
  mlir::Value column(const sema::Expr &expr, const Env &env);     // over env's space
  mlir::Value columnHere(const sema::Expr &expr, const Env &env); // without hoisting
  mlir::Value single(const sema::Expr &expr);                     // index-free, one row
  mlir::Value spread(mlir::Value value, const Env &from, const Env &to);
  const Env &outermost(const sema::Expr &expr, const Env &env) const;
  mlir::Value code(const sema::Index *index, const Env &env);

  // Choices by conditions on data (LowerChoices.cpp)
  using EmitColumn = std::function<mlir::Value(const Env &)>;
  using EmitScalar = std::function<mlir::Value(const Env &, Body &)>;
  bool isLazy(const sema::Expr &expr) const;
  mlir::Value lazy(const sema::Expr &expr, const Env &env);
  mlir::Value chosen(mlir::Value mask, const Env &env, const EmitColumn &yes, const EmitColumn &no);
  mlir::Value conditional(const sema::Expr &expr, const Env &env, Body &body);
  mlir::Value logic(const sema::Expr &expr, const Env &env, Body &body, size_t first);
  mlir::Value chosenTerm(mlir::Value mask, const Env &env, Body &body, const EmitScalar &yes,
                         const EmitScalar &no);
  mlir::Value zeros(const Space &space);
  mlir::Value likeOf(const Env &env); // a column with as many rows
  mlir::Value leaf(const sema::Expr &expr, const Env &env);
  bool isLeaf(const sema::Expr &expr) const;
  mlir::Value access(const sema::Expr &expr, const Env &env);
  mlir::Value letColumn(const sema::Let &let, const sema::Expr &expr, const Env &env);
  mlir::Value tableColumn(const sema::Expr &expr, const Env &env);
  bool isTable(const sema::Expr &written) const;
  mlir::Value writtenTable(const sema::Expr &expr);
  mlir::Value writtenEntry(const sema::Expr &expr, const Env &env, Body &body);
  mlir::Value wholeColumn(const sema::Expr &expr, mlir::Value needed);
  mlir::Value tableRow(const sema::Expr &expr, const Env &env, bool mayMiss);
  mlir::Value cells(const sema::Expr &expr, const Env &env);
  mlir::Value cellsOrDefault(const sema::Expr &expr, const Env &env);
  mlir::Value position(const sema::Family &family, llvm::ArrayRef<sema::ExprPtr> args, const Env &env);
  mlir::Value reduction(const sema::Expr &expr, const Env &env);
  mlir::Value reduceRows(const sema::Expr &expr, const Env &env, const Space &inner);
  mlir::Value membership(const sema::Expr &expr, const Env &env);
  mlir::Value neighbour(const sema::Expr &expr, const Env &env);
  mlir::Value solution(const sema::Expr &expr, const Env &env);
  mlir::Value letOfSolution(const sema::Expr &expr, const sema::Let &let, const Env &env);
  mlir::Value solved(const sema::Problem &problem, const std::string &name, const std::string &field);
  mlir::Value familyValue(const sema::Family &family);
  mlir::Value familyColumn(const sema::Family &family);
  void report(Diagnostic diagnostic) { diagnostics.push_back(std::move(diagnostic)); }
  Env inlineLet(const sema::Expr &expr, const Env &env);
  void requireEntry(const sema::Let &let, const sema::Expr &use, const Env &env);
  mlir::Value convert(mlir::Value column, const sema::Type &from, const sema::Type &to);

  mlir::Value scalar(const sema::Expr &expr, const Env &env, Body &body);
  mlir::Value real(const sema::Expr &expr, const Env &env, Body &body);
  mlir::Value binary(const sema::Expr &expr, const Env &env, Body &body);
  mlir::Value divisor(const sema::Expr &expr, mlir::Value value, const Env &env, Body &body);
  mlir::Value power(const sema::Expr &expr, const Env &env, Body &body);
  mlir::Value compare(const sema::Expr &expr, const Env &env, Body &body);
  mlir::Value randomNumber(const sema::Expr &expr, const Env &env, Body &body);
  mlir::Value call(const sema::Expr &expr, const Env &env, Body &body);
  bool isInlined(const sema::Expr &expr, const Env &env);
  mlir::Value letScalar(const sema::Let &let, const sema::Expr &expr, const Env &env, Body &body);
  mlir::Value variableLoad(const sema::Expr &expr, const Env &env, Body &body);
  mlir::Value variableReduction(const sema::Expr &expr, const Env &env, Body &body);
  mlir::Operation *variableReduction(const sema::Expr &expr, const Env &env, const Space &inner, Body &body);
  Space reducedSpace(const sema::Expr &expr, const Env &env);
  mlir::Value rowIn(const sema::Family &family, const sema::Expr &access, const Env &env, Body &body);
  mlir::Value load(mlir::Value column, Body &body);
  void fillBody(mlir::Region &region, const sema::Expr &expr, const Env &env, mlir::Location place,
                bool hasRow);

  // Lets of problems as columns (LowerLets.cpp)
  mlir::Value letColumn(const sema::Let &let, const sema::Expr &sum);
  mlir::Value letColumn(const sema::Let &let, SourcePlace place,
                        llvm::function_ref<mlir::Value(Body &)> fill);
  bool isEntryOfLet(const sema::Let &let, const Body &body);
  mlir::Value entryOfLet(const sema::Let &let, const sema::Expr &access, const Env &env, Body &body);
  unsigned sumsWithinSums(const sema::Expr &expr);

  // Declarations and commands (LowerDeclarations.cpp, LowerProblems.cpp, LowerCommands.cpp)
  void declare(const sema::Symbol &symbol);
  void declareParam(const sema::Param &param);
  mlir::Value checked(const sema::Param &param, mlir::Value value);
  void problem(const sema::Problem &problem);
  void variable(const sema::Variable &variable);
  void constraint(const sema::Constraint &constraint);
  void objective(const sema::Objective &objective);
  void absoluteFamilies(const sema::Objective &objective, const sema::Expr *sampled);
  void absoluteFamily(const sema::Objective &objective, const SumPart &part);
  bool vanishes(const sema::Expr &expr);
  static void setPrecision(mlir::func::FuncOp function, const sema::Problem &problem);
  void smoothObjective(const sema::Objective &objective, bool hasEntries);
  void smoothConstraint(const sema::Constraint &constraint, const Env &env);
  bool takesEntries(const sema::Problem &problem) const;
  void smoothResiduals(const sema::Objective &objective);
  struct Reads;
  void addReads(FunctionBuilder &function, mlir::func::FuncOp rows, llvm::ArrayRef<mlir::Value> variables,
                mlir::Value over, int32_t group, Reads &reads);
  void addendReads(const sema::Objective &objective, llvm::ArrayRef<mlir::Value> variables, Reads &reads);
  void smoothTerm(FunctionBuilder &function, mlir::func::FuncOp value, int32_t target, bool isResidual,
                  const Reads &reads);
  void followWay(const SumPart &part, const Env &from, AddendRows &rows);
  void sumRows(const sema::Expr &sum, AddendRows &rows);
  mlir::Value weightsOf(const SumPart &part, const AddendRows &rows, double sign, bool isRoot);
  bool isSampled(const sema::Problem &problem, bool byAll) const;
  void sampledObjective(const sema::Objective &objective, const sema::Expr &sum);
  llvm::SmallVector<mlir::Value> side(const sema::ExprPtr &expr, const Env &env);
  llvm::SmallVector<mlir::NamedAttribute> familyAttributes(const sema::Symbol &symbol,
                                                           const sema::Binders *domain);
  void command(const sema::Command &command);
  void solve(const sema::Command &command, const sema::Method &method);
  llvm::SmallVector<mlir::Value> methodOfModel(const sema::Command &command, const sema::MethodRun &run,
                                               llvm::SmallVectorImpl<mlir::NamedAttribute> &attributes);
  llvm::SmallVector<mlir::Value> monitor(const sema::Command &command, const sema::Method &method,
                                         llvm::SmallVectorImpl<mlir::NamedAttribute> &attributes);
  void show(const sema::Command &command);
  void functionCheck(const sema::Command &command);
  void assertion(const sema::Command &command);

  mlir::ModuleOp module;
  const sema::Program &program;
  std::vector<Diagnostic> &diagnostics; // what cannot be lowered yet
  mlir::OpBuilder builder;              // at the end of the program
  FunctionNeeds needs;
  llvm::DenseMap<const sema::Expr *, mlir::Value> writtenTables; // of arrays written entry by entry
  int numFunctions = 0;
  Columns columns;
  Space one; // the space of a single row
  Env global;
  llvm::DenseMap<const sema::Symbol *, mlir::Value> values; // params, data lets, variables
  llvm::DenseMap<const sema::Symbol *, SetColumns> sets;
  llvm::DenseMap<const sema::Table *, mlir::Value> tables;
  std::map<const sema::Symbol *, Domain> domains;
  mlir::OpBuilder *inProblem = nullptr;                       // inside the problem being stated
  mlir::Operation *stated = nullptr;                          // whose body is filled
  llvm::DenseMap<const sema::Expr *, mlir::Value> letColumns; // of sums and folds in lets
  llvm::DenseMap<const sema::Let *, mlir::Value> entriesOfLets;
  llvm::DenseMap<const sema::Let *, unsigned> sumsOfLets; // how many stand in each other
  llvm::DenseSet<const sema::Expr *> leftOut;             // of the objective being stated: they count as 0
  llvm::DenseMap<const sema::Expr *, bool> vanishing;     // what they are all of
  const sema::Problem *read = nullptr;                    // variables are its values after a solve
  const sema::Expr *fallback = nullptr; // of the parameter being declared: for empty cells and missing keys
};

} // namespace costate::lower
