// Builds a function of the IR for a computation (loop, derivative, library operation) that data reaches: its
// results become columns of the program.
#pragma once

#include "frontend/lower/Lowering.h"
#include "frontend/lower/RangeProof.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"

#include <deque>
#include <optional>

namespace costate::lower {

class Lowering::FunctionBuilder {
public:
  FunctionBuilder(Lowering &low, SourcePlace place);
  /// Appends a function and its call; the results' columns are known afterwards. After an error of the user,
  /// which is reported, they are zeros.
  void compute(const sema::Computation &computation);
  /// The same for an array of a function's body, or a number made of such arrays, for which canCompute()
  /// holds.
  mlir::Value compute(const sema::Let &array);
  mlir::Value compute(const sema::Expr &number);
  /// The number in every row of the program.
  mlir::Value compute(const sema::Expr &number, const Env &env);
  /// Appends a function that returns the number, a column of one row; it takes inputs().
  mlir::func::FuncOp numberFunction(const sema::Expr &expr, const std::string &name);
  /// The same with the number in every row of the program, a column like these.
  mlir::func::FuncOp rowsFunction(const sema::Expr &number, const Env &env, const std::string &name);
  /// The same with weight * root^power in every row; without weights (null) they are 1.
  mlir::func::FuncOp residualFunction(const sema::Expr &root, int64_t power, mlir::Value weights,
                                      const Env &env, const std::string &name);
  /// Appends the function of a method for one problem; see costate.solve. It takes what the runtime gives,
  /// then inputs().
  mlir::func::FuncOp methodFunction(const sema::MethodRun &run, const std::string &name);
  /// Appends a function of a point of the problem, a column of all its variables, that returns the number; it
  /// takes the point, then inputs().
  mlir::func::FuncOp monitorFunction(const sema::Problem &problem, const sema::Expr &number,
                                     const std::string &name);
  /// The sum or mean of the objective whose addends may be taken by number; null where it has none.
  const sema::Expr *sumOfAddends(const sema::Expr &objective);
  /// The objective with some addends of the sum: the last argument has their numbers, which count the rows of
  /// allAddends().
  mlir::func::FuncOp sampledFunction(const sema::Expr &expr, const sema::Expr &sum, const std::string &name);
  mlir::Value allAddends() const { return addends; }
  llvm::ArrayRef<mlir::Value> inputs() const { return columns; }
  mlir::ArrayAttr placeList() { return b().getArrayAttr(places); }

  /// The value of what only functions know (families, indices, reductions, branches); null for arithmetic.
  mlir::Value leaf(const sema::Expr &expr);
  /// Integers by a divisor that may be zero.
  mlir::Value divisor(const sema::Expr &expr, mlir::Value value);

private:
  /// What a computation or value needs of the loops and indices around it.
  using Free = llvm::SmallPtrSet<const void *, 4>;

  struct Scope;
  struct Level;

  struct BoundIndex {
    mlir::Value position;             // index, from 0, in the set of the atom; null where it is not known
    const sema::Atom *atom = nullptr; // that binds it
    const Level *level = nullptr;
    const sema::Expr *argument = nullptr; // what it stands for, in the scope around
    const sema::Index *index = nullptr;   // of an argument
  };

  /// What an operation runs through: the elements of a set, or the rows that binders have below a row around
  /// them.
  struct Level {
    const sema::Atom *atom = nullptr; // a set without indices, or a range
    const sema::Binders *binders = nullptr;
    const Env *given = nullptr; // rows that the program has already
    bool isOrdered = false;
    Scope *scope = nullptr;
    mlir::Value position;                // index, in the set or below the row around
    size_t number = 0;                   // levels inside have greater ones
    llvm::SmallVector<BoundIndex> views; // what its sets read of indices that stand for arguments
  };
  using Levels = llvm::SmallVector<const Level *, 4>;

  /// Rows of the program for some levels, the outermost first, and which of them the function is at.
  struct Rows {
    Rows *outer = nullptr;
    const Level *last = nullptr; // null: the one row without indices
    Space space;
    Env around, env;
    mlir::Value first, count;                         // columns: of the rows below each row around
    mlir::Value row;                                  // index, once the function needs it
    llvm::DenseMap<mlir::Value, mlir::Value> entries; // of columns
  };

  /// What the program can compute before the function runs: over these rows, where the conditions hold.
  struct Ahead {
    Rows *rows;
    Env env;
    llvm::SmallVector<Assumption> conditions; // on data, the outermost first, for what may fail
    bool isWanted = true;                     // false: other conditions decide, too
  };

