// Expensive expressions of one row, read at several rows => arrays, computed once per row before the terms.
//
//   term over s: exp(u[a[s]]) * y[s] - exp(u[b[s]]) * z[s]
//   =>  k[r] = exp(u[r]);  term over s: k[a[s]] * y[s] - k[b[s]] * z[s]
#include "passes/Passes.h"
#include "passes/Positions.h"
#include "passes/SharedExpressions.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_STOREEXPRESSIONS
#include "passes/Passes.h.inc"

namespace {

/// What reading or writing an entry costs, in the unit of KernelCost: row by row, or through a table.
/// Measured on 10^5 rows with AVX2 on an EPYC: 0.04 and 0.6 ns, where an exp of 25 operations takes 0.6 ns.
constexpr double costOfRow = 2, costOfTableEntry = 20;

class StoredExpressions {
public:
  explicit StoredExpressions(ProblemOp problem) : problem(problem) {}

  /// Gives the number of expressions that are stored.
  unsigned run() {
    terms = llvm::to_vector(problem.getOps<TermOp>());
    for (TermOp term : terms)
      rows.add(term);
    for (int number = int(rows.all().size()); number-- > 0;) // the largest expressions first
      choose(number);
    if (!chosen.empty())
      for (TermOp term : terms)
        replace(term);
    return unsigned(chosen.size());
  }

private:
  /// A function or two quotients, read at two positions at least.
  static bool isCandidate(const RowExpression &expression) {
    bool isExpensive = expression.calls >= 1 || expression.roots >= 2;
    return isExpensive && expression.readsRow && expression.positions.size() >= 2 &&
           expression.example.getType().isF64();
  }

  bool isUsedOutside(const RowExpression &expression, const llvm::DenseSet<int> &inside) const {
    return llvm::any_of(expression.users, [&](int user) { return !inside.contains(user); });
  }

  llvm::DenseSet<int> numbersOf(ArrayRef<Operation *> operations) const {
    llvm::DenseSet<int> numbers;
    for (Operation *op : operations)
      numbers.insert(rows.of(op->getResult(0))->expression);
    return numbers;
  }

  void choose(int number) {
    const RowExpression &expression = rows.all()[size_t(number)];
    if (!isCandidate(expression) || !isUsedOutside(expression, covered))
      return;
    auto operations = rows.operations(expression.example, mostSharedOperations);
    if (operations.empty() || !isExpensiveItself(operations, number))
      return;
    auto shared = shareExpression(rows, expression, OpBuilder(terms.front()));
    if (!shared)
      return;
    if (!isWorthwhile(expression, *shared, operations)) {
      shared->op.erase();
      return;
    }
    chosen.try_emplace(number, *shared);
    auto inside = numbersOf(operations);
    covered.insert(inside.begin(), inside.end());
  }

  /// What is used elsewhere, too, is stored for itself; the rest around it must still be expensive.
  bool isExpensiveItself(ArrayRef<Operation *> operations, int number) const {
    auto inside = numbersOf(operations);
    llvm::DenseSet<Operation *> elsewhere;
    for (Operation *op : operations) {
      int own = rows.of(op->getResult(0))->expression;
      const RowExpression &part = rows.all()[size_t(own)];
      if (own == number || !isCandidate(part) || !isUsedOutside(part, inside))
        continue;
      for (Operation *below : rows.operations(op->getResult(0), operations.size()))
        elsewhere.insert(below);
    }
    SmallVector<Operation *> rest;
    llvm::copy_if(operations, std::back_inserter(rest),
                  [&](Operation *op) { return !elsewhere.contains(op); });
    KernelCost cost = costOf(rest);
    return cost.calls >= 1 || cost.roots >= 2;
  }

  double costOfReading(int position) {
    ArrayRef<Value> path = rows.path(position);
    bool isConsecutiveRow = path.empty() || (path.size() == 1 && forms.of(path[0]).isConsecutive());
    return isConsecutiveRow ? costOfRow : costOfTableEntry;
  }

  /// An iteration of a solver takes values once and second derivatives once. Computed at every position, or
  /// once with an array to write, and to read at every position in place of variables that nothing else
  /// reads.
  bool isWorthwhile(const RowExpression &expression, SharedExpression &shared,
                    ArrayRef<Operation *> operations) {
    double once = shared.value.operations() + shared.second.operations();
    double arrays = 1 + double(shared.op.getNumResults());
    auto inside = numbersOf(operations);
    double saved = 0;
    for (int argument : shared.arguments)
      saved += 2 * !isUsedOutside(rows.all()[size_t(argument)], inside);
    double inlined = once * double(expression.positions.size()), stored = once + arrays * costOfRow;
    for (int position : expression.positions)
      stored += (arrays - saved) * costOfReading(position);
    return stored < inlined;
  }

  /// The chosen expressions of a term are read; operations that only they needed go.
  void replace(TermOp term) {
    Block &body = term.getRegion().front();
    if (!term.getOver())
      return;
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
      if (op.getNumResults() == 1 && !isOpTriviallyDead(&op))
        if (auto scalar = rows.of(op.getResult(0)); scalar && scalar->position != RowExpressions::anyRow)
          if (auto shared = chosen.find(scalar->expression); shared != chosen.end())
            op.getResult(0).replaceAllUsesWith(read(op, shared->second));
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
      if (isOpTriviallyDead(&op))
        op.erase();
  }

  Value read(Operation &op, SharedExpression &shared) {
    auto loads = variableLoads(rows, rows.operations(op.getResult(0), mostSharedOperations));
    Value row;
    SmallVector<Value> arguments;
    for (int argument : shared.arguments) {
      AtOp load = llvm::find_if(loads, [&](auto &known) { return known.first == argument; })->second;
      arguments.push_back(load.getValue());
      if (rows.isAtRow(load))
        row = load.getIndices()[0];
    }
    return OpBuilder(&op).create<StoredOp>(op.getLoc(), op.getResult(0).getType(), shared.op.getColumns(),
                                           row, arguments, 0u, shared.partials);
  }

  ProblemOp problem;
  SmallVector<TermOp> terms;
  RowExpressions rows;
  PositionForms forms;
  llvm::DenseMap<int, SharedExpression> chosen; // by expression
  llvm::DenseSet<int> covered;                  // expressions inside of chosen ones
};

struct StoreExpressions : impl::StoreExpressionsBase<StoreExpressions> {
  using StoreExpressionsBase::StoreExpressionsBase;
  void runOnOperation() override {
    getOperation().walk([&](ProblemOp problem) { numStored += StoredExpressions(problem).run(); });
  }
};

} // namespace
} // namespace costate