  /// A block of code with what is bound in it. Lets stand in the outermost scope that knows what they need.
  struct Scope {
    std::shared_ptr<mlir::OpBuilder> builder; // where the scope's code goes next
    Scope *outer = nullptr;
    Free bound;
    bool isBranch = false; // runs only if a condition holds
    Assumption assumed;    // in a branch
    llvm::DenseMap<const sema::Index *, BoundIndex> indices;
    llvm::DenseMap<const sema::Let *, mlir::Value> lets;
    llvm::DenseMap<const sema::Family *, mlir::Value> variables; // columns, where a problem is evaluated
    llvm::DenseMap<const sema::SetExpr *, mlir::Value> sizes;
    std::map<std::vector<const void *>, mlir::Value> slices;
  };

  /// The part of an array for one member: some of its sets are at indices, the others are its own.
  struct Slice {
    const sema::Let &let;
    std::vector<const void *> key;
    Free free;
    llvm::SmallVector<bool> isFixed; // by set of the domain
    llvm::SmallVector<llvm::SmallVector<const sema::Expr *>> args;
  };

  // Scopes
  mlir::OpBuilder &b() { return *current->builder; }
  /// Runs `fill` with the block of an operation, which is the last of the present scope, as its own scope.
  void inside(mlir::Operation *op, mlir::Block *block, bool isBranch, llvm::function_ref<void(Scope &)> fill);
  /// Runs `work` in the scope that a value with these needs belongs to.
  void placed(const Free &free, bool isLazy, llvm::function_ref<void(Scope &)> work);

  mlir::Value known(const sema::Let &let);
  static bool isOwn(const sema::Let &let);

  // What values need
  const Free &freeOf(const sema::Let &let);
  const Free &freeOf(const sema::Computation &computation);
  void collect(const sema::Expr &expr, Free &free);
  void collect(const sema::SetExpr &set, Free &free);
  void collect(const sema::Binders &binders, Free &free, Free &bound);
  void collect(const sema::Value &value, Free &free);
  bool mayFailOrWait(const sema::Expr &expr);

  // Data by indices over sets (FunctionRows.cpp)
  Level &newLevel();
  Level &newLevel(const sema::Binders &binders, bool isOrdered);
  void bindAtom(const sema::Atom &atom, mlir::Value position, Scope &scope);
  void bindRows(Level &level, mlir::Value position, Scope &scope);
  void bindGiven(const Env &env, mlir::Value row, Scope &scope);
  const BoundIndex *bound(const void *index, Scope *from, Scope *&found);
  bool addLevels(const Free &free, Scope *from, Levels &needed, llvm::SmallVectorImpl<BoundIndex> *views);
  std::optional<Levels> levelsOf(llvm::ArrayRef<const sema::Expr *> exprs,
                                 llvm::SmallVectorImpl<BoundIndex> *views = nullptr);
  bool isAhead(const sema::Expr &expr) { return levelsOf({&expr}).has_value(); }
  std::optional<Ahead> ahead(llvm::ArrayRef<const sema::Expr *> exprs, bool mayFail);
  std::optional<Ahead> ahead(const sema::Expr &expr);
  mlir::Value whereWanted(const Env &env, llvm::ArrayRef<Assumption> conditions, const EmitColumn &make,
                          const EmitColumn &missing);
  Env withArguments(const Env &env, llvm::ArrayRef<BoundIndex> views);
  Rows &rowsOf(llvm::ArrayRef<const Level *> levels);
  void fillSet(Rows &rows);
  mlir::Value rowIn(Rows &rows);
  mlir::Value firstBelow(Rows &rows);
  mlir::Value sizeBelow(Rows &rows);
  mlir::Value load(mlir::Value column, Rows &rows);
  mlir::Value dataAt(const sema::Expr &expr, const Ahead &known);
  bool needsRows(const sema::Expr &expr);

  // Scalars
  mlir::Value scalar(const sema::Expr &expr);
  mlir::Value real(const sema::Expr &expr);
  mlir::Value indexValue(const sema::Expr &expr);
  mlir::Value access(const sema::Expr &expr);
  mlir::Value entry(const sema::Family &family, const sema::Expr &access);
  mlir::Value position(const sema::Family &family, const sema::Expr &access, const sema::Atom &atom);
  static llvm::ArrayRef<sema::ExprPtr> argumentsOf(const sema::Family &family, const sema::Expr &access,
                                                   const sema::Atom &atom);
  mlir::Value samePosition(const sema::Atom &atom, llvm::ArrayRef<const sema::Expr *> args);
  mlir::Value samePosition(const sema::Atom &atom, llvm::ArrayRef<sema::ExprPtr> args);
  mlir::Value located(const sema::Family &family, const sema::Expr &access, const sema::Atom *atom);
  bool isByRow(const sema::Expr &arg);
  bool isLocated(const sema::Family &family, const sema::Expr &access);
  mlir::Value scalarLet(const sema::Let &let);
  mlir::Value inlinedEntry(const sema::Let &let, const sema::Expr &access);
  mlir::Value choice(const sema::Expr &expr);
  void computeOfBoth(const sema::Expr &yes, const sema::Expr &no);
  void collectArrays(const sema::Expr &expr, Free own, llvm::SetVector<const sema::Let *> &arrays);
  mlir::Value logic(const sema::Expr &expr);
  mlir::Value same(const sema::Expr &expr);
  mlir::Value written(const sema::Expr &expr);
  mlir::Value reduction(const sema::Expr &expr);
  mlir::Value reduceRows(const sema::Expr &expr, llvm::StringRef kind);
  Rows &rowsBelow(const sema::Expr &expr, Level &level);
  mlir::Value reduceFrom(const sema::Expr &expr, llvm::StringRef kind, size_t first);
  mlir::Value isEmpty(const sema::Expr &expr, mlir::Value value);
  mlir::Value ofSome(const sema::Expr &expr, mlir::Value value, mlir::Value isEmpty);
  mlir::Value neutral(llvm::StringRef kind, mlir::Type type);
  mlir::Value countOf(const sema::Expr &expr, mlir::Value total);
  mlir::Value realOf(mlir::Value size);
  mlir::Value sizeOfSome(const sema::Atom &atom, const sema::Expr &reduction);
  bool isByRows(const sema::Binders &binders);
  bool isKnownAhead(const sema::Binders &binders);
  mlir::Value reducedBody(const sema::Expr &expr, llvm::StringRef kind);
  std::vector<Assumption> assumptions() const;
  mlir::Value either(const sema::Expr &condition, bool isLazy, mlir::Type type,
                     llvm::function_ref<mlir::Value()> yes, llvm::function_ref<mlir::Value()> no);
  mlir::Value either(mlir::Value condition, const sema::Expr *written, bool isLazy, mlir::Type type,
                     llvm::function_ref<mlir::Value()> yes, llvm::function_ref<mlir::Value()> no);

  // Addends by number (FunctionSamples.cpp)
  mlir::Value sampledSum(const sema::Expr &expr);
  bool isOfSample(const Free &free, Scope *from);
  const sema::Expr *resolved(const sema::Expr *arg);
  mlir::Value sampledEntry(const sema::Let &let, const sema::Expr &access);
  mlir::Value sliceEntry(Slice &slice, const sema::Expr &access);
  mlir::Value sliceOf(const Slice &slice);

  // Arrays
  mlir::Value tensor(const sema::Family &family);
  mlir::Value valueOf(const sema::Value &value, const sema::Type &type);
  mlir::Value mapOf(const sema::Let &let, const sema::Expr &value);
  bool isChoice(const sema::Let &let);
  mlir::Value placedChoice(const sema::Let &let);
  mlir::Value chosenPart(const sema::Let &let, size_t branch);
  void bindDomain(const sema::Binders &domain, mlir::ValueRange positions, Scope &scope);
  mlir::Value inputArray(const sema::Family &family);
  mlir::Value input(mlir::Value column);
  static const sema::SetExpr *rangeOf(const sema::SetExpr *set);
  static bool isOverRanges(const sema::Binders &binders);
  static bool isProduct(const sema::Binders &domain);
  static size_t rankOf(const sema::Family &family);
  mlir::Value sizeOf(const sema::SetExpr &range);
  mlir::Value sizeOf(const sema::Atom &atom);
  mlir::Value sizeOfColumn(mlir::Value column);
  llvm::SmallVector<mlir::Value> sizesOf(const sema::Family &family);
  mlir::Value lowOf(const sema::SetExpr &range);
  mlir::Type typeOf(const sema::Family &family);
  mlir::Type elementOf(const sema::Type &type);
  llvm::SmallVector<mlir::Value> sizesOf(mlir::Value array);
  llvm::SmallVector<mlir::Value> sizesOfValue(const sema::Value &value);

  // Computations
  void ensure(const sema::Computation &computation);
  void loop(const sema::Loop &loop, Scope &scope);
  void scan(const sema::Loop &loop, Scope &scope);
  void equation(const sema::Loop &loop, Scope &scope);
  void bindCarried(const sema::Loop &loop, mlir::ValueRange names, Scope &scope);
  llvm::SmallVector<mlir::Value> nextOf(const sema::Loop &loop);
  void derivative(const sema::Derivative &derivative, Scope &scope);
  void library(const sema::LibraryCall &call, Scope &scope);
  void ruled(const sema::RuledCall &call, Scope &scope);
  mlir::Value alongDirection(mlir::Value slope, mlir::Value direction);
  void fillDerivative(const sema::Derivative &derivative, mlir::Operation *op, mlir::Block *block);
  llvm::SmallVector<mlir::Value> adjoint(const sema::Derivative &derivative, mlir::ValueRange at,
                                         mlir::ValueRange seeds);
  llvm::SmallVector<mlir::Value> product(const sema::Derivative &derivative, mlir::ValueRange at,
                                         mlir::ValueRange directions);
  llvm::SmallVector<mlir::Value> hessianProduct(const sema::Derivative &derivative, mlir::ValueRange at,
                                                mlir::ValueRange directions);
  llvm::SmallVector<mlir::Value> alone(llvm::ArrayRef<mlir::Value> at, size_t argument,
                                       mlir::Value direction);
  mlir::Value columnByColumn(mlir::Value at, llvm::ArrayRef<mlir::Value> inner,
                             llvm::function_ref<mlir::Value(mlir::Value)> linear);
  mlir::Value unit(llvm::ArrayRef<mlir::Value> sizes, mlir::Type type, mlir::ValueRange place);
  mlir::Value turned(mlir::Value array, size_t count);
  mlir::Value one();

  // Methods
  void problemCall(const sema::ProblemCall &call, Scope &scope);
  void bindVariables(const sema::Problem &problem, mlir::Value x, Scope &scope);
  mlir::Value boundVariable(const sema::Family &family);
  mlir::Value numRows(const sema::Family &family);
  mlir::Value objectiveValue(const sema::Problem &problem);
  mlir::Value rowValues(const sema::Problem &problem);
  mlir::Value withRows(const sema::Constraint &family, mlir::Value offset, mlir::Value all);
  llvm::SmallVector<mlir::Value> countedStarts(const sema::Loop &loop);
  llvm::SmallVector<mlir::Value> countedNext(const sema::Loop &loop, mlir::ValueRange carried);
  llvm::SmallVector<mlir::Value> entered(const sema::Loop &loop, mlir::ValueRange carried,
                                         mlir::Value entries);
  mlir::Value pair(mlir::Value first, mlir::Value second);

  int32_t placeNumber(SourcePlace place);
  mlir::Location location(SourcePlace place) { return low.columns.location(place); }
  mlir::Value constant(int64_t position) { return b().create<mlir::arith::ConstantIndexOp>(loc, position); }
  mlir::Value unavailable(SourcePlace place, const std::string &what, mlir::Type type);
  void begin(const std::string &name);
  void end(llvm::ArrayRef<mlir::Value> results);
  mlir::Value column(mlir::Value value);
  mlir::Value inRows(const sema::Expr &number, const Env &env, mlir::Value rows,
                     llvm::function_ref<mlir::Value(mlir::Value number, mlir::Value row)> change = {});
  mlir::Value called(mlir::Value result, mlir::Value like);

  Lowering &low;
  SourcePlace place;
  mlir::func::FuncOp function;
  mlir::Location loc;
  Scope root;
  Scope *current = &root;
  llvm::SmallVector<mlir::Value> columns; // of the program, by argument
  llvm::DenseMap<mlir::Value, mlir::Value> arguments;
  llvm::DenseMap<const sema::Family *, mlir::Value> arrays; // of the program
  std::map<const sema::Let *, Free> freeLets;
  std::map<const sema::Let *, bool> lazyLets;
  std::map<const sema::Computation *, Free> freeComputations;
  std::deque<Level> levels;
  std::map<std::vector<const Level *>, Rows> rowsOfLevels;
  llvm::SmallVector<mlir::Attribute> places;
  mlir::Value capacity; // of histories
  llvm::DenseMap<const sema::Loop *, llvm::SmallVector<mlir::Value>> counted;
  const sema::Expr *whole = nullptr;   // the number that the function is made for
  const sema::Expr *sampled = nullptr; // the sum whose addends are taken by number
  mlir::Value which, addends;
  const Level *sampledLevel = nullptr;
};

} // namespace costate::lower
